"""Changes that copy what a record says into columns, prepared once for each type of event."""

from collections.abc import Callable, Mapping
from itertools import chain
from operator import attrgetter
from typing import Any

from sqlalchemy import Table

from ledger.events import Recorded
from projections.change import Change, Value, changing, tuple_of

WORDS = ("no", "yes")
"""How a yes or no is shown, by its truth."""


def copying(
    table: Table,
    keys: tuple[str, ...],
    puts: Mapping[str, str],
    *,
    flags: Mapping[str, str] | None = None,
    constants: Mapping[str, Value] | None = None,
    adds: Mapping[str, str] | None = None,
) -> Callable[[Recorded], Change]:
    """Prepare the copying of a record: `puts` name by column where its value stands, as `adds` do.

    Places are dotted, from the record: `event.side.value`. `keys` are those of the key; `flags` are
    shown as words, `constants` put as they are. Raises `ValueError` for an unknown column.
    """
    flags, constants, adds = flags or {}, constants or {}, adds or {}
    names = (*puts, *adds, *flags, *constants)
    if unknown := set(names) - set(table.columns.keys()):
        raise ValueError(f"{table} has no column {sorted(unknown)}")
    columns = [name for name in table.columns.keys() if name in names]  # noqa: SIM118 - not a dict
    ordered = (
        *(name for name in columns if name not in adds),
        *(name for name in columns if name in adds),
    )
    make = changing(table, ordered[: len(ordered) - len(adds)], ordered[-len(adds) or len(names) :])
    width, fixed = len(keys), tuple(constants.values())
    read = _reading(*keys, *chain(puts.values(), adds.values()))
    read_flags = _reading(*flags.values())
    arrange = tuple_of(tuple(width + names.index(name) for name in ordered))

    def copy(recorded: Recorded) -> Change:
        values = read(recorded)
        words = tuple(map(WORDS.__getitem__, read_flags(recorded))) if flags else ()
        return make(values[:width], arrange(values + words + fixed))

    return copy


def _reading(*places: str) -> Callable[[Any], tuple[Any, ...]]:
    """Give what reads several places of a record as a tuple."""
    if not places:
        return lambda _: ()
    if len(places) == 1:
        (place,) = places
        one = attrgetter(place)
        return lambda recorded: (one(recorded),)
    return attrgetter(*places)
