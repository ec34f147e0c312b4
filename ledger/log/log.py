"""The log as its readers see it: decoded records, in pages, in the order of either clock."""

from collections.abc import Iterator, Sequence
from itertools import starmap

from ledger.events import Recorded
from ledger.instants import Instant
from ledger.log.batch import Row
from ledger.log.codec import Codec
from ledger.log.reader import PAGE, Head
from ledger.log.recorder import LogRecorder
from ledger.log.subscription import Doorbell


class Log:
    """A `LogReader` over a recorder; it never writes."""

    def __init__(self, recorder: LogRecorder, codec: Codec) -> None:
        """Read what a recorder holds, with a codec's catalogue."""
        self.recorder = recorder
        self.codec = codec

    def head(self) -> Head:
        """Say how far the log goes."""
        return self.recorder.head()

    def read(self, after: int = 0, upto: int | None = None) -> Iterator[Sequence[Recorded]]:
        """Read in order of sequence: pages of the records with after < sequence <= upto."""
        end = self.head().size if upto is None else upto
        while after < end:
            rows = self.recorder.rows(after, end, PAGE)
            if not rows:
                return
            yield self._decoded(rows)
            after = rows[-1][0]

    def read_by_at(self, until: Instant, upto: int) -> Iterator[Sequence[Recorded]]:
        """Read in order of (at, sequence): the records with at <= until and sequence <= upto."""
        for rows in self.recorder.rows_by_at(until, upto):
            yield self._decoded(rows)

    def stream(self, stream: str, after: int = 0) -> Iterator[Recorded]:
        """Give the records of one stream beyond a version, in order, a page in memory."""
        while page := self._decoded(self.recorder.rows_of_stream(stream, after, PAGE)):
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].version

    def record(self, sequence: int) -> Recorded | None:
        """Give the record at a place in the log; None where there is none."""
        rows = self.recorder.rows(sequence - 1, sequence, 1)
        return self._decoded(rows)[0] if rows else None

    def records(self, first: int, count: int) -> list[Recorded]:
        """Give `count` records from a place in the log on."""
        return self._decoded(self.recorder.rows(first - 1, first + count - 1, count))

    def sequence_at(self, moment: Instant) -> int:
        """Give the last sequence recorded at or before a moment; 0 if there was none.

        `recorded_at` never decreases along `sequence`, so a few look-ups find the place.
        """
        low, high = 0, self.head().size
        while low < high:
            middle = (low + high + 1) // 2
            if self.recorder.recorded_at(middle) <= moment:
                low = middle
            else:
                high = middle - 1
        return low

    def doorbell(self) -> Doorbell:
        """Give something to wait on until the log may have grown; close it after use."""
        return self.recorder.doorbell()

    def _decoded(self, rows: Sequence[Row]) -> list[Recorded]:
        return list(starmap(self.codec.decode, rows))
