"""Takeover: what the market did not take goes to the backstop, at the price of bankruptcy.

What it is worth more at the mark goes back to the client, less the fee; what it is worth less is a
deficit, which is not his: he loses no more than he had.
"""

from typing import NamedTuple

from ledger.commands import TakeOverPosition
from ledger.contract import value
from ledger.conversion import convertible
from ledger.events import (
    DeficitRecognized,
    Draft,
    FundSource,
    LiquidationFeeCharged,
    LiquidationSurplusReturned,
    PositionTakenOver,
    Side,
    Unit,
)
from ledger.holding import Account
from ledger.liquidation import bankruptcy_price_of, liquidation_fee
from ledger.liquidation_case import (
    FEE,
    Scope,
    backstop_of,
    cured,
    on_backstop,
    other_side,
    parameter,
    scope_of,
)
from ledger.margin import Line
from ledger.numbers import ZERO, Amount, magnitude, negate, subtract
from ledger.parameters import Parameter
from ledger.position import Booked, book
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.reserve_fund import ReserveFund, contributed
from ledger.situation import Rules, Situation


class Deal(NamedTuple):
    """A position that goes over to the backstop, at which price and for what on either side."""

    line: Line
    price: Amount
    signed: Amount
    cost: Amount
    ours: Booked
    theirs: Booked

    @property
    def surplus(self) -> Amount:
        """Give what the position is worth more at the mark; below zero what it is worth less."""
        return subtract(self.signed, self.cost)


@upholds("R86", "R87")
def take_over(situation: Situation, command: TakeOverPosition) -> list[Draft]:
    """Let the backstop take a whole position over, once nothing else is left to try."""
    scope = scope_of(situation, command)
    if isinstance(scope, list):
        return scope
    line, backstop = scope.line(command.instrument), backstop_of(situation, scope.case.backstop)
    fee = parameter(situation, FEE, Unit.PERCENT)
    if line is None:
        return refuse(command, Reason.NO_POSITION, attempted=command.instrument)
    if backstop is None:
        return refuse(command, Reason.BACKSTOP_UNUSABLE, attempted=scope.case.backstop)
    if fee is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=FEE)
    if refusal := _too_soon(command, scope):
        return refusal
    return _taken_over(situation, command, scope, _deal(scope, line, backstop), fee)


def _too_soon(command: TakeOverPosition, scope: Scope) -> list[Draft]:
    """Refuse while the market may still take it, or other collateral is not turned into cash."""
    if refusal := cured(command, scope):
        return refusal
    if scope.totals.equity > ZERO and command.instrument not in scope.case.offered:
        return refuse(command, Reason.REDUCTION_NOT_TRIED, attempted=command.instrument)
    if left := convertible(scope):
        return refuse(command, Reason.COLLATERAL_UNCONVERTED, attempted=left[0].asset)
    return []


def _deal(scope: Scope, line: Line, backstop: Account) -> Deal:
    """Reckon at which price a position goes over; at the mark where no price ruins the account."""
    holding = line.holding
    terms, held = holding.terms, holding.quantity
    mark = holding.mark.figure
    price = bankruptcy_price_of(terms, negate(held), scope.bankruptcy_quote(line)) or mark
    cost = value(terms, held, price)
    return Deal(
        line=line,
        price=price,
        signed=value(terms, held, mark),
        cost=cost,
        ours=book(
            scope.account.position(terms.instrument), negate(held), negate(cost), terms.value_unit
        ),
        theirs=book(backstop.position(terms.instrument), held, cost, terms.value_unit),
    )


def _taken_over(
    situation: Situation, command: TakeOverPosition, scope: Scope, deal: Deal, fee: Parameter
) -> list[Draft]:
    """Pass the position, and settle what it is worth more or less at the mark."""
    holding, totals = deal.line.holding, scope.totals
    terms, account = holding.terms, scope.account
    taken = PositionTakenOver(
        account=account.name,
        case=command.case,
        step=scope.case.step + 1,
        instrument=terms.instrument,
        side=Side.SELL if holding.quantity > ZERO else Side.BUY,
        quantity=magnitude(holding.quantity),
        price=deal.price,
        cost=negate(deal.cost),
        asset=terms.settlement,
        realized_profit=deal.ours.realized,
        position_quantity=deal.ours.position.quantity,
        position_cost=deal.ours.position.cost,
        counterparty=scope.case.backstop,
        segregation=account.segregated,
        mark=holding.mark.source,
        mark_price=holding.mark.figure,
        equity=totals.equity,
        maintenance=totals.maintenance,
        surplus=deal.surplus,
        client=account.client,
    )
    passed = [Draft(command.stream(), taken), other_side(situation, scope.case, taken, deal.theirs)]
    if deal.surplus > ZERO:
        return [*passed, *_returned(situation, scope, taken, deal, fee)]
    if deal.surplus < ZERO:
        return [*passed, Draft(command.stream(), _deficit(taken, deal))]
    return passed


def _returned(
    situation: Situation, scope: Scope, taken: PositionTakenOver, deal: Deal, fee: Parameter
) -> list[Draft]:
    """Return what the position is worth more at the mark, and charge the fee for it."""
    stream, asset = f"account-{taken.account}", taken.asset
    returned = LiquidationSurplusReturned(
        account=taken.account,
        case=taken.case,
        step=taken.step + 1,
        instrument=taken.instrument,
        asset=asset,
        amount=deal.surplus,
        backstop=taken.counterparty,
        segregation=taken.segregation,
    )
    paid = on_backstop(
        situation, taken.account, scope.case, returned.step, asset, negate(deal.surplus)
    )
    return [Draft(stream, returned), paid, *_charged(situation, taken, deal, fee)]


def _charged(
    situation: Situation, taken: PositionTakenOver, deal: Deal, fee: Parameter
) -> list[Draft]:
    """Charge the fee, and let the reserve fund have it."""
    assert fee.number is not None
    asset, unit = taken.asset, deal.line.holding.terms.value_unit
    charged = liquidation_fee(deal.signed, deal.cost, fee.number, unit)
    if not charged:
        return []
    cost = LiquidationFeeCharged(
        account=taken.account,
        case=taken.case,
        step=taken.step + 2,
        instrument=taken.instrument,
        asset=asset,
        amount=charged,
        percent=fee.number,
        percent_source=fee.sequence,
        segregation=taken.segregation,
    )
    fund = situation.of(ReserveFund, asset)
    source = FundSource.LIQUIDATION_FEE
    came = contributed(fund, asset, charged, source, taken.account, (taken.case, cost.step))
    return [Draft(f"account-{taken.account}", cost), Draft(f"fund-{asset}", came)]


def _deficit(taken: PositionTakenOver, deal: Deal) -> DeficitRecognized:
    return DeficitRecognized(
        account=taken.account,
        case=taken.case,
        step=taken.step + 1,
        instrument=taken.instrument,
        asset=taken.asset,
        amount=negate(deal.surplus),
        quantity=deal.line.holding.quantity,
        price=taken.price,
        mark=taken.mark,
        mark_price=taken.mark_price,
    )


RULES: Rules = {TakeOverPosition: take_over}
