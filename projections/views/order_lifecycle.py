"""The life of every order in the shape of the regulator's data standard for order life cycles.

Only the codes ONEW (placed and acknowledged) and SNEW (entered the book by its trigger) are known
from what could be read of DS-OL; all others in `EVENT_CODES` are our own, as are STP and STL beside
MKT and LMT. An order is `placed and acknowledged` once it is accepted, so that nothing is shown
before; one that was never accepted is shown as refused. Price and quantity are the order's own.
"""

from collections.abc import Mapping
from typing import Any

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
    OrderRejected,
    OrderRestated,
    OrderTriggered,
    OrderType,
    Recorded,
)
from ledger.numbers import write_amount
from projections.change import Change, put
from projections.exact import ExactAmount, Nanoseconds
from projections.order_terms import parts_of_orders, remembered, terms_after, to_remember
from projections.tally import Tally

table = Table(
    "order_lifecycle",
    MetaData(),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("event_code", Text),
    Column("order_ref", Text),
    Column("client_code", Text),
    Column("symbol", Text),
    Column("side", Text),
    Column("order_type", Text),
    Column("order_price", ExactAmount),
    Column("quantity", ExactAmount),
    Column("execution_venue", Text),
    Column("event_time", Nanoseconds),
    Column("free_text", Text),
)

memory = Table(
    "order_lifecycle_memory",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("terms", Text, nullable=False),
)

EVENT_CODES: Mapping[type[Event], str] = {
    OrderAccepted: "ONEW",
    OrderTriggered: "SNEW",
    OrderRejected: "OREJ",
    OrderAmendRequested: "OMRQ",
    OrderAmended: "OMOD",
    OrderAmendRejected: "OMRJ",
    OrderCancelRequested: "OCRQ",
    OrderCancelRejected: "OCRJ",
    OrderCanceled: "OCXL",
    OrderExpired: "OEXP",
    OrderRestated: "ORST",
    OrderFilled: "OFIL",
    FillBusted: "OBST",
    FillCorrected: "OCOR",
}

ORDER_TYPES: Mapping[OrderType, str] = {
    OrderType.MARKET: "MKT",
    OrderType.LIMIT: "LMT",
    OrderType.STOP: "STP",
    OrderType.STOP_LIMIT: "STL",
}

PLATFORM = "PLATFORM"
"""Where every order works so far: in the platform's own book."""


def step(state: tuple[str] | None, recorded: Recorded) -> tuple[tuple[str], tuple[Change, ...]]:
    """Show an event that has a code."""
    terms = terms_after(remembered(state), recorded)
    event: Any = recorded.event
    code = EVENT_CODES.get(type(event))
    if code is None:
        return to_remember(terms), ()
    shown = put(
        table,
        sequence=recorded.sequence,
        event_code=code,
        order_ref=event.order_id,
        client_code=terms.client,
        symbol=terms.instrument,
        side=terms.side and terms.side.value,
        order_type=terms.order_type and ORDER_TYPES[terms.order_type],
        order_price=terms.price,
        quantity=terms.quantity,
        execution_venue=PLATFORM,
        event_time=recorded.at,
        free_text=_free_text(event),
    )
    return to_remember(terms), (shown,)


def _free_text(event: Event) -> str | None:
    """Say why, or how much was executed at which price in which trade."""
    if isinstance(event, OrderFilled | FillCorrected):
        quantity, price = write_amount(event.last_quantity), write_amount(event.last_price)
        return f"{quantity} @ {price} trade {event.trade_id}"
    said = getattr(event, "by_venue", None) or getattr(event, "reason", None)
    return None if said is None else str(said)


view = Tally("order_lifecycle", table, version=1, memory=memory, parts=parts_of_orders, step=step)
