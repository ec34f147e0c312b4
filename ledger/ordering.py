"""Orders as clients ask for them: placed, amended and canceled, through all controls.

An order is received before any control looks at it, and then accepted with its funds reserved, or
rejected: both are recorded. What a client asks of an order that works waits for the venue.
"""

from typing import NamedTuple

from ledger.commands import AmendOrder, CancelOrder, PlaceOrder
from ledger.controls import Clearance, Finding, clear
from ledger.controls.attempt import Attempt, Wish
from ledger.controls.of_client import program_of
from ledger.events import (
    PRICED,
    STOPPED,
    Draft,
    Effect,
    OrderAccepted,
    OrderAmendRejected,
    OrderAmendRequested,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderReceived,
    OrderRejected,
    ProductKind,
    Relation,
    Side,
)
from ledger.holding import Account
from ledger.numbers import subtract
from ledger.order import Order, Step, status_of
from ledger.owner import owner_of
from ledger.product import Product
from ledger.reasons import Reason
from ledger.refusal import figure
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R20", "R21", "R23", "R27", "R28", "R29", "R34", "R111", "R115")
def place(situation: Situation, command: PlaceOrder) -> list[Draft]:
    """Receive an order, and accept it with its funds reserved, or reject it by a control."""
    attempt = Attempt(
        situation,
        account_id=command.account,
        product_id=command.instrument,
        effect=_effect(situation, command, command.instrument, command.side, command.reduce_only),
        solicited=command.solicited,
        exposure=command.exposure,
        concentration=command.concentration,
        wish=Wish(
            side=command.side,
            order_type=command.order_type,
            quantity=command.quantity,
            whole=command.quantity,
            price=command.price,
            stop_price=command.stop_price,
            waits=command.stop_price is not None,
            expires_at=command.expires_at,
            reduce_only=command.reduce_only,
            leverage=command.leverage,
        ),
    )
    clearance = clear(attempt)
    answer = (
        _rejected(command, clearance.refusal)
        if clearance.refusal is not None
        else _accepted(command, attempt, clearance)
    )
    stream = command.stream()
    return [Draft(stream, _received(command, attempt)), Draft(stream, answer)]


def _effect(
    situation: Situation,
    command: PlaceOrder | AmendOrder,
    instrument: str,
    side: Side,
    reduce_only: bool,  # noqa: FBT001 - as the order says it
) -> Effect:
    """Say whether an order only takes risk away: it says so, or sells what was bought for cash.

    An affiliate that sells coins makes a market, and reduces nothing.
    """
    if reduce_only:
        return Effect.REDUCE
    terms = situation.of(Product, instrument).terms(situation.now)
    if side is Side.BUY or terms is None or terms.kind is not ProductKind.SPOT:
        return Effect.INCREASE
    owner = owner_of(situation, situation.of(Account, command.account))
    affiliate = owner.is_a(Relation.AFFILIATE, situation.now)
    return Effect.INCREASE if affiliate else Effect.REDUCE


def _received(command: PlaceOrder, attempt: Attempt) -> OrderReceived:
    """Say all that the order asks for, stamped with what was declared of its client."""
    client, now = attempt.client, attempt.now
    return OrderReceived(
        account=command.account,
        order_id=command.command_id,
        instrument=command.instrument,
        side=command.side,
        order_type=command.order_type,
        time_in_force=command.time_in_force,
        quantity=command.quantity,
        price=command.price,
        stop_price=command.stop_price,
        expires_at=command.expires_at,
        post_only=command.post_only,
        reduce_only=command.reduce_only,
        leverage=command.leverage,
        client_order_id=command.client_order_id,
        client=attempt.account.client,
        affiliate=client.is_a(Relation.AFFILIATE, now),
        employee=client.is_a(Relation.EMPLOYEE, now),
        program=program_of(attempt),
        solicited=command.solicited,
        exposure=command.exposure,
        concentration=command.concentration,
    )


def _accepted(command: PlaceOrder, attempt: Attempt, clearance: Clearance) -> OrderAccepted:
    reserved, specification = attempt.reserved, attempt.specification
    assert reserved is not None
    assert specification is not None
    return OrderAccepted(
        account=command.account,
        order_id=command.command_id,
        instrument=command.instrument,
        leaves_quantity=command.quantity,
        terms=specification.version,
        hold=reserved.amount,
        held_asset=reserved.asset,
        reference_price=attempt.reference_price,
        permission=attempt.terms.permission if attempt.terms else None,
        lapsed=clearance.lapsed,
        overrides=clearance.overrides,
        available=attempt.available_margin,
    )


def _rejected(command: PlaceOrder, finding: Finding) -> OrderRejected:
    reason, limit, attempted = finding.breach
    return OrderRejected(
        account=command.account,
        order_id=command.command_id,
        instrument=command.instrument,
        reason=reason,
        limit=figure(limit),
        attempted=figure(attempted),
        control=finding.control.name,
    )


