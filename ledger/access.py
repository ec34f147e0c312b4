"""Access: whoever acts needs a role in force, and critical changes need four eyes.

Until the platform is founded anybody may keep plain books, which need no licence; nothing that
does can be recorded before.
"""

import msgspec
from msgspec.structs import replace

from ledger.client import Client
from ledger.commands import (
    ApproveChange,
    Command,
    Critical,
    FoundPlatform,
    GrantRole,
    RevokeRole,
)
from ledger.events import (
    ActorKind,
    Draft,
    EntityRegistered,
    EntityRole,
    Officer,
    PlatformFounded,
    Recorded,
    Relation,
    RoleGranted,
    RoleRevoked,
)
from ledger.holding import Account
from ledger.instants import Instant
from ledger.legal_entity import LegalEntity
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Term

FOUNDERS_MIN = 2


class Role(msgspec.Struct, frozen=True, gc=False):
    """An actor's function for a legal entity; a program is not the person of the same id."""

    actor: str
    kind: ActorKind
    function: str
    entity: str


class Access(State, frozen=True):
    """Who may act: for which `operator` it was founded, if it was, and the terms of each role."""

    STREAM = "access"

    operator: str | None = None
    roles: dict[Role, tuple[Term, ...]] = {}

    @property
    def founded(self) -> bool:
        """Tell whether roles are asked for."""
        return self.operator is not None

    def holds(self, role: Role, now: Instant) -> bool:
        """Tell whether a role is in force at a moment."""
        return any(term.covers(now) for term in self.roles.get(role, ()))

    def officers(self, now: Instant) -> frozenset[Role]:
        """Give the roles that people hold for the operator at a moment."""
        return frozenset(
            role
            for role in self.roles
            if role.entity == self.operator
            and role.kind is ActorKind.HUMAN
            and self.holds(role, now)
        )


def evolve(state: Access, recorded: Recorded) -> Access:
    """Transcribe an event into the state."""
    match recorded.event:
        case PlatformFounded(entity=entity, officers=officers):
            begun = (Term(recorded.at),)
            roles: dict[Role, tuple[Term, ...]] = {
                Role(o.id, ActorKind.HUMAN, o.function, entity): begun for o in officers
            }
            return replace(state, operator=entity, roles=roles)
        case RoleGranted() as granted:
            role = Role(granted.actor, granted.kind, granted.function, granted.entity)
            terms = (*state.roles.get(role, ()), Term(granted.effective_from, granted.until))
            return replace(state, roles={**state.roles, role: terms})
        case RoleRevoked() as revoked:
            role = Role(revoked.actor, revoked.kind, revoked.function, revoked.entity)
            terms = tuple(term.ended(recorded.at) for term in state.roles.get(role, ()))
            return replace(state, roles={**state.roles, role: terms})
        case _:
            return state


@upholds("R12", "R31", "R110", "R124", "R32", "R105")
def barred(situation: Situation, command: Command) -> list[Draft]:
    """Refuse what the actor has no role for, or what is critical and was not approved."""
    access = situation.the(Access)
    if not access.founded:
        return [] if command.BOOKS else refuse(command, Reason.PLATFORM_NOT_FOUNDED)
    entity = situation.of(LegalEntity, command.legal_entity).role
    if entity is None:
        return refuse(command, Reason.ENTITY_UNKNOWN, attempted=command.legal_entity)
    if reason := _unauthorized(access, situation.now, command):
        kinds = "" if len(command.KINDS) == len(ActorKind) else ", a program"
        allowed = " or ".join(sorted(command.FUNCTIONS)) + kinds
        actor = f"{command.actor.id} as {command.actor.role or 'nobody'}"
        return refuse(command, reason, limit=allowed, attempted=actor)
    if entity not in command.ENTITIES:
        entitled = " or ".join(sorted(command.ENTITIES))
        acting_for = f"{command.legal_entity}, {entity}"
        return refuse(command, Reason.ENTITY_NOT_ENTITLED, limit=entitled, attempted=acting_for)
    if isinstance(command, Critical) and situation.approval is None:
        return refuse(command, Reason.FOUR_EYES_REQUIRED)
    return _about_himself(situation, command)


