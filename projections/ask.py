"""Asking for a view at a moment, the cheapest way that gives the same rows.

Now: the stored view, caught up first. Balances as they were known at a sequence: the index of the
running balances. Everything else, and whoever may not write the views' tables: a replay.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import Engine, Text, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from ledger.log.reader import LogReader
from projections.book import book_at
from projections.change import Row, key_names
from projections.listing import Listing
from projections.projection import View
from projections.replay import AsKnown, Moment, Where, as_of, columns_of, matching
from projections.runner import Runner
from projections.tables import looking, published
from projections.views import balances, movements

READ_AHEAD = 1_000


def ask(
    engine: Engine, reader: LogReader, view: View | Listing, moment: Moment, where: Where
) -> Iterator[Row]:
    """Give the rows of a view at a moment, sorted by key; a listing's in the order of the log.

    Raises `Malformed` for a column that the view does not have.
    """
    fits = matching(columns_of(view), where)
    rows = None if isinstance(view, Listing) else _stored(engine, reader, view, moment)
    if rows is None:
        return as_of(reader, view, moment, where)
    return filter(fits, rows)


def _stored(engine: Engine, reader: LogReader, view: View, moment: Moment) -> Iterator[Row] | None:
    """Give the rows from the views' tables, if this moment can be read there."""
    if moment == AsKnown(None):
        source: tuple[View, Callable[[], Iterator[Row]]] = (view, lambda: _live(engine, view))
    elif isinstance(moment, AsKnown) and moment.sequence is not None and view is balances.view:
        known = min(moment.sequence, reader.head().size)
        source = (movements.view, lambda: book_at(engine, known))
    else:
        return None
    try:
        Runner(engine, reader).catch_up(source[0])
    except (ProgrammingError, OperationalError):
        # Somebody who may only read the log: the replay needs nothing else.
        return None
    return source[1]()


def _live(engine: Engine, view: View) -> Iterator[Row]:
    """Read the stored view, a page at a time, sorted as Python sorts."""
    table = published(view.tables[0], engine.dialect.name)
    byte_order = "C" if engine.dialect.name == "postgresql" else "BINARY"
    columns = (table.columns[name] for name in key_names(view.tables[0]))
    order = [
        column.collate(byte_order) if isinstance(column.type, Text) else column
        for column in columns
    ]
    with looking(engine) as connection:
        streamed = connection.execution_options(yield_per=READ_AHEAD)
        for row in streamed.execute(select(table).order_by(*order)):
            yield tuple(row)
