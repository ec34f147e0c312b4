"""What the venue reports of orders: each fact moves the order it fits, or is quarantined, flagged.

A report may come late, twice, or after another that it contradicts; `TRANSITIONS` says what fits.
"""

from ledger.commands import (
    OrderReport,
    ReportAmendRejected,
    ReportCancelRejected,
    ReportOrderAmended,
    ReportOrderCanceled,
    ReportOrderExpired,
    ReportOrderRestated,
    ReportOrderTriggered,
)
from ledger.events import (
    STOPPED,
    Draft,
    Event,
    OrderAmended,
    OrderAmendRejected,
    OrderCanceled,
    OrderCancelRejected,
    OrderExpired,
    OrderReportQuarantined,
    OrderRestated,
    OrderTriggered,
)
from ledger.holding import Account
from ledger.instrument import Instrument
from ledger.numbers import FINEST, Amount, add, subtract
from ledger.order import Order, Stage, Step, status_of
from ledger.reasons import Flag
from ledger.reservation import part, unit_of
from ledger.situation import Rules, Situation


def _fitting(situation: Situation, command: OrderReport, step: Step) -> tuple[Order, Stage] | Flag:
    """Find the order that a report is about and where the step leads it, or what does not fit."""
    order = situation.of(Account, command.account).orders.find(command.order_id)
    if order is None:
        return Flag.ORDER_UNKNOWN
    stage = order.after(step)
    if stage is None:
        return Flag.ORDER_NOT_PENDING if order.works else Flag.ORDER_CLOSED
    return order, stage


def _quarantined(situation: Situation, command: OrderReport, flag: Flag) -> list[Draft]:
    order = situation.of(Account, command.account).orders.find(command.order_id)
    event = OrderReportQuarantined(
        account=command.account,
        order_id=command.order_id,
        report=type(command).__name__,
        flags=(*situation.flags(command), flag),
        status=order.status if order else None,
    )
    return [Draft(command.stream(), event, at=command.at)]


def _part(situation: Situation, order: Order, hold: Amount, leaves: Amount, of: Amount) -> Amount:
    """Give the part of a hold for what is left, and never more than is reserved by now."""
    known = situation.of(Instrument, order.instrument).specification(situation.now)
    unit = FINEST if known is None else unit_of(known.terms, order.held_asset)
    return min(order.hold, part(hold, leaves, of, unit))


def _recorded(command: OrderReport, event: Event) -> list[Draft]:
    return [Draft(command.stream(), event, at=command.at)]


def amended(situation: Situation, command: ReportOrderAmended) -> list[Draft]:
    """Change an order as its client asked; what was executed meanwhile stands."""
    fitting = _fitting(situation, command, Step.AMENDED)
    if isinstance(fitting, Flag):
        return _quarantined(situation, command, fitting)
    order, stage = fitting
    asked = order.asked
    assert asked is not None
    executed = subtract(order.quantity, order.leaves)
    quantity = max(asked.quantity, executed)
    leaves = subtract(quantity, executed)
    if not leaves:
        stage = order.exhausted()
    event = OrderAmended(
        account=command.account,
        order_id=command.order_id,
        instrument=order.instrument,
        side=order.side,
        order_type=order.order_type,
        time_in_force=order.time_in_force,
        quantity=quantity,
        cumulative_quantity=order.cumulative,
        leaves_quantity=leaves,
        status=status_of(stage, order.cumulative),
        hold=_part(situation, order, asked.hold, leaves, asked.leaves),
        held_asset=order.held_asset,
        price=asked.price,
        stop_price=asked.stop_price,
        expires_at=asked.expires_at,
        post_only=order.post_only,
        reduce_only=order.reduce_only,
        leverage=order.leverage,
        client_order_id=asked.client_order_id or order.client_order_id,
        flags=situation.flags(command),
    )
    return _recorded(command, event)


def amend_rejected(situation: Situation, command: ReportAmendRejected) -> list[Draft]:
    """Leave an order as it was, and free what was reserved for the change."""
    fitting = _fitting(situation, command, Step.AMEND_REJECTED)
    if isinstance(fitting, Flag):
        return _quarantined(situation, command, fitting)
    order, stage = fitting
    asked = order.asked
    assert asked is not None
    event = OrderAmendRejected(
        account=command.account,
        order_id=command.order_id,
        status=status_of(stage, order.cumulative),
        by_venue=command.reason,
        hold=_part(situation, order, asked.hold_before, order.leaves, asked.leaves_before),
        held_asset=order.held_asset,
        flags=situation.flags(command),
    )
    return _recorded(command, event)


