"""A sound day of prices, funding and margin, and one record of it that says something else."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from msgspec.structs import replace

from ledger.events import Draft, Event, FundingSettled
from ledger.instants import Instant
from tests.cli.forging import Forger
from tests.domain.priced_day import day

FOUNDING = 2
"""So many records does the founding of a platform leave, with which the day begins too."""

Told = tuple[Draft, ...]


@cache
def sound() -> Told:
    """Decide the day, once."""
    return day().drafts


def place(kind: type[Event], which: int = 0) -> int:
    """Find a record of the day by its type; `which` counts from 0, or from the end below it."""
    return [n for n, draft in enumerate(sound()) if isinstance(draft.event, kind)][which]


def event(kind: type[Event], which: int = 0) -> Any:
    """Give what a record of the day says."""
    return sound()[place(kind, which)].event


class Forgery(NamedTuple):
    """One record that says something else, at its moment unless said, and what its law says."""

    kind: type[Event]
    which: int
    said: dict[str, Any]
    breach: str
    at: Instant | None = None

    def told(self) -> Told:
        """Give the day with that record."""
        told = list(sound())
        where = place(self.kind, self.which)
        draft = told[where]
        moment = draft.at if self.at is None else self.at
        told[where] = replace(draft, event=replace(draft.event, **self.said), at=moment)
        return tuple(told)


def without(kind: type[Event], which: int = 0) -> Told:
    """Let one record be missing, which none after it cites."""
    where = place(kind, which)
    return (*sound()[:where], *sound()[where + 1 :])


def twice(kind: type[Event], which: int = 0) -> Told:
    """Let one record stand twice, one right after the other."""
    where = place(kind, which)
    return (*sound()[: where + 1], *sound()[where:])


def writing(told: Told) -> Callable[[Forger], None]:
    """Write what follows on the founding: each under a command, payments with their interval."""

    def write(forger: Forger) -> None:
        group: list[Draft] = []
        for draft in told[FOUNDING:]:
            group.append(draft)
            if not isinstance(draft.event, FundingSettled):
                forger.write(*group)
                group = []
        if group:
            forger.write(*group)

    return write
