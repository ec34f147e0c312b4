"""Tallies, views with a memory: what a record shows depends on what came before it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Table

from ledger.events import Recorded
from projections.change import Change, Key, Rest, Row, put_rest
from projections.projection import Recall

State = TypeVar("State", bound=Rest)
Part = TypeVar("Part")


class Tally(NamedTuple, Generic[State, Part]):
    """A view that remembers a state per key: running balances, lots, a book of orders.

    `parts` splits a record into what concerns one key each; `step` takes the state of that key
    (None at first) and the part, and returns the next state and what changes. Both are pure. A
    state is one row of `memory`, without its key, and moves in the same transaction as the rows.
    Where the rows are all that is remembered, `memory` is the table itself: the state is the row.
    `shows` says which rows are shown in answers.
    """

    name: str
    table: Table
    version: int
    memory: Table
    parts: Callable[[Recorded], Iterable[tuple[Key, Part]]]
    step: Callable[[State | None, Part], tuple[State, Iterable[Change]]]
    shows: Callable[[Row], bool] | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        return (self.table,) if self.memory is self.table else (self.table, self.memory)

    def changes(self, page: Sequence[Recorded], recall: Recall) -> Iterator[Change]:
        parts = [part for recorded in page for part in self.parts(recorded)]
        states: dict[Key, Any] = dict(recall(self.memory, {key for key, _ in parts}))
        for key, part in parts:
            states[key], changes = self.step(states.get(key), part)
            yield from changes
        for key, state in states.items():
            yield put_rest(self.memory, key, state)
