"""Every event of every order in time sequence, each with the order's terms in full.

SFC VATP Guidelines, Schedule 3, 1(a) and 14.8(c). `exec_type` and `order_status` are the codes of
FIX 150 and 39, `reason_code` that of 103, 102 or 378; `initiator` is C for what a client asked and
what came of it, F for what the platform or its rules did. What stands in `leaves_quantity` and
`cumulative_quantity` is what the event left. Actor and ruleset are said in the first record of a
command, so that the second fill of a trade does not show them.

No source yet: parent and prior order ids (an amended order keeps its own), originator and
beneficiary, entity role, capacity, channel, session, trigger basis, displayed and minimum quantity,
average price, self-trade group, priority and engine sequence, bounds of clocks.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.events import (
    Event,
    Initiator,
    OrderAmended,
    OrderAmendRejected,
    OrderAmendRequested,
    OrderCanceled,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderReceived,
    OrderRejected,
    OrderRestated,
    Recorded,
)
from ledger.fix import (
    EXEC_TYPES,
    ORDER_STATUSES,
    RESTATEMENT_REASONS,
    VENUE_REFUSALS,
    cancel_reject_reason,
    order_reject_reason,
)
from projections.change import Change, Value, put
from projections.copying import WORDS
from projections.exact import ExactAmount, Nanoseconds
from projections.order_terms import (
    OrderTerms,
    parts_of_orders,
    remembered,
    terms_after,
    to_remember,
)
from projections.tally import Tally

table = Table(
    "order_audit_log",
    MetaData(),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text),
    Column("event_type", Text),
    Column("exec_type", Text),
    Column("order_status", Text),
    Column("order_id", Text),
    Column("client_order_id", Text),
    Column("account", Text),
    Column("client", Text),
    Column("affiliate", Text),
    Column("employee", Text),
    Column("program", Text),
    Column("solicited", Text),
    Column("actor", Text),
    Column("initiator", Text),
    Column("instrument", Text),
    Column("side", Text),
    Column("order_type", Text),
    Column("time_in_force", Text),
    Column("expires_at", Nanoseconds),
    Column("price", ExactAmount),
    Column("stop_price", ExactAmount),
    Column("quantity", ExactAmount),
    Column("leaves_quantity", ExactAmount),
    Column("cumulative_quantity", ExactAmount),
    Column("last_quantity", ExactAmount),
    Column("last_price", ExactAmount),
    Column("trade_id", Text),
    Column("reduce_only", Text),
    Column("post_only", Text),
    Column("reason", Text),
    Column("reason_code", Text),
    Column("flags", Text),
    Column("received_at", Nanoseconds),
    Column("accepted_at", Nanoseconds),
    Column("at", Nanoseconds),
    Column("recorded_at", Nanoseconds),
    Column("ruleset", Text),
)

memory = Table(
    "order_audit_log_memory",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    Column("terms", Text, nullable=False),
)

OF_CLIENTS = (OrderReceived, OrderAmendRequested, OrderAmended, OrderCancelRequested)
"""What a client asked, and what the venue did as he had asked."""


def step(state: tuple[str] | None, recorded: Recorded) -> tuple[tuple[str], tuple[Change, ...]]:
    """Show an event with the terms that it leaves."""
    terms = terms_after(remembered(state), recorded)
    event: Any = recorded.event
    request = recorded.request
    shown = put(
        table,
        sequence=recorded.sequence,
        event_id=recorded.id,
        event_type=recorded.type,
        exec_type=EXEC_TYPES.get(type(event)),
        order_id=event.order_id,
        account=event.account,
        client_order_id=terms.client_order_id,
        actor=request.actor.id if request else terms.actor,
        initiator=_initiator(event),
        last_quantity=getattr(event, "last_quantity", None),
        last_price=getattr(event, "last_price", None),
        trade_id=getattr(event, "trade_id", None),
        reason=_reason(event),
        reason_code=_reason_code(event),
        flags=" ".join(getattr(event, "flags", ())) or None,
        at=recorded.at,
        recorded_at=recorded.recorded_at,
        ruleset=terms.ruleset,
        **_terms(terms),
    )
    return to_remember(terms), (shown,)


def _terms(terms: OrderTerms) -> dict[str, Value]:
    """Restate the order; of one that never came here nothing is known."""
    known = terms.received_at is not None
    status = terms.status
    return {
        "order_status": None if status is None else ORDER_STATUSES[status],
        "client": terms.client,
        "affiliate": WORDS[terms.affiliate] if known else None,
        "employee": WORDS[terms.employee] if known else None,
        "program": terms.program,
        "solicited": WORDS[terms.solicited] if known else None,
        "instrument": terms.instrument,
        "side": terms.side and terms.side.value,
        "order_type": terms.order_type and terms.order_type.value,
        "time_in_force": terms.time_in_force and terms.time_in_force.value,
        "expires_at": terms.expires_at,
        "price": terms.price,
        "stop_price": terms.stop_price,
        "quantity": terms.quantity,
        "leaves_quantity": terms.leaves,
        "cumulative_quantity": terms.cumulative,
        "reduce_only": WORDS[terms.reduce_only] if known else None,
        "post_only": WORDS[terms.post_only] if known else None,
        "received_at": terms.received_at,
        "accepted_at": terms.accepted_at,
    }


def _initiator(event: Event) -> str:
    if isinstance(event, OrderCanceled):
        return "C" if event.initiator is Initiator.CLIENT else "F"
    return "C" if isinstance(event, OF_CLIENTS) else "F"


def _reason(event: Event) -> str | None:
    """Say why, in our word or in what was written down for a trade that was put right."""
    said = getattr(event, "by_venue", None) or getattr(event, "reason", None)
    return None if said is None else str(said)


def _reason_code(event: Event) -> str | None:
    match event:
        case OrderRejected(reason=reason):
            return order_reject_reason(reason)
        case OrderAmendRejected() | OrderCancelRejected():
            if event.by_venue is not None:
                return VENUE_REFUSALS[event.by_venue]
            return None if event.reason is None else cancel_reject_reason(event.reason)
        case OrderRestated(reason=restated):
            return RESTATEMENT_REASONS[restated]
        case _:
            return None


view = Tally("order_audit_log", table, version=1, memory=memory, parts=parts_of_orders, step=step)
