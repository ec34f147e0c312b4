"""Given what happened, when somebody asks, then what follows: how the examples are told."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from ledger.commands import Command
from ledger.decider import States, decide, evolve
from ledger.events import (
    AccountOpened,
    Approval,
    AssetAdmissionWithdrawn,
    AssetAdmitted,
    AssetRegistered,
    ChangeDeclined,
    ChangeProposed,
    CommandRejected,
    DisclosurePublished,
    Draft,
    EntityRegistered,
    Event,
    JournalOpened,
    ParameterChanged,
    PlatformFounded,
    ProductApproved,
    ProductWithdrawn,
    Recorded,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
    RoleGranted,
    RoleRevoked,
    RulePackAdopted,
)
from ledger.instants import Instant, read_instant
from ledger.reasons import Reason
from ledger.situation import Situation

NOW = read_instant("2026-02-11T08:00:00Z")


def record(sequence: int, draft: Draft, now: Instant = NOW) -> Recorded:
    """Put an event in its envelope, as the log would."""
    return Recorded(
        sequence=sequence,
        id=f"{sequence:032x}",
        stream=draft.stream,
        version=sequence,
        type=type(draft.event).__name__,
        schema=1,
        at=now if draft.at is None else draft.at,
        recorded_at=now,
        command="c",
        corrects=draft.corrects,
        event=draft.event,
    )


@dataclass
class Scenario:
    """All that has happened, by sequence from 1, and the states that follow from it."""

    records: list[Recorded] = field(default_factory=list)
    states: States = field(default_factory=States)
    drafts: list[Draft] = field(default_factory=list)

    def happen(self, *drafts: Draft) -> "Scenario":
        for draft in drafts:
            recorded = record(len(self.records) + 1, draft)
            self.records.append(recorded)
            self.states[draft.stream] = evolve(self.states[draft.stream], recorded)
        return self

    def situation(self, now: Instant = NOW) -> Situation:
        cited: defaultdict[int, Recorded | None] = defaultdict(lambda: None)
        cited.update({recorded.sequence: recorded for recorded in self.records})
        return Situation(now, self.states, cited)

    def when(self, command: Command, now: Instant = NOW) -> "Scenario":
        self.drafts = decide(self.situation(now), command)
        return self

    def when_approved(self, command: Command, approval: Approval, now: Instant = NOW) -> "Scenario":
        """Decide a critical change as its own rule sees it, once two people agreed."""
        self.drafts = decide(replace(self.situation(now), approval=approval), command)
        return self

    def then(self, *events: Event) -> "Scenario":
        assert [draft.event for draft in self.drafts] == list(events)
        return self.happen(*self.drafts)

    def then_refused(
        self, reason: Reason, limit: str | None = None, attempted: str | None = None
    ) -> "Scenario":
        (draft,) = self.drafts
        assert isinstance(draft.event, CommandRejected)
        said = (draft.event.reason, draft.event.limit, draft.event.attempted)
        assert said == (reason, limit, attempted)
        return self


def given(*history: Event) -> Scenario:
    """Begin with events, each on the stream of its own account or asset."""
    return Scenario().happen(*(Draft(stream_of(event), event) for event in history))


STREAMS = {
    **dict.fromkeys((PlatformFounded, RoleGranted, RoleRevoked), ("access", None)),
    **dict.fromkeys((ParameterChanged, RulePackAdopted), ("rules", None)),
    **dict.fromkeys(
        (
            EntityRegistered,
            RegulatoryPermissionGranted,
            RegulatoryPermissionVaried,
            RegulatoryPermissionRevoked,
        ),
        ("entity", "entity"),
    ),
    **dict.fromkeys((ProductApproved, ProductWithdrawn), ("product", "product")),
    **dict.fromkeys((ChangeProposed, ChangeDeclined), ("proposal", "proposal")),
    JournalOpened: ("journal", "journal"),
    DisclosurePublished: ("document", "document"),
    **dict.fromkeys((AssetRegistered, AssetAdmitted, AssetAdmissionWithdrawn), ("asset", "asset")),
}
"""The kind of stream of each type of event, and the field that names it."""


def stream_of(event: Event) -> str:
    """Find the stream of an event: its own kind's, else its account's, else its client's."""
    if type(event) in STREAMS:
        kind, field_name = STREAMS[type(event)]
        return kind if field_name is None else f"{kind}-{getattr(event, field_name)}"
    kind = "account" if hasattr(event, "account") and not hasattr(event, "parent") else "client"
    if isinstance(event, AccountOpened):
        kind = "account"
    return f"{kind}-{getattr(event, kind)}"
