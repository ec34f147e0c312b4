"""Funding is paid: every holder at once, from those who pay to those who receive, to the last unit.

Each payment passes through CLEARING. What rounding leaves stays with nobody: it goes to ROUNDING,
and what would have been the part of a fill that waits in suspense waits there too.
"""

from typing import NamedTuple

from ledger.chart import Segregation
from ledger.commands import SettleFunding, SettleFundingLate
from ledger.contract import worth
from ledger.events import (
    Draft,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingRuleSet,
    FundingSettled,
    InstrumentSpecified,
    Recorded,
)
from ledger.funding import Funding, Paid
from ledger.funding_rate import payment
from ledger.holders import holdings_of
from ledger.holding import Account
from ledger.instants import write_instant
from ledger.instrument import Instrument
from ledger.journal import Positioned
from ledger.numbers import ZERO, Amount, add, negate, total
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R82")
def settle(situation: Situation, command: SettleFunding) -> list[Draft]:
    """Pay an interval, once; refused unless as much is long as is short among those named."""
    funding, suspended = situation.of(Funding, command.instrument), command.suspended or ZERO
    fixed = funding.unpaid.get(command.at)
    if fixed is None:
        return _not_due(command, funding)
    held = holdings_of(situation, command)
    if isinstance(held, list):
        return held
    return _settled(situation, command, fixed, Owed(held, suspended))


@upholds("R82")
def settle_late(situation: Situation, command: SettleFundingLate) -> list[Draft]:
    """Pay whoever was left out of an interval, by what he held as the others were paid.

    The part of an account that is closed since waits in suspense.
    """
    funding, suspended = situation.of(Funding, command.instrument), command.suspended or ZERO
    paid = funding.paid.get(command.at)
    if paid is None:
        return _not_due(command, funding)
    held: dict[str, Amount] = {}
    for record in command.records:
        holder = _holder(situation.cited[record], command, paid)
        if holder is None or holder.account in held:
            return refuse(command, Reason.RECORD_UNKNOWN, attempted=record)
        account = situation.of(Account, holder.account)
        if command.at in account.funded.get(command.instrument, ()):
            return refuse(command, Reason.FUNDING_SETTLED, attempted=holder.account)
        if account.closed:
            return refuse(command, Reason.ACCOUNT_CLOSED, attempted=holder.account)
        held[holder.account] = holder.quantity
    return _settled(situation, command, paid.rate, Owed(held, suspended))


class Holder(NamedTuple):
    """An account and what it held."""

    account: str
    quantity: Amount


class Owed(NamedTuple):
    """Who is to be paid, by how much each held, and what waits in suspense."""

    held: dict[str, Amount]
    suspended: Amount


def _not_due(command: SettleFunding | SettleFundingLate, funding: Funding) -> list[Draft]:
    """Say why an interval is not to be paid like this."""
    if command.at in funding.unpaid:
        reason = Reason.FUNDING_UNPAID
    elif command.at <= funding.fixed_until:
        reason = Reason.FUNDING_SETTLED
    else:
        reason = Reason.FUNDING_NOT_FIXED
    return refuse(command, reason, attempted=write_instant(command.at))


def _holder(record: Recorded | None, command: SettleFundingLate, paid: Paid) -> Holder | None:
    """Read off a fill what an account held after it; None where it says nothing of it."""
    if record is None or record.sequence >= paid.settled.sequence:
        return None
    filled = record.event
    if not isinstance(filled, Positioned) or filled.instrument != command.instrument:
        return None
    if filled.segregation is Segregation.SUSPENSE or not filled.position_quantity:
        return None
    return Holder(filled.account, filled.position_quantity)


def _settled(
    situation: Situation,
    command: SettleFunding | SettleFundingLate,
    fixed: Recorded,
    owed: Owed,
) -> list[Draft]:
    """Pay all who are owed; refused unless as much is long as is short."""
    if net := add(total(owed.held.values()), owed.suspended):
        return refuse(command, Reason.FUNDING_INCOMPLETE, limit=ZERO, attempted=net)
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    rule = situation.of(Funding, command.instrument).rule(command.at)
    if known is None or rule is None:
        return refuse(command, Reason.METHOD_MISSING, attempted=command.instrument)
    assert isinstance(rule.event, FundingRuleSet)
    payments = [
        _payment(situation.of(Account, name), known.terms, rule.event, fixed, quantity)
        for name, quantity in owed.held.items()
    ]
    rate = fixed.event
    assert isinstance(rate, FundingRateFixed)
    waiting = _due(known.terms, rule.event, rate, owed.suspended)
    amounts = [event.amount for event in payments]
    summary = FundingIntervalSettled(
        instrument=command.instrument,
        until=command.at,
        accounts=len(payments),
        paid=negate(total(amount for amount in amounts if amount < ZERO)),
        received=total(amount for amount in amounts if amount > ZERO),
        residual=negate(add(total(amounts), waiting)),
        asset=known.terms.settlement,
        fixed=fixed.sequence,
        suspended=owed.suspended,
        suspended_amount=waiting,
    )
    drafts = [Draft(f"account-{event.account}", event, at=command.at) for event in payments]
    return [*drafts, Draft(command.stream(), summary, at=command.at)]


def _due(
    terms: InstrumentSpecified, rule: FundingRuleSet, rate: FundingRateFixed, quantity: Amount
) -> Amount:
    if not quantity:
        return ZERO
    whole = worth(terms, quantity, rate.mark_price)
    return payment(quantity, whole, rate.rate, terms.value_unit, rule.rounding)


def _payment(
    account: Account,
    terms: InstrumentSpecified,
    rule: FundingRuleSet,
    fixed: Recorded,
    quantity: Amount,
) -> FundingSettled:
    rate = fixed.event
    assert isinstance(rate, FundingRateFixed)
    assert account.segregation is not None
    amount = _due(terms, rule, rate, quantity)
    left = add(account.unreserved(terms.settlement), amount)
    short = amount < ZERO and left < ZERO and not account.pledged
    return FundingSettled(
        account=account.name,
        instrument=terms.instrument,
        until=rate.until,
        quantity=quantity,
        mark_price=rate.mark_price,
        rate=rate.rate,
        amount=amount,
        asset=terms.settlement,
        fixed=fixed.sequence,
        segregation=account.segregation,
        client=account.client,
        flags=(Flag.INSUFFICIENT_FUNDS,) if short else (),
    )


RULES: Rules = {SettleFunding: settle, SettleFundingLate: settle_late}
