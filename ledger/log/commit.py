"""One commit of many commands: decide, append, and on a refusal by the log decide again."""

import time
from collections.abc import Callable, Sequence

from msgspec.structs import force_setattr

from ledger.commands import Command
from ledger.errors import (
    AppendRefused,
    ClockRefused,
    KnownCommand,
    LogUnreachable,
    Malformed,
    StaleState,
)
from ledger.instants import Instant
from ledger.log.application import LedgerApplication
from ledger.log.batch import KnownAs
from ledger.log.drafting import Drafting, Unplaced, conflict_id
from ledger.log.memory import Memory
from ledger.outcome import Outcome, Status, outcome_of
from ledger.situation import Tolerance

ATTEMPTS_MAX = 100
"""How often a batch is decided again before its callers are told that others are always faster."""

UNREACHABLE_SECONDS_MAX = 30.0
RECONNECT_SECONDS = 0.1

Answer = Outcome | Malformed


class Committer:
    """Commits commands for one caller at a time; the sequencer sees to that."""

    def __init__(
        self,
        application: LedgerApplication,
        *,
        tolerance: Tolerance,
        clock: Callable[[], int],
        streams_max: int,
    ) -> None:
        """Write to an application's log, with states of at most `streams_max` streams at hand."""
        self._recorder = application.recorder
        self._log = application.reader
        self._codec = application.codec
        self._memory = Memory(application.reader, streams_max)
        self._tolerance = tolerance
        self._clock = clock
        self._stamp = Instant(0)

    def commit(self, commands: Sequence[Command]) -> list[Answer]:
        """Commit commands in order and answer each, by its place.

        A command that does not fit a record is answered with `Malformed`, the others stand. Raises
        what keeps the log from taking any: `LogUnreachable`, `ClockRefused`, `StaleState`.
        """
        answers: dict[int, Answer] = {}
        waiting = dict(enumerate(commands))
        while waiting:
            distinct: dict[str, int] = {}
            for place, command in waiting.items():
                if distinct and command.CITES:
                    # What it cites may be a record of this very group: let that be recorded first.
                    break
                distinct.setdefault(command.command_id, place)
            _Round(self, {place: waiting.pop(place) for place in distinct.values()}, answers).run()
        return [answers[place] for place in range(len(commands))]

    def drafting(self) -> Drafting:
        """Start a batch stamped with this moment, and never before the last one."""
        self._stamp = Instant(max(self._clock(), self._stamp))
        return Drafting(self._log, self._memory, self._codec, self._stamp, self._tolerance)

    def catch_up(self, refusal: AppendRefused, drafting: Drafting) -> None:
        """Learn from the log what this writer did not know: later states, a later stamp."""
        if isinstance(refusal, StaleState):
            self._memory.forget(drafting.batch.expected)
        if isinstance(refusal, ClockRefused):
            self._stamp = max(self._stamp, self._log.head().recorded_at)

    def append(self, drafting: Drafting) -> int:
        """Append a batch; the states it led to become what is remembered."""
        before = self._recorder.append(drafting.batch)
        self._memory.advance(drafting.ahead, before, before + drafting.size)
        return before

    def known(self, command_ids: Sequence[str]) -> dict[str, KnownAs]:
        """Look up commands in the log."""
        return self._recorder.find_commands(command_ids)

    def outcome(self, known: KnownAs) -> Outcome:
        """Read from the log what a known command led to."""
        return outcome_of(tuple(self._log.records(known.first_sequence, known.event_count)))


class _Round:
    """Commands with distinct ids on their way into the log."""

    def __init__(
        self, committer: Committer, commands: dict[int, Command], answers: dict[int, Answer]
    ) -> None:
        self._committer = committer
        self._open = commands
        self._answers = answers
        self._conflicts: dict[int, KnownAs] = {}
        self._tried: set[str] = set()

    def run(self) -> None:
        """Try until every command is answered."""
        lost = time.monotonic() + UNREACHABLE_SECONDS_MAX
        attempt = 0
        while self._open:
            before = len(self._open)
            try:
                attempt += 1
                self._attempt(is_last=attempt == ATTEMPTS_MAX)
                attempt = attempt if len(self._open) == before else 0
            except LogUnreachable:
                attempt -= 1
                if time.monotonic() > lost:
                    raise
                time.sleep(RECONNECT_SECONDS)

    def _attempt(self, *, is_last: bool) -> None:
        """Decide and append once."""
        drafting = self._committer.drafting()
        try:
            places = self._draft(drafting)
            before = self._committer.append(drafting) if places else 0
        except AppendRefused as refusal:
            if is_last:
                raise
            if isinstance(refusal, KnownCommand):
                self._answer_known()
            else:
                self._committer.catch_up(refusal, drafting)
            return
        self._answer_new(places, drafting, before)

    def _draft(self, drafting: Drafting) -> list[int]:
        """Decide what is open, up to what must wait for this batch; give the places of the rest."""
        places, spoiled = [], {}
        for place, command in self._open.items():
            try:
                if place in self._conflicts:
                    drafting.add_conflict(command, self._conflicts[place])
                else:
                    drafting.add(command)
            except Malformed as malformed:
                spoiled[place] = malformed
            except Unplaced:
                break
            else:
                places.append(place)
        if spoiled:
            self._answer_spoiled(spoiled)
        self._tried.update(records[0].id for records in drafting.recorded)
        return places

    def _answer_new(self, places: list[int], drafting: Drafting, before: int) -> None:
        sequence = before
        for place, records in zip(places, drafting.recorded, strict=True):
            for recorded in records:
                sequence += 1
                force_setattr(recorded, "sequence", sequence)
            self._answers[place] = outcome_of(records)
            del self._open[place]

    def _answer_spoiled(self, spoiled: dict[int, Malformed]) -> None:
        """Answer commands that cannot be recorded now, but might have been when they first came."""
        if self._committer.known([self._open[place].command_id for place in spoiled]):
            self._answer_known()
        for place, malformed in spoiled.items():
            if place in self._open and place not in self._conflicts:
                self._answers[place] = malformed
                del self._open[place]

    def _answer_known(self) -> None:
        """Answer from the log what it holds; a known id with another content is a conflict."""
        ids = {
            place: conflict_id(command) if place in self._conflicts else command.command_id
            for place, command in self._open.items()
        }
        found = self._committer.known(list(ids.values()))
        for place, command_id in ids.items():
            known = found.get(command_id)
            if known is None:
                continue
            if known.digest != self._open[place].digest():
                self._conflicts[place] = known
                continue
            outcome = self._committer.outcome(known)
            if place not in self._conflicts and outcome.records[0].id not in self._tried:
                outcome = Outcome(Status.DUPLICATE, outcome.records)
            self._answers[place] = outcome
            del self._open[place]
