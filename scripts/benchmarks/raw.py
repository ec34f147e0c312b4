"""The raw limits: the same rows into and out of a table with the same columns and indexes."""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from struct import Struct
from typing import Any, NamedTuple

import psycopg

from ledger.log.batch import Batch
from scripts.benchmarks.setting import Kind, Setting, database_of, path_of

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_first = Struct("!hiqi").pack
_second = Struct("!iqi").pack
_third = Struct("!iqiqi").pack
_command_head = Struct("!hi").pack
_length = Struct("!i").pack
_command_end = Struct("!iqii").pack
_COPY = "COPY raw FROM STDIN (FORMAT BINARY)"
_COPY_COMMANDS = "COPY raw_commands FROM STDIN (FORMAT BINARY)"
_INSERT = "INSERT INTO raw VALUES (%s, %s, %s, %s, %s, %s, %s)"
_INSERT_BOTH = (
    f"WITH done AS (INSERT INTO raw_commands VALUES (%s, %s, %s, %s) RETURNING 1) {_INSERT}"
)
_RING = f"WITH done AS ({_INSERT} RETURNING 1) SELECT pg_notify('raw', '') FROM done"
_INSERT_SQLITE = "INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?)"
_INSERT_COMMAND_SQLITE = "INSERT INTO raw_commands VALUES (?, ?, ?, ?)"


class RawRow(NamedTuple):
    """A row of the log, in the order of its columns."""

    sequence: int
    stream: str
    version: int
    type: str
    at: int
    recorded_at: int
    record: bytes


class RawCommand(NamedTuple):
    """A row of the table of commands, in the order of its columns."""

    command_id: str
    digest: str
    first_sequence: int
    event_count: int


def commands_of(batch: Batch, after: int) -> list[RawCommand]:
    """Give the commands of a batch whose rows are numbered from `after` on."""
    columns = zip(batch.command_ids, batch.digests, batch.firsts, batch.counts, strict=True)
    return [RawCommand(name, digest, after + at, count) for name, digest, at, count in columns]


def rows_of(batch: Batch, after: int) -> list[RawRow]:
    """Give the rows of a batch, numbered from `after` on."""
    columns = zip(batch.streams, batch.versions, batch.types, batch.ats, batch.records, strict=True)
    return [
        RawRow(sequence, stream, version, kind, at, batch.stamp, record)
        for sequence, (stream, version, kind, at, record) in enumerate(columns, after + 1)
    ]


def packed(rows: list[RawRow]) -> bytes:
    """Pack rows as binary COPY wants them."""
    parts = [_SIGNATURE]
    for sequence, stream, version, kind, at, recorded_at, record in rows:
        name, word = stream.encode(), kind.encode()
        parts += (
            _first(7, 8, sequence, len(name)),
            name,
            _second(8, version, len(word)),
            word,
            _third(8, at, 8, recorded_at, len(record)),
            record,
        )
    parts.append(_END)
    return b"".join(parts)


def packed_commands(commands: list[RawCommand]) -> bytes:
    """Pack commands as binary COPY wants them."""
    parts = [_SIGNATURE]
    for command_id, digest, first, count in commands:
        name, word = command_id.encode(), digest.encode()
        parts += (
            _command_head(4, len(name)),
            name,
            _length(len(word)),
            word,
            _command_end(8, first, 4, count),
        )
    parts.append(_END)
    return b"".join(parts)


class RawPostgres:
    """One connection, and tables like those of the log: columns and indexes, nothing else."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self.driver = driver
        driver.execute("CREATE TABLE raw (LIKE events INCLUDING INDEXES)")
        driver.execute("CREATE TABLE raw_commands (LIKE commands INCLUDING INDEXES)")

    def write(self, rows: list[RawRow], commands: list[RawCommand] | None = None) -> None:
        """Write rows, and the commands behind them if any, in one durable transaction."""
        with self.driver.transaction(), self.driver.cursor() as cursor:
            with cursor.copy(_COPY) as copy:
                copy.write(packed(rows))
            if commands:
                with cursor.copy(_COPY_COMMANDS) as copy:
                    copy.write(packed_commands(commands))

    def write_one(self, row: RawRow, command: RawCommand) -> None:
        """Write one row and the command behind it in one durable statement."""
        self.driver.execute(_INSERT_BOTH, (*command, *row), prepare=True, binary=True)

    def ring_with(self, row: RawRow) -> None:
        """Write one row and notify whoever listens."""
        self.driver.execute(_RING, row, prepare=True, binary=True)


class RawSQLite:
    """One connection, WAL, full durability, and a table like that of the log without triggers."""

    def __init__(self, path: str) -> None:
        self.driver = sqlite3.connect(path, isolation_level=None)
        self.driver.execute("PRAGMA journal_mode = WAL")
        self.driver.execute("PRAGMA synchronous = FULL")
        for name, copy in (("events", "raw"), ("commands", "raw_commands")):
            [(made,)] = self.driver.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,))
            self.driver.execute(made.replace(name, copy, 1))

    def write(self, rows: list[RawRow], commands: list[RawCommand] | None = None) -> None:
        """Write rows, and the commands behind them if any, in one durable transaction."""
        self.driver.execute("BEGIN IMMEDIATE")
        self.driver.executemany(_INSERT_SQLITE, rows)
        self.driver.executemany(_INSERT_COMMAND_SQLITE, commands or [])
        self.driver.execute("COMMIT")

    def write_one(self, row: RawRow, command: RawCommand) -> None:
        """Write one row and the command behind it in one durable transaction."""
        self.driver.execute("BEGIN IMMEDIATE")
        self.driver.execute(_INSERT_SQLITE, row)
        self.driver.execute(_INSERT_COMMAND_SQLITE, command)
        self.driver.execute("COMMIT")


@contextmanager
def raw_postgres(setting: Setting) -> Iterator[RawPostgres]:
    """Lend a raw table in a database of its own."""
    with setting.log("postgresql") as url, setting.driver(database_of(url)) as driver:
        yield RawPostgres(driver)


@contextmanager
def raw_sqlite(setting: Setting) -> Iterator[RawSQLite]:
    """Lend a raw table in a file of its own."""
    with setting.log("sqlite") as url:
        raw = RawSQLite(path_of(url))
        try:
            yield raw
        finally:
            raw.driver.close()


@contextmanager
def raw_table(setting: Setting, kind: Kind) -> Iterator[RawPostgres | RawSQLite]:
    """Lend a raw table of either kind."""
    with raw_sqlite(setting) if kind == "sqlite" else raw_postgres(setting) as raw:
        yield raw


def drain(setting: Setting, kind: Kind, url: str) -> None:
    """Fetch what the log's readers fetch of every row, and let it fall."""
    query = "SELECT sequence, type, record FROM events ORDER BY sequence"
    if kind == "postgresql":
        with (
            setting.driver(database_of(url)) as driver,
            driver.cursor() as cursor,
            cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)") as copy,
        ):
            deque(copy, maxlen=0)
        return
    driver_of_file = sqlite3.connect(path_of(url))
    deque(driver_of_file.execute(query), maxlen=0)
    driver_of_file.close()
