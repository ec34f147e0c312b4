"""The orders of one account: what works, what lately closed, and what is reserved for them."""

from collections.abc import Callable
from typing import Any

import msgspec
from immutables import Map
from msgspec.structs import replace

from ledger.events import (
    STOPPED,
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
    OrderTriggered,
    Side,
)
from ledger.numbers import ZERO, Amount, add, subtract
from ledger.order import Asked, Order, Stage, Step

CLOSED_REMEMBERED = 5_000
"""So many closed orders an account remembers at least, and at most twice as many.

A report about one that closed longer ago is one about an order unknown.
"""


class Working(msgspec.Struct, frozen=True, gc=False):
    """What an account's orders on one side of one instrument may still execute.

    `reducing` is the part of `exposed` that may only reduce a position; `hold` what is reserved,
    always of one asset.
    """

    count: int = 0
    exposed: Amount = ZERO
    reducing: Amount = ZERO
    hold: Amount = ZERO


NOTHING = Working()


class Orders(msgspec.Struct, frozen=True, gc=False):
    """All that a decision may know of an account's orders; `held` is reserved, by asset."""

    open: Map[str, Order] = Map()
    closed: Map[str, Order] = Map()
    closed_before: Map[str, Order] = Map()
    working: dict[tuple[str, Side], Working] = {}
    held: dict[str, Amount] = {}

    def find(self, order_id: str) -> Order | None:
        """Give an order; None where it never came, or closed too long ago."""
        for known in (self.open, self.closed, self.closed_before):
            order = known.get(order_id)
            if order is not None:
                return order
        return None

    def hold_on(self, instrument: str) -> Amount:
        """Give what is reserved for the orders of both sides on an instrument."""
        buys, sells = (self.working_on(instrument, side) for side in (Side.BUY, Side.SELL))
        return add(buys.hold, sells.hold)

    def working_on(self, instrument: str, side: Side) -> Working:
        """Give what may still be executed on a side of an instrument."""
        return self.working.get((instrument, side), NOTHING)


def evolve(orders: Orders, event: Event) -> Orders:
    """Transcribe an event into the orders; one of another order or kind changes nothing."""
    if type(event) is OrderReceived:
        return _with(orders, event.order_id, None, _received(event))
    transcribe = _TRANSCRIBE.get(type(event))
    if transcribe is None:
        return orders
    order_id: str = getattr(event, "order_id")  # noqa: B009 - every event of the table has one
    before = orders.find(order_id)
    if before is None:
        return orders
    after = transcribe(before, event)
    return orders if after is before else _with(orders, order_id, before, after)


def _with(orders: Orders, order_id: str, before: Order | None, after: Order) -> Orders:
    """Replace an order, and reckon anew what works and what is held on its side."""
    still_open = after.works or after.stage is Stage.RECEIVED
    was_open = order_id in orders.open
    working = _working(orders.working, before, after)
    held = _held(orders.held, before, after)
    if still_open:
        return Orders(
            orders.open.set(order_id, after), orders.closed, orders.closed_before, working, held
        )
    open_orders = orders.open.delete(order_id) if was_open else orders.open
    closed, closed_before = orders.closed, orders.closed_before
    if len(closed) >= CLOSED_REMEMBERED:
        closed, closed_before = Map[str, Order](), closed
    return Orders(open_orders, closed.set(order_id, after), closed_before, working, held)


def _working(
    working: dict[tuple[str, Side], Working], before: Order | None, after: Order
) -> dict[tuple[str, Side], Working]:
    had = before if before is not None and before.works else None
    has = after if after.works else None
    if had is None and has is None:
        return working
    key = (after.instrument, after.side)
    known = working.get(key, NOTHING)
    more = _difference(has.exposed if has else ZERO, had.exposed if had else ZERO)
    held = _difference(has.hold if has else ZERO, had.hold if had else ZERO)
    count = known.count + (has is not None) - (had is not None)
    if not more and not held and count == known.count:
        return working
    reducing = add(known.reducing, more) if after.reduce_only else known.reducing
    now = Working(count, add(known.exposed, more), reducing, add(known.hold, held))
    return {**working, key: now}


def _held(held: dict[str, Amount], before: Order | None, after: Order) -> dict[str, Amount]:
    more = _difference(after.hold, before.hold if before is not None else ZERO)
    if not more:
        return held
    asset = after.held_asset
    return {**held, asset: add(held.get(asset, ZERO), more)}


def _difference(after: Amount, before: Amount) -> Amount:
    return ZERO if after is before else subtract(after, before)


