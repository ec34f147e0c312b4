"""The risk sweep: whoever holds a contract is looked at, and warned, called or let go where due.

It reads the log, sees what an evaluation and a review would lead to, and asks only for those that
lead to something new; each account decides for itself. It keeps nothing that the log does not say,
so it may be killed at any moment, and never judges at a price that is missing or too old.
"""

import time
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ledger.api import Ledger
from ledger.commands import Command, EvaluateMargin, ReviewMargin
from ledger.decider import KINDS, RULES, States, evolve
from ledger.errors import Malformed
from ledger.events import CommandRejected, Draft, Event, MarginEvaluated, Recorded, Rung
from ledger.holding import Account
from ledger.instants import Instant, write_instant
from ledger.margin_standing import Evaluation
from ledger.reasons import Reason
from ledger.situation import TOLERANCE, Situation, State, unplaced

Overdue = tuple[str, int, Instant]
"""The account, number and deadline of a margin call."""


class Sweep(NamedTuple):
    """What came of a sweep: whom it looked at, who could not be judged, and what was told of whom.

    `unjudged` are accounts by name, each with the reason in a word.
    """

    at: Instant
    looked_at: int
    unjudged: tuple[tuple[str, str], ...]
    told: tuple[Recorded, ...]


class Monitor:
    """Sweeps over a ledger, again and again."""

    def __init__(self, ledger: Ledger, sender: Mapping[str, Any]) -> None:
        """Ask in the name of a sender: the envelope fields `actor` and `legal_entity`."""
        self._ledger = ledger
        self._sender = sender
        self._states = States()
        self._size = 0
        self._latest = Instant(0)
        self._tried: frozenset[Overdue] = frozenset()

    def sweep(self) -> Sweep:
        """Look at every account that holds a contract, or was warned or called."""
        self._catch_up()
        at = Instant(max(time.time_ns(), self._latest))
        self._tried = self._overdue(at)
        said = {**self._sender, "at": write_instant(at)}
        accounts = list(self._accounts())
        unjudged: list[tuple[str, str]] = []
        due: dict[str, list[str | None]] = {}
        for name, account in accounts:
            for key, event in self._seen(name, account, at):
                if not isinstance(event, CommandRejected):
                    due.setdefault(name, []).append(key)
                elif event.reason is not Reason.MARGIN_UNCHANGED:
                    unjudged.append((name, f"{event.reason} {event.attempted or ''}".rstrip()))
        told = []
        for recorded in self._told(due, said):
            event = recorded.event
            if isinstance(event, CommandRejected):
                unjudged.append((recorded.stream, str(event.reason)))
            else:
                told.append(recorded)
        return Sweep(at, len(accounts), tuple(unjudged), tuple(told))

    def has_news(self, size: int) -> bool:
        """Tell whether a sweep could tell something: the log grew, or a call is overdue since."""
        return size > self._size or bool(self._overdue(Instant(time.time_ns())) - self._tried)

    def _overdue(self, now: Instant) -> frozenset[Overdue]:
        return frozenset(
            (name, call.number, call.due_at)
            for name, account in self._accounts()
            for call in account.calls.values()
            if call.due_at <= now and not call.expired
        )

    def _catch_up(self) -> None:
        """Fold what the log says beyond what was read before."""
        for page in self._ledger.reader.read(self._size):
            for recorded in page:
                ahead = recorded.recorded_at + TOLERANCE.future
                self._latest = max(self._latest, min(recorded.at, Instant(ahead)))
                if recorded.stream.partition("-")[0] in KINDS:
                    state = evolve(self._states[recorded.stream], recorded)
                    self._states[recorded.stream] = state
            self._size = page[-1].sequence

    def _accounts(self) -> Iterator[tuple[str, Account]]:
        for state in list(self._states.values()):
            if (
                isinstance(state, Account)
                and not (state.closed or state.mirror_of)
                and _matters(state)
            ):
                yield state.name, state

    def _seen(self, name: str, account: Account, at: Instant) -> Iterator[tuple[str | None, Event]]:
        """See what a review would lead to, of each isolated position and of all else that matters.

        Nothing is recorded. An account that cannot be evaluated gives the refusal of that.
        """
        states: Mapping[str, State] = self._states
        keys = dict.fromkeys([*account.calls, *account.warned])
        asked = EvaluateMargin.model_construct(command_id="look", account=name, at=at)
        event = _outcome(asked, at, states)
        if isinstance(event, MarginEvaluated):
            stream = f"margin-{name}"
            told = Evaluation(unplaced(stream, event, at, "look"))
            states = ChainMap({stream: told}, self._states)
            keys |= dict.fromkeys(_near(event))
        elif isinstance(event, CommandRejected) and event.reason is not Reason.NO_POSITION:
            yield None, event
            return
        for key in keys:
            review = ReviewMargin.model_construct(
                command_id="look", account=name, instrument=key, at=at
            )
            yield key, _outcome(review, at, states)

    def _told(self, due: dict[str, list[str | None]], said: dict[str, Any]) -> Iterator[Recorded]:
        """Have evaluated whoever is to be told of, and then reviewed."""
        run = f"monitor:{said['at']}:{self._size}"
        evaluations = [
            EvaluateMargin.model_validate({**said, "command_id": f"{run}:{name}", "account": name})
            for name in due
        ]
        reviews = [
            ReviewMargin.model_validate(
                {
                    **said,
                    "command_id": f"{run}:{name}:{key or ''}:review",
                    "account": name,
                    "instrument": key,
                }
            )
            for name, keys in due.items()
            for key in keys
        ]
        for _ in self._recorded(evaluations):
            pass
        yield from self._recorded(reviews)

    def _recorded(self, commands: Iterable[Command]) -> Iterator[Recorded]:
        for answer in self._ledger.record_all(commands):
            if isinstance(answer, Malformed):
                raise answer
            yield answer.records[-1]


def _matters(account: Account) -> bool:
    return bool(account.positions or account.calls or account.warned)


def _outcome(command: Command, at: Instant, states: Mapping[str, State]) -> Event:
    """See what a command would lead to, whoever asks."""
    draft: Draft = RULES[type(command)](Situation(at, states), command)[-1]
    return draft.event


def _near(event: MarginEvaluated) -> Iterator[str | None]:
    """Name what of an account stands below the healthy rung: isolated positions, or all else."""
    if event.rung is not Rung.HEALTHY:
        yield None
    for position in event.positions:
        if position.rung not in (None, Rung.HEALTHY):
            yield position.instrument
