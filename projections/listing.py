"""Listings, views of a row or more per record: read straight from the log and never stored."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ledger.events import Recorded
from projections.change import Row


class Listing(NamedTuple):
    """A view whose rows are each one record's own, in the order in which the log is read.

    `rows` returns values in the order of `columns`; moments are nanoseconds.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Recorded], Iterable[Row]]