def _received(event: OrderReceived) -> Order:
    return Order(
        instrument=event.instrument,
        side=event.side,
        order_type=event.order_type,
        time_in_force=event.time_in_force,
        quantity=event.quantity,
        leaves=event.quantity,
        price=event.price,
        stop_price=event.stop_price,
        expires_at=event.expires_at,
        post_only=event.post_only,
        reduce_only=event.reduce_only,
        leverage=event.leverage,
        client_order_id=event.client_order_id,
        triggered=event.order_type not in STOPPED,
    )


def _accepted(order: Order, event: OrderAccepted) -> Order:
    stage = _next(order, Step.ACCEPTED)
    return replace(order, stage=stage, hold=event.hold, held_asset=event.held_asset)


def _rejected(order: Order, _: OrderRejected) -> Order:
    stage = _next(order, Step.REJECTED)
    return replace(order, stage=stage, leaves=ZERO, canceled=order.quantity)


def _amend_requested(order: Order, event: OrderAmendRequested) -> Order:
    asked = Asked(
        quantity=event.quantity,
        price=event.price,
        stop_price=event.stop_price,
        expires_at=event.expires_at,
        client_order_id=event.client_order_id,
        cumulative=order.cumulative,
        leaves=add(order.leaves, subtract(event.quantity, order.quantity)),
        hold=event.hold_after,
        leaves_before=order.leaves,
        hold_before=order.hold,
    )
    stage = _next(order, Step.AMEND_REQUESTED)
    return replace(order, stage=stage, asked=asked, hold=event.hold, held_asset=event.held_asset)


def _restated(order: Order, event: OrderAmended | OrderRestated) -> Order:
    amended = isinstance(event, OrderAmended)
    step = Step.AMENDED if amended else Step.RESTATED
    return replace(
        order,
        stage=_next(order, step) if event.leaves_quantity else order.exhausted(),
        quantity=event.quantity,
        leaves=event.leaves_quantity,
        price=event.price,
        stop_price=event.stop_price,
        expires_at=event.expires_at,
        client_order_id=event.client_order_id,
        hold=event.hold,
        held_asset=event.held_asset,
        asked=None if amended else order.asked,
    )


def _amend_rejected(order: Order, event: OrderAmendRejected) -> Order:
    if event.by_venue is None or event.hold is None:
        return order
    return replace(order, stage=_next(order, Step.AMEND_REJECTED), asked=None, hold=event.hold)


def _cancel_rejected(order: Order, event: OrderCancelRejected) -> Order:
    if event.by_venue is None:
        return order
    return replace(order, stage=_next(order, Step.CANCEL_REJECTED))


def _ended(order: Order, event: OrderCanceled | OrderExpired) -> Order:
    step = Step.CANCELED if isinstance(event, OrderCanceled) else Step.EXPIRED
    return replace(
        order,
        stage=_next(order, step),
        leaves=ZERO,
        canceled=event.canceled_quantity,
        hold=ZERO,
        asked=None,
    )


def _filled(order: Order, event: OrderFilled) -> Order:
    cumulative, leaves = event.cumulative_quantity, event.leaves_quantity
    if cumulative is None or leaves is None:
        return order
    return replace(
        order,
        stage=_next(order, order.fill_step(cumulative, leaves)),
        cumulative=cumulative,
        leaves=leaves,
        canceled=subtract(order.quantity, add(cumulative, leaves)),
        hold=event.hold,
    )


def _put_right(order: Order, event: FillBusted | FillCorrected) -> Order:
    cumulative = event.cumulative_quantity
    if cumulative is None:
        return order
    return replace(
        order,
        stage=_next(order, Step.BUSTED if event.quantity else Step.CORRECTED),
        cumulative=cumulative,
        canceled=subtract(order.quantity, add(cumulative, order.leaves)),
    )


def _next(order: Order, step: Step) -> Stage:
    return order.after(step) or order.stage


_TRANSCRIBE: dict[type[Event], Callable[[Order, Any], Order]] = {
    OrderAccepted: _accepted,
    OrderRejected: _rejected,
    OrderAmendRequested: _amend_requested,
    OrderAmended: _restated,
    OrderRestated: _restated,
    OrderAmendRejected: _amend_rejected,
    OrderCancelRequested: lambda order, _: replace(
        order, stage=_next(order, Step.CANCEL_REQUESTED)
    ),
    OrderCancelRejected: _cancel_rejected,
    OrderCanceled: _ended,
    OrderExpired: _ended,
    OrderTriggered: lambda order, _: replace(
        order, stage=_next(order, Step.TRIGGERED), triggered=True
    ),
    OrderFilled: _filled,
    FillBusted: _put_right,
    FillCorrected: _put_right,
}
