"""Views in memory, without a database, at any moment on either clock.

The two clocks are two orders of reading one log: by sequence up to a sequence, which is what was
known then; or by (at, sequence) up to an `at`, which is what was true then as far as is known.
Puts, adds and tallies need no second rule. Memory grows with the rows of a view, not with
events; but a view with a row per leg, such as movements, needs memory for each of its rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Table

from ledger.errors import Malformed
from ledger.events import Recorded
from ledger.instants import Instant
from ledger.log.reader import LogReader
from ledger.numbers import as_total, write_amount
from projections.change import Change, Key, Rest, Row, Value, key_names
from projections.listing import Listing
from projections.projection import View


class AsKnown(NamedTuple):
    """As it was known when the log ended with `sequence`; None for the whole log."""

    sequence: int | None = None


class AsOf(NamedTuple):
    """As it was at `at`, as far as was known with `known` as last sequence; None for all of it."""

    at: Instant
    known: int | None = None


Moment: TypeAlias = AsKnown | AsOf
Where: TypeAlias = Mapping[str, Value]
"""The value that each named column must have."""

Test: TypeAlias = Callable[[Sequence[Value]], bool]


def columns_of(view: View | Listing) -> tuple[str, ...]:
    """Name the columns of a view, in the order of its rows."""
    if isinstance(view, Listing):
        return view.columns
    return tuple(view.tables[0].columns.keys())


def pages_until(reader: LogReader, moment: Moment) -> Iterator[Sequence[Recorded]]:
    """Read the log in the order of the moment's clock, up to the moment."""
    size = reader.head().size
    if isinstance(moment, AsKnown):
        return reader.read(0, size if moment.sequence is None else moment.sequence)
    return reader.read_by_at(moment.at, size if moment.known is None else moment.known)


def as_of(
    reader: LogReader, view: View | Listing, moment: Moment, where: Where | None = None
) -> Iterator[Row]:
    """Give the rows of a view at a moment: sorted by key, a listing's in the order of reading.

    Amounts are in normal form. Raises `Malformed` for a column that the view does not have.
    """
    columns = columns_of(view)
    fits = matching(columns, where or {})
    if isinstance(view, Listing):
        pages = pages_until(reader, moment)
        records = (recorded for page in pages for recorded in page)
        return filter(fits, view.of(records))
    keys = key_names(view.tables[0])
    of_key = {name: value for name, value in (where or {}).items() if name in keys}
    wanted = matching(keys, of_key) if of_key else None
    rows = shown(view, fold(view, pages_until(reader, moment), wanted).rows(view.tables[0]))
    return filter(fits, rows) if where else rows


def shown(view: View, rows: Iterable[Row]) -> Iterator[Row]:
    """Leave out the rows that a view keeps and does not show."""
    return iter(rows) if view.shows is None else filter(view.shows, rows)


def fold(view: View, pages: Iterable[Sequence[Recorded]], wanted: Test | None = None) -> "Memory":
    """Fold pages of records into the tables of a view, keeping only the `wanted` keys of the first.

    Pages may be cut anywhere: the result is the same.
    """
    memory = Memory(view.tables)
    for page in pages:
        changes = view.changes(page, memory.recall)
        if wanted:
            shown = view.tables[0]
            changes = (c for c in changes if c.shape.table is not shown or wanted(c.key))
        memory.apply(changes)
    return memory


class Memory:
    """The tables of a view as dicts of rows."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables: dict[Table, dict[Key, Rest]] = {table: {} for table in tables}
        self._summed: set[Table] = set()

    def recall(self, table: Table, keys: Iterable[Key]) -> dict[Key, Rest]:
        """Give the rows of a table that are there, without their keys, by key."""
        rows = self._tables[table]
        return {key: rows[key] for key in keys if key in rows}

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply changes one after another."""
        tables, shape = self._tables, None
        for change in changes:
            if change.shape is not shape:
                shape = change.shape
                rows, pick = tables[shape.table], shape.pick
                if shape.adds:
                    self._summed.add(shape.table)
            key = change.key
            rest = rows.get(key)
            if rest is None:
                rows[key] = change.values if shape.only_sum else change.onto(None)
            else:
                # The same as `onto` does, without a call for each record.
                rows[key] = change.onto(rest) if pick is None else pick(rest + change.values)

    def rows(self, table: Table) -> Iterator[Row]:
        """Give the rows of a table sorted by key, amounts in normal form."""
        summed = table in self._summed
        for key, rest in sorted(self._tables[table].items(), key=_by_key):
            yield key + (tuple(map(_normal, rest)) if summed else rest)


def digest(rows: Iterable[Row]) -> str:
    """Give the SHA-256, in hex, of rows in the order in which they come, amounts in normal form."""
    digested = sha256()
    for row in rows:
        digested.update(msgspec.json.encode(tuple(map(_text, row))))
    return digested.hexdigest()


def _normal(value: Value) -> Value:
    return as_total(value) if isinstance(value, Decimal) else value


def _text(value: Value) -> Value:
    return write_amount(as_total(value)) if isinstance(value, Decimal) else value


def _by_key(item: tuple[Key, Rest]) -> Key:
    return item[0]


def matching(columns: Sequence[str], where: Where) -> Test:
    """Make the test of a row by its columns; `Malformed` for a column that is not there."""
    for name in where:
        if name not in columns:
            raise Malformed(name, f"there is no such column; there are {', '.join(columns)}")
    wanted = [(columns.index(name), value) for name, value in where.items()]
    return lambda row: all(row[place] == value for place, value in wanted)
