"""A legal entity: what it is to the platform, and what the regulator permits it to do."""

from typing import NamedTuple

from msgspec.structs import replace

from ledger.commands import GrantPermission, RegisterEntity, RevokePermission, VaryPermission
from ledger.events import (
    Activity,
    Draft,
    EntityRegistered,
    EntityRole,
    Recorded,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
)
from ledger.instants import Instant
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Term, Timeline, in_force, with_end, with_value


class Permission(NamedTuple):
    """What a permission says: for which activities, and until when."""

    activities: tuple[Activity, ...]
    term: Term


class LegalEntity(State, frozen=True):
    """All that a decision may know of a legal entity: `role` is None while it is not registered.

    `permissions` holds what each permission has said, by date; None from where it was revoked, and
    then for good.
    """

    STREAM = "entity"

    role: EntityRole | None = None
    permissions: dict[str, Timeline[Permission | None]] = {}

    def permits(self, permission: str, activity: Activity, now: Instant) -> bool:
        """Tell whether a permission covers an activity at a moment."""
        said = self.permission(permission, now)
        return said is not None and activity in said.activities

    def permission(self, name: str, now: Instant) -> Permission | None:
        """Give what a permission says at a moment; None where it is not in force."""
        said = in_force(self.permissions.get(name, ()), now)
        return said if said is not None and said.term.covers(now) else None

    def is_over(self, name: str, now: Instant) -> bool:
        """Tell whether a permission is not in force at a moment, nor will be."""
        later = (d.value for d in self.permissions.get(name, ()) if d.effective_from > now)
        said = (self.permission(name, now), *later)
        return all(value is None or value.term.is_over(now) for value in said)


def evolve(state: LegalEntity, recorded: Recorded) -> LegalEntity:
    """Transcribe an event into the state."""
    match recorded.event:
        case EntityRegistered(role=role):
            return replace(state, role=role)
        case RegulatoryPermissionGranted() | RegulatoryPermissionVaried() as said:
            term = Term(said.effective_from, said.until)
            known = state.permissions.get(said.permission, ())
            permission = Permission(said.activities, term)
            return _with(state, said.permission, with_value(known, term.effective_from, permission))
        case RegulatoryPermissionRevoked() as revoked:
            known = state.permissions.get(revoked.permission, ())
            return _with(state, revoked.permission, with_end(known, revoked.effective_from, None))
        case _:
            return state


def _with(state: LegalEntity, name: str, timeline: Timeline[Permission | None]) -> LegalEntity:
    return replace(state, permissions={**state.permissions, name: timeline})


@upholds("R32")
def register(situation: Situation, command: RegisterEntity) -> list[Draft]:
    """Register a legal entity, once."""
    if situation.of(LegalEntity, command.entity).role is not None:
        return refuse(command, Reason.ENTITY_EXISTS, attempted=command.entity)
    event = EntityRegistered(
        entity=command.entity, role=command.role, lei=command.lei, approval=situation.approval
    )
    return [Draft(command.stream(), event)]


@upholds("R32", "R80")
def grant(situation: Situation, command: GrantPermission) -> list[Draft]:
    """Record a permission of the regulator, once; whatever changes it later is a variation."""
    entity = situation.of(LegalEntity, command.entity)
    if entity.role is None:
        return refuse(command, Reason.ENTITY_UNKNOWN, attempted=command.entity)
    if refusal := _never_in_force(situation, command):
        return refusal
    if command.permission in entity.permissions:
        return refuse(command, Reason.PERMISSION_EXISTS, attempted=command.permission)
    return _said(situation, command, RegulatoryPermissionGranted)


@upholds("R32", "R80")
def vary(situation: Situation, command: VaryPermission) -> list[Draft]:
    """Record what a permission says from a moment on at which it stands."""
    if refusal := _never_in_force(situation, command):
        return refusal
    entity = situation.of(LegalEntity, command.entity)
    if entity.permission(command.permission, situation.effective_from(command)) is None:
        return refuse(command, Reason.PERMISSION_UNKNOWN, attempted=command.permission)
    return _said(situation, command, RegulatoryPermissionVaried)


def _never_in_force(situation: Situation, command: GrantPermission) -> list[Draft]:
    """Refuse a permission that would be over before it begins."""
    effective_from = situation.effective_from(command)
    if not Term(effective_from, command.until).is_over(effective_from):
        return []
    return refuse(command, Reason.ENDS_BEFORE_IT_BEGINS)


def _said(
    situation: Situation,
    command: GrantPermission,
    event_type: type[RegulatoryPermissionGranted | RegulatoryPermissionVaried],
) -> list[Draft]:
    assert situation.approval is not None
    event = event_type(
        permission=command.permission,
        entity=command.entity,
        activities=command.activities,
        document=command.document,
        effective_from=situation.effective_from(command),
        conditions=command.conditions,
        until=command.until,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R32", "R80")
def revoke(situation: Situation, command: RevokePermission) -> list[Draft]:
    """Record that a permission ends, for good, also one that begins only later."""
    assert situation.approval is not None
    effective_from = situation.effective_from(command)
    entity = situation.of(LegalEntity, command.entity)
    if entity.is_over(command.permission, effective_from):
        return refuse(command, Reason.PERMISSION_UNKNOWN, attempted=command.permission)
    event = RegulatoryPermissionRevoked(
        permission=command.permission,
        entity=command.entity,
        reason=command.reason,
        document=command.document,
        effective_from=effective_from,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


RULES: Rules = {
    RegisterEntity: register,
    GrantPermission: grant,
    VaryPermission: vary,
    RevokePermission: revoke,
}
