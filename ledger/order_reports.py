"""What the venue reports of orders: each fact moves the order it fits, or is quarantined, flagged.

A report may come late, twice, or after another that it contradicts; `TRANSITIONS` says what fits.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

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
from ledger.situation import Rule, Rules, Situation

Telling: TypeAlias = Callable[[Situation, Any, Order, Stage], Event | Flag]
"""Tells what a report makes of an order that can take the step, or what does not fit after all."""


def _rule(step: Step, tell: Telling) -> Rule:
    """Make a rule of reports: the order takes the step where it can, or the report is kept."""

    def rule(situation: Situation, command: OrderReport) -> list[Draft]:
        order = situation.of(Account, command.account).orders.find(command.order_id)
        stage = None if order is None else order.after(step)
        if order is None or stage is None:
            told: Event | Flag = _misfit(order)
        else:
            told = tell(situation, command, order, stage)
        event = _quarantined(situation, command, order, told) if isinstance(told, Flag) else told
        return [Draft(command.stream(), event, at=command.at)]

    return rule


def _misfit(order: Order | None) -> Flag:
    """Say why an order does not take a step."""
    if order is None:
        return Flag.ORDER_UNKNOWN
    return Flag.ORDER_NOT_PENDING if order.works else Flag.ORDER_CLOSED


def _quarantined(
    situation: Situation, command: OrderReport, order: Order | None, flag: Flag
) -> OrderReportQuarantined:
    return OrderReportQuarantined(
        account=command.account,
        order_id=command.order_id,
        report=type(command).__name__,
        flags=(*situation.flags(command), flag),
        status=order.status if order else None,
    )


def _part(situation: Situation, order: Order, hold: Amount, leaves: Amount, of: Amount) -> Amount:
    """Give the part of a hold for what is left, and never more than is reserved by now."""
    known = situation.of(Instrument, order.instrument).specification(situation.now)
    unit = FINEST if known is None else unit_of(known.terms, order.held_asset)
    return min(order.hold, part(hold, leaves, of, unit))


def amended(
    situation: Situation, command: ReportOrderAmended, order: Order, stage: Stage
) -> OrderAmended:
    """Change an order as its client asked; what was executed meanwhile stands."""
    asked = order.asked
    assert asked is not None
    executed = subtract(order.quantity, order.leaves)
    quantity = max(asked.quantity, executed)
    leaves = subtract(quantity, executed)
    if not leaves:
        stage = order.exhausted()
    return OrderAmended(
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


def amend_rejected(
    situation: Situation, command: ReportAmendRejected, order: Order, stage: Stage
) -> OrderAmendRejected:
    """Leave an order as it was, and free what was reserved for the change."""
    asked = order.asked
    assert asked is not None
    return OrderAmendRejected(
        account=command.account,
        order_id=command.order_id,
        status=status_of(stage, order.cumulative),
        by_venue=command.reason,
        hold=_part(situation, order, asked.hold_before, order.leaves, asked.leaves_before),
        held_asset=order.held_asset,
        flags=situation.flags(command),
    )


def canceled(
    situation: Situation, command: ReportOrderCanceled, order: Order, _: Stage
) -> OrderCanceled:
    """End an order: what was left of it is canceled, and its hold is free."""
    return OrderCanceled(
        account=command.account,
        order_id=command.order_id,
        initiator=command.initiator,
        reason=command.reason,
        canceled_quantity=add(order.canceled, order.leaves),
        cumulative_quantity=order.cumulative,
        counter_order=command.counter_order,
        flags=situation.flags(command),
    )


def cancel_rejected(
    situation: Situation, command: ReportCancelRejected, order: Order, stage: Stage
) -> OrderCancelRejected:
    """Let an order work on that the venue did not cancel."""
    return OrderCancelRejected(
        account=command.account,
        order_id=command.order_id,
        status=status_of(stage, order.cumulative),
        by_venue=command.reason,
        flags=situation.flags(command),
    )


def triggered(
    situation: Situation, command: ReportOrderTriggered, order: Order, stage: Stage
) -> OrderTriggered | Flag:
    """Let a stop order enter the book, once."""
    if order.order_type not in STOPPED or order.triggered:
        return Flag.NO_STOP
    return OrderTriggered(
        account=command.account,
        order_id=command.order_id,
        status=status_of(stage, order.cumulative),
        price=command.price,
        flags=situation.flags(command),
    )


def expired(
    situation: Situation, command: ReportOrderExpired, order: Order, _: Stage
) -> OrderExpired:
    """End an order whose time is over."""
    return OrderExpired(
        account=command.account,
        order_id=command.order_id,
        canceled_quantity=add(order.canceled, order.leaves),
        cumulative_quantity=order.cumulative,
        flags=situation.flags(command),
    )


def restated(
    situation: Situation, command: ReportOrderRestated, order: Order, stage: Stage
) -> OrderRestated | Flag:
    """Change an order as the venue did on its own; it still has something to execute."""
    executed = subtract(order.quantity, order.leaves)
    if command.quantity <= executed:
        return Flag.OVERFILLED
    leaves = subtract(command.quantity, executed)
    return OrderRestated(
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


def _restated_hold(situation: Situation, order: Order, leaves: Amount) -> Amount:
    """Give what stays reserved; all of it while a change waits that may need it."""
    if order.asked is not None:
        return order.hold
    return _part(situation, order, order.hold, leaves, order.leaves)


def _enlarged(order: Order, leaves: Amount) -> tuple[Flag, ...]:
    """Flag a venue that made an order larger than its client ever asked."""
    return (Flag.ENLARGED,) if leaves > order.exposed else ()


RULES: Rules = {
    ReportOrderAmended: _rule(Step.AMENDED, amended),
    ReportAmendRejected: _rule(Step.AMEND_REJECTED, amend_rejected),
    ReportOrderCanceled: _rule(Step.CANCELED, canceled),
    ReportCancelRejected: _rule(Step.CANCEL_REJECTED, cancel_rejected),
    ReportOrderTriggered: _rule(Step.TRIGGERED, triggered),
    ReportOrderExpired: _rule(Step.EXPIRED, expired),
    ReportOrderRestated: _rule(Step.RESTATED, restated),
}
