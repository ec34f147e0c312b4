"""Reading and writing the rows of one build in bulk, exactly, the best way that each database has.

PostgreSQL takes a page of changes by binary COPY into a temporary table and merges it with one
statement, adding in NUMERIC. SQLite has no exact numbers, so there the rows are read, changed in
Python and written back whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

import psycopg
from psycopg.errors import UniqueViolation
from sqlalchemy import Column, Connection, Dialect, Table

from ledger.numbers import Amount, as_total, write_amount
from projections.change import Change, Key, Rest, Row, Shape, Value, by_shape, key_names
from projections.exact import ExactAmount
from projections.projection import Recall
from projections.tables import Build

Convert = Callable[[Any], Any] | None

NAME_DIGITS = 12
"""How much of a digest tells the temporary tables of two shapes apart."""


def recall(connection: Connection, build: Build) -> Recall:
    """Give the function with which a view recalls stored rows of a build."""
    read = _read_sqlite if connection.dialect.name == "sqlite" else _read_postgresql

    def rows(table: Table, keys: Iterable[Key]) -> Mapping[Key, Rest]:
        return read(connection, build[table], list(keys))

    return rows


def write(connection: Connection, build: Build, changes: Iterable[Change]) -> None:
    """Apply changes, at most one per row, to the stored tables of a build."""
    merge = _merge_sqlite if connection.dialect.name == "sqlite" else _merge_postgresql
    for shape, run in by_shape(changes):
        merge(connection, build[shape.table], shape, run)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _to_text(columns: Iterable[Column[Any]], text_of: Callable[[Amount], str]) -> list[Convert]:
    """List what turns a value of each column into what SQLite keeps; None for as it is."""

    def convert(value: Amount | None) -> str | None:
        return None if value is None else text_of(value)

    return [convert if isinstance(column.type, ExactAmount) else None for column in columns]


def _to_amount(columns: Iterable[Column[Any]]) -> list[Convert]:
    """List what turns what a driver gives for each column into a value; None for as it is."""
    return [_amount if isinstance(column.type, ExactAmount) else None for column in columns]


def _normal_text(value: Decimal) -> str:
    return write_amount(as_total(value))


def _amount(value: Decimal | str | None) -> Amount | None:
    return None if value is None else as_total(Decimal(value))


def _converted(values: Iterable[Value], converts: list[Convert]) -> Iterator[Any]:
    return (
        convert(value) if convert else value
        for value, convert in zip(values, converts, strict=True)
    )


def _all_converted(rows: Iterable[Row], converts: list[Convert]) -> Iterator[tuple[Any, ...]]:
    """Convert many rows, a column at a time."""
    columns = zip(converts, zip(*rows, strict=True), strict=True)
    return zip(*(map(c, column) if c else column for c, column in columns), strict=True)


def _columns(stored: Table, names: Sequence[str]) -> list[Column[Any]]:
    return [stored.columns[name] for name in names]


def _read_sqlite(connection: Connection, stored: Table, keys: list[Key]) -> dict[Key, Rest]:
    """Look each key up: SQLite runs in this process, so a statement per key costs microseconds."""
    names = key_names(stored)
    rest = [column for column in stored.columns if not column.primary_key]
    where = " AND ".join(f"{name} = ?" for name in names)
    query = f"SELECT {', '.join(c.name for c in rest)} FROM {stored.fullname} WHERE {where}"  # noqa: S608 - names of our own tables
    converts = _to_amount(rest)
    cursor = _driver(connection).cursor()
    texts = _to_text(_columns(stored, names), write_amount)
    stored_keys = _all_converted(keys, texts) if any(texts) else iter(keys)
    found = (
        (key, cursor.execute(query, stored_key).fetchone())
        for key, stored_key in zip(keys, stored_keys, strict=True)
    )
    return {key: tuple(_converted(row, converts)) for key, row in found if row is not None}


def _merge_sqlite(
    connection: Connection, stored: Table, shape: Shape, changes: list[Change]
) -> None:
    """Change the rows in Python and write them whole; amounts are text and never added in SQL."""
    keys = [change.key for change in changes]
    known = {} if shape.whole else _read_sqlite(connection, stored, keys)
    names = [column.name for column in stored.columns]
    marks = ", ".join("?" * len(names))
    statement = f"INSERT OR REPLACE INTO {stored.fullname} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    # What is put is an amount in normal form already; only a sum still has to be brought there.
    converts = _to_text(stored.columns, write_amount if shape.whole else _normal_text)
    rows = (change.key + change.onto(known.get(change.key)) for change in changes)
    _driver(connection).executemany(statement, _all_converted(rows, converts))


def _read_postgresql(connection: Connection, stored: Table, keys: list[Key]) -> dict[Key, Rest]:
    """Fetch the rows of all keys at once; the keys travel as binary arrays."""
    if not keys:
        return {}
    names = key_names(stored)
    types = _type_names(connection.dialect, _columns(stored, names))
    arrays = ", ".join(f"%b::{name}[]" for name in types)
    listed = ", ".join(names)
    query = (
        f"SELECT stored.* FROM unnest({arrays}) AS wanted ({listed})"  # noqa: S608 - names of our own tables
        f" JOIN {stored.fullname} AS stored USING ({listed})"
    )
    converts = _to_amount(stored.columns)
    found = _driver(connection).execute(query, [list(part) for part in zip(*keys, strict=True)])
    rows = (tuple(_converted(row, converts)) for row in found)
    return {row[: len(names)]: row[len(names) :] for row in rows}


def _merge_postgresql(
    connection: Connection, stored: Table, shape: Shape, changes: list[Change]
) -> None:
    """Add new rows by COPY where they promise to be new, and merge whatever may be known."""
    names = (*key_names(stored), *shape.puts, *shape.adds)
    driver = _driver(connection)
    types = _type_names(connection.dialect, _columns(stored, names))
    rows = [change.key + change.values for change in changes]
    if (
        shape.whole
        and "sequence" in key_names(stored)
        and _appended(driver, stored, names, types, rows)
    ):
        return
    page, create, merge = _statements(stored, shape)
    driver.execute(create)
    _copy(driver, page, names, types, rows)
    driver.execute(merge)


def _appended(
    driver: psycopg.Connection[Any],
    stored: Table,
    names: Sequence[str],
    types: Sequence[str],
    rows: list[tuple[Value, ...]],
) -> bool:
    """Try to add rows as new ones, which takes half the time; False if one was there already."""
    try:
        with driver.transaction():
            _copy(driver, stored.fullname, names, types, rows)
    except UniqueViolation:
        return False
    return True


def _copy(
    driver: psycopg.Connection[Any],
    target: str,
    names: Sequence[str],
    types: Sequence[str],
    rows: list[tuple[Value, ...]],
) -> None:
    statement = f"COPY {target} ({', '.join(names)}) FROM STDIN (FORMAT BINARY)"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _type_names(dialect: Dialect, columns: Sequence[Column[Any]]) -> list[str]:
    return [column.type.compile(dialect).lower() for column in columns]


@cache  # bounded by the builds that one process writes
def _statements(stored: Table, shape: Shape) -> tuple[str, str, str]:
    """Name the temporary table of a shape, and write its creation and the merge from it."""
    keys = key_names(stored)
    names = ", ".join((*keys, *shape.puts, *shape.adds))
    # A digest, because PostgreSQL cuts a name after 63 bytes and would take two shapes for one.
    places = sha256(repr((shape.puts, shape.adds)).encode()).hexdigest()[:NAME_DIGITS]
    page = f"page_{stored.name}_{places}"
    sets = [f"{name} = excluded.{name}" for name in shape.puts]
    sets += [f"{name} = trim_scale(known.{name} + excluded.{name})" for name in shape.adds]
    source = stored.fullname
    create = (
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {page} ON COMMIT DELETE ROWS"  # noqa: S608 - names of our own tables
        f" AS SELECT {names} FROM {source} WITH NO DATA"
    )
    conflict = f"DO UPDATE SET {', '.join(sets)}" if sets else "DO NOTHING"
    merge = (
        f"INSERT INTO {source} AS known ({names}) SELECT {names} FROM {page}"  # noqa: S608 - names of our own tables
        f" ON CONFLICT ({', '.join(keys)}) {conflict}"
    )
    return page, create, merge
