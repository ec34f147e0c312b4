"""The algebra of views: put or add on one row, one after another, and many as few.

A later put wins and adds sum, so any run of changes to a row is one change to it. That law is what
makes a page of thousands of events one statement per table, and the difference between two moments
a list of changes.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache, partial
from operator import itemgetter
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Column, Table

from ledger.numbers import EXACT, ZERO, as_total
from projections.exact import ExactAmount

Value: TypeAlias = str | int | Decimal | None
Key: TypeAlias = tuple[Value, ...]
"""The values of a row's primary key, in the order of the table."""
Row: TypeAlias = tuple[Value, ...]
"""The values of a row in the order of the table; a `Rest` is the same without the key."""
Rest: TypeAlias = tuple[Value, ...]


_add_exactly = EXACT.add


class Shape(msgspec.Struct, frozen=True, eq=False):
    """Which columns of a table a change touches, each in the order of the table.

    `places` says where in a row, after the key, each of `puts` and then each of `adds` stands;
    `blank` is the row that a first change starts from; `whole` puts all of it, and `only_sum` adds
    to its one column. There is one Shape object per content.
    """

    table: Table
    puts: tuple[str, ...]
    adds: tuple[str, ...]
    places: tuple[int, ...]
    blank: Rest
    whole: bool
    only_sum: bool
    missing: frozenset[str]


class Change(msgspec.Struct, frozen=True, gc=False):
    """A change of one row: `values` to put, then values to add, as `shape` names them.

    What is put is in normal form. A sum to add is exact, but brought there only when it is written.
    """

    shape: Shape
    key: Key
    values: tuple[Value, ...]

    def then(self, later: "Change") -> "Change":
        """Compose with a later change of the same row; raises `ValueError` for another row."""
        shape = self.shape
        if shape.table is not later.shape.table or self.key != later.key:
            raise ValueError(f"{later.key} of {later.shape.table} is another row than {self.key}")
        if later.shape.whole:
            return later
        if shape is not later.shape:
            return _merge(self, later)
        puts = len(shape.puts)
        sums = map(_sum, self.values[puts:], later.values[puts:])
        return Change(shape, self.key, (*later.values[:puts], *sums))

    def onto(self, rest: Rest | None) -> Rest:
        """Give the row, without its key, after this change; `None` is a row that is not there yet.

        Raises `ValueError` where a new row would lack a column that has no blank.
        """
        shape = self.shape
        if shape.whole:
            return self.values
        if rest is None:
            if shape.missing:
                raise ValueError(f"a new row of {shape.table} lacks {sorted(shape.missing)}")
            rest = shape.blank
        if shape.only_sum:
            return (_sum(rest[0], self.values[0]),)
        after, puts = list(rest), len(shape.puts)
        for place, value in zip(shape.places, self.values, strict=True):
            puts -= 1
            after[place] = value if puts >= 0 else _sum(after[place], value)
        return tuple(after)


def put(table: Table, **values: Value) -> Change:
    """Set columns of the row whose whole key is among `values`.

    Raises `ValueError` for an unknown column or an incomplete key.
    """
    shape, key_of, values_of = _recipe(table, "put", tuple(values))
    return Change(shape, key_of(values), values_of(values))


def add(table: Table, **values: Value) -> Change:
    """Add to columns of the row whose whole key is among `values`: amounts exactly, or counts.

    Raises `ValueError` as `put` does, and for a column that may be empty.
    """
    shape, key_of, values_of = _recipe(table, "add", tuple(values))
    return Change(shape, key_of(values), values_of(values))


def adding(table: Table, column: str) -> Callable[[Key, tuple[Value]], Change]:
    """Prepare an `add` on one column, for a view that makes one or more of each record.

    What it gives takes the key, in the order of the table, and the value in a tuple.
    """
    return partial(Change, _shape(table, (), (column,)))


def put_rest(table: Table, key: Key, rest: Rest) -> Change:
    """Set a whole row: its key, and all its other columns in the order of the table."""
    return Change(_whole_shape(table), key, rest)


def compact(changes: Iterable[Change]) -> list[Change]:
    """Make one change per row, in the order in which the rows were first touched."""
    rows: dict[tuple[Table, Key], Change] = {}
    for change in changes:
        place = (change.shape.table, change.key)
        known = rows.get(place)
        rows[place] = change if known is None else known.then(change)
    return list(rows.values())


