"""The law of margin: every evaluation is made again from what the log held when it was made.

The same pure function decides it anew, on states that are folded from the records before it: what
was recorded then must come out again, figure by figure, with every record that it cites.
"""

from collections import defaultdict, deque
from typing import NamedTuple, TypeAlias

from ledger.commands import EvaluateMargin
from ledger.decider import States, evolve, initial_state
from ledger.events import CommandRejected, MarginAllocated, MarginEvaluated, Recorded
from ledger.holding import Account
from ledger.instants import Instant
from ledger.journal import Legs
from ledger.laws.figures import RACE, difference, reckoned
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.margining import evaluate
from ledger.numbers import ZERO, write_amount
from ledger.situation import Situation, State

KINDS = frozenset(
    {
        "account",
        "asset",
        "client",
        "collateral",
        "haircut",
        "instrument",
        "price",
        "rules",
        "schedule",
    }
)
"""The kinds of streams that an evaluation looks at."""

PAST_MAX = 500
"""So many states of a price are kept: a writer may have looked at one that others moved since."""


class _Stood(NamedTuple):
    """How a price stood once its record of a version was there, from a moment on."""

    version: int
    since: Instant
    state: State


_Past: TypeAlias = defaultdict[str, deque[_Stood]]


class _LookedAt(States):
    """The states that a decision looked at, a price by the version that its request names.

    `outdated` is a price that had moved on long before.
    """

    def __init__(self, others: States, past: _Past, recorded: Recorded) -> None:
        super().__init__()
        self._others, self._past, self._now = others, past, recorded.recorded_at
        self._reads = {} if recorded.request is None else recorded.request.reads
        self.outdated: str | None = None

    def __missing__(self, stream: str) -> State:
        if not self._reads or stream not in self._past:
            return self._others[stream]
        version, moved_on = self._reads.get(stream, 0), self._now
        for stood in reversed(self._past[stream]):
            if stood.version == version:
                break
            moved_on = stood.since
        else:
            stood = _Stood(0, Instant(0), initial_state(stream))
        if self._now - moved_on > RACE:
            self.outdated = stream
        return stood.state


class Evaluations:
    """`margin`: every evaluation follows from the records before it, and cites no others.

    And no cash is set aside twice.

    Of a price the state counts that its writer looked at, which its request names by version.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._states = States()
        self._past: _Past = defaultdict(lambda: deque(maxlen=PAST_MAX))
        self._count = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = None
        if isinstance(recorded.event, MarginEvaluated):
            self._count += 1
            event = recorded.event
            breach = reckoned(lambda: self._otherwise(recorded, event))
        if isinstance(recorded.event, MarginAllocated):
            breach = self._set_aside_twice(recorded, recorded.event)
        if recorded.stream.partition("-")[0] in KINDS:
            state = evolve(self._states[recorded.stream], recorded)
            self._states[recorded.stream] = state
            if not state.CHECKED:
                stood = _Stood(recorded.version, recorded.recorded_at, state)
                self._past[recorded.stream].append(stood)
        return breach

    def conclude(self) -> tuple[str, str | None]:
        return f"{self._count} evaluations recomputed", None

    def _set_aside_twice(self, recorded: Recorded, event: MarginAllocated) -> str | None:
        """What is set aside for isolated positions is there, all of it at once."""
        account = evolve(self._states[recorded.stream], recorded)
        assert isinstance(account, Account)
        apart, there = account.set_aside(event.asset), account.balance(event.asset)
        if event.amount < ZERO or apart <= there:
            return None
        return f"{write_amount(apart)} {event.asset} is set aside, of {write_amount(there)}"

    def _otherwise(self, recorded: Recorded, event: MarginEvaluated) -> str | None:
        """Evaluate anew, as of the same moment and at the prices that the writer looked at."""
        if recorded.stream != f"margin-{event.account}":
            return f"it stands on {recorded.stream}"
        asked = EvaluateMargin.model_construct(
            command_id=recorded.command, account=event.account, at=recorded.at
        )
        states = _LookedAt(self._states, self._past, recorded)
        (draft,) = evaluate(Situation(now=recorded.recorded_at, states=states), asked)
        if states.outdated is not None:
            return f"it looked at {states.outdated} as it had long ceased to stand"
        if isinstance(draft.event, CommandRejected):
            attempted = draft.event.attempted or ""
            return f"it was not possible: {draft.event.reason} {attempted}".rstrip()
        return difference(event, draft.event)
