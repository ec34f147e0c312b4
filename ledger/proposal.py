"""Four eyes: a critical change is proposed, and takes effect when another person approves it.

The approval and what it leads to are recorded together, all or nothing: nothing can be done first
and approved later. The approval binds to the digest of exactly what was proposed.
"""

from collections.abc import Iterator
from dataclasses import replace

from ledger.access import Access, Role
from ledger.client import Client
from ledger.commands import (
    ApproveChange,
    Critical,
    DatedChange,
    DeclineChange,
    ProposeChange,
    change_of,
)
from ledger.commands.command import content_digest
from ledger.events import (
    ActorKind,
    Approval,
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
    CommandRejected,
    Draft,
    Recorded,
    Relation,
)
from ledger.holding import Account
from ledger.instants import Instant, write_instant
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rule, Rules, Situation, State


class Proposal(State, frozen=True):
    """All that a decision may know of a proposal: what was proposed, and whether it is closed."""

    STREAM = "proposal"

    proposed: ChangeProposed | None = None
    closed: bool = False


def evolve(state: Proposal, recorded: Recorded) -> Proposal:
    """Transcribe an event into the state."""
    match recorded.event:
        case ChangeProposed() as proposed:
            return Proposal(proposed=proposed)
        case ChangeApproved() | ChangeDeclined():
            return Proposal(proposed=state.proposed, closed=True)
        case _:
            return state


@upholds("R32", "R124")
def propose(situation: Situation, command: ProposeChange) -> list[Draft]:
    """Propose a change that the proposer's function may ask for, to be approved in time."""
    change = command.proposed()
    change_type, body = type(change).__name__, change.body()
    function = command.actor.role or ""
    if situation.of(Proposal, command.proposal).proposed is not None:
        return refuse(command, Reason.PROPOSAL_EXISTS, attempted=command.proposal)
    if function not in change.FUNCTIONS:
        allowed = " or ".join(sorted(change.FUNCTIONS))
        return refuse(command, Reason.ROLE_LACKING, limit=allowed, attempted=function)
    if command.expires_at <= situation.now:
        expired = write_instant(command.expires_at)
        return refuse(command, Reason.PROPOSAL_EXPIRED, limit=expired)
    if (due := _overdue(situation.now, change)) is not None:
        return refuse(command, Reason.EFFECTIVE_IN_THE_PAST, attempted=write_instant(due))
    event = ChangeProposed(
        proposal=command.proposal,
        entity=command.legal_entity,
        change_type=change_type,
        change=body,
        digest=content_digest(change_type, body),
        proposer=command.actor.id,
        proposer_kind=command.actor.kind,
        function=function,
        expires_at=command.expires_at,
        rationale=command.rationale,
    )
    return [Draft(command.stream(), event)]


@upholds("R32", "R105", "R124")
def approve(situation: Situation, command: ApproveChange, rule: Rule) -> list[Draft]:
    """Approve a proposal, and decide what it holds by its own rule: both stand, or neither."""
    proposal = situation.of(Proposal, command.proposal)
    proposed = proposal.proposed
    if proposed is None:
        return refuse(command, Reason.PROPOSAL_UNKNOWN, attempted=command.proposal)
    change = change_of(
        proposed.change_type,
        proposed.change,
        command_id=command.command_id,
        actor=command.actor,
        legal_entity=command.legal_entity,
    )
    if refusal := (
        _forsaken(situation, proposed, command)
        or _foreign(proposed, command)
        or _over(situation.now, proposal, proposed, command)
        or _not_by_another(situation, proposed, change, command)
        or _not_as_proposed(situation.now, proposed, change, command)
    ):
        return refusal
    approval = Approval(
        proposal=proposed.proposal,
        digest=proposed.digest,
        proposer=proposed.proposer,
        proposer_function=proposed.function,
        approver=command.actor.id,
        approver_function=command.actor.role or "",
        approved_at=situation.now,
    )
    drafts = rule(replace(situation, approval=approval), change)
    match drafts[0].event:
        case CommandRejected(reason=reason, limit=limit, attempted=attempted):
            return refuse(command, reason, limit=limit, attempted=attempted)
        case _:
            approved = ChangeApproved(approval=approval, change_type=proposed.change_type)
            return [Draft(command.stream(), approved), *drafts]


