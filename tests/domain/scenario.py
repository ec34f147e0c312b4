"""Given what happened, when somebody asks, then what follows: how the examples are told."""

from dataclasses import dataclass, field

import msgspec

from ledger.commands import Command
from ledger.decider import Situation, State, decide, evolve, initial_state
from ledger.events import AssetRegistered, CommandRejected, Draft, Event, Recorded
from ledger.instants import Instant, read_instant
from ledger.reasons import Reason

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
    states: dict[str, State] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)

    def happen(self, *drafts: Draft) -> "Scenario":
        for draft in drafts:
            recorded = record(len(self.records) + 1, draft)
            self.records.append(recorded)
            state = self.states.get(draft.stream, initial_state(draft.stream))
            self.states[draft.stream] = evolve(state, recorded)
        return self

    def situation(self, command: Command, now: Instant = NOW) -> Situation:
        states = {name: self.states.get(name, initial_state(name)) for name in command.streams()}
        return Situation(now, states, {recorded.sequence: recorded for recorded in self.records})

    def when(self, command: Command, now: Instant = NOW) -> "Scenario":
        self.drafts = decide(self.situation(command, now), command)
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


def stream_of(event: Event) -> str:
    if isinstance(event, AssetRegistered):
        return f"asset-{event.asset}"
    return f"account-{msgspec.to_builtins(event)['account']}"
