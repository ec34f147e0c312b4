"""The moment of a decision, and all that a rule may look at: states by stream, cited records.

A rule names what it looks at by looking: the log notes each stream, stores the version at which it
stood, and checks under its lock that none has moved since.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias, TypeVar

import msgspec

from ledger.commands import Command, Critical, DatedChange, Fact
from ledger.events import Approval, Approved, Draft, Event, Recorded
from ledger.instants import SECOND, Instant
from ledger.reasons import Flag


class State(msgspec.Struct, frozen=True):
    """All that a decision may know of one stream; `STREAM` is the kind of streams it stands for.

    What is not `CHECKED` may have moved on since a decision looked at it: a price of a moment ago
    was the price of that moment.
    """

    STREAM: ClassVar[str] = ""
    CHECKED: ClassVar[bool] = True


S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far the source of a fact may differ from our clock, in nanoseconds."""

    future: int = 5 * SECOND
    late: int = 86_400 * SECOND


TOLERANCE = Tolerance()
"""What is tolerated unless somebody sets up the sequencer otherwise."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known at `now`; `approval` is there while an approved change takes effect."""

    now: Instant
    states: Mapping[str, State] = field(default_factory=dict)
    cited: Mapping[int, Recorded | None] = field(default_factory=dict)
    tolerance: Tolerance = TOLERANCE
    approval: Approval | None = None

    def of(self, kind: type[S], name: str) -> S:
        """Look at a stream by its kind and name."""
        return self._at(f"{kind.STREAM}-{name}", kind)

    def the(self, kind: type[S]) -> S:
        """Look at a stream of which there is only one."""
        return self._at(kind.STREAM, kind)

    def flags(self, fact: Fact) -> tuple[Flag, ...]:
        """Flag a fact that its source reports late."""
        late = fact.at < self.now - self.tolerance.late
        return (Flag.LATE,) if late else ()

    def effective_from(self, command: DatedChange) -> Instant:
        """Say from when on an approved change counts: from now on, where it does not say."""
        return self.now if command.effective_from is None else command.effective_from

    def change(self, command: Critical, event: Approved, corrects: int | None = None) -> Draft:
        """Draft the event of an approved change, dated from when on it counts."""
        at = command.effective_from if isinstance(command, DatedChange) else None
        return Draft(command.stream(), event, at=at, corrects=corrects)

    def _at(self, stream: str, kind: type[S]) -> S:
        state = self.states[stream]
        assert isinstance(state, kind)
        return state


def unplaced(stream: str, event: Event, at: Instant, command: str) -> Recorded:
    """Put an event that is not recorded yet in an envelope, to see what it would lead to."""
    return Recorded(
        id="",
        stream=stream,
        version=0,
        type=type(event).__name__,
        schema=1,
        at=at,
        recorded_at=at,
        command=command,
        event=event,
    )


Rule: TypeAlias = Callable[[Situation, Any], list[Draft]]
"""Decides commands of one type: the events that follow, at least one; a refusal is one too."""

Rules: TypeAlias = Mapping[type[Command], Rule]
"""Which rule decides which type of command."""
