"""The law of margin: every evaluation is made again from what the log held when it was made.

The same pure function decides it anew, on states that are folded from the records before it: what
was recorded then must come out again, figure by figure, with every record that it cites.
"""

from collections import defaultdict, deque

from ledger.commands import EvaluateMargin
from ledger.decider import evolve, initial_state
from ledger.events import CommandRejected, MarginEvaluated, Recorded
from ledger.journal import Legs
from ledger.laws.figures import difference, reckoned
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.margining import evaluate
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

PAST_MAX = 200
"""So many states of a price are kept: a writer may have looked at one that others moved since."""


class _States(dict[str, State]):
    """States by stream; one that nothing has happened to is as it begins."""

    def __missing__(self, stream: str) -> State:
        return initial_state(stream)


class _LookedAt(_States):
    """The states that a decision looked at; what it did not say otherwise is as the log stood."""

    def __init__(self, others: _States) -> None:
        super().__init__()
        self._others = others

    def __missing__(self, stream: str) -> State:
        return self._others[stream]


class Evaluations:
    """`margin`: every evaluation follows from the records before it, and cites no others.

    Of a price the state counts that its writer looked at, which its request names by version.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._states = _States()
        self._past: defaultdict[str, deque[tuple[int, State]]]
        self._past = defaultdict(lambda: deque(maxlen=PAST_MAX))
        self._count = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        breach = None
        if isinstance(recorded.event, MarginEvaluated):
            self._count += 1
            event = recorded.event
            breach = reckoned(lambda: self._otherwise(recorded, event))
        if recorded.stream.partition("-")[0] in KINDS:
            state = evolve(self._states[recorded.stream], recorded)
            self._states[recorded.stream] = state
            if not state.CHECKED:
                self._past[recorded.stream].append((recorded.version, state))
        return breach

    def conclude(self) -> tuple[str, str | None]:
        return f"{self._count} evaluations recomputed", None

    def _otherwise(self, recorded: Recorded, event: MarginEvaluated) -> str | None:
        """Evaluate anew, as of the same moment and at the prices that the writer looked at."""
        if recorded.stream != f"margin-{event.account}":
            return f"it stands on {recorded.stream}"
        asked = EvaluateMargin.model_construct(
            command_id=recorded.command, account=event.account, at=recorded.at
        )
        situation = Situation(now=recorded.recorded_at, states=self._looked_at(recorded))
        (draft,) = evaluate(situation, asked)
        if isinstance(draft.event, CommandRejected):
            attempted = draft.event.attempted or ""
            return f"it was not possible: {draft.event.reason} {attempted}".rstrip()
        return difference(event, draft.event)

    def _looked_at(self, recorded: Recorded) -> _States:
        """Take back the prices that moved on between the decision and its place in the log."""
        request = recorded.request
        states = _LookedAt(self._states)
        if request is None or not request.reads:
            return states
        for stream, past in self._past.items():
            version = request.reads.get(stream, 0)
            if past and past[-1][0] != version:
                states[stream] = next(
                    (state for known, state in reversed(past) if known == version),
                    initial_state(stream),
                )
        return states
