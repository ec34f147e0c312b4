"""A log in a list, told in the language of the domain: what tests read without a database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.chart import Segregation
from ledger.events import (
    CashDeposited,
    CashTransferred,
    CashWithdrawn,
    CorrectionKind,
    Event,
    MovementCorrected,
    MovementKind,
    Recorded,
    VenueMovement,
)
from ledger.instants import SECOND, Instant
from ledger.log.reader import PAGE, Head
from ledger.numbers import Amount, amount, subtract

DAY = 86_400 * SECOND


def day(number: float) -> Instant:
    """Give a moment by the day of the story, 1 for the first; halves are noon."""
    return Instant(int(number * 2) * DAY // 2)


@dataclass
class Log:
    """Records in order of sequence; each is recorded a day after the one before, unless said."""

    records: list[Recorded] = field(default_factory=list)
    page: int = PAGE

    def record(
        self,
        event: Event,
        *,
        recorded_at: Instant | None = None,
        at: Instant | None = None,
        corrects: int | None = None,
        stream: str | None = None,
    ) -> Recorded:
        """Append an event; it took effect when it was recorded unless `at` says otherwise."""
        sequence = len(self.records) + 1
        known = day(sequence) if recorded_at is None else recorded_at
        recorded = Recorded(
            sequence=sequence,
            id=f"{sequence:032x}",
            stream=stream or f"account-{getattr(event, 'account', 'none')}",
            version=sequence,
            type=type(event).__name__,
            schema=1,
            at=known if at is None else at,
            recorded_at=known,
            command=f"command-{sequence}",
            corrects=corrects,
            event=event,
        )
        self.records.append(recorded)
        return recorded

    def head(self) -> Head:
        last = self.records[-1].recorded_at if self.records else Instant(0)
        return Head(len(self.records), last)

    def read(self, after: int = 0, upto: int | None = None) -> Iterator[Sequence[Recorded]]:
        end = len(self.records) if upto is None else min(upto, len(self.records))
        for start in range(after, end, self.page):
            yield self.records[start : min(start + self.page, end)]

    def read_by_at(self, until: Instant, upto: int) -> Iterator[Sequence[Recorded]]:
        known = [record for record in self.records[:upto] if record.at <= until]
        known.sort(key=lambda record: (record.at, record.sequence))
        for start in range(0, len(known), self.page):
            yield known[start : start + self.page]

    def sequence_at(self, moment: Instant) -> int:
        return sum(record.recorded_at <= moment for record in self.records)


def log_of(*events: Event, page: int = PAGE) -> Log:
    """Record events one after another, each on a day of its own."""
    log = Log(page=page)
    for event in events:
        log.record(event)
    return log


def deposited(account: str, text: str, asset: str = "USD") -> CashDeposited:
    """Say that cash arrived."""
    return CashDeposited(account=account, asset=asset, amount=amount(text), source="bank")


def withdrawn(account: str, text: str, asset: str = "USD") -> CashWithdrawn:
    """Say that cash left."""
    return CashWithdrawn(account=account, asset=asset, amount=amount(text), destination="bank")


def transferred(account: str, text: str, other: str, asset: str = "USD") -> CashTransferred:
    """Say one side of a transfer, negative where it leaves."""
    return CashTransferred(account=account, asset=asset, amount=amount(text), counterparty=other)


def moved_at_venue(
    account: str, text: str, balance: str, asset: str = "XBT", venue: str = "bitmex"
) -> VenueMovement:
    """Say what a line of a venue's statement says, with the venue's own balance after it."""
    return VenueMovement(
        account=account,
        venue=venue,
        kind=MovementKind.REALIZED_PROFIT,
        asset=asset,
        amount=amount(text),
        balance=amount(balance),
        venue_kind="RealisedPNL",
        reference="line",
    )


def corrected(
    account: str, before: str, after: str, kind: CorrectionKind, asset: str = "USD"
) -> MovementCorrected:
    """Say that a deposit from the bank, so far recorded as `before`, is now `after`."""
    difference: Amount = subtract(amount(after), amount(before))
    return MovementCorrected(
        account=account,
        asset=asset,
        amount=difference,
        before=amount(before),
        after=amount(after),
        kind=kind,
        counterparty="bank",
        reason="the bank said so",
        segregation=Segregation.CLIENT_TRUST,
    )
