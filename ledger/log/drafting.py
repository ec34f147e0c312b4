"""From commands to one batch: load, decide, balance, stamp, encode; nothing is recorded yet."""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ledger.commands import Command, Fact, PlaceOrder, ProposeChange, Reckoning
from ledger.decider import decide, evolve, initial_state
from ledger.errors import Malformed, Unbalanced
from ledger.events import (
    CommandConflicted,
    CommandRejected,
    Draft,
    Event,
    OrderReportQuarantined,
    Recorded,
    Request,
    request_record,
    schema_version,
)
from ledger.instants import Instant
from ledger.journal import imbalance, postings
from ledger.log.batch import Batch, KnownAs
from ledger.log.codec import Codec
from ledger.log.log import Log
from ledger.log.memory import Memory, Remembered
from ledger.log.ruleset import ruleset
from ledger.numbers import OutOfRange
from ledger.situation import Situation, State, Tolerance


def random_id() -> str:
    """128 random bits in hex: they keep a withheld record from being guessed by its hash."""
    return os.urandom(16).hex()


class Unplaced(Exception):
    """A figure builds on a record of this very batch, which has no place in the log yet."""


@dataclass(slots=True)
class Drafting:
    """One batch in the making, on states that run ahead of memory until the commit."""

    log: Log
    memory: Memory
    codec: Codec
    stamp: Instant
    tolerance: Tolerance
    batch: Batch = field(init=False)
    rules: str = field(init=False)
    ahead: dict[str, Remembered] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    seen: bool = False
    recorded: list[tuple[Recorded, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start an empty batch."""
        self.batch = Batch(self.stamp)
        self.rules = ruleset(self.tolerance)

    @property
    def size(self) -> int:
        """Count the records of the batch."""
        return sum(map(len, self.recorded))

    def add(self, command: Command) -> None:
        """Decide a command on what the batch has led to so far, and add what follows.

        Raises `Malformed` when a record or a sum would be too large, and `Unplaced` when it would
        cite what this batch is yet to record; the batch is as it was before.
        """
        looked_at = _LookedAt(self._look_at)
        situation = Situation(
            now=self.stamp,
            states=looked_at,
            cited=_Cited(self.log.record),
            tolerance=self.tolerance,
        )
        drafts = _decided(situation, command)
        if isinstance(command, Reckoning) and not self.written.isdisjoint(looked_at.versions):
            raise Unplaced
        request = self._request(command, drafts, looked_at)
        self._add(command.command_id, drafts, command, request)

    def add_conflict(self, command: Command, known: KnownAs) -> None:
        """Record that a known id came with another content."""
        stream = f"command-{command.command_id}"
        offered = command.digest()
        event = CommandConflicted(
            command_id=command.command_id, known_digest=known.digest, offered_digest=offered
        )
        looked_at = _LookedAt(self._look_at)
        drafts = [Draft(stream, event)]
        request = self._request(command, drafts, looked_at)
        self._add(conflict_id(command), drafts, command, request)

    def _look_at(self, stream: str) -> Remembered:
        """Give the state of a stream and have its version checked at the append."""
        known = self.ahead.get(stream)
        if known is None:
            known = self.ahead[stream] = self._recall(stream)
            if known.state.CHECKED:
                self.batch.expected[stream] = known.version
        return known

    def _recall(self, stream: str) -> Remembered:
        """Remember a state; look once in a batch whether others wrote, if that is not checked."""
        if not self.seen and not initial_state(stream).CHECKED:
            self.memory.see(self.log.head().size)
            self.seen = True
        return self.memory.recall(stream)

    def _request(
        self,
        command: Command,
        drafts: Sequence[Draft],
        looked_at: "_LookedAt",
    ) -> Request:
        body = command.body()
        written = {draft.stream for draft in drafts}
        return Request(
            type=type(command).__name__,
            digest=command.digest_of(body),
            actor=command.actor.as_actor(),
            legal_entity=command.legal_entity,
            ruleset=self.rules,
            reads={
                stream: version
                for stream, version in looked_at.versions.items()
                if version and stream not in written
            },
            body=None if _says_it_all(command, drafts) else body,
            sent_at=command.sent_at,
        )

    def _add(
        self,
        command_id: str,
        drafts: Sequence[Draft],
        command: Command,
        request: Request,
    ) -> None:
        """Envelope, balance, evolve and encode; only when all of it worked does the batch grow."""
        states: dict[str, Remembered] = {}
        records: list[Recorded] = []
        for draft in drafts:
            require_balance(draft.event)
            before = states.get(draft.stream) or self._look_at(draft.stream)
            self.batch.expected.setdefault(draft.stream, before.version)
            recorded = Recorded(
                id=random_id(),
                stream=draft.stream,
                version=before.version + 1,
                type=type(draft.event).__name__,
                schema=schema_version(type(draft.event)),
                at=self.stamp if draft.at is None else draft.at,
                recorded_at=self.stamp,
                command=command_id,
                request_record=request_record(None if records else request),
                correlation=command.correlation,
                causation=command.causation,
                corrects=draft.corrects,
                event=draft.event,
            )
            records.append(recorded)
            states[draft.stream] = Remembered(recorded.version, _evolved(before.state, recorded))
        encoded = [self.codec.encode(recorded) for recorded in records]
        for recorded, record in zip(records, encoded, strict=True):
            self.batch.add_row(
                recorded.stream, recorded.version, recorded.type, recorded.at, record
            )
        self.batch.add_command(command_id, request.digest, len(records))
        self.ahead.update(states)
        self.written.update(states)
        self.recorded.append(tuple(records))


class _LookedAt(dict[str, State]):
    """The states that a decision looks at, loaded as it does, and the version of each."""

    def __init__(self, look_at: Callable[[str], Remembered]) -> None:
        super().__init__()
        self.versions: dict[str, int] = {}
        self._look_at = look_at

    def __missing__(self, stream: str) -> State:
        remembered = self._look_at(stream)
        self.versions[stream] = remembered.version
        self[stream] = remembered.state
        return remembered.state


class _Cited(dict[int, Recorded | None]):
    """The records that a decision cites by sequence, loaded as it does; None for no record."""

    def __init__(self, find: Callable[[int], Recorded | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, sequence: int) -> Recorded | None:
        self[sequence] = found = self._find(sequence)
        return found


def _decided(situation: Situation, command: Command) -> list[Draft]:
    """Decide; an amount past what the ledger can hold is the fault of the command."""
    try:
        return decide(situation, command)
    except OutOfRange as error:
        raise Malformed("amount", str(error)) from error


def _evolved(state: State, recorded: Recorded) -> State:
    """Evolve; a sum past what the ledger can hold is the fault of the command that adds to it."""
    try:
        return evolve(state, recorded)
    except OutOfRange as error:
        raise Malformed("amount", str(error)) from error


def _says_it_all(command: Command, drafts: Sequence[Draft]) -> bool:
    """Tell whether the events hold all that was said, so that the body need not stand twice."""
    refusals = CommandRejected | CommandConflicted | OrderReportQuarantined
    said = isinstance(command, Fact | Reckoning | ProposeChange | PlaceOrder)
    return said and not isinstance(drafts[0].event, refusals)


def conflict_id(command: Command) -> str:
    """Name the conflict of an id and a content, so that it is recorded once.

    No command can take such a name: an id never begins with a tilde.
    """
    content = f"{command.command_id} {command.digest()}".encode()
    return f"~conflict:{hashlib.sha256(content).hexdigest()[:32]}"


def require_balance(event: Event) -> None:
    """Make sure that the legs of an event sum to zero in every asset.

    Raises `Unbalanced`: a defect of ours, after which nothing is recorded.
    """
    if excess := imbalance(postings(event)):
        raise Unbalanced(f"{type(event).__name__} is out of balance by {excess}")
