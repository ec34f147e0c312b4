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
_COPY = "COPY raw FROM STDIN (FORMAT BINARY)"
_INSERT = "INSERT INTO raw VALUES (%s, %s, %s, %s, %s, %s, %s)"
_RING = f"WITH done AS ({_INSERT} RETURNING 1) SELECT pg_notify('raw', '') FROM done"
_INSERT_SQLITE = "INSERT INTO raw VALUES (?, ?, ?, ?, ?, ?, ?)"


class RawRow(NamedTuple):
    """A row of the log, in the order of its columns."""

    sequence: int
    stream: str
    version: int
    type: str
    at: int
    recorded_at: int
    record: bytes


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


class RawPostgres:
    """One connection, and a table like that of the log: its columns and indexes, nothing else."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self.driver = driver
        driver.execute("CREATE TABLE raw (LIKE events INCLUDING INDEXES)")

    def write(self, rows: list[RawRow]) -> None:
        """Write rows in one durable COPY."""
        with self.driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(packed(rows))

    def write_one(self, row: RawRow) -> None:
        """Write one row in one durable INSERT."""
        self.driver.execute(_INSERT, row, prepare=True, binary=True)

    def ring_with(self, row: RawRow) -> None:
        """Write one row and notify whoever listens."""
        self.driver.execute(_RING, row, prepare=True, binary=True)


class RawSQLite:
    """One connection, WAL, full durability, and a table like that of the log without triggers."""

    def __init__(self, path: str) -> None:
        self.driver = sqlite3.connect(path, isolation_level=None)
        self.driver.execute("PRAGMA journal_mode = WAL")
        self.driver.execute("PRAGMA synchronous = FULL")
        [(made,)] = self.driver.execute("SELECT sql FROM sqlite_master WHERE name = 'events'")
        self.driver.execute(made.replace("events", "raw", 1))

    def write(self, rows: list[RawRow]) -> None:
        """Write rows in one durable transaction."""
        self.driver.execute("BEGIN IMMEDIATE")
        self.driver.executemany(_INSERT_SQLITE, rows)
        self.driver.execute("COMMIT")

    def write_one(self, row: RawRow) -> None:
        """Write one row in one durable transaction."""
        self.driver.execute("BEGIN IMMEDIATE")
        self.driver.execute(_INSERT_SQLITE, row)
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
