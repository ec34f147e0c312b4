"""Who did what, when and why: one row per record; the actor stands in the first of a command."""

from collections.abc import Iterator

from ledger.events import Recorded
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "recorded_at",
    "at",
    "stream",
    "version",
    "type",
    "command",
    "actor",
    "role",
    "reason",
    "corrects",
    "correlation",
)


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show the envelope, and the reason where the event gives one."""
    request = recorded.request
    actor = request.actor if request else None
    reason = getattr(recorded.event, "reason", None)
    yield (
        recorded.sequence,
        recorded.recorded_at,
        recorded.at,
        recorded.stream,
        recorded.version,
        recorded.type,
        recorded.command,
        actor.id if actor else None,
        actor.role if actor else None,
        None if reason is None else str(reason),
        recorded.corrects,
        recorded.correlation,
    )


view = Listing("audit", COLUMNS, rows)
