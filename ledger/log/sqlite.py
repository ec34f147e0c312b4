"""The log in a SQLite file: one `BEGIN IMMEDIATE` an append, exact and durable."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

from ledger.errors import ClockRefused, KnownCommand, StaleState
from ledger.log.batch import Batch
from ledger.log.reader import PAGE
from ledger.log.recorder import CLOCK_TOLERANCE, LogRecorder

POLL_SECONDS = 0.02


class SQLiteRecorder(LogRecorder):
    """Appends under the file's write lock."""

    def append(self, batch: Batch) -> int:
        """See `LogRecorder.append`."""
        with self._writer_connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                before = _append(connection, batch)
                connection.execute("COMMIT")
            except sqlite3.IntegrityError as error:
                connection.execute("ROLLBACK")
                raise StaleState(str(error)) from error
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        return before

    def doorbell(self) -> "FileDoorbell":
        """Look at the head every few milliseconds."""
        return FileDoorbell(self)

    def _select(self, connection: Any, statement: str, values: Sequence[Any]) -> list[Any]:
        rows: list[Any] = connection.execute(statement.replace("%s", "?"), values).fetchall()
        return rows

    def _pages(self, connection: Any, statement: str, values: Sequence[Any]) -> Iterator[list[Any]]:
        cursor = connection.execute(statement.replace("%s", "?"), values)
        while page := cursor.fetchmany(PAGE):
            yield page


class FileDoorbell:
    """Rings when the head has moved: a file tells nobody that it has grown."""

    def __init__(self, recorder: SQLiteRecorder) -> None:
        """Remember the version of now."""
        self._recorder = recorder
        self._seen = self._recorder.head()

    def wait(self, seconds: float) -> None:
        """Look every few milliseconds whether the log has grown."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            head = self._recorder.head()
            if head != self._seen:
                self._seen = head
                return
            time.sleep(POLL_SECONDS)

    def close(self) -> None:
        """It holds nothing."""


def _append(connection: sqlite3.Connection, batch: Batch) -> int:
    before = _advance_head(connection, batch)
    _insert_commands(connection, batch, before)
    _refuse_stale(connection, batch)
    rows = zip(
        range(before + 1, before + 1 + len(batch.records)),
        batch.streams,
        batch.versions,
        batch.types,
        batch.ats,
        repeat(batch.stamp, len(batch.records)),
        batch.records,
        strict=True,
    )
    connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return before


def _advance_head(connection: sqlite3.Connection, batch: Batch) -> int:
    size: int
    [(size, recorded_at)] = connection.execute("SELECT size, recorded_at FROM log_head")
    if batch.stamp < recorded_at:
        raise ClockRefused("the batch is stamped before the last record")
    if abs(batch.stamp - time.time_ns()) > CLOCK_TOLERANCE:
        raise ClockRefused("the batch is stamped too far from the clock")
    connection.execute(
        "UPDATE log_head SET size = ?, recorded_at = ?", (size + len(batch.records), batch.stamp)
    )
    return size


def _insert_commands(connection: sqlite3.Connection, batch: Batch, before: int) -> None:
    """Insert the commands; the table itself refuses one that it knows."""
    rows = zip(
        batch.command_ids,
        batch.digests,
        [before + first for first in batch.firsts],
        batch.counts,
        strict=True,
    )
    try:
        connection.executemany("INSERT INTO commands VALUES (?, ?, ?, ?)", rows)
    except sqlite3.IntegrityError as error:
        raise KnownCommand("a command was recorded before") from error


def _refuse_stale(connection: sqlite3.Connection, batch: Batch) -> None:
    for stream, expected in batch.expected.items():
        [(version,)] = connection.execute(
            "SELECT coalesce(max(version), 0) FROM events WHERE stream = ?", (stream,)
        )
        if version != expected:
            raise StaleState(f"stream {stream} has moved on")
