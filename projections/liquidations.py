"""Holding the positions of a venue's users to its list of liquidations, each at its own moment.

Valued is what a user held just before the moment: the fills of that very second are the takeover
itself and leave nothing. The price is the last one traded at or before the moment, by whomever.
Positions are taken over at the price at which nothing is left for the user, so what was taken over
is apart from the venue's figure, at its own mark, by what it says he was still worth.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import NamedTuple

from ledger.adapters.hyperliquid import VENUE, Liquidation
from ledger.contract import signed
from ledger.events import VenueExecution
from ledger.instants import INSTANT_MAX, SECOND, Instant
from ledger.log.reader import LogReader
from ledger.numbers import (
    ONE,
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    amount,
    magnitude,
    product,
    round_to,
    share,
    subtract,
    total,
    write_amount,
)

TOLERANCE = amount("0.01")
EXACT_TO = amount("0.0001")
"""How far what was taken over, put back at the account value, may be from the venue's figure."""
RATIO_UNIT = amount("0.0001")
VALUE_UNIT = amount("0.000001")
STALE_SECONDS = 60
FAR = amount("0.05")
"""From how much on a takeover's price is far from the price before it."""


class Compared(NamedTuple):
    """A liquidation beside what the ledger says: values in dollars, `ledger` / `venue` as `ratio`.

    `taken_over` is what the fills of that second closed, at their own prices; `restored` the same
    before the user lost what the venue says that his account was worth, None where long and short
    positions were closed together. `reason` says why `ledger` and `venue` are further apart than a
    hundredth.
    """

    at: Instant
    account: str
    margin: str
    ledger: Amount
    venue: Amount
    ratio: Amount
    agrees: bool
    taken_over: Amount
    restored: Amount | None
    reason: str | None

    def is_restored(self) -> bool:
        """Tell whether what was taken over is the venue's figure but for the account value."""
        return self.restored is not None and _near(self.restored, self.venue, EXACT_TO)


class _Fill(NamedTuple):
    """A fill as it counts here: signed quantity, and the price."""

    account: str
    instrument: str
    quantity: Amount
    price: Amount


class _Traded(NamedTuple):
    """The last price of an instrument, and when it was traded."""

    price: Amount
    at: Instant


class _Moment(NamedTuple):
    """What a user held and what was last paid for it before a moment, and his fills in it."""

    held: Mapping[str, Amount]
    before: Mapping[str, _Traded]
    fills: Sequence[_Fill]

    def closed(self) -> dict[str, Amount]:
        """Sum what the fills took away, by instrument."""
        sums: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
        for fill in self.fills:
            sums[fill.instrument] = subtract(sums[fill.instrument], fill.quantity)
        return sums

    def covers(self, name: str, taken: Amount) -> bool:
        """Tell whether the position was at least what was taken away, and on the same side."""
        held = self.held.get(name, ZERO)
        return (held > ZERO) is (taken > ZERO) and magnitude(held) >= magnitude(taken)

    def left(self) -> set[str]:
        """Name what is still held after the fills."""
        closed = self.closed()
        return {name for name, quantity in self.held.items() if quantity != closed.get(name)}


class _Book:
    """What every user holds of each instrument, and the last prices, along the clock `at`."""

    def __init__(self) -> None:
        self.held: defaultdict[str, dict[str, Amount]] = defaultdict(dict)
        self.last: dict[str, _Traded] = {}

    def take(self, at: Instant, fills: Iterable[_Fill]) -> None:
        """Move positions and prices on."""
        for fill in fills:
            positions = self.held[fill.account]
            before = positions.get(fill.instrument, ZERO)
            positions[fill.instrument] = add(before, fill.quantity)
            self.last[fill.instrument] = _Traded(fill.price, at)

    def moment(self, account: str, fills: Sequence[_Fill] = ()) -> _Moment:
        """Keep what a user holds now, before fills are taken, with those that are his."""
        positions = self.held.get(account, {})
        held = {name: quantity for name, quantity in positions.items() if quantity}
        own = [fill for fill in fills if fill.account == account]
        return _Moment(held, {name: self.last[name] for name in held}, own)


