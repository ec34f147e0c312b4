"""The log behind the recorder interface of `eventsourcing`: opaque records in commit order.

What the library calls a stored event is a row here: `originator_id` the stream, `topic` the event
type, `state` the record's bytes, `notification_id` the sequence. Balance, size and envelope are
enforced above. There is no process recorder: a process issues commands from the handler of an
event, and no loop of this ledger closes that way.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from sqlite3 import SQLITE_READONLY
from threading import Lock
from time import time_ns
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    NotSupportedError,
    StoredEvent,
)
from sqlalchemy import Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError

from ledger.errors import (
    ClockRefused,
    LogCorrupted,
    LogUnreachable,
    Misconfigured,
    StaleState,
)
from ledger.instants import SECOND, Instant
from ledger.log.batch import Batch, CompleteRow, KnownAs, Row
from ledger.log.database import driver_connection
from ledger.log.reader import Head
from ledger.log.subscription import Doorbell, LogSubscription

CLOCK_TOLERANCE = 5 * SECOND
"""How far the writer's clock may be from the server's."""

STAMPS_MAX = 100
IDS_PER_QUERY = 500
_COMMANDS = "SELECT command_id, digest, first_sequence, event_count FROM commands"


class LogRecorder(ApplicationRecorder):
    """Appends to the log and reads it; safe for many threads, one append at a time."""

    def __init__(self, engine: Engine) -> None:
        """Take an engine of `ledger.log.database`; no connection is opened yet."""
        self.engine = engine
        self._writer: PoolProxiedConnection | None = None
        self._writing = Lock()

    @abstractmethod
    def append(self, batch: Batch) -> int:
        """Append a batch, durably, or nothing: returns the sequence before its first record.

        In this order, under the lock of the head: time must not step back, no command of the batch
        may be known, every expected version must hold, then the rows go in and readers are told.
        Raises `ClockRefused`, `KnownCommand`, `StaleState`; `LogUnreachable` when the connection
        broke, so that only the command ids can tell whether the batch was recorded.
        """

    @abstractmethod
    def doorbell(self) -> Doorbell:
        """Give something to wait on until the log may have grown."""

    @abstractmethod
    def _select(self, connection: Any, statement: str, values: Sequence[Any]) -> list[Any]:
        """Run a query, written with `%s` for values, on a driver connection."""

    @abstractmethod
    def _pages(self, connection: Any, statement: str, values: Sequence[Any]) -> Iterator[list[Any]]:
        """Run a query of any length and give its rows by the page."""

    def query(self, statement: str, *values: Any) -> list[Any]:
        """Run a query that only reads."""
        with driver_connection(self.engine) as connection:
            return self._select(connection, statement, values)

    @contextmanager
    def _writer_connection(self) -> Iterator[Any]:
        """Lend the one connection that writes; a broken one is replaced."""
        broken = self.engine.dialect.loaded_dbapi.OperationalError
        with self._writing:
            try:
                if self._writer is None:
                    self._writer = self.engine.raw_connection()
                yield self._writer.driver_connection
            except (DBAPIError, broken) as error:
                if self._writer is not None:
                    self._writer.invalidate()
                    self._writer = None
                if getattr(error, "sqlite_errorcode", None) == SQLITE_READONLY:
                    raise Misconfigured("the database file cannot be written") from error
                raise LogUnreachable(str(getattr(error, "orig", error))) from error

    def close(self) -> None:
        """Close all connections."""
        with self._writing:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self.engine.dispose()

    def head(self) -> Head:
        """Say how far the log goes."""
        [(size, recorded_at)] = self.query("SELECT size, recorded_at FROM log_head")
        return Head(size, Instant(recorded_at))

    def rows(self, after: int, upto: int, limit: int) -> list[Row]:
        """Give at most `limit` rows with after < sequence <= upto, in order."""
        return self.query(
            "SELECT sequence, type, record FROM events WHERE sequence > %s AND sequence <= %s "
            "ORDER BY sequence LIMIT %s",
            after,
            upto,
            limit,
        )

    def complete_rows(self, after: int, upto: int, limit: int) -> list[CompleteRow]:
        """Give at most `limit` rows with after < sequence <= upto and all columns, in order."""
        return list(
            map(
                CompleteRow._make,
                self.query(
                    "SELECT sequence, stream, version, type, at, recorded_at, record FROM events "
                    "WHERE sequence > %s AND sequence <= %s ORDER BY sequence LIMIT %s",
                    after,
                    upto,
                    limit,
                ),
            )
        )

    def count_commands(self, upto: int) -> int:
        """Count the commands whose first record stands at or before a sequence."""
        [(count,)] = self.query("SELECT count(*) FROM commands WHERE first_sequence <= %s", upto)
        return int(count)

    def last_places(self) -> tuple[int, int]:
        """Give the last sequence of any record and the last that any command claims; 0 if none."""
        [(record,)] = self.query("SELECT coalesce(max(sequence), 0) FROM events")
        [(command,)] = self.query("SELECT coalesce(max(first_sequence), 0) FROM commands")
        return int(record), int(command)

    def rows_of_stream(self, stream: str, after: int, limit: int) -> list[Row]:
        """Give at most `limit` rows of a stream beyond a version, in order."""
        return self.query(
            "SELECT sequence, type, record FROM events WHERE stream = %s AND version > %s "
            "ORDER BY version LIMIT %s",
            stream,
            after,
            limit,
        )

    def rows_by_at(self, until: int, upto: int) -> Iterator[list[Row]]:
        """Give pages of the rows with at <= until and sequence <= upto, by (at, sequence).

        The database sorts, on disk where it must; here a page at a time is held.
        """
        statement = (
            "SELECT sequence, type, record FROM events WHERE at <= %s AND sequence <= %s "
            "ORDER BY at, sequence"
        )
        with driver_connection(self.engine) as connection:
            yield from self._pages(connection, statement, (until, upto))

    def recorded_at(self, sequence: int) -> Instant:
        """Say when the record at a place in the log was taken."""
        rows = self.query("SELECT recorded_at FROM events WHERE sequence = %s", sequence)
        if not rows:
            raise LogCorrupted(f"sequence {sequence}: no record stands there")
        return Instant(rows[0][0])

    def find_commands(self, command_ids: Sequence[str]) -> dict[str, KnownAs]:
        """Look up which of these commands stand in the log, and how."""
        found: dict[str, KnownAs] = {}
        for start in range(0, len(command_ids), IDS_PER_QUERY):
            part = command_ids[start : start + IDS_PER_QUERY]
            marks = ", ".join(["%s"] * len(part))
            for command_id, *known in self.query(
                f"{_COMMANDS} WHERE command_id IN ({marks})",
                *part,
            ):
                found[command_id] = KnownAs(*known)
        return found

    # The interface of the library from here on.

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> list[int] | None:
        """Append opaque rows stamped now; an unchecked door for the library's own contract."""
        if kwargs.get("tracking") is not None:
            raise NotSupportedError("this recorder tracks no process: see the module's docstring")
        if not stored_events:
            return None
        for _ in range(STAMPS_MAX):
            stamp = Instant(max(time_ns(), self.head().recorded_at))
            try:
                before = self.append(_batch_of(stored_events, stamp))
            except ClockRefused:
                continue
            except StaleState as error:
                raise IntegrityError(str(error)) from error
            return list(range(before + 1, before + len(stored_events) + 1))
        raise ClockRefused("other writers keep stamping later: check the clocks")

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Give the rows of a stream with gt < version <= lte."""
        statement = "SELECT stream, version, type, record FROM events WHERE stream = %s"
        values: list[Any] = [originator_id]
        for bound, condition in ((gt, " AND version > %s"), (lte, " AND version <= %s")):
            if bound is not None:
                statement += condition
                values.append(bound)
        statement += " ORDER BY version" + (" DESC" if desc else "")
        if limit is not None:
            statement += " LIMIT %s"
            values.append(limit)
        return [StoredEvent(*row) for row in self.query(statement, *values)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """Give at most `limit` rows from `start` up to `stop`, in order of sequence."""
        first = (start or 0) + (0 if inclusive_of_start else 1)
        statement = (
            "SELECT stream, version, type, record, sequence FROM events WHERE sequence >= %s"
        )
        values: list[Any] = [first]
        if stop is not None:
            statement += " AND sequence <= %s"
            values.append(stop)
        if topics:
            statement += f" AND type IN ({', '.join(['%s'] * len(topics))})"
            values.extend(topics)
        statement += " ORDER BY sequence LIMIT %s"
        return [Notification(*row) for row in self.query(statement, *values, limit)]

    def max_notification_id(self) -> int | None:
        """Give the last sequence; None while the log is empty."""
        return self.head().size or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> LogSubscription:
        """Follow the log beyond a sequence, for ever."""
        return LogSubscription(self, gt, topics)


def _batch_of(stored_events: Sequence[StoredEvent], stamp: Instant) -> Batch:
    batch = Batch(stamp)
    for stored in stored_events:
        batch.add_row(
            str(stored.originator_id), stored.originator_version, stored.topic, stamp, stored.state
        )
    return batch
