"""`ledger replay book`: the ladder of an instrument at any moment, on either clock."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

import click

from ledger.api import Ledger
from ledger.cli.frame import Session, command
from ledger.cli.rows import print_rows, row_options
from ledger.events import Side
from ledger.numbers import ZERO, Amount, add, subtract, write_amount
from projections.cli.moments import moment, moment_options
from projections.cli.show import view_named
from projections.replay import as_of

LEVELS_MAX = 1_000_000
COLUMNS = (
    "level",
    "bid_orders",
    "bid_depth",
    "bid_quantity",
    "bid_price",
    "ask_price",
    "ask_quantity",
    "ask_depth",
    "ask_orders",
)


class Level(NamedTuple):
    """How much rests at a price, in how many orders, and how much up to that price."""

    price: Amount
    quantity: Amount
    depth: Amount
    orders: int


@command("replay book")
@click.argument("instrument")
@moment_options
@click.option(
    "--depth",
    type=click.IntRange(1, LEVELS_MAX),
    metavar="N",
    help="Only so many levels of each side.",
)
@row_options
def replay_book(
    session: Session,
    instrument: str,
    at: str | None,
    clock: str | None,
    known: str | None,
    depth: int | None,
    output_format: str,
    output_file: str | None,
) -> None:
    """Rebuild the book of an instrument at a moment, level by level from the best prices.

    \b
    Examples:
      ledger replay book BTC-PERP
      ledger replay book BTC-PERP --at 2026-02-11T21:15:00Z --depth 5
      ledger replay book BTC-PERP --at @1200 -O csv -o book.csv

    A time means what rested then, as known now; @SEQUENCE what was known then to rest, as does
    `--clock recorded` with a time. The depth of a level is all that rests up to its price.
    """
    view = view_named("book_at")
    with Ledger(session.settings.database) as ledger:
        when = moment(ledger.reader, at, clock, known)
        rows = list(as_of(ledger.reader, view, when, {"instrument": instrument}))
    bids, asks = ladder(rows, Side.BUY), ladder(rows, Side.SELL)
    session.note(best(instrument, bids, asks))
    print_rows(session, COLUMNS, list(_sides(bids, asks))[:depth], output_format, output_file)


def ladder(rows: Sequence[Sequence[Any]], side: Side) -> list[Level]:
    """List the levels of one side, the best price first."""
    found = [row[2:] for row in rows if row[1] == side.value]
    levels: list[Level] = []
    depth = ZERO
    for price, quantity, orders in sorted(found, key=itemgetter(0), reverse=side is Side.BUY):
        depth = add(depth, quantity)
        levels.append(Level(price, quantity, depth, orders))
    return levels


def best(instrument: str, bids: Sequence[Level], asks: Sequence[Level]) -> str:
    """Say the best prices and the spread between them, as far as there are any."""
    said = [
        f"best {name} {write_amount(levels[0].price)}"
        for name, levels in (("bid", bids), ("ask", asks))
        if levels
    ]
    if bids and asks:
        said.append(f"spread {write_amount(subtract(asks[0].price, bids[0].price))}")
    return f"{instrument}: {', '.join(said) or 'no order rests'}"


def _sides(bids: Sequence[Level], asks: Sequence[Level]) -> Iterator[tuple[object, ...]]:
    for number, (bid, ask) in enumerate(zip_longest(bids, asks), start=1):
        of_bid = (bid.orders, bid.depth, bid.quantity, bid.price) if bid else (None,) * 4
        of_ask = (ask.price, ask.quantity, ask.depth, ask.orders) if ask else (None,) * 4
        yield (number, *of_bid, *of_ask)
