"""The blotter: every order with its terms, where it stands, what it holds, and when that came.

An order that changes shows its terms as the venue last confirmed them. What was executed is a sum
and so right on both clocks; on the clock `at` all else is what the last event by then said. Of a
rejected order nothing works, and nothing counts as canceled.
"""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.events import (
    Event,
    FillBusted,
    FillCorrected,
    OrderAccepted,
    OrderAmended,
    OrderAmendRejected,
    OrderAmendRequested,
    OrderCanceled,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderExpired,
    OrderFilled,
    OrderReceived,
    OrderRejected,
    OrderRestated,
    OrderStatus,
    OrderTriggered,
    Recorded,
)
from ledger.numbers import ZERO, negate
from ledger.reasons import Flag
from projections.change import Change, Value, changing
from projections.copying import copying
from projections.exact import ExactAmount, Nanoseconds
from projections.projection import Projection

table = Table(
    "orders",
    MetaData(),
    Column("order_id", Text, primary_key=True),
    Column("account", Text),
    Column("client", Text),
    Column("client_order_id", Text),
    Column("instrument", Text),
    Column("side", Text),
    Column("order_type", Text),
    Column("time_in_force", Text),
    Column("price", ExactAmount),
    Column("stop_price", ExactAmount),
    Column("expires_at", Nanoseconds),
    Column("post_only", Text),
    Column("reduce_only", Text),
    Column("leverage", ExactAmount),
    Column("status", Text),
    Column("quantity", ExactAmount),
    Column("cumulative_quantity", ExactAmount, nullable=False),
    Column("leaves_quantity", ExactAmount),
    Column("canceled_quantity", ExactAmount, nullable=False),
    Column("hold", ExactAmount),
    Column("held_asset", Text),
    Column("reason", Text),
    Column("initiator", Text),
    Column("affiliate", Text),
    Column("employee", Text),
    Column("program", Text),
    Column("solicited", Text),
    Column("received_at", Nanoseconds),
    Column("accepted_at", Nanoseconds),
    Column("closed_at", Nanoseconds),
    Column("sequence", BigInteger),
)


def _of(*fields: str) -> dict[str, str]:
    """Say that columns are copied from the fields of their names."""
    return {field: f"event.{field}" for field in fields}


def _left(status: OrderStatus) -> Mapping[str, Value]:
    """Say what an order that is over leaves."""
    return {"status": status.value, "leaves_quantity": ZERO, "hold": ZERO}


STATUS = {"status": "event.status.value", "sequence": "sequence"}
HELD = _of("hold", "held_asset")
WORKING = STATUS | HELD | _of("leaves_quantity")
TERMS = _of("price", "stop_price", "expires_at", "quantity", "leverage", "client_order_id")
TERMS |= {"order_type": "event.order_type.value", "time_in_force": "event.time_in_force.value"}
RECEIVED = TERMS | _of("account", "client", "instrument", "program")
RECEIVED |= {"side": "event.side.value", "leaves_quantity": "event.quantity"}
CLOSED = {"closed_at": "at", "sequence": "sequence"}
EXECUTED = {"cumulative_quantity": "event.last_quantity"}

_copy = partial(copying, table, ("event.order_id",))
_change, _change_last = _copy(TERMS | WORKING), _copy(TERMS | WORKING | CLOSED)
_fill, _fill_last = _copy(WORKING, adds=EXECUTED), _copy(WORKING | CLOSED, adds=EXECUTED)
_move, _hold = _copy(STATUS), _copy(STATUS | HELD)
_put_right = changing(table, ("status", "sequence"), ("cumulative_quantity", "canceled_quantity"))


def _changed(recorded: Recorded) -> Change:
    """Restate the terms; a change to what was executed already is the last of its order."""
    return (_change if getattr(recorded.event, "leaves_quantity") else _change_last)(recorded)  # noqa: B009 - both events have one


def _refused(recorded: Recorded) -> Change | None:
    """Leave the order as it was, if there is one; the venue's refusal frees what was held."""
    event = recorded.event
    if getattr(event, "status") is None:  # noqa: B009 - both events have one
        return None
    return (_move if getattr(event, "hold", None) is None else _hold)(recorded)


def _filled(recorded: Recorded) -> Change | None:
    """Add what was executed; what is told after the order closed was not canceled after all."""
    event = recorded.event
    assert isinstance(event, OrderFilled)
    if event.status is None:
        return None
    if Flag.ORDER_CLOSED in event.flags:
        sums = (event.last_quantity, negate(event.last_quantity))
        return _put_right((event.order_id,), (event.status.value, recorded.sequence, *sums))
    return (_fill if event.leaves_quantity else _fill_last)(recorded)


def _righted(recorded: Recorded) -> Change | None:
    """Take out what no longer was executed; nobody works it again."""
    event = recorded.event
    assert isinstance(event, FillBusted | FillCorrected)
    if event.status is None:
        return None
    sums = (negate(event.quantity), event.quantity)
    return _put_right((event.order_id,), (event.status.value, recorded.sequence, *sums))


_TRANSCRIBE: dict[type[Event], Callable[[Recorded], Change | None]] = {
    OrderReceived: _copy(
        RECEIVED | {"received_at": "at", "sequence": "sequence"},
        flags=_of("post_only", "reduce_only", "affiliate", "employee", "solicited"),
        constants={"status": OrderStatus.PENDING_NEW.value, "hold": ZERO},
    ),
    OrderAccepted: _copy(
        HELD | _of("leaves_quantity") | {"accepted_at": "at", "sequence": "sequence"},
        constants={"status": OrderStatus.NEW.value},
    ),
    OrderRejected: _copy(
        CLOSED | {"reason": "event.reason.value"}, constants=_left(OrderStatus.REJECTED)
    ),
    OrderAmendRequested: _hold,
    OrderAmended: _changed,
    OrderRestated: _changed,
    OrderAmendRejected: _refused,
    OrderCancelRejected: _refused,
    OrderCancelRequested: _move,
    OrderTriggered: _move,
    OrderCanceled: _copy(
        CLOSED
        | {"reason": "event.reason.value", "initiator": "event.initiator.value"}
        | _of("canceled_quantity"),
        constants=_left(OrderStatus.CANCELED),
    ),
    OrderExpired: _copy(CLOSED | _of("canceled_quantity"), constants=_left(OrderStatus.EXPIRED)),
    OrderFilled: _filled,
    FillBusted: _righted,
    FillCorrected: _righted,
}


def project(recorded: Recorded) -> tuple[Change, ...]:
    """Show where an event about an order leaves it."""
    transcribe = _TRANSCRIBE.get(type(recorded.event))
    if transcribe is None:
        return ()
    change = transcribe(recorded)
    return () if change is None else (change,)


view = Projection("orders", table, version=1, project=project)
