"""Every movement of every account with the balance after it, and the venue's own where it said one.

Running balances follow the order of reading: that of the log when stored, that of `at` when the
log is read by it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.chart import Segregation, in_holders_favour
from ledger.events import Recorded
from ledger.journal import Leg, postings
from ledger.numbers import Amount, add
from projections.change import Change, Key, put_rest
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

# The key is the index by which one account's balance at any past sequence is one lookup.
table = Table(
    "movements",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("leg", Integer, primary_key=True, autoincrement=False),
    Column("at", Nanoseconds, nullable=False),
    Column("recorded_at", Nanoseconds, nullable=False),
    Column("type", Text, nullable=False),
    Column("amount", ExactAmount, nullable=False),
    Column("balance", ExactAmount, nullable=False),
    Column("cause", Text, nullable=False),
    Column("corrects", BigInteger),
    Column("stated", ExactAmount),
)

memory = Table(
    "movements_memory",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("balance", ExactAmount, nullable=False),
)


class Movement(NamedTuple):
    """One leg of a record, by its place among the legs."""

    recorded: Recorded
    place: int
    leg: Leg


def parts(recorded: Recorded) -> Iterator[tuple[Key, Movement]]:
    """Hand every leg to its account and asset."""
    for place, leg in enumerate(postings(recorded.event)):
        yield (leg.account, leg.asset), Movement(recorded, place, leg)


def step(
    state: tuple[Amount] | None, movement: Movement
) -> tuple[tuple[Amount], tuple[Change, ...]]:
    """Add the leg to the running balance, and show both."""
    recorded, place, leg = movement
    amount = in_holders_favour(leg.segregation, leg.amount)
    balance = add(state[0], amount) if state else amount
    stated: Amount | None = None
    if leg.segregation is Segregation.MIRROR:
        stated = getattr(recorded.event, "balance", None)
    shown = put_rest(
        table,
        (leg.account, leg.asset, recorded.sequence, place),
        (
            recorded.at,
            recorded.recorded_at,
            recorded.type,
            amount,
            balance,
            recorded.command,
            recorded.corrects,
            stated,
        ),
    )
    return (balance,), (shown,)


view = Tally("movements", table, version=1, memory=memory, parts=parts, step=step)