def by_shape(changes: Iterable[Change]) -> Iterator[tuple[Shape, list[Change]]]:
    """Sort changes into runs of one shape, which a database takes in one statement."""
    runs: dict[Shape, list[Change]] = {}
    for change in changes:
        runs.setdefault(change.shape, []).append(change)
    yield from runs.items()


def key_names(table: Table) -> tuple[str, ...]:
    """Name the key columns of a table, in order."""
    return tuple(column.name for column in table.primary_key.columns)


def _rest_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if not column.primary_key)


def _sum(left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _add_exactly(left, right)
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    raise TypeError(f"cannot add {right!r} to {left!r}")


def _normal_sum(left: Value, right: Value) -> Value:
    value = _sum(left, right)
    return as_total(value) if isinstance(value, Decimal) else value


def _merge(first: Change, later: Change) -> Change:
    """Compose two changes of different shapes."""
    puts, adds = _parts(first)
    later_puts, later_adds = _parts(later)
    for name, value in later_puts.items():
        puts[name] = value
        adds.pop(name, None)
    for name, value in later_adds.items():
        if name in puts:
            puts[name] = _normal_sum(puts[name], value)
        else:
            adds[name] = _sum(adds[name], value) if name in adds else value
    shape = _shape(first.shape.table, tuple(puts), tuple(adds))
    return Change(
        shape,
        first.key,
        (*(puts[name] for name in shape.puts), *(adds[name] for name in shape.adds)),
    )


def _parts(change: Change) -> tuple[dict[str, Value], dict[str, Value]]:
    names = len(change.shape.puts)
    return (
        dict(zip(change.shape.puts, change.values[:names], strict=True)),
        dict(zip(change.shape.adds, change.values[names:], strict=True)),
    )


@cache  # bounded by the calls of put and add that stand in the code of the views
def _recipe(table: Table, verb: str, names: tuple[str, ...]) -> tuple[Shape, Any, Any]:
    """Work out once, per call that stands in the code, how its keywords become a change."""
    keys = key_names(table)
    if unknown := set(names) - set(table.columns.keys()):
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    if absent := set(keys) - set(names):
        raise ValueError(f"{verb} on {table} must name the whole key, and lacks {sorted(absent)}")
    touched = tuple(name for name in names if name not in keys)
    shape = _shape(table, touched, ()) if verb == "put" else _shape(table, (), touched)
    return shape, _tuple_of(keys), _tuple_of(shape.puts + shape.adds)


def _tuple_of(names: tuple[str, ...]) -> Any:
    """Give a function that takes these keywords out of a dict, as a tuple."""
    if len(names) == 1:
        (name,) = names
        return lambda values: (values[name],)
    return itemgetter(*names) if names else lambda _: ()


@cache  # as above; the names may come in any order, so the shape itself is found once more
def _shape(table: Table, puts: tuple[str, ...], adds: tuple[str, ...]) -> Shape:
    for name in adds:
        if table.columns[name].nullable:
            raise ValueError(f"{table}.{name} may be empty: nothing can be added to it")
    rest = _rest_names(table)
    return _ordered_shape(
        table,
        tuple(name for name in rest if name in puts),
        tuple(name for name in rest if name in adds),
    )


@cache  # as above
def _whole_shape(table: Table) -> Shape:
    return _shape(table, _rest_names(table), ())


@cache  # as above
def _ordered_shape(table: Table, puts: tuple[str, ...], adds: tuple[str, ...]) -> Shape:
    rest = _rest_names(table)
    blanks = {name: blank(table.columns[name]) for name in rest}
    return Shape(
        table=table,
        puts=puts,
        adds=adds,
        places=tuple(rest.index(name) for name in puts + adds),
        blank=tuple(blanks.values()),
        whole=puts == rest,
        only_sum=adds == rest and len(rest) == 1,
        missing=frozenset(
            name
            for name in rest
            if blanks[name] is None and not table.columns[name].nullable and name not in puts
        ),
    )


def blank(column: Column[Any]) -> Value:
    """Say what a column holds in a new row: nothing, or zero where it may not be empty."""
    if column.nullable:
        return None
    if isinstance(column.type, ExactAmount):
        return ZERO
    return 0 if column.type.python_type is int else None
