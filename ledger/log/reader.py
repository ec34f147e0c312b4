"""What a reader of the log may ask: pages of records, in the order of either clock."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from ledger.events import Recorded
from ledger.instants import Instant

PAGE = 2_000
"""Records per page: bounds the memory of every reader."""


class Head(NamedTuple):
    """How far the log goes: `size` is the last sequence, 0 while it is empty."""

    size: int
    recorded_at: Instant


class LogReader(Protocol):
    """Reads the log; never changes it."""

    def head(self) -> Head:
        """Say how far the log goes."""

    def read(self, after: int = 0, upto: int | None = None) -> Iterator[Sequence[Recorded]]:
        """Read in order of sequence: pages of the records with after < sequence <= upto."""

    def read_by_at(self, until: Instant, upto: int) -> Iterator[Sequence[Recorded]]:
        """Read in order of (at, sequence): the records with at <= until and sequence <= upto."""

    def sequence_at(self, moment: Instant) -> int:
        """Give the last sequence recorded at or before a moment; 0 if there was none."""
