"""What an interval of funding must have paid: to whoever held the contract, once, to a unit."""

import msgspec

from ledger.contract import worth
from ledger.events import (
    FundingIntervalSettled,
    FundingRateFixed,
    FundingRuleSet,
    FundingSettled,
    InstrumentSpecified,
    Recorded,
)
from ledger.funding_rate import payment
from ledger.laws.figures import said
from ledger.numbers import ZERO, Amount, add, negate, subtract, total

SUSPENSE = "what waits in suspense"
"""Who is owed the part of fills that wait to be put right."""


class Terms(msgspec.Struct, frozen=True, gc=False):
    """By what an interval is paid: the rate, its rule, and the contract."""

    fixed: Recorded
    rate: FundingRateFixed
    rule: FundingRuleSet
    contract: InstrumentSpecified

    def due(self, quantity: Amount) -> Amount:
        """Give what a holder of so much pays or receives."""
        if not quantity:
            return ZERO
        whole = worth(self.contract, quantity, self.rate.mark_price)
        unit, rounding = self.contract.value_unit, self.rule.rounding
        return payment(quantity, whole, self.rate.rate, unit, rounding)


def owed(held: dict[str, Amount]) -> dict[str, Amount]:
    """Say who is to be paid for an interval when it is first paid, by how much each holds."""
    waits = negate(total(held.values()))
    return {**held, SUSPENSE: waits} if waits else dict(held)


def pay_off(
    owed: dict[str, Amount], event: FundingIntervalSettled, paid: list[FundingSettled]
) -> str | None:
    """Take whoever is paid from those who are owed; say who is paid that is not, or twice."""
    seen = set()
    for each in paid:
        if each.account in seen:
            return f"{each.account} is paid twice"
        held = owed.pop(each.account, None)
        if held is None:
            return f"{each.account} held nothing, or was paid before"
        if breach := said("quantity", each.quantity, held):
            return f"{each.account}: {breach}"
        seen.add(each.account)
    waits = subtract(owed.pop(SUSPENSE, ZERO), event.suspended)
    if waits:
        owed[SUSPENSE] = waits
    return None


def without_closed(owed: dict[str, Amount], closed: set[str]) -> dict[str, Amount]:
    """Give who is still owed, where the parts of accounts closed since wait in suspense."""
    parts = total(held for name, held in owed.items() if name in closed)
    if add(owed.get(SUSPENSE, ZERO), parts):
        return owed
    return {n: held for n, held in owed.items() if n != SUSPENSE and n not in closed}


def mispaid(event: FundingSettled, terms: Terms) -> str | None:
    """Say in what one payment is not by the rate and the mark of the interval."""
    cited = (event.fixed, event.instrument, event.until)
    if cited != (terms.fixed.sequence, terms.rate.instrument, terms.rate.until):
        return f"{event.account} is paid for another interval"
    if event.asset != terms.contract.settlement:
        return f"{event.account} is paid in {event.asset}"
    breach = (
        said("mark_price", event.mark_price, terms.rate.mark_price)
        or said("rate", event.rate, terms.rate.rate)
        or said("amount", event.amount, terms.due(event.quantity))
    )
    return breach and f"{event.account}: {breach}"


def missummed(
    event: FundingIntervalSettled, paid: list[FundingSettled], terms: Terms
) -> str | None:
    """Say how what is paid, waits in suspense and is left of rounding does not sum to nothing."""
    if event.accounts != len(paid):
        return f"accounts is {event.accounts}, due {len(paid)}"
    amounts = [each.amount for each in paid]
    waiting = terms.due(event.suspended)
    return (
        said("suspended_amount", event.suspended_amount, waiting)
        or said("paid", event.paid, negate(total(a for a in amounts if a < ZERO)))
        or said("received", event.received, total(a for a in amounts if a > ZERO))
        or said("residual", event.residual, negate(add(total(amounts), waiting)))
    )
