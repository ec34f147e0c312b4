"""Every lot of every position, first in, first out, over the same facts as the average cost.

A trade closes the oldest lots that stand against it, and opens a lot with what is left of it; a lot
has the sequence of the record that opened it. Where a cost is split by quantity, the part is cut
towards zero after 18 decimals and the last part takes the rest, so that nothing is lost: what all
lots still cost, less what they realized, is the sum of what was traded, by average cost as well.

A bust is an opposite trade at the original value that closes its own lot before the oldest. A
correction takes quantity out of its own lot at what it cost there; the rest of the difference goes
to that lot's cost and profit, by what of it is open and what is closed. Where the lot is closed or
never was, quantity taken back is an opposite trade, and a difference without quantity is profit, in
a row with the number of the fill.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
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
from ledger.instants import Instant
from ledger.numbers import (
    FINEST,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    add,
    magnitude,
    negate,
    round_to,
    share,
    subtract,
)
from projections.change import Change, Key, changing
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "positions_fifo",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("instrument", Text, primary_key=True),
    Column("lot", BigInteger, primary_key=True, autoincrement=False),
    Column("opened_at", Nanoseconds),
    Column("asset", Text),
    Column("quantity", ExactAmount, nullable=False),
    Column("remaining_quantity", ExactAmount, nullable=False),
    Column("remaining_cost", ExactAmount, nullable=False),
    Column("realized_profit", ExactAmount, nullable=False),
)

memory = Table(
    "positions_fifo_memory",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("instrument", Text, primary_key=True),
    Column("lots", Text, nullable=False),
)

_opened = changing(
    table, ("opened_at", "asset", "quantity", "remaining_quantity", "remaining_cost")
)
_changed = changing(
    table, ("quantity", "remaining_quantity", "remaining_cost"), ("realized_profit",)
)
_realized = changing(table, adds=("realized_profit",))


class Lot(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What is left of a lot: `opened` and `quantity` signed, `cost` what is left of its cost."""

    number: int
    opened: Amount
    quantity: Amount
    cost: Amount


Lots = tuple[Lot, ...]
_read = msgspec.json.Decoder(Lots).decode


class Move(NamedTuple):
    """What one record does to a position: `quantity` and `cost` signed as bought.

    `rights` is the fill that a bust or correction puts right.
    """

    key: tuple[str, str]
    number: int
    at: Instant
    asset: str
    quantity: Amount
    cost: Amount
    rights: int | None
    corrects: bool


def parts(recorded: Recorded) -> tuple[tuple[Key, Move], ...]:
    """Hand what moves a position to that position; what waits in suspense moves none."""
    event: Any = recorded.event
    quantity_of = _QUANTITIES.get(type(event))
    if quantity_of is None or event.position_quantity is None:
        return ()
    if event.segregation is Segregation.SUSPENSE:
        return ()
    quantity = quantity_of(event)
    move = Move(
        key=(event.account, event.instrument),
        number=recorded.sequence,
        at=recorded.at,
        asset=event.asset,
        quantity=quantity if event.side is Side.BUY else negate(quantity),
        cost=event.cost,
        rights=recorded.corrects,
        corrects=isinstance(event, FillCorrected),
    )
    return ((move.key, move),)


_QUANTITIES: dict[type[Event], Callable[[Any], Amount]] = {
    OrderFilled: lambda event: event.last_quantity,
    FillBusted: lambda event: negate(event.quantity),
    FillCorrected: lambda event: negate(event.quantity),
    VenueExecution: lambda event: event.quantity,
    PositionTakenOver: lambda event: event.quantity,
    PositionDeleveraged: lambda event: event.quantity,
    BackstopTraded: lambda event: event.quantity,
}


