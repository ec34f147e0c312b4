"""Reduction: of a position as much is offered to the market as cures, tier by tier.

At once or not at all, at a price between the mark and that of bankruptcy, so that the account is
left with nothing less than nothing.
"""

from ledger.commands import ReducePosition
from ledger.contract import value
from ledger.events import (
    Draft,
    LiquidationOrderPlaced,
    OrderAccepted,
    OrderReceived,
    OrderType,
    Side,
    TimeInForce,
    Unit,
)
from ledger.instrument import Instrument
from ledger.liquidation import bankruptcy_price_of, fillable_price, lots_to_cure, to_reduce
from ledger.liquidation_case import (
    ADJUSTMENT,
    SPREAD,
    Scope,
    cured,
    parameter,
    scope_of,
)
from ledger.margin import Line
from ledger.numbers import (
    FINEST,
    ONE,
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    less,
    magnitude,
    negate,
    product,
    round_to,
    share,
    subtract,
)
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation
from ledger.tiers import tier_at


@upholds("R86")
def reduce(situation: Situation, command: ReducePosition) -> list[Draft]:
    """Offer a part of a position to the market: what cures, or leads into the next lower tier."""
    scope = scope_of(situation, command)
    if isinstance(scope, list):
        return scope
    line = scope.line(command.instrument)
    if line is None:
        return refuse(command, Reason.NO_POSITION, attempted=command.instrument)
    if refusal := cured(command, scope):
        return refusal
    pace = _pace(situation)
    if isinstance(pace, str):
        return refuse(command, Reason.PARAMETER_MISSING, attempted=pace)
    return _offered(situation, command, scope, line, pace)


def _pace(situation: Situation) -> tuple[Amount, Amount] | str:
    """Give how fast and how far offers move from the mark, or what is not recorded of that."""
    adjustment = parameter(situation, ADJUSTMENT, Unit.RATIO)
    spread = parameter(situation, SPREAD, Unit.PERCENT)
    if adjustment is None or adjustment.number is None:
        return ADJUSTMENT
    if spread is None or spread.number is None:
        return SPREAD
    return adjustment.number, spread.number


def _offered(
    situation: Situation,
    command: ReducePosition,
    scope: Scope,
    line: Line,
    pace: tuple[Amount, Amount],
) -> list[Draft]:
    """Place the order in the account's name: it only reduces, at once or not at all."""
    holding, totals = line.holding, scope.totals
    terms, held = holding.terms, holding.quantity
    signed = value(terms, held, holding.mark.figure)
    bankrupt = bankruptcy_price_of(terms, negate(held), scope.bankruptcy_quote(line))
    price = fillable_price(
        terms, held, signed, totals.equity, totals.maintenance, line.maintenance, *pace
    )
    if bankrupt is None or price is None or totals.equity <= ZERO:
        return refuse(command, Reason.NOTHING_LEFT, limit=ZERO, attempted=totals.equity)
    price = max(price, bankrupt) if held > ZERO else min(price, bankrupt)
    shortage = scope.settled(holding, subtract(totals.maintenance, totals.equity))
    placed = LiquidationOrderPlaced(
        account=command.account,
        case=command.case,
        step=scope.case.step + 1,
        order_id=command.command_id,
        instrument=terms.instrument,
        side=Side.SELL if held > ZERO else Side.BUY,
        quantity=lots_to_offer(line, shortage, price),
        price=price,
        mark=holding.mark.source,
        mark_price=holding.mark.figure,
        bankruptcy_price=bankrupt,
        shortage=shortage,
        tier=tier_at(holding.tiers, line.worth).floor,
    )
    events = (*_ordered(situation, scope, placed), placed)
    return [Draft(command.stream(), event) for event in events]


def _ordered(
    situation: Situation, scope: Scope, placed: LiquidationOrderPlaced
) -> tuple[OrderReceived, OrderAccepted]:
    """Place the order as any other, but that no control looks at it and nothing is held for it."""
    known = situation.of(Instrument, placed.instrument).specification(situation.now)
    assert known is not None
    received = OrderReceived(
        account=placed.account,
        order_id=placed.order_id,
        instrument=placed.instrument,
        side=placed.side,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.IOC,
        quantity=placed.quantity,
        price=placed.price,
        reduce_only=True,
        client=scope.account.client,
        liquidation=placed.case,
    )
    accepted = OrderAccepted(
        account=placed.account,
        order_id=placed.order_id,
        instrument=placed.instrument,
        leaves_quantity=placed.quantity,
        terms=known.version,
        hold=ZERO,
        held_asset=known.terms.settlement,
        reference_price=placed.mark_price,
    )
    return received, accepted


def lots_to_offer(line: Line, shortage: Amount, price: Amount) -> Amount:
    """Give the fewest lots that cure a shortage, but no more than lead into the next lower tier.

    What is closed frees its maintenance margin and costs the fee of who takes, and what the offer
    lies away from the mark (Drift, base to cover a shortage).
    """
    holding = line.holding
    terms, held, mark = holding.terms, holding.quantity, holding.mark.figure
    tier = tier_at(holding.tiers, line.worth)
    given = round_to(share(less(mark, price).copy_abs(), PERCENT, mark), FINEST, Rounding.UP)
    fee = max(ZERO, round_to(share(terms.taker_fee, PERCENT, ONE), FINEST, Rounding.UP))
    one = share(line.worth, ONE, magnitude(held))
    wanted = to_reduce(shortage, one, tier.maintenance, fee, given)
    if tier.floor:
        above = share(product(less(line.worth, tier.floor), magnitude(held)), ONE, line.worth)
        wanted = above if wanted is None else min(wanted, above)
    return lots_to_cure(wanted, held, terms.lot)


RULES: Rules = {ReducePosition: reduce}