def _about_himself(situation: Situation, command: Command) -> list[Draft]:
    """Refuse a person who decides, alone, about the client that he is as an employee."""
    if command.actor.kind is not ActorKind.HUMAN:
        return []
    client: str | None = command.__dict__.get("client")
    account: str | None = command.__dict__.get("account")
    if client is None and account is not None:
        client = situation.of(Account, account).client
    if client is None:
        return []
    employee = situation.of(Client, client).party(Relation.EMPLOYEE, situation.now)
    if isinstance(command, Critical) or employee != command.actor.id:
        return []
    return refuse(command, Reason.SELF_DEALING, limit=client, attempted=employee)


def _unauthorized(access: Access, now: Instant, command: Command) -> Reason | None:
    function = command.actor.role or ""
    role = Role(command.actor.id, command.actor.kind, function, command.legal_entity)
    fits = function in command.FUNCTIONS and command.actor.kind in command.KINDS
    allowed = fits and access.holds(role, now)
    return None if allowed else Reason.ROLE_LACKING


def found(situation: Situation, command: FoundPlatform) -> list[Draft]:
    """Found the platform, once: its operator, and two people who can grant roles to others."""
    if situation.the(Access).founded:
        return refuse(command, Reason.PLATFORM_FOUNDED)
    human, entity = ActorKind.HUMAN, command.entity
    first = frozenset(Role(o.id, human, o.function, entity) for o in command.officers)
    if not _can_grant(first):
        return refuse(command, Reason.FOUNDERS_TOO_ALIKE, limit=FOUNDERS_MIN)
    operator = EntityRegistered(
        entity=command.entity, role=EntityRole.PLATFORM_OPERATOR, lei=command.lei
    )
    officers = tuple(Officer(id=o.id, function=o.function) for o in command.officers)
    return [
        Draft(command.stream(), PlatformFounded(entity=command.entity, officers=officers)),
        Draft(f"entity-{command.entity}", operator),
    ]


@upholds("R31")
def grant(situation: Situation, command: GrantRole) -> list[Draft]:
    """Let an actor act for an entity in a function, or for longer than he already may."""
    assert situation.approval is not None
    if situation.of(LegalEntity, command.entity).role is None:
        return refuse(command, Reason.ENTITY_UNKNOWN, attempted=command.entity)
    role = Role(command.grantee, command.kind, command.function, command.entity)
    term = Term(situation.effective_from(command), command.until)
    if term.is_over(term.effective_from):
        return refuse(command, Reason.ENDS_BEFORE_IT_BEGINS)
    if any(known.includes(term) for known in situation.the(Access).roles.get(role, ())):
        return refuse(command, Reason.ROLE_EXISTS, attempted=f"{role.actor} as {role.function}")
    event = RoleGranted(
        actor=command.grantee,
        kind=command.kind,
        function=command.function,
        entity=command.entity,
        effective_from=term.effective_from,
        until=term.until,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R31")
def revoke(situation: Situation, command: RevokeRole) -> list[Draft]:
    """Take a role away, also one that begins only later, while others can still grant roles."""
    access = situation.the(Access)
    role = Role(command.grantee, command.kind, command.function, command.entity)
    if all(term.is_over(situation.now) for term in access.roles.get(role, ())):
        return refuse(command, Reason.ROLE_NOT_HELD, attempted=f"{role.actor} as {role.function}")
    officers = access.officers(situation.now)
    if _can_grant(officers) and not _can_grant(officers - {role}):
        return refuse(command, Reason.LAST_OFFICERS, attempted=f"{role.actor} as {role.function}")
    event = RoleRevoked(
        actor=command.grantee,
        kind=command.kind,
        function=command.function,
        entity=command.entity,
        reason=command.reason,
    )
    return [Draft(command.stream(), event)]


def _can_grant(officers: frozenset[Role]) -> bool:
    """Tell whether one of these people may propose a role, and another one approve it."""
    return any(
        one.function in GrantRole.FUNCTIONS
        and other.function in ApproveChange.FUNCTIONS
        and one.actor != other.actor
        and one.function != other.function
        for one in officers
        for other in officers
    )


RULES: Rules = {FoundPlatform: found, GrantRole: grant, RevokeRole: revoke}
