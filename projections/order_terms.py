"""What a view remembers of an order, so that each of its rows can restate the order in full."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

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
    OrderReportQuarantined,
    OrderRestated,
    OrderStatus,
    OrderTriggered,
    OrderType,
    Recorded,
    Side,
    TimeInForce,
)
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount
from projections.change import Key

ORDER_EVENTS: frozenset[type[Event]] = frozenset(
    {
        OrderReceived,
        OrderAccepted,
        OrderRejected,
        OrderAmendRequested,
        OrderAmended,
        OrderAmendRejected,
        OrderCancelRequested,
        OrderCancelRejected,
        OrderCanceled,
        OrderTriggered,
        OrderExpired,
        OrderRestated,
        OrderFilled,
        FillBusted,
        FillCorrected,
        OrderReportQuarantined,
    }
)
"""Every event about an order; each names it and its account."""


class OrderTerms(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """An order as its last event left it; what is not known yet is empty.

    `command`, `actor` and `ruleset` are of its last record that says who asked: the records that
    follow in the same command do not repeat it.
    """

    client: str | None = None
    client_order_id: str | None = None
    instrument: str | None = None
    side: Side | None = None
    order_type: OrderType | None = None
    time_in_force: TimeInForce | None = None
    quantity: Amount | None = None
    price: Amount | None = None
    stop_price: Amount | None = None
    expires_at: Instant | None = None
    post_only: bool = False
    reduce_only: bool = False
    affiliate: bool = False
    employee: bool = False
    program: str | None = None
    solicited: bool = False
    status: OrderStatus | None = None
    leaves: Amount | None = None
    cumulative: Amount = ZERO
    received_at: Instant | None = None
    accepted_at: Instant | None = None
    command: str | None = None
    actor: str | None = None
    ruleset: str | None = None


UNKNOWN = OrderTerms()
_read = msgspec.json.Decoder(OrderTerms).decode


def parts_of_orders(recorded: Recorded) -> tuple[tuple[Key, Recorded], ...]:
    """Hand an event about an order to that order of its account."""
    event: Any = recorded.event
    if type(event) not in ORDER_EVENTS:
        return ()
    return (((event.account, event.order_id), recorded),)


def remembered(state: tuple[str] | None) -> OrderTerms:
    """Read what a view remembers of an order."""
    return UNKNOWN if state is None else _read(state[0])


def to_remember(terms: OrderTerms) -> tuple[str]:
    """Write what a view has to remember of an order."""
    return (msgspec.json.encode(terms).decode(),)


def terms_after(terms: OrderTerms, recorded: Recorded) -> OrderTerms:
    """Transcribe an event into what is remembered of its order."""
    event = recorded.event
    transcribe = _TRANSCRIBE.get(type(event))
    after = terms if transcribe is None else transcribe(terms, event, recorded.at)
    request = recorded.request
    if request is not None:
        return replace(
            after, command=recorded.command, actor=request.actor.id, ruleset=request.ruleset
        )
    if recorded.command != after.command:
        return replace(after, command=recorded.command, actor=None, ruleset=None)
    return after


def _received(terms: OrderTerms, event: OrderReceived, at: Instant) -> OrderTerms:
    return replace(
        terms,
        client=event.client,
        client_order_id=event.client_order_id,
        instrument=event.instrument,
        side=event.side,
        order_type=event.order_type,
        time_in_force=event.time_in_force,
        quantity=event.quantity,
        price=event.price,
        stop_price=event.stop_price,
        expires_at=event.expires_at,
        post_only=event.post_only,
        reduce_only=event.reduce_only,
        affiliate=event.affiliate,
        employee=event.employee,
        program=event.program,
        solicited=event.solicited,
        status=OrderStatus.PENDING_NEW,
        leaves=event.quantity,
        received_at=at,
    )


def _accepted(terms: OrderTerms, event: OrderAccepted, at: Instant) -> OrderTerms:
    return replace(terms, status=OrderStatus.NEW, leaves=event.leaves_quantity, accepted_at=at)


def _rejected(terms: OrderTerms, _: OrderRejected, __: Instant) -> OrderTerms:
    return replace(terms, status=OrderStatus.REJECTED, leaves=ZERO)


def _changed(terms: OrderTerms, event: OrderAmended | OrderRestated, _: Instant) -> OrderTerms:
    return replace(
        terms,
        client_order_id=event.client_order_id,
        instrument=event.instrument,
        side=event.side,
        order_type=event.order_type,
        time_in_force=event.time_in_force,
        quantity=event.quantity,
        price=event.price,
        stop_price=event.stop_price,
        expires_at=event.expires_at,
        post_only=event.post_only,
        reduce_only=event.reduce_only,
        status=event.status,
        leaves=event.leaves_quantity,
        cumulative=event.cumulative_quantity,
    )


def _moved_on(
    terms: OrderTerms,
    event: OrderAmendRequested
    | OrderAmendRejected
    | OrderCancelRequested
    | OrderCancelRejected
    | OrderTriggered
    | OrderReportQuarantined,
    _: Instant,
) -> OrderTerms:
    return terms if event.status is None else replace(terms, status=event.status)


def _ended(terms: OrderTerms, event: OrderCanceled | OrderExpired, _: Instant) -> OrderTerms:
    status = OrderStatus.CANCELED if isinstance(event, OrderCanceled) else OrderStatus.EXPIRED
    return replace(terms, status=status, leaves=ZERO, cumulative=event.cumulative_quantity)


def _filled(terms: OrderTerms, event: OrderFilled, _: Instant) -> OrderTerms:
    cumulative, leaves = event.cumulative_quantity, event.leaves_quantity
    if cumulative is None or leaves is None:
        return terms
    return replace(terms, status=event.status, leaves=leaves, cumulative=cumulative)


def _put_right(terms: OrderTerms, event: FillBusted | FillCorrected, _: Instant) -> OrderTerms:
    if event.cumulative_quantity is None:
        return terms
    return replace(
        terms,
        status=event.status,
        cumulative=event.cumulative_quantity,
    )


_TRANSCRIBE: dict[type[Event], Callable[[OrderTerms, Any, Instant], OrderTerms]] = {
    OrderReceived: _received,
    OrderAccepted: _accepted,
    OrderRejected: _rejected,
    OrderAmended: _changed,
    OrderRestated: _changed,
    OrderCanceled: _ended,
    OrderExpired: _ended,
    OrderFilled: _filled,
    FillBusted: _put_right,
    FillCorrected: _put_right,
    **dict.fromkeys(
        (
            OrderAmendRequested,
            OrderAmendRejected,
            OrderCancelRequested,
            OrderCancelRejected,
            OrderTriggered,
            OrderReportQuarantined,
        ),
        _moved_on,
    ),
}
