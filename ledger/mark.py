"""The mark of an instrument: made of its index, its own market and its funding rate."""

from typing import NamedTuple

from ledger.commands import ReckonMark
from ledger.events import (
    Draft,
    FundingRateFixed,
    FundingRuleSet,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    Recorded,
)
from ledger.funding import Funding
from ledger.instants import SECOND, write_instant
from ledger.numbers import ZERO, Amount
from ledger.price import Index, Price
from ledger.price_making import refused
from ledger.pricing import basis_of, fair_price, mark_of, moving_price
from ledger.reasons import Reason
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


class Carry(NamedTuple):
    """The funding that is still to come: the rate last fixed, and how long it is until the next."""

    sequence: int = 0
    rate: Amount = ZERO
    until_funding: int = 0
    interval: int = 0


@upholds("R81")
def reckon(situation: Situation, command: ReckonMark) -> list[Draft]:
    """Make the mark by the method in force, or refuse to where its index is missing or too old."""
    prices = situation.of(Price, command.instrument)
    record = prices.method(command.at)
    if record is None:
        return refused(command, Reason.METHOD_MISSING)
    method = record.event
    assert isinstance(method, MarkMethodSet)
    index = situation.of(Index, method.index)
    served = index.serving(command.at)
    if served is None:
        since = None if index.latest is None else write_instant(index.latest.at)
        return refused(command, index.absence, limit=since, attempted=method.index, method=record)
    event = _marked(situation, command, record, served)
    if event is None:
        return refused(command, Reason.PRICE_INPUT_MISSING, attempted=method.kind, method=record)
    if not event.price:
        return refused(command, Reason.PRICE_ROUNDS_AWAY, limit=method.unit, method=record)
    return [Draft(command.stream(), event, at=command.at)]


def _marked(
    situation: Situation, command: ReckonMark, record: Recorded, served: Recorded
) -> MarkPriceComputed | None:
    """Make the mark, with all that it is made of; None where an input is missing."""
    method, index = record.event, served.event
    assert isinstance(method, MarkMethodSet)
    assert isinstance(index, IndexPriceComputed)
    marks = situation.of(Price, command.instrument).marks
    carry = _carry(situation, command)
    fair = fair_price(index.price, carry.rate, carry.until_funding, carry.interval, method.unit)
    basis_before, elapsed = _basis_before(marks[-1] if marks else None, command)
    book = (command.bid, command.ask)
    basis = basis_of(book, index.price, basis_before, elapsed, method.window)
    moving = moving_price(command.bid, index.price, basis)
    price = mark_of(method, index.price, fair=fair, moving=moving, last=command.last)
    if price is None:
        return None
    return MarkPriceComputed(
        instrument=command.instrument,
        price=price,
        method=record.sequence,
        index=served.sequence,
        index_price=index.price,
        bid=command.bid,
        ask=command.ask,
        last=command.last,
        fair=fair,
        moving=moving,
        basis=basis,
        basis_before=basis_before,
        elapsed=elapsed,
        funding=carry.sequence,
        funding_rate=carry.rate,
        until_funding=carry.until_funding,
        interval=carry.interval,
    )


def _basis_before(before: Recorded | None, command: ReckonMark) -> tuple[Amount | None, int]:
    """Give the basis of the last mark, and how many nanoseconds ago that was."""
    if before is None:
        return None, 0
    assert isinstance(before.event, MarkPriceComputed)
    return before.event.basis, max(0, command.at - before.at)


def _carry(situation: Situation, command: ReckonMark) -> Carry:
    """Find the funding to come; none where no rule is in force."""
    funding = situation.of(Funding, command.instrument)
    rule = funding.rule(command.at)
    if rule is None:
        return Carry()
    assert isinstance(rule.event, FundingRuleSet)
    interval = rule.event.interval * SECOND
    fixed = funding.fixed
    if fixed is None:
        return Carry(until_funding=interval - command.at % interval, interval=interval)
    assert isinstance(fixed.event, FundingRateFixed)
    left = interval - command.at % interval
    return Carry(fixed.sequence, fixed.event.rate, left, interval)


RULES: Rules = {ReckonMark: reckon}
