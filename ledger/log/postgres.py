"""The log in PostgreSQL: one call of `ledger_append` over binary arrays an append."""

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, repeat
from struct import Struct
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import Engine

from ledger.errors import AppendRefused, ClockRefused, KnownCommand, LogUnreachable, StaleState
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


class _Wire(bytes):
    """The binary form of an array, ready for the wire."""


class _Texts(_Wire):
    """text[]."""


class _Bytes(_Wire):
    """bytea[]."""


class _Bigints(_Wire):
    """bigint[]."""


class _Ints(_Wire):
    """int[]."""


class _WireDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return obj


for _kind, _oid in ((_Texts, 1009), (_Bytes, 1001), (_Bigints, 1016), (_Ints, 1007)):
    psycopg.adapters.register_dumper(
        _kind, type(f"{_kind.__name__}Dumper", (_WireDumper,), {"oid": _oid})
    )

_header = Struct("!iiIii").pack
_length = Struct("!i").pack


@lru_cache(maxsize=64)
def _numbers(code: str, count: int) -> Struct:
    """Lay out `count` numbers with their lengths before them."""
    return Struct("!" + f"i{code}" * count)


def _array(element_oid: int, count: int, elements: bytes) -> bytes:
    """Put the header of a one-dimensional array without nulls before its elements.

    psycopg's own list dumper does the same, about five times slower.
    """
    if count == 0:
        return _header(0, 0, element_oid, 0, 0)[:12]
    return _header(1, 0, element_oid, count, 1) + elements


def _bytes(values: Sequence[bytes], element_oid: int = 17) -> _Bytes:
    pieces = chain.from_iterable(zip(map(_length, map(len, values)), values, strict=True))
    return _Bytes(_array(element_oid, len(values), b"".join(pieces)))


def _texts(values: Sequence[str]) -> _Texts:
    return _Texts(_bytes([value.encode() for value in values], 25))


def _bigints(values: Sequence[int]) -> _Bigints:
    sized = chain.from_iterable(zip(repeat(8), values))
    return _Bigints(_array(20, len(values), _numbers("q", len(values)).pack(*sized)))


def _ints(values: Sequence[int]) -> _Ints:
    sized = chain.from_iterable(zip(repeat(4), values))
    return _Ints(_array(23, len(values), _numbers("i", len(values)).pack(*sized)))


def _arguments(batch: Batch) -> tuple[object, ...]:
    """Put a batch into the order of the parameters of `ledger_append`."""
    return (
        _texts(batch.streams),
        _bigints(batch.versions),
        _texts(batch.types),
        _bigints(batch.ats),
        _bytes(batch.records),
        batch.stamp,
        CLOCK_TOLERANCE,
        _texts(batch.command_ids),
        _texts(batch.digests),
        _bigints(batch.firsts),
        _ints(batch.counts),
        _texts(list(batch.expected)),
        _bigints(list(batch.expected.values())),
    )
