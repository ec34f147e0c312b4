"""The laws of changes: critical ones by two people, and the same rules for every account."""

from typing import NamedTuple

import msgspec
from pydantic import ValidationError

from ledger.access import Access, Role, evolve
from ledger.commands import ActorField, Critical, DatedChange, change_of
from ledger.commands.command import content_digest
from ledger.events import (
    AccountOpened,
    Actor,
    ActorKind,
    Approval,
    Approved,
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
    EligibilityConfirmed,
    EntityRegistered,
    Event,
    MirrorAccountOpened,
    MovementCorrected,
    OverrideGranted,
    PlatformFounded,
    Recorded,
)
from ledger.instants import Instant, write_instant
from ledger.journal import Legs
from ledger.laws.deeds import is_deed
from ledger.log.batch import CompleteRow
from ledger.log.reader import Head, LogReader
from ledger.parameters import Parameters


class _Agreed(NamedTuple):
    """A change that two people agreed on, under the command that says so, and its deeds so far."""

    command: str
    approval: Approval
    change: Critical | None
    deeds: list[Event]


class Approvals:
    """`approvals`: whatever needs four eyes was proposed by one and first approved by another.

    Roles, proposals and digests are gone over anew, from the log alone.
    """

    def __init__(self, log: LogReader, head: Head) -> None:
        del log
        self._head = head
        self._access = Access()
        self._open: dict[str, ChangeProposed] = {}
        self._closed: set[str] = set()
        self._agreed: _Agreed | None = None
        self._founded_by: str | None = None
        self._changes = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = self._breach(recorded)
        if recorded.stream == Access.STREAM:
            self._access = evolve(self._access, recorded)
        return breach

    def conclude(self) -> tuple[str, str | None]:
        now = self._head.recorded_at
        waiting = sum(proposed.expires_at > now for proposed in self._open.values())
        return f"{self._changes} changes by two people, {waiting} proposals open", None

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
        if actor is None or (actor.id, actor.role) != (proposed.proposer, proposed.function):
            return "it names another proposer than the one who proposed it"
        return None

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
            or self._not_his_to_give(recorded, approval)
            or _not_in_time(recorded, proposed, approval, change)
            or _not_the_same(proposed, approved)
        )

    def _not_his_to_give(self, recorded: Recorded, approval: Approval) -> str | None:
        """The approver is the person who gave the command, and held the role at that moment."""
        request, actor = recorded.request, _actor_of(recorded)
        if request is None or actor is None:
            return "nobody gave the command that approves it"
        if (actor.id, actor.role) != (approval.approver, approval.approver_function):
            return "it names another approver than the one who approved it"
        if actor.kind is not ActorKind.HUMAN:
            return "the approver is no person"
        role = Role(actor.id, actor.kind, actor.role or "", request.legal_entity)
        held = self._access.holds(role, recorded.recorded_at)
        return None if held else "the approver did not hold this role"

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


def _change_of(proposed: ChangeProposed, recorded: Recorded) -> Critical | None:
    """Make the command that was proposed; None where what stands there is none."""
    try:
        return change_of(
            proposed.change_type,
            proposed.change,
            command_id=recorded.command,
            actor=ActorField(),
            legal_entity="VATP",
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


class _Decided(msgspec.Struct, gc=False):
    """What a request says of the rules under which its command was decided."""

    ruleset: str
    reads: dict[str, int] = {}


_read_decided = msgspec.json.Decoder(_Decided).decode


class Exemptions:
    """`exemptions`: one set of rules for every account, and overrides only as they were granted.

    Rules are replaced for all at once and never come back: whoever must go back to older ones does
    so by a release that says so, and so has a digest of its own. Every override is listed.
    """

    def __init__(self, log: LogReader, head: Head) -> None:
        del log, head
        self._rulesets: list[str] = []
        self._rules_version = 0
        self._accounts = 0
        self._overrides: dict[tuple[str, str], OverrideGranted] = {}

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = self._decided(recorded)
        match recorded.event:
            case OverrideGranted() as granted:
                self._overrides[granted.client, granted.override] = granted
            case EligibilityConfirmed() as confirmed:
                breach = breach or self._exempted(confirmed, recorded.recorded_at)
            case AccountOpened() | MirrorAccountOpened():
                self._accounts += 1
        if recorded.stream == Parameters.STREAM:
            self._rules_version = recorded.version
        return breach

    def conclude(self) -> tuple[str, str | None]:
        rulesets = len(self._rulesets)
        some = f"{rulesets} rulesets, one after another," if rulesets > 1 else f"{rulesets} ruleset"
        return f"{some} for {self._accounts} accounts, {len(self._overrides)} overrides", None

    def listed(self) -> tuple[str, ...]:
        """Tell of every override: what it waives for whom and when, and who agreed on it why."""
        return tuple(map(_told, self._overrides.values()))

    def _decided(self, recorded: Recorded) -> str | None:
        """A command was decided by the rules and parameters that bound everybody just then."""
        if not len(recorded.request_record):
            return None
        decided = _read_decided(recorded.request_record)
        if decided.ruleset not in self._rulesets[-1:]:
            if decided.ruleset in self._rulesets:
                return f"decided by the ruleset {decided.ruleset}, which was replaced before"
            self._rulesets.append(decided.ruleset)
        read = decided.reads.get(Parameters.STREAM, self._rules_version)
        if read != self._rules_version:
            return f"decided by parameters as of {read} records, of {self._rules_version}"
        return None

    def _exempted(self, confirmed: EligibilityConfirmed, now: Instant) -> str | None:
        for name in confirmed.overrides:
            granted = self._overrides.get((confirmed.client, name))
            if granted is None or not granted.effective_from <= now < granted.until:
                return f"override {name} of client {confirmed.client} was not in force"
        return None


def _told(granted: OverrideGranted) -> str:
    since, until = write_instant(granted.effective_from), write_instant(granted.until)
    approval = granted.approval
    return (
        f"override {granted.override}: client {granted.client}, control {granted.control}, "
        f"from {since} until {until}, proposed by {approval.proposer}, "
        f"approved by {approval.approver}: {granted.reason}"
    )
