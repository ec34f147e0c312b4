"""Projections, the plain kind of view: each record alone says what changes."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol

from sqlalchemy import Table

from ledger.events import Recorded
from projections.change import Change, Key, Rest, Row, key_names

Recall = Callable[[Table, Iterable[Key]], Mapping[Key, Rest]]
"""Gives the stored rows of a table, without their keys, by key; absent where there is no row."""

_plain = re.compile(r"[a-z]+(_[a-z]+)*", re.ASCII).fullmatch


class View(Protocol):
    """What the runner and the replay ask of a stored view of either kind.

    `tables` are all its tables, the one that is read first. A greater `version` says that the same
    log now gives other rows: they are rebuilt.
    """

    @property
    def name(self) -> str:
        """The name of the view and of the table that is read."""

    @property
    def version(self) -> int:
        """1 or more; to be raised with every change of what the view shows."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The table that is read, then those that only the view itself reads."""

    @property
    def shows(self) -> Callable[[Row], bool] | None:
        """Which rows are shown in answers; all of them where it is None. All of them are kept."""

    def changes(self, page: Sequence[Recorded], recall: Recall) -> Iterator[Change]:
        """Say what the next records change, given what the tables hold before them."""


class Projection(NamedTuple):
    """A stateless view: `project` says what one record changes, from the record alone.

    `shows` says which rows are shown in answers.
    """

    name: str
    table: Table
    version: int
    project: Callable[[Recorded], Iterable[Change]]
    shows: Callable[[Row], bool] | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        return (self.table,)

    def changes(self, page: Sequence[Recorded], recall: Recall) -> Iterator[Change]:  # noqa: ARG002 - a projection remembers nothing
        return chain.from_iterable(map(self.project, page))


def require_sound(view: View) -> None:
    """Make sure that the names and tables of a view can be stored.

    Raises `ValueError`: names are small letters and single underscores, the table that is read is
    named as the view, and the key columns come first.
    """
    names = [view.name, *(table.name for table in view.tables)]
    columns = [column.name for table in view.tables for column in table.columns]
    for name in names + columns:
        if not _plain(name):
            raise ValueError(f"{name!r} must be small letters and single underscores")
    if view.name != view.tables[0].name:
        raise ValueError(f"the view {view.name} must read a table of its own name")
    for table in view.tables:
        keys = key_names(table)
        if not keys or tuple(table.columns.keys())[: len(keys)] != keys:
            raise ValueError(f"the key of {table} must stand first among its columns")