class Fault(NamedTuple):
    """Why an order is not changed as asked."""

    reason: Reason
    limit: object = None
    attempted: object = None
    control: str | None = None


@upholds("R20", "R21", "R23", "R27", "R29", "R34")
def amend(situation: Situation, command: AmendOrder) -> list[Draft]:
    """Ask the venue to change an order, in full, once what it would need is reserved."""
    order = situation.of(Account, command.account).orders.find(command.order_id)
    fault = _unchangeable(order, command)
    if order is None or fault is not None:
        return _not_amended(command, order, fault or Fault(Reason.ORDER_UNKNOWN))
    attempt = _attempt_to_amend(situation, command, order)
    clearance = clear(attempt)
    refusal = clearance.refusal
    if refusal is not None:
        return _not_amended(command, order, Fault(*refusal.breach, refusal.control.name))
    reserved, specification = attempt.reserved, attempt.specification
    stage = order.after(Step.AMEND_REQUESTED)
    assert reserved is not None
    assert specification is not None
    assert stage is not None
    event = OrderAmendRequested(
        account=command.account,
        order_id=command.order_id,
        instrument=order.instrument,
        quantity=command.quantity,
        status=status_of(stage, order.cumulative),
        hold=max(order.hold, reserved.amount),
        hold_after=reserved.amount,
        held_asset=reserved.asset,
        price=command.price,
        stop_price=command.stop_price,
        expires_at=command.expires_at,
        client_order_id=command.client_order_id,
        reference_price=attempt.reference_price,
        terms=specification.version,
        lapsed=clearance.lapsed,
        overrides=clearance.overrides,
        available=attempt.available_margin,
    )
    return [Draft(command.stream(), event)]


def _unchangeable(order: Order | None, command: AmendOrder) -> Fault | None:
    """Say why an order cannot become what is asked, whatever the controls say of that."""
    if order is None:
        return Fault(Reason.ORDER_UNKNOWN, attempted=command.order_id)
    if not order.works:
        return Fault(Reason.ORDER_CLOSED, attempted=order.status)
    if order.after(Step.AMEND_REQUESTED) is None:
        return Fault(Reason.ORDER_PENDING, attempted=order.status)
    executed = subtract(order.quantity, order.leaves)
    if command.quantity <= executed:
        return Fault(Reason.QUANTITY_EXECUTED, executed, command.quantity)
    asked = (command.price is not None, command.stop_price is not None, command.expires_at is None)
    kept = (order.order_type in PRICED, order.order_type in STOPPED, order.expires_at is None)
    if asked != kept:
        return Fault(Reason.PRICES_NOT_ITS_TYPE, order.order_type, order.time_in_force)
    return None


def _attempt_to_amend(situation: Situation, command: AmendOrder, order: Order) -> Attempt:
    executed = subtract(order.quantity, order.leaves)
    return Attempt(
        situation,
        account_id=command.account,
        product_id=order.instrument,
        effect=_effect(situation, command, order.instrument, order.side, order.reduce_only),
        solicited=command.solicited,
        exposure=command.exposure,
        concentration=command.concentration,
        wish=Wish(
            side=order.side,
            order_type=order.order_type,
            quantity=subtract(command.quantity, executed),
            whole=command.quantity,
            price=command.price,
            stop_price=command.stop_price,
            waits=not order.triggered,
            expires_at=command.expires_at,
            reduce_only=order.reduce_only,
            leverage=order.leverage,
            replaces=order,
            order_id=command.order_id,
        ),
    )


def _not_amended(command: AmendOrder, order: Order | None, fault: Fault) -> list[Draft]:
    event = OrderAmendRejected(
        account=command.account,
        order_id=command.order_id,
        status=order.status if order else None,
        reason=fault.reason,
        limit=figure(fault.limit),
        attempted=figure(fault.attempted),
        control=fault.control,
    )
    return [Draft(command.stream(), event)]


@upholds("R20", "R21")
def cancel(situation: Situation, command: CancelOrder) -> list[Draft]:
    """Ask the venue to cancel an order that works; nobody is kept from it."""
    order = situation.of(Account, command.account).orders.find(command.order_id)
    stage = None if order is None else order.after(Step.CANCEL_REQUESTED)
    if order is not None and stage is not None:
        status = status_of(stage, order.cumulative)
        requested = OrderCancelRequested(
            account=command.account, order_id=command.order_id, status=status
        )
        return [Draft(command.stream(), requested)]
    refused = OrderCancelRejected(
        account=command.account,
        order_id=command.order_id,
        status=order.status if order else None,
        reason=_uncancelable(order),
    )
    return [Draft(command.stream(), refused)]


def _uncancelable(order: Order | None) -> Reason:
    if order is None:
        return Reason.ORDER_UNKNOWN
    return Reason.ORDER_PENDING if order.works else Reason.ORDER_CLOSED


RULES: Rules = {PlaceOrder: place, AmendOrder: amend, CancelOrder: cancel}
