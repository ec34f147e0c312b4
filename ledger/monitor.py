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
from ledger.case_steps import possible_steps
from ledger.commands import Command, EvaluateMargin, ReviewMargin, StartLiquidation
from ledger.decider import KINDS, RULES, States, evolve
from ledger.errors import Malformed
from ledger.events import CommandRejected, Draft, Event, MarginEvaluated, Recorded, Rung
from ledger.holding import Account
from ledger.instants import Instant, write_instant
from ledger.margin_standing import Evaluation
from ledger.reasons import Reason
from ledger.situation import TOLERANCE, Situation, State, unplaced

Asked = tuple[type[ReviewMargin | StartLiquidation], str | None]
"""What is to be asked of an account, and of which isolated position; None for all else."""
NO_NEWS = frozenset(
    {
        Reason.MARGIN_UNCHANGED,
        Reason.LIQUIDATION_NOT_DUE,
        Reason.LIQUIDATION_OPEN,
        Reason.NO_POSITION,
    }
)
STEPS_MAX = 50
"""So many steps a case takes in one sweep, at most."""

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
        self._size = self._swept = 0
        self._latest = Instant(0)
        self._tried: frozenset[Overdue] = frozenset()

    def sweep(self) -> Sweep:
        """Look at every account that holds a contract, or was warned or called."""
        self._catch_up()
        self._swept = self._size
        at = Instant(max(time.time_ns(), self._latest))
        self._tried = self._overdue(at)
        said = {**self._sender, "at": write_instant(at)}
        accounts = list(self._accounts())
        unjudged: list[tuple[str, str]] = []
        due: dict[str, list[Asked]] = {}
        for name, account in accounts:
            for asked, event in self._seen(name, account, at):
                if not isinstance(event, CommandRejected):
                    due.setdefault(name, []).append(asked)
                elif event.reason not in NO_NEWS:
                    unjudged.append((name, f"{event.reason} {event.attempted or ''}".rstrip()))
        told = []
        for recorded in (*self._told(due, said), *self._liquidated(at, said)):
            event = recorded.event
            if isinstance(event, CommandRejected):
                unjudged.append((recorded.stream, str(event.reason)))
            else:
                told.append(recorded)
        return Sweep(at, len(accounts), tuple(unjudged), tuple(told))

    def has_news(self, size: int) -> bool:
        """Tell whether a sweep could tell something: the log grew, or a call is overdue since."""
        return size > self._swept or bool(self._overdue(Instant(time.time_ns())) - self._tried)

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

    def _seen(self, name: str, account: Account, at: Instant) -> Iterator[tuple[Asked, Event]]:
        """See what a review would lead to, of each isolated position and of all else that matters.

        And whether a liquidation would begin. Nothing is recorded. An account that cannot be
        evaluated gives the refusal of that.
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
            yield (ReviewMargin, None), event
            return
        for key in keys:
            yield from self._due(name, key, at, states)

    def _due(
        self, name: str, key: str | None, at: Instant, states: Mapping[str, State]
    ) -> Iterator[tuple[Asked, Event]]:
        """See whether a liquidation begins; nobody is called for what is liquidated already."""
        fields: dict[str, Any] = {
            "command_id": "look",
            "account": name,
            "instrument": key,
            "at": at,
        }
        begins = _outcome(StartLiquidation.model_construct(**fields), at, states)
        if not isinstance(begins, CommandRejected) or begins.reason not in NO_NEWS:
            yield (StartLiquidation, key), begins
        if isinstance(begins, CommandRejected) and begins.reason is not Reason.LIQUIDATION_OPEN:
            yield (ReviewMargin, key), _outcome(ReviewMargin.model_construct(**fields), at, states)

    def _liquidated(self, at: Instant, said: dict[str, Any]) -> Iterator[Recorded]:
        """Take one step after another in every open case, as far as they lead for now."""
        for _ in range(STEPS_MAX):
            self._catch_up()
            steps = list(self._next_steps(at, said))
            if not steps:
                return
            yield from self._recorded(steps)

    def _next_steps(self, at: Instant, said: dict[str, Any]) -> Iterator[Command]:
        """Find the next step of each case, if the rules take one."""
        for name, account in self._accounts():
            for key, case in account.liquidations.items():
                run = f"monitor:{said['at']}:{self._size}:{name}:{case.step}"
                usual = {"command_id": run, "account": name, "case": case.case, **said}
                for kind, fields in possible_steps(self._states, account, key, case):
                    command = kind.model_validate({**usual, **fields})
                    if not isinstance(_outcome(command, at, self._states), CommandRejected):
                        yield command
                        break

    def _told(self, due: dict[str, list[Asked]], said: dict[str, Any]) -> Iterator[Recorded]:
        """Have evaluated whoever is to be told of, and then reviewed or liquidated."""
        run = f"monitor:{said['at']}:{self._size}"
        evaluations = [
            EvaluateMargin.model_validate({**said, "command_id": f"{run}:{name}", "account": name})
            for name in due
        ]
        reviews = [
            kind.model_validate(
                {
                    **said,
                    "command_id": f"{run}:{name}:{key or ''}:{kind.__name__}",
                    "account": name,
                    "instrument": key,
                }
            )
            for name, asked in due.items()
            for kind, key in asked
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
    return bool(account.positions or account.calls or account.warned or account.liquidations)


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
