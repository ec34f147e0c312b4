"""What every account holds of each instrument by average cost, mirrors of other venues included.

Sums over what was booked, so that a late fact is right on both clocks: realized profit is what left
the cost for cash. `average_cost` is the cost of one contract, signed as the cost is (below zero for
an inverse contract), half-even to 18 decimals; there is none where nothing is held.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.chart import Segregation
from ledger.events import (
    BackstopTraded,
    Event,
    FillBusted,
    FillCorrected,
    OrderFilled,
    PositionDeleveraged,
    PositionTakenOver,
    Recorded,
    Side,
    VenueExecution,
)
from ledger.journal import Passed
from ledger.numbers import (
    FINEST,
    ONE,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    add,
    negate,
    round_to,
    share,
)
from projections.change import Change, Key
from projections.exact import ExactAmount
from projections.tally import Tally

table = Table(
    "positions",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("instrument", Text, primary_key=True),
    Column("quantity", ExactAmount, nullable=False),
    Column("cost", ExactAmount, nullable=False),
    Column("average_cost", ExactAmount),
    Column("asset", Text),
    Column("realized_profit", ExactAmount, nullable=False),
    Column("fees", ExactAmount, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)

State = tuple[Amount, Amount, Amount | None, str | None, Amount, Amount, int]


class Move(NamedTuple):
    """What one record moves: signed quantity and cost, realized profit and fee."""

    quantity: Amount
    cost: Amount
    realized_profit: Amount
    fee: Amount
    asset: str
    sequence: int


def parts(recorded: Recorded) -> tuple[tuple[Key, Move], ...]:
    """Hand what moves a position to that position."""
    moves = _MOVES.get(type(recorded.event))
    return () if moves is None else moves(recorded.event, recorded.sequence)


def _filled(event: OrderFilled, sequence: int) -> tuple[tuple[Key, Move], ...]:
    return _moved(event, event.last_quantity, sequence)


def _righted(event: FillBusted | FillCorrected, sequence: int) -> tuple[tuple[Key, Move], ...]:
    return _moved(event, negate(event.quantity), sequence)


def _moved(
    event: OrderFilled | FillBusted | FillCorrected, bought: Amount, sequence: int
) -> tuple[tuple[Key, Move], ...]:
    """Give what a fill moves; spot trades and what waits in suspense leave no position."""
    if event.position_quantity is None:
        return ()
    quantity = bought if event.side is Side.BUY else negate(bought)
    realized = event.realized_profit
    move = Move(quantity, event.cost, realized, event.fee, event.asset, sequence)
    return (((event.account, event.instrument), move),)


def _executed(event: VenueExecution, sequence: int) -> tuple[tuple[Key, Move], ...]:
    return _passed(event, sequence) if event.segregation is Segregation.MIRROR else ()


def _passed(event: Passed | VenueExecution, sequence: int) -> tuple[tuple[Key, Move], ...]:
    """Give what moves a position without a fee."""
    quantity = event.quantity if event.side is Side.BUY else negate(event.quantity)
    move = Move(quantity, event.cost, event.realized_profit, ZERO, event.asset, sequence)
    return (((event.account, event.instrument), move),)


_MOVES: dict[type[Event], Callable[[Any, int], tuple[tuple[Key, Move], ...]]] = {
    OrderFilled: _filled,
    FillBusted: _righted,
    FillCorrected: _righted,
    VenueExecution: _executed,
    PositionTakenOver: _passed,
    PositionDeleveraged: _passed,
    BackstopTraded: _passed,
}


def step(state: State | None, move: Move) -> tuple[State, tuple[Change, ...]]:
    """Add the move to the position."""
    quantity, cost, realized, fees = move.quantity, move.cost, move.realized_profit, move.fee
    if realized:
        cost = add(cost, realized)
    if state is not None:
        quantity, cost = add(state[0], quantity), add(state[1], cost)
        realized = add(state[4], realized) if realized else state[4]
        fees = add(state[5], fees) if fees else state[5]
    return (quantity, cost, _average(cost, quantity), move.asset, realized, fees, move.sequence), ()


def _average(cost: Amount, quantity: Amount) -> Amount | None:
    """Give the cost of one contract; none where it would be larger than any amount."""
    if not quantity:
        return None
    try:
        return round_to(share(cost, ONE, quantity), FINEST, Rounding.HALF_EVEN)
    except OutOfRange:
        return None


view = Tally("positions", table, version=2, memory=table, parts=parts, step=step)
