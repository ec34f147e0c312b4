"""Funding is paid: every holder at once, from those who pay to those who receive, to the last unit.

Each payment passes through CLEARING. What rounding leaves stays with nobody: it goes to ROUNDING,
and what would have been the part of a fill that waits in suspense waits there too.
"""

from ledger.commands import SettleFunding
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
from ledger.funding import Funding
from ledger.funding_rate import payment
from ledger.holding import Account
from ledger.instants import write_instant
from ledger.instrument import Instrument
from ledger.numbers import ZERO, Amount, add, negate, total
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R82")
def settle(situation: Situation, command: SettleFunding) -> list[Draft]:
    """Pay an interval; refused unless as much is long as is short among those named.

    Whoever was left out is paid by the same command, later; nobody is paid twice.
    """
    funding = situation.of(Funding, command.instrument)
    suspended = command.suspended or ZERO
    fixed = funding.unpaid.get(command.at) or _paid_before(funding, command, suspended)
    if fixed is None:
        paid = command.at <= funding.fixed_until
        reason = Reason.FUNDING_SETTLED if paid else Reason.FUNDING_NOT_FIXED
        return refuse(command, reason, attempted=write_instant(command.at))
    accounts = {name: situation.of(Account, name) for name in sorted(command.accounts)}
    for name, account in accounts.items():
        if account.mirror_of or not account.position(command.instrument).quantity:
            return refuse(command, Reason.NO_POSITION, attempted=name)
        if command.at in account.funded.get(command.instrument, ()):
            return refuse(command, Reason.FUNDING_SETTLED, attempted=name)
    held = (account.position(command.instrument).quantity for account in accounts.values())
    net = add(total(held), suspended)
    if net:
        return refuse(command, Reason.FUNDING_INCOMPLETE, limit=ZERO, attempted=net)
    return _settled(situation, command, fixed, accounts)


def _paid_before(funding: Funding, command: SettleFunding, suspended: Amount) -> Recorded | None:
    """Give the rate of an interval that was paid, if somebody may have been left out of it."""
    paid = funding.paid.get(command.at)
    more = bool(command.accounts) or bool(suspended)
    if paid is None or not more or (suspended and paid.suspended):
        return None
    return paid.rate


def _settled(
    situation: Situation, command: SettleFunding, fixed: Recorded, accounts: dict[str, Account]
) -> list[Draft]:
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    rule = situation.of(Funding, command.instrument).rule(command.at)
    if known is None or rule is None:
        return refuse(command, Reason.METHOD_MISSING, attempted=command.instrument)
    assert isinstance(rule.event, FundingRuleSet)
    payments = [
        _payment(command, known.terms, rule.event, fixed, (name, account))
        for name, account in accounts.items()
    ]
    suspended = command.suspended or ZERO
    rate = fixed.event
    assert isinstance(rate, FundingRateFixed)
    waiting = _due(known.terms, rule.event, rate, suspended)
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
        suspended=suspended,
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
    command: SettleFunding,
    terms: InstrumentSpecified,
    rule: FundingRuleSet,
    fixed: Recorded,
    holder: tuple[str, Account],
) -> FundingSettled:
    name, account = holder
    rate = fixed.event
    assert isinstance(rate, FundingRateFixed)
    assert account.segregation is not None
    quantity = account.position(command.instrument).quantity
    amount = _due(terms, rule, rate, quantity)
    left = add(account.unreserved(terms.settlement), amount)
    short = amount < ZERO and left < ZERO and not account.pledged
    return FundingSettled(
        account=name,
        instrument=command.instrument,
        until=command.at,
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


RULES: Rules = {SettleFunding: settle}
