"""The law of changes: critical ones are proposed by one person and approved by another."""

from typing import NamedTuple

from pydantic import ValidationError

from ledger.access import Access, Role, evolve
from ledger.client import Client
from ledger.client import evolve as evolve_client
from ledger.commands import ActorField, ApproveChange, Critical, DatedChange, change_of
from ledger.commands.command import content_digest
from ledger.events import (
    AccountOpened,
    Actor,
    ActorKind,
    AffiliationDeclared,
    AffiliationEnded,
    Approval,
    Approved,
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
    EntityRegistered,
    EntityRole,
    Event,
    MovementCorrected,
    PlatformFounded,
    Recorded,
    Relation,
)
from ledger.instants import write_instant
from ledger.journal import Legs
from ledger.laws.deeds import is_deed
from ledger.log.batch import CompleteRow
from ledger.log.reader import Head, LogReader


class _Agreed(NamedTuple):
    """A change that two people agreed on, under the command that says so, and its deeds so far."""

    command: str
    approval: Approval
    change: Critical | None
    deeds: list[Event]


class Approvals:
    """`approvals`: whatever needs four eyes was proposed by one and first approved by another.

    Roles, employees, proposals and digests are gone over anew, from the log alone.
    """

    def __init__(self, log: LogReader, head: Head) -> None:
        del log
        self._head = head
        self._access = Access()
        self._entities: dict[str, EntityRole] = {}
        self._clients: dict[str, Client] = {}
        self._owners: dict[str, str | None] = {}
        self._open: dict[str, ChangeProposed] = {}
        self._closed: set[str] = set()
        self._agreed: _Agreed | None = None
        self._founded_by: str | None = None
        self._changes = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = self._breach(recorded)
        self._note(recorded)
        return breach

    def conclude(self) -> tuple[str, str | None]:
        now = self._head.recorded_at
        waiting = sum(proposed.expires_at > now for proposed in self._open.values())
        return f"{self._changes} changes by two people, {waiting} proposals open", None

    def _note(self, recorded: Recorded) -> None:
        """Keep who holds which role, what each entity is, who is an employee, and what is whose."""
        match recorded.event:
            case AffiliationDeclared(client=name) | AffiliationEnded(client=name):
                known = self._clients.get(name, Client())
                self._clients[name] = evolve_client(known, recorded)
            case EntityRegistered(entity=entity, role=role):
                self._entities[entity] = role
            case AccountOpened(account=account, client=owner):
                self._owners[account] = owner
            case _ if recorded.stream == Access.STREAM:
                self._access = evolve(self._access, recorded)

    def _breach(self, recorded: Recorded) -> str | None:
        match recorded.event:
            case PlatformFounded():
                self._founded_by = recorded.command
                return None
            case ChangeProposed() as proposed:
                return self._proposed(recorded, proposed)
            case ChangeDeclined() as declined:
                self._closed.add(declined.proposal)
                return None if self._open.pop(declined.proposal, None) else "nothing was open"
            case ChangeApproved() as approved:
                return self._approved(recorded, approved)
            case event if self._needs_approval(recorded, event):
                return self._done(recorded, event)
            case _:
                return None

    def _needs_approval(self, recorded: Recorded, event: Event) -> bool:
        match event:
            case EntityRegistered():
                return recorded.command != self._founded_by
            case MovementCorrected():
                return self._access.founded
            case _:
                return isinstance(event, Approved)

    def _proposed(self, recorded: Recorded, proposed: ChangeProposed) -> str | None:
        """A proposal is its proposer's own, made once, and its digest that of its content."""
        if proposed.proposal in self._open or proposed.proposal in self._closed:
            return f"proposal {proposed.proposal} was made before"
        self._open[proposed.proposal] = proposed
        if content_digest(proposed.change_type, proposed.change) != proposed.digest:
            return "the digest is not that of what was proposed"
        actor = _actor_of(recorded)
        named = (proposed.proposer, proposed.proposer_kind, proposed.function)
        if actor is None or (actor.id, actor.kind, actor.role) != named:
            return "it names another proposer than the one who proposed it"
        return None if _entity_of(recorded) == proposed.entity else "it names another entity"

    def _approved(self, recorded: Recorded, approved: ChangeApproved) -> str | None:
        """An approval is another person's, in time, for what was proposed, and used once."""
        approval = approved.approval
        proposed = self._open.pop(approval.proposal, None)
        if proposed is None:
            once = approval.proposal in self._closed
            return "its proposal was closed before" if once else "nobody proposed it"
        self._closed.add(approval.proposal)
        self._changes += 1
        change = _change_of(proposed, recorded)
        self._agreed = _Agreed(recorded.command, approval, change, [])
        return (
            _not_two_people(proposed, approval)
            or self._not_his_to_give(recorded, proposed, approval)
            or self._forsaken(recorded, proposed)
            or self._for_himself(recorded, approval, change)
            or _not_in_time(recorded, proposed, approval, change)
            or _not_the_same(proposed, approved)
        )

    def _not_his_to_give(
        self, recorded: Recorded, proposed: ChangeProposed, approval: Approval
    ) -> str | None:
        """The approver is the person who gave the command, and held the role for that entity."""
        request, actor = recorded.request, _actor_of(recorded)
        if request is None or actor is None:
            return "nobody gave the command that approves it"
        if (actor.id, actor.role) != (approval.approver, approval.approver_function):
            return "it names another approver than the one who approved it"
        if request.legal_entity != proposed.entity:
            return "it was proposed for another entity"
        if self._entities.get(request.legal_entity) not in ApproveChange.ENTITIES:
            return f"it is not for {request.legal_entity} to approve"
        if actor.kind is not ActorKind.HUMAN:
            return "the approver is no person"
        role = Role(actor.id, actor.kind, actor.role or "", request.legal_entity)
        held = self._access.holds(role, recorded.recorded_at)
        return None if held else "the approver did not hold this role"

    def _forsaken(self, recorded: Recorded, proposed: ChangeProposed) -> str | None:
        """The proposer still held the role in which he proposed it."""
        role = Role(proposed.proposer, proposed.proposer_kind, proposed.function, proposed.entity)
        held = self._access.holds(role, recorded.recorded_at)
        return None if held else "the proposer no longer held his role"

    def _for_himself(
        self, recorded: Recorded, approval: Approval, change: Critical | None
    ) -> str | None:
        """The approver is not whom the change is about, nor, as an employee, the client."""
        if change is None:
            return None
        if change.person() == approval.approver:
            return f"the approver is {approval.approver}, whom it is about"
        named: str | None = getattr(change, "client", None)
        for name in (named, *map(self._owners.get, change.accounts())):
            client = Client() if name is None else self._clients.get(name, Client())
            if client.party(Relation.EMPLOYEE, recorded.recorded_at) == approval.approver:
                return f"the approver is client {name}, whom it is about"
        return None

    def _done(self, recorded: Recorded, event: Event) -> str | None:
        """A deed stands behind its approval, under the same command, and says the same."""
        approval: Approval | None = getattr(event, "approval", None)
        agreed = self._agreed
        if approval is None:
            return "nobody approved it"
        if agreed is None or agreed.command != recorded.command:
            used = approval.proposal in self._closed
            return "its approval was for another command" if used else "approved after the deed"
        if event in agreed.deeds:
            return "it was approved once and done twice"
        agreed.deeds.append(event)
        change, approved_at = agreed.change, approval.approved_at
        if approval != agreed.approval or not (change and is_deed(change, recorded, approved_at)):
            return "the payload is not what was approved"
        return None


