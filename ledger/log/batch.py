"""What one append carries: the columns of complete rows, the commands behind them, the checks."""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ledger.instants import Instant

Row: TypeAlias = tuple[int, str, bytes]
"""A record as it stands in the log, not yet decoded: sequence, type, bytes."""


class CompleteRow(NamedTuple):
    """A record with all the columns that stand beside its bytes."""

    sequence: int
    stream: str
    version: int
    type: str
    at: int
    recorded_at: int
    record: bytes


class KnownAs(NamedTuple):
    """How a command stands in the log: its digest and the records that answered it."""

    digest: str
    first_sequence: int
    event_count: int


@dataclass(slots=True)
class Batch:
    """Rows in columns, all stamped with one moment, appended together or not at all.

    `firsts` are places within the batch, from 1. `expected` says which version every stream that
    was written or only read must still have.
    """

    stamp: Instant
    streams: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    ats: list[int] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)
    command_ids: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    expected: dict[str, int] = field(default_factory=dict)

    def add_row(self, stream: str, version: int, kind: str, at: int, record: bytes) -> None:
        """Add one record at the end."""
        self.streams.append(stream)
        self.versions.append(version)
        self.types.append(kind)
        self.ats.append(at)
        self.records.append(record)

    def add_command(self, command_id: str, digest: str, event_count: int) -> None:
        """Add the command behind the last `event_count` rows."""
        self.command_ids.append(command_id)
        self.digests.append(digest)
        self.firsts.append(len(self.records) - event_count + 1)
        self.counts.append(event_count)
