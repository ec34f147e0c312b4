"""A legal entity: what it is to the platform, and what the regulator permits it to do."""

from typing import NamedTuple

from msgspec.structs import replace

from ledger.events import (
    Activity,
    EntityRegistered,
    EntityRole,
    Recorded,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
)
from ledger.instants import Instant
from ledger.situation import State
from ledger.timeline import Term, Timeline, in_force, with_value


class Permission(NamedTuple):
    """What a permission says: for which activities, and until when."""

    activities: tuple[Activity, ...]
    term: Term


class LegalEntity(State, frozen=True):
    """All that a decision may know of a legal entity: `role` is None while it is not registered.

    `permissions` holds what each permission has said, by date; None from where it was revoked.
    """

    STREAM = "entity"

    role: EntityRole | None = None
    permissions: dict[str, Timeline[Permission | None]] = {}

    def permits(self, permission: str, activity: Activity, now: Instant) -> bool:
        """Tell whether a permission covers an activity at a moment."""
        said = in_force(self.permissions.get(permission, ()), now)
        return said is not None and activity in said.activities and said.term.covers(now)


def evolve(state: LegalEntity, recorded: Recorded) -> LegalEntity:
    """Transcribe an event into the state."""
    match recorded.event:
        case EntityRegistered(role=role):
            return replace(state, role=role)
        case RegulatoryPermissionGranted() | RegulatoryPermissionVaried() as said:
            term = Term(said.effective_from, said.until)
            permission = Permission(said.activities, term)
            return _with(state, said.permission, said.effective_from, permission)
        case RegulatoryPermissionRevoked() as revoked:
            return _with(state, revoked.permission, revoked.effective_from, None)
        case _:
            return state


def _with(
    state: LegalEntity, name: str, effective_from: Instant, permission: Permission | None
) -> LegalEntity:
    timeline = with_value(state.permissions.get(name, ()), effective_from, permission)
    return replace(state, permissions={**state.permissions, name: timeline})