def step(state: tuple[str] | None, move: Move) -> tuple[tuple[str], tuple[Change, ...]]:
    """Close and open lots, and show those that the move has changed."""
    lots = _read(state[0]) if state else ()
    own = next((lot for lot in lots if lot.number == move.rights), None)
    if move.corrects and (own is not None or not move.quantity):
        lots, changes = _correct(lots, own, move)
    else:
        first = () if own is None else (own,)
        lots, changes = _trade((*first, *(lot for lot in lots if lot is not own)), move)
    ordered = tuple(sorted(lots, key=lambda lot: lot.number))
    return (msgspec.json.encode(ordered).decode(),), tuple(changes)


def _trade(lots: Lots, move: Move) -> tuple[Lots, list[Change]]:
    """Close what stands against a trade, in this order, and open a lot with the rest."""
    quantity, cost = move.quantity, move.cost
    left, changes = list[Lot](), list[Change]()
    for lot in lots:
        if not quantity or (lot.quantity > ZERO) is (quantity > ZERO):
            left.append(lot)
            continue
        closing = min(magnitude(lot.quantity), magnitude(quantity))
        paid = _part(cost, closing, quantity)
        after, closed = _reduced(lot, closing)
        left += [after] if after.quantity else []
        changes.append(_show(move.key, after, negate(add(paid, closed))))
        quantity, cost = _towards_zero(quantity, closing), subtract(cost, paid)
    if quantity:
        left.append(Lot(move.number, quantity, quantity, cost))
        values = (move.at, move.asset, quantity, quantity, cost)
        changes.append(_opened((*move.key, move.number), values))
    return tuple(left), changes


def _correct(lots: Lots, own: Lot | None, move: Move) -> tuple[Lots, list[Change]]:
    """Put a fill right in its own lot, as far as it is open; the rest is an opposite trade."""
    if own is None:
        return lots, [_realized((*move.key, move.rights), (negate(move.cost),))]
    taken = min(magnitude(own.quantity), magnitude(move.quantity))
    after, cost = _reduced(own, taken)
    rest, difference = _towards_zero(move.quantity, taken), add(move.cost, cost)
    others = tuple(lot for lot in lots if lot is not own)
    opened = _towards_zero(own.opened, taken)
    if rest:
        kept, changes = _trade(others, move._replace(quantity=rest, cost=difference))
        return kept, [_show(move.key, _opened_with(after, opened), ZERO), *changes]
    still_open = _part(difference, magnitude(after.quantity), opened) if opened else ZERO
    righted = Lot(own.number, opened, after.quantity, add(after.cost, still_open))
    kept = (*others, righted) if righted.quantity else others
    return kept, [_show(move.key, righted, negate(subtract(difference, still_open)))]


def _opened_with(lot: Lot, opened: Amount) -> Lot:
    return Lot(lot.number, opened, lot.quantity, lot.cost)


def _reduced(lot: Lot, closing: Amount) -> tuple[Lot, Amount]:
    """Take so much out of a lot, with its part of the cost."""
    cost = _part(lot.cost, closing, lot.quantity)
    quantity = _towards_zero(lot.quantity, closing)
    return Lot(lot.number, lot.opened, quantity, subtract(lot.cost, cost)), cost


def _part(cost: Amount, part: Amount, whole: Amount) -> Amount:
    """Give the part of a cost that a part of a quantity has; the whole has all of it."""
    size = magnitude(whole)
    if part == size:
        return cost
    try:
        return round_to(share(cost, part, size), FINEST, Rounding.TOWARD_ZERO)
    except OutOfRange:
        # Larger than any amount: what is left keeps all of it, and no sum is any less exact.
        return ZERO


def _towards_zero(quantity: Amount, by: Amount) -> Amount:
    return subtract(quantity, by) if quantity > ZERO else add(quantity, by)


def _show(key: tuple[str, str], lot: Lot, realized: Amount) -> Change:
    return _changed((*key, lot.number), (lot.opened, lot.quantity, lot.cost, realized))


view = Tally("positions_fifo", table, version=2, memory=memory, parts=parts, step=step)
