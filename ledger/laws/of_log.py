"""The laws of the log: no gap, no way back, and one truth in bytes, columns and commands."""

from collections import Counter

from ledger.commands.command import content_digest
from ledger.events import Recorded, Request
from ledger.journal import Legs
from ledger.log.batch import CompleteRow, KnownAs
from ledger.log.log import Log
from ledger.log.reader import Head

COMPARED_AT_ONCE = 2_000


class Contiguous:
    """`sequence`: the log runs 1, 2, 3 ... without a gap, up to its head."""

    def __init__(self, log: Log, head: Head) -> None:
        self._log, self._head = log, head
        self._last = 0
        self._stamp = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del recorded, legs
        expected, self._last, self._stamp = self._last + 1, row.sequence, row.recorded_at
        return None if row.sequence == expected else f"{expected} is missing"

    def conclude(self) -> tuple[str, str | None]:
        return f"1 to {self._last}" if self._last else "no records yet", self._at_the_head()

    def _at_the_head(self) -> str | None:
        if self._last < self._head.size:
            return f"the log ends at {self._last}, its head says {self._head.size}"
        if self._stamp != self._head.recorded_at:
            return "the head and the last record differ in time"
        beyond = max(self._log.recorder.last_places())
        size = self._log.head().size
        return f"something stands at {beyond}, beyond the head {size}" if beyond > size else None


class Onward:
    """`time`: `recorded_at` never goes back along the log."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._last = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del recorded, legs
        before, self._last = self._last, row.recorded_at
        return None if row.recorded_at >= before else "it was recorded before the one before it"

    def conclude(self) -> tuple[str, str | None]:
        return "never back", None


class Versions:
    """`versions`: every stream runs 1, 2, 3 ... without a gap."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._last: Counter[str] = Counter()

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del recorded, legs
        self._last[row.stream] += 1
        expected = self._last[row.stream]
        if row.version == expected:
            return None
        self._last[row.stream] = row.version
        return f"version {row.version} of {row.stream} where {expected} is due"

    def conclude(self) -> tuple[str, str | None]:
        return f"{len(self._last)} streams", None


class Columns:
    """`columns`: what stands beside a record says the same as its bytes."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._count = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del legs
        self._count += 1
        said = (recorded.stream, recorded.version, recorded.type, recorded.at, recorded.recorded_at)
        beside = (row.stream, row.version, row.type, row.at, row.recorded_at)
        return None if said == beside else f"the columns say {beside}, the record says {said}"

    def conclude(self) -> tuple[str, str | None]:
        return f"{self._count} records", None


class Canonical:
    """`bytes`: every record is byte for byte what encoding its content gives."""

    def __init__(self, log: Log, head: Head) -> None:
        del head
        self._codec = log.codec
        self._bytes = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del recorded, legs
        self._bytes += len(row.record)
        return None if self._codec.is_canonical(row.type, row.record) else "not canonical bytes"

    def conclude(self) -> tuple[str, str | None]:
        return f"{self._bytes} bytes", None


class Commands:
    """`commands`: the table of commands says what the records say of theirs."""

    def __init__(self, log: Log, head: Head) -> None:
        self._recorder, self._head = log.recorder, head
        self._pending: dict[str, KnownAs] = {}
        self._count = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del legs
        request = recorded.request
        if request is not None:
            breach = self._compare() if len(self._pending) >= COMPARED_AT_ONCE else None
            self._count += 1
            self._pending[recorded.command] = KnownAs(request.digest, row.sequence, 1)
            return breach or _forged(request)
        known = self._pending.get(recorded.command)
        if known is None:
            return f"no record of command {recorded.command} carries its request"
        self._pending[recorded.command] = known._replace(event_count=known.event_count + 1)
        return None

    def conclude(self) -> tuple[str, str | None]:
        breach = self._compare()
        stored = self._recorder.count_commands(self._head.size)
        if stored != self._count:
            breach = breach or f"{self._count} commands in the records, {stored} in the table"
        return f"{self._count} commands", breach

    def _compare(self) -> str | None:
        pending, self._pending = self._pending, {}
        stored = self._recorder.find_commands(list(pending))
        for command_id, said in pending.items():
            if stored.get(command_id) != said:
                return f"command {command_id}: the table and the records differ"
        return None


def _forged(request: Request) -> str | None:
    """Compare the digest of a command with its body; a recorded fact carries no body."""
    if request.body is None or content_digest(request.type, request.body) == request.digest:
        return None
    return "the request's digest is not that of its body"
