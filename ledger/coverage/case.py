"""A case: what happened, who then asks for what, and what must come of it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec.structs import replace

from ledger.commands import ApproveChange, Command, Critical
from ledger.commands.command import ActorField, content_digest
from ledger.decider import States, decide, evolve
from ledger.events import (
    ActorKind,
    ChangeProposed,
    CommandRejected,
    Draft,
    Event,
    OrderAmendRejected,
    OrderCancelRejected,
    OrderRejected,
    PriceRefused,
    Recorded,
)
from ledger.instants import Instant, read_instant
from ledger.reasons import Reason
from ledger.requirements import upheld_by
from ledger.situation import Situation

Gate = Callable[..., Any]
"""A rule or a control that declares which requirements it upholds."""

NOW = read_instant("2026-02-11T08:00:00Z")
"""When everything is asked."""
JUST_BEFORE = Instant(NOW - 1)
JUST_AFTER = Instant(NOW + 1)
BEGINNING = read_instant("2026-01-02T00:00:00Z")
"""When everything happened that is not said to have happened at another time."""

CAROL = ActorField(kind=ActorKind.HUMAN, id="carol", role="compliance")
MAX = ActorField(kind=ActorKind.HUMAN, id="max", role="management")


@dataclass(frozen=True)
class History:
    """What has happened, in order: the first has the sequence 1."""

    drafts: tuple[Draft, ...] = ()

    def then(self, stream: str, *events: Event, at: Instant = BEGINNING) -> "History":
        """Let more happen on a stream."""
        return History((*self.drafts, *(Draft(stream, event, at=at) for event in events)))

    def without(self, event: Event) -> "History":
        """Take one thing away, which did happen."""
        self.place_of(event)
        return History(tuple(draft for draft in self.drafts if draft.event is not event))

    def changed(self, event: Event, **fields: object) -> "History":
        """Let one thing have happened otherwise."""
        place = self.place_of(event) - 1
        draft = replace(self.drafts[place], event=replace(event, **fields))
        return History((*self.drafts[:place], draft, *self.drafts[place + 1 :]))

    def place_of(self, event: Event) -> int:
        """Give the sequence of what happened. Raises `ValueError` if it did not."""
        return [id(draft.event) for draft in self.drafts].index(id(event)) + 1

    def situation(self, now: Instant) -> Situation:
        """Give what a decision may look at, once all of it has happened."""
        states = States()
        cited: defaultdict[int, Recorded | None] = defaultdict(lambda: None)
        for sequence, draft in enumerate(self.drafts, start=1):
            recorded = _recorded(sequence, draft)
            cited[sequence] = recorded
            states[draft.stream] = evolve(states[draft.stream], recorded)
        return Situation(now, states, cited)


def _recorded(sequence: int, draft: Draft) -> Recorded:
    """Put an event in its envelope, as the log would."""
    at = BEGINNING if draft.at is None else draft.at
    return Recorded(
        sequence=sequence,
        id=f"{sequence:032x}",
        stream=draft.stream,
        version=sequence,
        type=type(draft.event).__name__,
        schema=1,
        at=at,
        recorded_at=at,
        command=f"c-{sequence}",
        corrects=draft.corrects,
        event=draft.event,
    )


class Refused(NamedTuple):
    """With which reason a command is refused, with which figures, and by which control."""

    reason: Reason
    limit: str | None = None
    attempted: str | None = None
    control: str | None = None


def refusal_in(events: Sequence[Event]) -> Refused | None:
    """Read a refusal of ours off the last event of an outcome; None where there is none."""
    match events[-1]:
        case CommandRejected() | OrderRejected() as no:
            return Refused(no.reason, no.limit, no.attempted, no.control)
        case PriceRefused() as no:
            return Refused(no.reason, no.limit, no.attempted)
        case OrderAmendRejected(reason=Reason() as reason) as no:
            return Refused(reason, no.limit, no.attempted, no.control)
        case OrderCancelRejected(reason=Reason() as reason):
            return Refused(reason)
        case _:
            return None


@dataclass(frozen=True)
class Case:
    """A sentence about a gate, and the example that makes it true or false.

    A command that needs four eyes has been proposed by one person and is approved by another,
    unless it is asked for `alone`. It is `refused`, or some event `says` what is said here.
    """

    gate: Gate
    title: str
    history: History
    command: Command
    refused: Refused | None = None
    says: Mapping[str, object] = field(default_factory=dict)
    alone: bool = False
    only: tuple[str, ...] = ()

    @property
    def proves(self) -> tuple[str, ...]:
        """Name the requirements that it proves: all that its gate upholds, or `only` some."""
        return self.only or upheld_by(self.gate)

    def outcome(self) -> list[Event]:
        """Decide the command, in memory, after what happened."""
        history, command = self.history, self.command
        if isinstance(command, Critical) and not self.alone:
            history, command = proposed(history, command), approval_of(command)
        return [draft.event for draft in decide(history.situation(NOW), command)]

    def comes_true(self) -> bool:
        """Tell whether what must come out comes out."""
        events = self.outcome()
        refused = refusal_in(events)
        if refused is not None:
            return self.refused == refused
        return self.refused is None and any(map(self._is_said, events))

    def _is_said(self, event: Event) -> bool:
        return all(getattr(event, name, None) == value for name, value in self.says.items())


PROPOSAL = "P-1"


def proposed(
    history: History,
    change: Critical,
    *,
    by: ActorField = CAROL,
    expires_at: Instant = JUST_AFTER,
) -> History:
    """Let a change have been proposed, to be approved before it expires."""
    event = ChangeProposed(
        proposal=PROPOSAL,
        entity="VATP",
        change_type=type(change).__name__,
        change=change.body(),
        digest=content_digest(type(change).__name__, change.body()),
        proposer=by.id,
        proposer_kind=by.kind,
        function=by.role or "",
        expires_at=expires_at,
        rationale="because it is needed",
    )
    return history.then(f"proposal-{PROPOSAL}", event)


def approval_of(
    change: Critical, *, by: ActorField = MAX, digest: str | None = None, entity: str = "VATP"
) -> ApproveChange:
    """Approve exactly the change that was proposed, unless the digest is another's."""
    own = content_digest(type(change).__name__, change.body())
    return ApproveChange(
        command_id="c-approve",
        actor=by,
        legal_entity=entity,
        proposal=PROPOSAL,
        change_digest=digest or own,
    )
