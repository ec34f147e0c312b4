"""Events about commands themselves: one that was refused, one whose id was used twice."""

from ledger.events.event import Event
from ledger.reasons import Reason


class CommandRejected(Event, frozen=True):
    """A command was refused; what it asked for stands in the envelope.

    `limit` is what the rule allowed and `attempted` what was asked, where the rule has figures;
    `control` names the control before the trade that refused.
    """

    command_type: str
    reason: Reason
    limit: str | None = None
    attempted: str | None = None
    control: str | None = None


class CommandConflicted(Event, frozen=True):
    """A known command id came again with another content; the first content stands.

    Digests are SHA-256 in hex. Recorded once per id and digest.
    """

    command_id: str
    known_digest: str
    offered_digest: str
