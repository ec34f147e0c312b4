"""The book: how much rests at each price of an instrument, and in how many orders.

A limit order rests from its acceptance, a stop limit order from its trigger; market and stop orders
never do, nor what must be executed at once. What is left is the quantity without all that was
executed, so that a late fill is right on both clocks. An empty level is hidden.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Column, Integer, MetaData, Table, Text

from ledger.events import (
    Event,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderReceived,
    OrderRestated,
    OrderTriggered,
    OrderType,
    Recorded,
    TimeInForce,
)
from ledger.numbers import ZERO, Amount, add, negate, subtract
from projections.change import Change, Key, Row, changing
from projections.exact import ExactAmount
from projections.tally import Tally

table = Table(
    "book_at",
    MetaData(),
    Column("instrument", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("price", ExactAmount, primary_key=True),
    Column("quantity", ExactAmount, nullable=False),
    Column("orders", Integer, nullable=False),
)

memory = Table(
    "book_at_memory",
    MetaData(),
    Column("order_id", Text, primary_key=True),
    Column("instrument", Text),
    Column("side", Text),
    Column("price", ExactAmount),
    Column("quantity", ExactAmount, nullable=False),
    Column("executed", ExactAmount, nullable=False),
    Column("may_rest", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("awake", Integer, nullable=False),
    Column("closed", Integer, nullable=False),
)

AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})


class Known(NamedTuple):
    """What the book remembers of an order; what happened to it may be known before its terms.

    The last four are 1 or 0: of a kind that may rest, accepted, no stop that sleeps, closed.
    """

    instrument: str | None = None
    side: str | None = None
    price: Amount | None = None
    quantity: Amount = ZERO
    executed: Amount = ZERO
    may_rest: int = 0
    accepted: int = 0
    awake: int = 0
    closed: int = 0


NOTHING = Known()
_level_changed = changing(table, adds=("quantity", "orders"))


def parts(recorded: Recorded) -> tuple[tuple[Key, Any], ...]:
    """Hand what moves the book to its order; a fill that fits no order moves nothing."""
    event: Any = recorded.event
    if type(event) not in _TRANSCRIBE or getattr(event, "leaves_quantity", ZERO) is None:
        return ()
    return (((event.order_id,), event),)


def step(state: tuple[Any, ...] | None, event: Event) -> tuple[tuple[Any, ...], tuple[Change, ...]]:
    """Take an order from the level where it rested, and put it where it rests now."""
    before = NOTHING if state is None else Known(*state)
    after = _TRANSCRIBE[type(event)](before, event)
    rested, rests = _resting(before), _resting(after)
    if not rested and not rests:
        return after, ()
    level_before = before.instrument, before.side, before.price
    level_after = after.instrument, after.side, after.price
    if level_before == level_after:
        orders = 0 if rests and rested else 1 if rests else -1
        return after, (_level_changed(level_after, (subtract(rests, rested), orders)),)
    left = (_level_changed(level_before, (negate(rested), -1)),) if rested else ()
    joined = (_level_changed(level_after, (rests, 1)),) if rests else ()
    return after, (*left, *joined)


def _resting(known: Known) -> Amount:
    rests = known.may_rest and known.accepted and known.awake and not known.closed
    return max(ZERO, subtract(known.quantity, known.executed)) if rests else ZERO


def _received(known: Known, event: OrderReceived) -> Known:
    awake = known.awake or (1 if event.order_type is OrderType.LIMIT else 0)
    return _changed(known, event)._replace(awake=awake)


def _changed(known: Known, event: OrderReceived | OrderAmended | OrderRestated) -> Known:
    may_rest = event.price is not None and event.time_in_force not in AT_ONCE
    return known._replace(
        instrument=event.instrument,
        side=event.side.value,
        price=event.price,
        quantity=event.quantity,
        may_rest=1 if may_rest else 0,
    )


_TRANSCRIBE: dict[type[Event], Callable[[Known, Any], Known]] = {
    OrderReceived: _received,
    OrderAccepted: lambda known, _: known._replace(accepted=1),
    OrderAmended: _changed,
    OrderRestated: _changed,
    OrderTriggered: lambda known, _: known._replace(awake=1),
    OrderFilled: lambda known, event: known._replace(
        executed=add(known.executed, event.last_quantity)
    ),
    OrderCanceled: lambda known, _: known._replace(closed=1),
    OrderExpired: lambda known, _: known._replace(closed=1),
}


def holds_orders(row: Row) -> bool:
    """Tell whether anything rests at a level."""
    return bool(row[-1])


view = Tally(
    "book_at",
    table,
    version=1,
    memory=memory,
    parts=parts,
    step=step,
    shows=holds_orders,
)
