"""Conversion: collateral becomes cash where it is needed, the least cut first.

The backstop buys it at its collateral price. What is cut by a haircut counts whole as cash, so that
a conversion alone may cure an account (Kraken converts in the order of haircuts).
"""

from decimal import Decimal

from ledger.commands import ConvertCollateral
from ledger.events import CollateralConverted, Draft
from ledger.haircut import counted
from ledger.holding import Account
from ledger.liquidation import liability_to_transfer
from ledger.liquidation_case import Scope, backstop_of, cured, on_backstop, scope_of
from ledger.margin import Asset
from ledger.margin_book import owed_by
from ledger.numbers import (
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    amount,
    less,
    negate,
    round_to,
    share,
    subtract,
)
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation

CUT_UNIT = amount("0.0001")


def convertible(scope: Scope) -> list[Asset]:
    """List the collateral that settles nothing and could be sold, in the order of conversion."""
    settles = {each.terms.settlement for each in scope.book.holdings if each.quantity}
    there = (
        each
        for each in scope.book.assets
        if each.asset not in settles and _whole(each) > ZERO and each.price.figure
    )
    return sorted(there, key=lambda each: (_cut(each), each.asset))


def _whole(asset: Asset) -> Amount:
    return add(asset.cash, asset.pledged)


def _cut(asset: Asset) -> Decimal:
    """Give what part of an asset its haircut takes away, in percent."""
    whole = _whole(asset)
    return share(less(whole, counted(whole, asset.tiers or ())), PERCENT, whole)


@upholds("R86")
def convert(situation: Situation, command: ConvertCollateral) -> list[Draft]:
    """Sell what is next of the collateral: as much as cures, or all of it."""
    scope = scope_of(situation, command)
    if isinstance(scope, list):
        return scope
    backstop = backstop_of(situation, scope.case.backstop)
    if backstop is None:
        return refuse(command, Reason.BACKSTOP_UNUSABLE, attempted=scope.case.backstop)
    if refusal := cured(command, scope):
        return refusal
    queue, into = convertible(scope), _wanted(scope)
    if not queue or into is None or not scope.price(into):
        return refuse(command, Reason.NOTHING_TO_CONVERT)
    event = _converted(scope, queue[0], into)
    case = (event.account, scope.case, event.step)
    return [
        Draft(command.stream(), event),
        on_backstop(situation, *case, event.asset, event.quantity),
        on_backstop(situation, *case, into, negate(event.proceeds)),
    ]


def _wanted(scope: Scope) -> str | None:
    """Name the asset in which cash is needed: where most must be maintained, or what is owed."""
    held = [line for line in scope.lines if line.holding.quantity]
    if held:
        return max(held, key=lambda line: line.maintenance).holding.terms.settlement
    return next(iter(owed_by(scope.account)), None)


def _converted(scope: Scope, asset: Asset, into: str) -> CollateralConverted:
    quantity = _quantity(scope, asset)
    cut = round_to(_cut(asset), CUT_UNIT, Rounding.HALF_EVEN)
    unit = next(each.unit for each in scope.book.assets if each.asset == into)
    proceeds = share(quantity, asset.price.figure, scope.price(into))
    from_pledge = min(asset.pledged, quantity)
    account: Account = scope.account
    return CollateralConverted(
        account=account.name,
        case=scope.case.case,
        step=scope.case.step + 1,
        asset=asset.asset,
        quantity=quantity,
        from_pledge=from_pledge,
        pledged=subtract(asset.pledged, from_pledge),
        into=into,
        proceeds=round_to(proceeds, unit, Rounding.DOWN),
        price=asset.price.figure,
        price_source=asset.price.source,
        haircut=cut,
        backstop=scope.case.backstop,
        segregation=account.segregated,
    )


def _quantity(scope: Scope, asset: Asset) -> Amount:
    """Give as much as cures by no longer being cut (Drift, liability to transfer), or all of it."""
    whole, totals = _whole(asset), scope.totals
    shortage = subtract(totals.maintenance, totals.equity)
    weight = less(PERCENT, _cut(asset))
    wanted = liability_to_transfer(shortage, asset.price.figure, PERCENT, weight, ZERO)
    if wanted is None or wanted >= whole:
        return whole
    return min(whole, round_to(wanted, asset.unit, Rounding.UP))


RULES: Rules = {ConvertCollateral: convert}
