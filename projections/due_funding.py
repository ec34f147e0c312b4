"""Funding that is due: the rate of an interval that was sampled is fixed, and then paid.

Killed between the two, the same call goes on: what is fixed is not fixed again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ledger.api import Ledger
from ledger.commands import Command, FixFundingRate, SettleFunding
from ledger.errors import Misconfigured
from ledger.events import (
    CommandRejected,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingSettled,
)
from ledger.funding import Funding
from ledger.holding import Account
from ledger.instants import Instant, write_instant
from ledger.mirrors import state_of
from ledger.numbers import ZERO, Amount, write_amount
from ledger.outcome import Outcome
from ledger.reasons import Reason
from projections.holders import account_before, holders_of

ATTEMPTS = 10
"""So often are the holders looked up anew where one came or left before they were paid."""

CHANGED = (Reason.NO_POSITION, Reason.FUNDING_INCOMPLETE)


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

    Without a moment it is the first that is due; of one that is paid, whoever was left out is paid.
    Raises `Misconfigured` where nothing is due.
    """
    funding = _funding(ledger, instrument)
    until = _due(instrument, funding) if at is None else at
    interval = _Interval(
        ledger, instrument, until, {**sender, "instrument": instrument, "at": write_instant(until)}
    )
    if until in funding.paid:
        late = interval.left_out(())
        return interval.told([interval.settle(late, ZERO)])
    if until not in funding.unpaid:
        fixed = interval.ask(FixFundingRate, {})
        if not isinstance(fixed.records[-1].event, FundingRateFixed):
            return Paid(None, (), fixed.reason)
    first = interval.settle_all()
    named = [r.event.account for r in first.records if isinstance(r.event, FundingSettled)]
    late = interval.left_out(named) if named else ()
    return interval.told([first, interval.settle(late, ZERO)] if late else [first])


def _funding(ledger: Ledger, instrument: str) -> Funding:
    state = state_of(ledger.reader, f"funding-{instrument}")
    assert isinstance(state, Funding)
    return state


def _due(instrument: str, funding: Funding) -> Instant:
    """Find the end of the first interval that is not paid, or for which no rate is fixed."""
    due = min((*funding.unpaid, *funding.samples), default=None)
    if due is None:
        remedy = "set a funding rule and sample the premium first"
        raise Misconfigured(f"nothing to pay on {instrument}: {remedy}")
    return due


class _Interval(NamedTuple):
    """An interval that is to be paid, and the fields of every command that does it."""

    ledger: Ledger
    instrument: str
    until: Instant
    said: Mapping[str, Any]

    def settle_all(self) -> Outcome:
        """Pay whoever holds the contract; look again where one came or left in that moment."""
        for _ in range(ATTEMPTS):
            holders = holders_of(self.ledger, self.instrument)
            outcome = self.settle(holders.accounts, holders.suspended)
            event = outcome.records[-1].event
            if not isinstance(event, CommandRejected) or event.reason not in CHANGED:
                break
        return outcome

    def settle(self, accounts: Sequence[str], suspended: Amount) -> Outcome:
        """Pay these accounts, and what waits in suspense."""
        whom = {"accounts": accounts, "suspended": write_amount(suspended)}
        return self.ask(SettleFunding, whom)

    def left_out(self, named: Sequence[str]) -> tuple[str, ...]:
        """Name who held the contract when it was paid, was not named then, and holds it now."""
        paid = _funding(self.ledger, self.instrument).paid[self.until]
        others = sorted(set(holders_of(self.ledger, self.instrument).accounts).difference(named))
        return tuple(name for name in others if self._is_owed(name, paid.sequence))

    def _is_owed(self, name: str, sequence: int) -> bool:
        held = account_before(self.ledger, name, sequence).position(self.instrument).quantity
        now = state_of(self.ledger.reader, f"account-{name}")
        assert isinstance(now, Account)
        return bool(held) and self.until not in now.funded.get(self.instrument, ())

    def ask(self, kind: type[Command], fields: Mapping[str, Any]) -> Outcome:
        """Ask under an id that no attempt before had: what was refused may be asked again."""
        size = self.ledger.reader.head().size
        name = f"funding:{self.instrument}:{self.until}:{size}"
        return self.ledger.record(kind.model_validate({"command_id": name, **self.said, **fields}))

    def told(self, outcomes: Sequence[Outcome]) -> Paid:
        """Say what was paid, and why it was not where it was refused."""
        events = [outcome.records[-1].event for outcome in outcomes]
        settled = tuple(event for event in events if isinstance(event, FundingIntervalSettled))
        paid = _funding(self.ledger, self.instrument).paid.get(self.until)
        rate = None if paid is None else paid.rate.event
        assert rate is None or isinstance(rate, FundingRateFixed)
        return Paid(rate, settled, outcomes[-1].reason)
