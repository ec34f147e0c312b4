"""Funding that is due: the rate of an interval that was sampled is fixed, and then paid.

Killed between the two, the same call goes on: what is fixed is not fixed again.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger.api import Ledger
from ledger.commands import Command, FixFundingRate, SettleFunding
from ledger.errors import Misconfigured
from ledger.events import FundingIntervalSettled, FundingRateFixed
from ledger.funding import Funding
from ledger.instants import Instant, write_instant
from ledger.mirrors import state_of
from ledger.numbers import write_amount
from ledger.outcome import Outcome, Status
from projections.holders import holders_of


class Paid(NamedTuple):
    """What became of an interval: its rate and who paid how much, or why it was refused."""

    rate: FundingRateFixed | None
    settled: FundingIntervalSettled | None
    refused: str | None


def pay_funding(
    ledger: Ledger, instrument: str, at: Instant | None, sender: Mapping[str, Any]
) -> Paid:
    """Fix the rate of the interval that ends at a moment, and pay it to everybody who holds it.

    Without a moment it is the first that is due. Raises `Misconfigured` where nothing is.
    """
    funding = state_of(ledger.reader, f"funding-{instrument}")
    assert isinstance(funding, Funding)
    until = _due(instrument, funding) if at is None else at
    said = {**sender, "instrument": instrument, "at": write_instant(until)}
    known = funding.unpaid.get(until)
    if known is None:
        fixed = _ask(ledger, FixFundingRate, f"funding:{instrument}:{until}:rate", said)
        if fixed.status is Status.REJECTED:
            return Paid(None, None, fixed.reason)
        known = fixed.records[-1]
    rate = known.event
    assert isinstance(rate, FundingRateFixed)
    holders = holders_of(ledger, instrument)
    whom = {"accounts": holders.accounts, "suspended": write_amount(holders.suspended)}
    name = f"funding:{instrument}:{until}:paid:{ledger.reader.head().size}"
    outcome = _ask(ledger, SettleFunding, name, said | whom)
    settled = outcome.records[-1].event
    if not isinstance(settled, FundingIntervalSettled):
        return Paid(rate, None, outcome.reason)
    return Paid(rate, settled, None)


def _due(instrument: str, funding: Funding) -> Instant:
    """Find the end of the first interval that is not paid, or for which no rate is fixed."""
    due = min((*funding.unpaid, *funding.samples), default=None)
    if due is None:
        remedy = "set a funding rule and sample the premium first"
        raise Misconfigured(f"nothing to pay on {instrument}: {remedy}")
    return due


def _ask(
    ledger: Ledger, kind: type[Command], command_id: str, fields: Mapping[str, Any]
) -> Outcome:
    return ledger.record(kind.model_validate({"command_id": command_id, **fields}))
