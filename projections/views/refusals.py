"""Everything that we refused: orders, their changes and cancellations, and all other commands.

`order_reject_reason` and `cancel_reject_reason` are the codes of FIX 103 and 102. What the
venue refused is not ours, and stands in `order_audit_log`.
"""

from collections.abc import Iterator

from ledger.events import (
    CommandRejected,
    OrderAmendRejected,
    OrderCancelRejected,
    OrderRejected,
    Recorded,
)
from ledger.fix import cancel_reject_reason, order_reject_reason
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "type",
    "reason",
    "order_reject_reason",
    "cancel_reject_reason",
    "control",
    "limit",
    "attempted",
    "command_type",
    "command",
    "stream",
    "account",
    "order_id",
    "instrument",
    "actor",
    "function",
)

REFUSALS = (OrderRejected, OrderAmendRejected, OrderCancelRejected, CommandRejected)


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show a refusal with its figures and who asked."""
    event = recorded.event
    reason = getattr(event, "reason", None)
    if not isinstance(event, REFUSALS) or reason is None:
        return
    rejected = isinstance(event, OrderRejected)
    unchanged = isinstance(event, OrderAmendRejected | OrderCancelRejected)
    request = recorded.request
    body = (request.body or {}) if request else {}
    yield (
        recorded.sequence,
        recorded.at,
        recorded.recorded_at,
        recorded.type,
        reason.value,
        order_reject_reason(reason) if rejected else None,
        cancel_reject_reason(reason) if unchanged else None,
        getattr(event, "control", None),
        getattr(event, "limit", None),
        getattr(event, "attempted", None),
        request.type if request else None,
        recorded.command,
        recorded.stream,
        getattr(event, "account", None) or body.get("account"),
        getattr(event, "order_id", None) or body.get("order_id"),
        getattr(event, "instrument", None) or body.get("instrument"),
        request.actor.id if request else None,
        request.actor.role if request else None,
    )


view = Listing("refusals", COLUMNS, rows, requested=(OrderRejected,))
