"""Asking for a view at a moment, the cheapest way that gives the same rows.

Now: the stored view, caught up first. Balances as they were known at a sequence: the index of the
running balances. Everything else: a replay; and also for whoever may not catch a view up that is
behind the log.
"""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from sqlalchemy import Engine, Select, Text, select

from ledger.log.reader import LogReader
from projections.book import book_at
from projections.change import Row, Value, key_names
from projections.exact import ExactAmount
from projections.listing import Listing
from projections.projection import View
from projections.replay import AsKnown, Moment, Where, as_of, columns_of, matching, shown
from projections.runner import Runner
from projections.tables import NotAllowed, looking, published
from projections.views import balances, movements

READ_AHEAD = 1_000


def ask(
    engine: Engine, reader: LogReader, view: View | Listing, moment: Moment, where: Where
) -> Iterator[Row]:
    """Give the rows of a view at a moment, sorted by key; a listing's in the order of the log.

    Raises `Malformed` for a column that the view does not have.
    """
    fits = matching(columns_of(view), where)
    rows = None if isinstance(view, Listing) else _stored(engine, reader, view, moment, where)
    if rows is None:
        return as_of(reader, view, moment, where)
    return filter(fits, rows)


def _stored(
    engine: Engine, reader: LogReader, view: View, moment: Moment, where: Where
) -> Iterator[Row] | None:
    """Give the rows from the views' tables, if this moment can be read there."""
    size = reader.head().size
    if moment == AsKnown(None):
        return shown(view, _live(engine, view)) if _reaches(engine, reader, view, size) else None
    if not isinstance(moment, AsKnown) or moment.sequence is None or view is not balances.view:
        return None
    known = min(moment.sequence, size)
    if not _reaches(engine, reader, movements.view, known):
        return None
    return book_at(engine, known, _text(where.get("account")), _text(where.get("asset")))


def _reaches(engine: Engine, reader: LogReader, view: View, sequence: int) -> bool:
    """Tell whether a stored view shows the log up to a sequence; catch it up where we may."""
    runner = Runner(engine, reader)
    try:
        runner.catch_up(view)
    except NotAllowed:
        return _shows(engine, runner, view, sequence)
    return True


def _shows(engine: Engine, runner: Runner, view: View, sequence: int) -> bool:
    """Tell whether a view shows the log up to a sequence as it stands, and we may read it."""
    try:
        live = next((shown for shown in runner.progress() if shown.name == view.name), None)
        if live is None or live.version != view.version or live.sequence < sequence:
            return False
        with looking(engine) as connection:
            for table in view.tables:
                connection.execute(select(published(table, engine.dialect.name)).limit(0))
    except NotAllowed:
        return False
    return True


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _live(engine: Engine, view: View) -> Iterator[Row]:
    """Read the stored view, a page at a time, sorted as Python sorts."""
    table = published(view.tables[0], engine.dialect.name)
    byte_order = "C" if engine.dialect.name == "postgresql" else "BINARY"
    columns = [table.columns[name] for name in key_names(view.tables[0])]
    if engine.dialect.name == "sqlite" and any(isinstance(c.type, ExactAmount) for c in columns):
        # SQLite keeps amounts as text, which it would sort as text: 10 before 9.
        yield from sorted(_rows(engine, select(table)), key=itemgetter(slice(len(columns))))
        return
    order = [
        column.collate(byte_order) if isinstance(column.type, Text) else column
        for column in columns
    ]
    yield from _rows(engine, select(table).order_by(*order))


def _rows(engine: Engine, query: Select[Any]) -> Iterator[Row]:
    with looking(engine) as connection:
        streamed = connection.execution_options(yield_per=READ_AHEAD)
        for row in streamed.execute(query):
            yield tuple(row)
