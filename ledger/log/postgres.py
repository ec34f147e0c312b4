"""The log in PostgreSQL: one call of `ledger_append` over binary arrays an append."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from sqlalchemy import Engine

from ledger.errors import AppendRefused, ClockRefused, KnownCommand, LogUnreachable, StaleState
from ledger.log.arrays import bigints_array, bytes_array, ints_array, texts_array
from ledger.log.batch import Batch
from ledger.log.reader import PAGE
from ledger.log.recorder import CLOCK_TOLERANCE, LogRecorder

_REFUSALS: dict[str | None, type[AppendRefused]] = {
    "LG001": StaleState,
    "LG003": ClockRefused,
    "commands_pkey": KnownCommand,
    "events_stream_version_key": StaleState,
}
"""By the code that `ledger_append` raises, or the constraint that refused a row."""
_APPEND = f"SELECT ledger_append({', '.join(['%b'] * 13)})"
_RECONNECT_SECONDS = 0.05


class PostgresRecorder(LogRecorder):
    """Appends through the one function that may write."""

    def append(self, batch: Batch) -> int:
        """See `LogRecorder.append`."""
        values = _arguments(batch)
        try:
            with self._writer_connection() as connection:
                cursor = connection.cursor(binary=True)
                [before] = cursor.execute(_APPEND, values, prepare=True).fetchone()
        except psycopg.DatabaseError as error:
            refusal = _REFUSALS.get(error.diag.constraint_name or error.sqlstate)
            if refusal is None:
                raise
            raise refusal(error.diag.message_primary) from error
        return int(before)

    def doorbell(self) -> "Listener":
        """Listen for the notifications that come with every append."""
        return Listener(self.engine)

    def _select(self, connection: Any, statement: str, values: Sequence[Any]) -> list[Any]:
        cursor = connection.cursor(binary=True)
        rows: list[Any] = cursor.execute(statement, values, prepare=True).fetchall()
        return rows

    def _pages(self, connection: Any, statement: str, values: Sequence[Any]) -> Iterator[list[Any]]:
        with connection.transaction(), connection.cursor("pages", binary=True) as cursor:
            cursor.execute(statement, values)
            while page := cursor.fetchmany(PAGE):
                yield page


class Listener:
    """A connection of its own that listens; opened again whenever it breaks."""

    def __init__(self, engine: Engine) -> None:
        """Listen at once. Raises `LogUnreachable`."""
        self._engine = engine
        self._connection: psycopg.Connection[Any] | None = None
        try:
            self._listen()
        except psycopg.OperationalError as error:
            raise LogUnreachable(str(error)) from error

    def wait(self, seconds: float) -> None:
        """Return at the next notification, or after so many seconds, or when the line broke."""
        try:
            connection = self._connection or self._listen()
            for _ in connection.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.OperationalError:
            self.close()
            time.sleep(min(seconds, _RECONNECT_SECONDS))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg.Connection[Any]:
        args, options = self._engine.dialect.create_connect_args(self._engine.url)
        connection: psycopg.Connection[Any] = psycopg.connect(*args, **options, autocommit=True)
        [schema] = connection.execute("SELECT current_schema()").fetchone() or ["public"]
        connection.execute(
            psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(f"ledger_{schema}"))
        )
        self._connection = connection
        return connection


def _arguments(batch: Batch) -> tuple[object, ...]:
    """Put a batch into the order of the parameters of `ledger_append`."""
    return (
        texts_array(batch.streams),
        bigints_array(batch.versions),
        texts_array(batch.types),
        bigints_array(batch.ats),
        bytes_array(batch.records),
        batch.stamp,
        CLOCK_TOLERANCE,
        texts_array(batch.command_ids),
        texts_array(batch.digests),
        bigints_array(batch.firsts),
        ints_array(batch.counts),
        texts_array(list(batch.expected)),
        bigints_array(list(batch.expected.values())),
    )
