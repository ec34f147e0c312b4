"""Funding that is due: the rate of an interval that was sampled is fixed, and then paid.

Killed between the two, the same call goes on: what is fixed is not fixed again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ledger.api import Ledger
from ledger.commands import Command, FixFundingRate, SettleFunding, SettleFundingLate
from ledger.errors import Misconfigured
from ledger.events import (
    CommandRejected,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingSettled,
    MarkPriceComputed,
)
from ledger.funding import Funding
from ledger.holding import Account
from ledger.instants import Instant, write_instant
from ledger.mirrors import state_of
from ledger.numbers import negate, total, write_amount
from ledger.outcome import Outcome
from ledger.reasons import Reason
from projections.holders import Held, held_before, holders_of

ATTEMPTS = 10
"""So often are the holders looked up anew where one came or left before they were paid."""

CHANGED = (Reason.NO_POSITION, Reason.FUNDING_INCOMPLETE)
UNMARKED = (Reason.PRICE_STALE, Reason.PRICE_MISSING)


class Paid(NamedTuple):
    """What became of an interval: its rate and what was paid, or why it was refused.

    It is `settled` once, and once more for whoever was left out.
    """

    rate: FundingRateFixed | None
    settled: tuple[FundingIntervalSettled, ...]
    refused: str | None


def pay_funding(
    ledger: Ledger, instrument: str, at: Instant | None, sender: Mapping[str, Any]
) -> Paid:
    """Fix the rate of the interval that ends at a moment, and pay it to everybody who holds it.

    Without a moment it is the first that is due and has a mark; of one that is paid, whoever was
    left out is paid. Raises `Misconfigured` where nothing is due.
    """
    funding = _funding(ledger, instrument)
    untils = _due(instrument, funding) if at is None else [at]
    for until in untils:
        paid = _Interval(ledger, instrument, until, sender).pay(funding)
        if paid is not None:
            return paid
    last = _Interval(ledger, instrument, untils[-1], sender)
    return Paid(None, (), last.ask(FixFundingRate, {}).reason)


def _funding(ledger: Ledger, instrument: str) -> Funding:
    state = state_of(ledger.reader, f"funding-{instrument}")
    assert isinstance(state, Funding)
    return state


def _due(instrument: str, funding: Funding) -> list[Instant]:
    """Name the ends of all intervals that are not paid, or for which no rate is fixed."""
    due = sorted({*funding.unpaid, *funding.samples})
    if not due:
        remedy = "set a funding rule and sample the premium first"
        raise Misconfigured(f"nothing to pay on {instrument}: {remedy}")
    return due


class _Interval(NamedTuple):
    """An interval that is to be paid, in the name of a sender."""

    ledger: Ledger
    instrument: str
    until: Instant
    sender: Mapping[str, Any]

    def pay(self, funding: Funding) -> Paid | None:
        """Fix its rate if that is due, and pay it or whoever was left out of it.

        None where no mark serves: there may be one for a later interval.
        """
        if self.until in funding.paid:
            return self.told([self.settle_late()])
        if self.until not in funding.unpaid:
            fixed = self.fix()
            if _is_refused_for(fixed, *UNMARKED):
                return None
            if not isinstance(fixed.records[-1].event, FundingRateFixed):
                return Paid(None, (), fixed.reason)
        for _ in range(ATTEMPTS):
            seen = self.ledger.reader.head().size
            first = self._ask_for_all()
            if not _is_refused_for(first, *CHANGED):
                break
        late = self._left_out(first, seen) if _is_settled(first) else []
        return self.told([first, self._ask_late(late)] if late else [first])

    def fix(self) -> Outcome:
        """Fix the rate; where the mark of that moment is forgotten, find it in the log."""
        fixed = self.ask(FixFundingRate, {})
        if not _is_refused_for(fixed, Reason.PRICE_STALE):
            return fixed
        mark = None
        for recorded in self.ledger.reader.stream(f"price-{self.instrument}"):
            timely = recorded.at <= self.until and (mark is None or recorded.at >= mark.at)
            if isinstance(recorded.event, MarkPriceComputed) and timely:
                mark = recorded
        return fixed if mark is None else self.ask(FixFundingRate, {"mark": mark.sequence})

    def _ask_for_all(self) -> Outcome:
        """Pay whoever holds the contract, as far as can be seen."""
        holders = holders_of(self.ledger, self.instrument)
        suspended = write_amount(holders.suspended)
        return self.ask(SettleFunding, {"accounts": holders.accounts, "suspended": suspended})

    def settle_late(self) -> Outcome:
        """Pay whoever held the contract as it was first paid, and was not; refused for nobody."""
        paid = _funding(self.ledger, self.instrument).paid[self.until]
        held = held_before(self.ledger, self.instrument, paid.settled.sequence)
        late = [each for name, each in held.items() if self._is_owed(name)]
        return self._ask_late(late) if late else self.ask(SettleFunding, {"accounts": ()})

    def _left_out(self, first: Outcome, seen: int) -> list[Held]:
        """Find out who came to hold the contract after we looked."""
        named = {r.event.account for r in first.records if isinstance(r.event, FundingSettled)}
        came = held_before(self.ledger, self.instrument, first.records[0].sequence, seen)
        return [each for name, each in came.items() if name not in named and self._is_owed(name)]

    def _is_owed(self, name: str) -> bool:
        """Tell whether an account is open, and was not paid yet."""
        account = state_of(self.ledger.reader, f"account-{name}")
        assert isinstance(account, Account)
        return not account.closed and self.until not in account.funded.get(self.instrument, ())

    def _ask_late(self, owed: Sequence[Held]) -> Outcome:
        """Pay those who were left out; what balances them waits in suspense, as it did then."""
        suspended = negate(total(each.quantity for each in owed))
        fields = {"records": [each.sequence for each in owed], "suspended": write_amount(suspended)}
        return self.ask(SettleFundingLate, fields)

    def ask(self, kind: type[Command], fields: Mapping[str, Any]) -> Outcome:
        """Ask under an id that no attempt before had: what was refused may be asked again."""
        size = self.ledger.reader.head().size
        said = {
            **self.sender,
            "command_id": f"funding:{self.instrument}:{self.until}:{size}",
            "instrument": self.instrument,
            "at": write_instant(self.until),
        }
        return self.ledger.record(kind.model_validate(said | dict(fields)))

    def told(self, outcomes: Sequence[Outcome]) -> Paid:
        """Say what was paid, and why it was not where it was refused."""
        events = [outcome.records[-1].event for outcome in outcomes]
        settled = tuple(event for event in events if isinstance(event, FundingIntervalSettled))
        fixed = None if not settled else self.ledger.reader.record(settled[0].fixed)
        rate = None if fixed is None else fixed.event
        assert rate is None or isinstance(rate, FundingRateFixed)
        return Paid(rate, settled, outcomes[-1].reason)


def _is_settled(outcome: Outcome) -> bool:
    return isinstance(outcome.records[-1].event, FundingIntervalSettled)


def _is_refused_for(outcome: Outcome, *reasons: Reason) -> bool:
    event = outcome.records[-1].event
    return isinstance(event, CommandRejected) and event.reason in reasons