def compare_liquidations(
    reader: LogReader, liquidations: Sequence[Liquidation], accounts: Mapping[str, str]
) -> list[Compared]:
    """Compare liquidations, given in order of time, with the log; `accounts` are by wallet."""
    book, waiting = _Book(), deque(liquidations)
    compared: list[Compared] = []
    moments = chain(_by_moment(reader), [(INSTANT_MAX, [])])
    while waiting:
        at, fills = next(moments)
        while waiting and waiting[0].at < at:
            first = waiting.popleft()
            compared.append(_compared(first, book.moment(accounts[first.user]), book, accounts))
        here = [waiting.popleft() for _ in range(sum(1 for each in waiting if each.at == at))]
        before = [book.moment(accounts[each.user], fills) for each in here]
        book.take(at, fills)
        compared += [
            _compared(each, moment, book, accounts)
            for each, moment in zip(here, before, strict=True)
        ]
    return compared


def _by_moment(reader: LogReader) -> Iterator[tuple[Instant, list[_Fill]]]:
    """Give the fills at this venue, those of one moment together."""
    recorded = (r for page in reader.read_by_at(INSTANT_MAX, reader.head().size) for r in page)
    executions = (
        (each.at, each.event)
        for each in recorded
        if isinstance(each.event, VenueExecution) and each.event.venue == VENUE
    )
    for at, group in groupby(executions, key=lambda each: each[0]):
        yield at, [_fill(event) for _, event in group]


def _fill(event: VenueExecution) -> _Fill:
    quantity = signed(event.side, event.quantity)
    return _Fill(event.account, event.instrument, quantity, event.price)


def _compared(
    liquidation: Liquidation, moment: _Moment, book: _Book, accounts: Mapping[str, str]
) -> Compared:
    venue = liquidation.notional
    ours = total(_value(quantity, book.last[name].price) for name, quantity in moment.held.items())
    taken_over = total(_value(fill.quantity, fill.price) for fill in moment.fills)
    found = Compared(
        at=liquidation.at,
        account=accounts[liquidation.user],
        margin=liquidation.margin,
        ledger=ours,
        venue=venue,
        ratio=round_to(share(ONE, ours, venue), RATIO_UNIT, Rounding.HALF_EVEN),
        agrees=_near(ours, venue, TOLERANCE),
        taken_over=taken_over,
        restored=_restored(taken_over, liquidation.account_value, moment),
        reason=None,
    )
    return found if found.agrees else found._replace(reason=_reason(found, moment, book))


def _value(quantity: Amount, price: Amount) -> Amount:
    return round_to(product(magnitude(quantity), price), VALUE_UNIT, Rounding.HALF_EVEN)


def _near(value: Amount, of: Amount, tolerance: Amount) -> bool:
    return magnitude(subtract(value, of)) <= product(of, tolerance)


def _restored(taken_over: Amount, account_value: Amount, moment: _Moment) -> Amount | None:
    """Put back what the user lost by the takeover: a long position was worth more, a short less."""
    longs = {quantity > ZERO for quantity in moment.closed().values()}
    if len(longs) != 1:
        return None
    return (add if longs.pop() else subtract)(taken_over, account_value)


def _reason(found: Compared, moment: _Moment, book: _Book) -> str:
    """Say why the two figures are apart, the surest cause first."""
    if found.account not in book.held:
        return "no fills recorded"
    if not moment.held:
        return "no position then"
    if missing := [
        name for name, taken in moment.closed().items() if not moment.covers(name, taken)
    ]:
        return f"fills missing: more was taken over of {' '.join(sorted(missing))}"
    left = sorted(moment.left())
    if left and found.is_restored():
        return f"the venue leaves out {' '.join(left)}"
    causes = dict.fromkeys([*_far(moment), *_old(found.at, left, book)])
    return "; ".join(causes) or "other prices at the venue"


def _far(moment: _Moment) -> Iterator[str]:
    """Name what was taken over far from the price that was paid before."""
    for fill in moment.fills:
        before = moment.before[fill.instrument].price
        if not _near(fill.price, before, FAR):
            apart = share(PERCENT, magnitude(subtract(fill.price, before)), before)
            percent = write_amount(round_to(apart, ONE, Rounding.HALF_EVEN))
            side = "below" if fill.price < before else "above"
            yield f"{fill.instrument} taken over {percent} % {side} its price before"


def _old(at: Instant, left: Sequence[str], book: _Book) -> Iterator[str]:
    """Name what was left at a price that is not of this minute."""
    for name in left:
        age = (at - book.last[name].at) // SECOND
        if age > STALE_SECONDS:
            yield f"price of {name} {age // 60} minutes old"
