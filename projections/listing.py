"""Listings, views of a row or more per record: read straight from the log and never stored."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from ledger.events import NO_REQUEST, Event, Recorded, request_record
from projections.change import Row


class Listing(NamedTuple):
    """A view whose rows are each one record's own, in the order in which the log is read.

    `rows` returns values in the order of `columns`; moments are nanoseconds. A request
    stands in the first record that it led to; later ones are given it where they are `requested`.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Recorded], Iterable[Row]]
    requested: tuple[type[Event], ...] = ()

    def of(self, records: Iterable[Recorded]) -> Iterator[Row]:
        """Give the rows of records that come in the order of a clock."""
        first: Recorded | None = None
        for recorded in records:
            first = first if recorded.request_record is NO_REQUEST else recorded
            if first is not None and isinstance(recorded.event, self.requested):
                yield from self.rows(with_request(recorded, first))
            else:
                yield from self.rows(recorded)


def with_request(recorded: Recorded, first: Recorded) -> Recorded:
    """Give a record the request that led to it, with what the first event of that one says."""
    request = first.request
    if request is None or first.command != recorded.command:
        return recorded
    body = msgspec.to_builtins(first.event) if request.body is None else request.body
    return replace(recorded, request_record=request_record(replace(request, body=body)))