def _actor_of(recorded: Recorded) -> Actor | None:
    request = recorded.request
    return None if request is None else request.actor


def _entity_of(recorded: Recorded) -> str | None:
    return None if recorded.request is None else recorded.request.legal_entity


def _change_of(proposed: ChangeProposed, recorded: Recorded) -> Critical | None:
    """Make the command that was proposed; None where what stands there is none."""
    try:
        return change_of(
            proposed.change_type,
            proposed.change,
            command_id=recorded.command,
            actor=ActorField(),
            legal_entity=proposed.entity,
        )
    except (KeyError, ValidationError):
        return None


def _not_two_people(proposed: ChangeProposed, approval: Approval) -> str | None:
    if approval.approver == proposed.proposer:
        return "the approver proposed it himself"
    if approval.approver_function == proposed.function:
        return "same function: proposer and approver act as one"
    named = (approval.proposer, approval.proposer_function)
    if named != (proposed.proposer, proposed.function):
        return "the approval names another proposer"
    return None


def _not_in_time(
    recorded: Recorded, proposed: ChangeProposed, approval: Approval, change: Critical | None
) -> str | None:
    if approval.approved_at >= proposed.expires_at:
        return f"expired at {write_instant(proposed.expires_at)}, before it was approved"
    if approval.approved_at != recorded.recorded_at:
        return "it was approved at another moment than it says"
    if not isinstance(change, DatedChange) or change.BACKDATED or change.effective_from is None:
        return None
    early = change.effective_from < approval.approved_at
    return "approved after the deed: it took effect before" if early else None


def _not_the_same(proposed: ChangeProposed, approved: ChangeApproved) -> str | None:
    same = (approved.approval.digest, approved.change_type) == (
        proposed.digest,
        proposed.change_type,
    )
    return None if same else "the payload is not what was approved"
