"""The algebra of views: put or add on one row, one after another, and many as few.

A later put wins and adds sum, so any run of changes to a row is one change to it. That law is what
makes a page of thousands of events one statement per table, and the difference between two moments
a list of changes.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache, partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

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
    to its one column. `pick`, where nothing is added, takes the row after the change out of the row
    before it with the values behind. There is one Shape object per content.
    """

    table: Table
    puts: tuple[str, ...]
    adds: tuple[str, ...]
    places: tuple[int, ...]
    blank: Rest
    whole: bool
    only_sum: bool
    missing: frozenset[str]
    pick: Callable[[Rest], Rest] | None


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
        if shape.pick is not None:
            return shape.pick(rest + self.values)
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
    return changing(table, adds=(column,))


def changing(
    table: Table, puts: tuple[str, ...] = (), adds: tuple[str, ...] = ()
) -> Callable[[Key, tuple[Value, ...]], Change]:
    """Prepare a change that puts and adds, for a view that makes one or more of each record.

    What it gives takes the key and the values, those to put first, all in the order of the table.
    Raises `ValueError` for columns in another order, or that are not there.
    """
    shape = _shape(table, puts, adds)
    if (shape.puts, shape.adds) != (puts, adds):
        raise ValueError(f"{puts} and {adds} do not stand in the order of {table}")
    return partial(Change, shape)


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
    shape, pick, sums = _plan(first.shape, later.shape)
    values = first.values + later.values
    merged = pick(values)
    if sums:
        summed = list(merged)
        for place, left, right, is_put in sums:
            summed[place] = (_normal_sum if is_put else _sum)(values[left], values[right])
        merged = tuple(summed)
    return Change(shape, first.key, merged)


class _Plan(NamedTuple):
    """How two changes compose: what is picked of the values of both, and which of them are summed.

    A sum is its place, where its two parts stand, and whether it is put.
    """

    shape: Shape
    pick: Callable[[Rest], Rest]
    sums: tuple[tuple[int, int, int, bool], ...]


@cache  # bounded by the pairs of shapes that the views make of one row
def _plan(first: Shape, later: Shape) -> _Plan:
    before, begins = len(first.places), len(first.places) + len(later.puts)
    puts = {name: place for place, name in enumerate(first.puts)}
    puts |= {name: before + place for place, name in enumerate(later.puts)}
    added = {name: begins + place for place, name in enumerate(later.adds)}
    kept = {name: len(first.puts) + place for place, name in enumerate(first.adds)}
    adds = {name: place for name, place in (added | kept).items() if name not in puts}
    shape = _shape(first.table, tuple(puts), tuple(adds))
    stands = [(puts | adds)[name] for name in shape.puts + shape.adds]
    sums = tuple(
        (place, stands[place], added[name], name in puts)
        for place, name in enumerate(shape.puts + shape.adds)
        if name in added and stands[place] != added[name]
    )
    return _Plan(shape, tuple_of(tuple(stands)), sums)


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
    return shape, tuple_of(keys), tuple_of(shape.puts + shape.adds)


def tuple_of(names: tuple[str, ...] | tuple[int, ...]) -> Any:
    """Give a function that takes these keywords out of a dict, or places of a row, as a tuple."""
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
    picked = tuple(
        len(rest) + puts.index(name) if name in puts else place for place, name in enumerate(rest)
    )
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
        pick=None if adds else tuple_of(picked),
    )


def blank(column: Column[Any]) -> Value:
    """Say what a column holds in a new row: nothing, or zero where it may not be empty."""
    if column.nullable:
        return None
    if isinstance(column.type, ExactAmount):
        return ZERO
    return 0 if column.type.python_type is int else None
