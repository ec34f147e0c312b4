"""Who asked for what, in which function, for whom, with whose approval, and what came of it.

One row per command and fact, also where it was refused. `data_scope` says whose sealed data, and
which, was looked at. Nobody can approve what he proposed, so `self_approved` must never say yes: it
compares the two people, and is empty where nobody approved.
"""

from collections.abc import Iterator

from ledger.events import (
    ChangeApproved,
    ChangeProposed,
    CommandConflicted,
    CommandRejected,
    Event,
    Recorded,
    SealedOpened,
)
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "recorded_at",
    "at",
    "actor",
    "actor_kind",
    "function",
    "legal_entity",
    "on_behalf_of",
    "action",
    "stream",
    "data_scope",
    "command",
    "result",
    "reason",
    "change_type",
    "proposal",
    "proposer",
    "proposer_function",
    "approver",
    "approver_function",
    "self_approved",
)


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show each act once: its request stands in the first record that it led to."""
    request, event = recorded.request, recorded.event
    if request is None:
        return
    reason = getattr(event, "reason", None)
    yield (
        recorded.sequence,
        recorded.recorded_at,
        recorded.at,
        request.actor.id,
        request.actor.kind.value,
        request.actor.role,
        request.legal_entity,
        request.actor.on_behalf_of,
        request.type,
        recorded.stream,
        f"{event.subject} {event.item}" if isinstance(event, SealedOpened) else None,
        recorded.command,
        _result(event),
        None if reason is None else str(reason),
        event.change_type if isinstance(event, ChangeProposed | ChangeApproved) else None,
        *_four_eyes(event),
    )


def _result(event: Event) -> str:
    match event:
        case CommandRejected():
            return "rejected"
        case CommandConflicted():
            return "conflict"
        case _:
            return "recorded"


def _four_eyes(event: Event) -> Row:
    """Say who proposed and who approved, and whether they are one person."""
    match event:
        case ChangeProposed() as proposed:
            return proposed.proposal, proposed.proposer, proposed.function, None, None, None
        case ChangeApproved(approval=approval):
            return (
                approval.proposal,
                approval.proposer,
                approval.proposer_function,
                approval.approver,
                approval.approver_function,
                "yes" if approval.approver == approval.proposer else "no",
            )
        case _:
            return getattr(event, "proposal", None), None, None, None, None, None


view = Listing("access_and_operator_log", COLUMNS, rows)
