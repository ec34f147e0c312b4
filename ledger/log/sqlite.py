"""The log in a SQLite file: one `BEGIN IMMEDIATE` an append, exact and durable."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from typing import Any

from ledger.errors import ClockRefused, KnownCommand, StaleState
from ledger.log.batch import Batch
from ledger.log.reader import PAGE
from ledger.log.recorder import CLOCK_TOLERANCE, IDS_PER_QUERY, LogRecorder

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
        """Watch the file's data version."""
        return FileDoorbell(self)

    def _select(self, connection: Any, statement: str, values: Sequence[Any]) -> list[Any]:
        rows: list[Any] = connection.execute(statement.replace("%s", "?"), values).fetchall()
        return rows

    def _pages(self, connection: Any, statement: str, values: Sequence[Any]) -> Iterator[list[Any]]:
        cursor = connection.execute(statement.replace("%s", "?"), values)
        while page := cursor.fetchmany(PAGE):
            yield page


class FileDoorbell:
    """Rings when another connection has changed the file."""

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
    _refuse_known(connection, batch)
    _refuse_stale(connection, batch)
    stamp = batch.stamp
    connection.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (sequence, stream, version, kind, at, stamp, record)
            for sequence, (stream, version, kind, at, record) in enumerate(
                zip(
                    batch.streams,
                    batch.versions,
                    batch.types,
                    batch.ats,
                    batch.records,
                    strict=True,
                ),
                start=before + 1,
            )
        ],
    )
    connection.executemany(
        "INSERT INTO commands VALUES (?, ?, ? + ?, ?)",
        [
            (command_id, digest, before, first, count)
            for command_id, digest, first, count in zip(
                batch.command_ids, batch.digests, batch.firsts, batch.counts, strict=True
            )
        ],
    )
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


def _refuse_known(connection: sqlite3.Connection, batch: Batch) -> None:
    for start in range(0, len(batch.command_ids), IDS_PER_QUERY):
        part = batch.command_ids[start : start + IDS_PER_QUERY]
        marks = ", ".join("?" * len(part))
        known = connection.execute(
            f"SELECT command_id FROM commands WHERE command_id IN ({marks}) LIMIT 1",  # noqa: S608 - only placeholders are put in
            part,
        ).fetchone()
        if known:
            raise KnownCommand(f"command {known[0]} was recorded before")


def _refuse_stale(connection: sqlite3.Connection, batch: Batch) -> None:
    for stream, expected in batch.expected.items():
        [(version,)] = connection.execute(
            "SELECT coalesce(max(version), 0) FROM events WHERE stream = ?", (stream,)
        )
        if version != expected:
            raise StaleState(f"stream {stream} has moved on")