def canceled(situation: Situation, command: ReportOrderCanceled) -> list[Draft]:
    """End an order: what was left of it is canceled, and its hold is free."""
    fitting = _fitting(situation, command, Step.CANCELED)
    if isinstance(fitting, Flag):
        return _quarantined(situation, command, fitting)
    order, _ = fitting
    event = OrderCanceled(
        account=command.account,
        order_id=command.order_id,
        initiator=command.initiator,
        reason=command.reason,
        canceled_quantity=add(order.canceled, order.leaves),
        cumulative_quantity=order.cumulative,
        counter_order=command.counter_order,
        flags=situation.flags(command),
    )
    return _recorded(command, event)


def cancel_rejected(situation: Situation, command: ReportCancelRejected) -> list[Draft]:
    """Let an order work on that the venue did not cancel."""
    fitting = _fitting(situation, command, Step.CANCEL_REJECTED)
    if isinstance(fitting, Flag):
        return _quarantined(situation, command, fitting)
    order, stage = fitting
    event = OrderCancelRejected(
        account=command.account,
        order_id=command.order_id,
        status=status_of(stage, order.cumulative),
        by_venue=command.reason,
        flags=situation.flags(command),
    )
    return _recorded(command, event)


def triggered(situation: Situation, command: ReportOrderTriggered) -> list[Draft]:
    """Let a stop order enter the book, once."""
    fitting = _fitting(situation, command, Step.TRIGGERED)
    if isinstance(fitting, Flag):
        return _quarantined(situation, command, fitting)
    order, stage = fitting
    if order.order_type not in STOPPED or order.triggered:
        return _quarantined(situation, command, Flag.NO_STOP)
    event = OrderTriggered(
        account=command.account,
        order_id=command.order_id,
        status=status_of(stage, order.cumulative),
        price=command.price,
        flags=situation.flags(command),
    )
    return _recorded(command, event)


def expired(situation: Situation, command: ReportOrderExpired) -> list[Draft]:
    """End an order whose time is over."""
    fitting = _fitting(situation, command, Step.EXPIRED)
    if isinstance(fitting, Flag):
        return _quarantined(situation, command, fitting)
    order, _ = fitting
    event = OrderExpired(
        account=command.account,
        order_id=command.order_id,
        canceled_quantity=add(order.canceled, order.leaves),
        cumulative_quantity=order.cumulative,
        flags=situation.flags(command),
    )
    return _recorded(command, event)


def restated(situation: Situation, command: ReportOrderRestated) -> list[Draft]:
    """Change an order as the venue did on its own; it still has something to execute."""
    fitting = _fitting(situation, command, Step.RESTATED)
    if isinstance(fitting, Flag):
        return _quarantined(situation, command, fitting)
    order, stage = fitting
    executed = subtract(order.quantity, order.leaves)
    if command.quantity <= executed:
        return _quarantined(situation, command, Flag.OVERFILLED)
    leaves = subtract(command.quantity, executed)
    event = OrderRestated(
        account=command.account,
        order_id=command.order_id,
        instrument=order.instrument,
        side=order.side,
        order_type=order.order_type,
        time_in_force=order.time_in_force,
        quantity=command.quantity,
        cumulative_quantity=order.cumulative,
        leaves_quantity=leaves,
        status=status_of(stage, order.cumulative),
        hold=_restated_hold(situation, order, leaves),
        held_asset=order.held_asset,
        reason=command.reason,
        price=command.price if command.price and order.price else order.price,
        stop_price=order.stop_price,
        expires_at=order.expires_at,
        post_only=order.post_only,
        reduce_only=order.reduce_only,
        leverage=order.leverage,
        client_order_id=order.client_order_id,
        counter_order=command.counter_order,
        flags=situation.flags(command) + _enlarged(order, leaves),
    )
    return _recorded(command, event)


def _restated_hold(situation: Situation, order: Order, leaves: Amount) -> Amount:
    """Give what stays reserved; all of it while a change waits that may need it."""
    if order.asked is not None:
        return order.hold
    return _part(situation, order, order.hold, leaves, order.leaves)


def _enlarged(order: Order, leaves: Amount) -> tuple[Flag, ...]:
    """Flag a venue that made an order larger than its client ever asked."""
    return (Flag.ENLARGED,) if leaves > order.exposed else ()


RULES: Rules = {
    ReportOrderAmended: amended,
    ReportAmendRejected: amend_rejected,
    ReportOrderCanceled: canceled,
    ReportCancelRejected: cancel_rejected,
    ReportOrderTriggered: triggered,
    ReportOrderExpired: expired,
    ReportOrderRestated: restated,
}
