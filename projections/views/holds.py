"""What is reserved for each order, as its last event says; what is free again is hidden."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Column, MetaData, Table, Text

from ledger.events import (
    Event,
    OrderAccepted,
    OrderAmended,
    OrderAmendRejected,
    OrderAmendRequested,
    OrderCanceled,
    OrderExpired,
    OrderFilled,
    OrderRestated,
    Recorded,
)
from ledger.numbers import ZERO
from projections.change import Change, Row
from projections.copying import copying
from projections.exact import ExactAmount
from projections.projection import Projection

table = Table(
    "holds",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("asset", Text),
    Column("amount", ExactAmount, nullable=False),
)

_copy = partial(copying, table, ("event.account", "event.order_id"))
_hold = _copy({"asset": "event.held_asset", "amount": "event.hold"})
_release = _copy({}, constants={"amount": ZERO})

_HOLDS: dict[type[Event], Callable[[Recorded], Change]] = {
    **dict.fromkeys(
        (
            OrderAccepted,
            OrderAmendRequested,
            OrderAmended,
            OrderAmendRejected,
            OrderRestated,
            OrderFilled,
        ),
        _hold,
    ),
    **dict.fromkeys((OrderCanceled, OrderExpired), _release),
}


def project(recorded: Recorded) -> tuple[Change, ...]:
    """Show what stays reserved; what fits no order, or is refused by us, reserves nothing."""
    event = recorded.event
    transcribe = _HOLDS.get(type(event))
    if transcribe is None or getattr(event, "held_asset", "") is None:
        return ()
    return (transcribe(recorded),)


def reserves(row: Row) -> bool:
    """Tell whether anything is reserved."""
    return bool(row[-1])


view = Projection("holds", table, version=1, project=project, shows=reserves)