def _forsaken(
    situation: Situation, proposed: ChangeProposed, command: ApproveChange
) -> list[Draft]:
    """Refuse what was proposed by somebody who no longer holds the role in which he did."""
    role = Role(proposed.proposer, proposed.proposer_kind, proposed.function, proposed.entity)
    if situation.the(Access).holds(role, situation.now):
        return []
    return refuse(command, Reason.ROLE_LACKING, attempted=f"{role.actor} as {role.function}")


def _foreign(proposed: ChangeProposed, command: ApproveChange | DeclineChange) -> list[Draft]:
    """Refuse whoever acts for another legal entity than the one for which it was proposed."""
    limit, attempted = proposed.entity, command.legal_entity
    if limit == attempted:
        return []
    return refuse(command, Reason.PROPOSAL_UNKNOWN, limit=limit, attempted=attempted)


def _over(
    now: Instant, proposal: Proposal, proposed: ChangeProposed, command: ApproveChange
) -> list[Draft]:
    """Refuse what was approved or declined before, and what has waited too long."""
    if proposal.closed:
        return refuse(command, Reason.PROPOSAL_CLOSED)
    if now >= proposed.expires_at:
        expired = write_instant(proposed.expires_at)
        return refuse(command, Reason.PROPOSAL_EXPIRED, limit=expired, attempted=write_instant(now))
    return []


def _not_by_another(
    situation: Situation, proposed: ChangeProposed, change: Critical, command: ApproveChange
) -> list[Draft]:
    """Refuse an approver who is the proposer, no person, of his function, or for himself."""
    actor = command.actor
    if actor.id == proposed.proposer:
        return refuse(command, Reason.APPROVER_IS_PROPOSER, attempted=actor.id)
    if actor.kind is not ActorKind.HUMAN:
        return refuse(command, Reason.APPROVER_NOT_HUMAN, attempted=actor.kind)
    if actor.role == proposed.function:
        return refuse(command, Reason.SAME_FUNCTION, attempted=actor.role)
    if change.person() == actor.id:
        return refuse(command, Reason.APPROVER_IS_BENEFICIARY, attempted=actor.id)
    for client in _concerned(situation, change):
        if situation.of(Client, client).party(Relation.EMPLOYEE, situation.now) == actor.id:
            return refuse(command, Reason.APPROVER_IS_BENEFICIARY, limit=client, attempted=actor.id)
    return []


def _concerned(situation: Situation, change: Critical) -> Iterator[str]:
    """Name the clients whom a change is about: by name, and by the accounts that it books."""
    named = getattr(change, "client", None)
    if named is not None:
        yield named
    for account in change.accounts():
        owner = situation.of(Account, account).client
        if owner is not None:
            yield owner


def _not_as_proposed(
    now: Instant, proposed: ChangeProposed, change: Critical, command: ApproveChange
) -> list[Draft]:
    """Refuse other content than was proposed, and what was to take effect before."""
    if command.change_digest != proposed.digest:
        limit, attempted = proposed.digest, command.change_digest
        return refuse(command, Reason.PAYLOAD_CHANGED, limit=limit, attempted=attempted)
    if (due := _overdue(now, change)) is not None:
        limit, attempted = write_instant(due), write_instant(now)
        return refuse(command, Reason.APPROVAL_AFTER_THE_DEED, limit=limit, attempted=attempted)
    return []


def _overdue(now: Instant, change: Critical) -> Instant | None:
    """Say when a change was to take effect, if that is past and it is none that may be late."""
    if not isinstance(change, DatedChange) or change.BACKDATED:
        return None
    due = change.effective_from
    return due if due is not None and due < now else None


def decline(situation: Situation, command: DeclineChange) -> list[Draft]:
    """Close a proposal without effect."""
    proposal = situation.of(Proposal, command.proposal)
    if proposal.proposed is None:
        return refuse(command, Reason.PROPOSAL_UNKNOWN, attempted=command.proposal)
    if refusal := _foreign(proposal.proposed, command):
        return refusal
    if proposal.closed:
        return refuse(command, Reason.PROPOSAL_CLOSED)
    event = ChangeDeclined(proposal=command.proposal, reason=command.reason)
    return [Draft(command.stream(), event)]


RULES: Rules = {ProposeChange: propose, DeclineChange: decline}
"""Without `approve`, which needs the rule of what it approves."""
