"""What every account has pledged of every asset, and what the asset counted for when last valued.

`pledged` is the sum of all movements, `authority` whose word the last one rests on. The valuation
is that of the latest evaluation, by `at`, that names the asset, in units of `currency`: `cash` is
what was there beside the pledge, `price_source` and `schedule` are sequences.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.events import (
    CollateralConverted,
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    CollateralValue,
    MarginEvaluated,
    Recorded,
)
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount, add, negate
from projections.change import Key, Row
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "collateral",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("pledged", ExactAmount, nullable=False),
    Column("authority", Text),
    Column("sequence", BigInteger),
    Column("cash", ExactAmount),
    Column("unrealized_profit", ExactAmount),
    Column("price", ExactAmount),
    Column("price_source", BigInteger),
    Column("pre_haircut", ExactAmount),
    Column("post_haircut", ExactAmount),
    Column("currency", Text),
    Column("schedule", BigInteger),
    Column("valued_at", Nanoseconds),
    Column("valued_sequence", BigInteger),
)


class Standing(NamedTuple):
    """A row, without its key."""

    pledged: Amount = ZERO
    authority: str | None = None
    sequence: int | None = None
    cash: Amount | None = None
    unrealized_profit: Amount | None = None
    price: Amount | None = None
    price_source: int | None = None
    pre_haircut: Amount | None = None
    post_haircut: Amount | None = None
    currency: str | None = None
    schedule: int | None = None
    valued_at: Instant | None = None
    valued_sequence: int | None = None


class Moved(NamedTuple):
    """What came to a pledge, or left it (below zero), and by whose authority."""

    amount: Amount
    authority: str | None
    sequence: int


class Valued(NamedTuple):
    """What an evaluation says of an asset."""

    value: CollateralValue
    currency: str
    at: Instant
    sequence: int


NOTHING = Standing()


def parts(recorded: Recorded) -> Iterator[tuple[Key, Moved | Valued]]:
    """Hand movements and valuations to the asset of the account."""
    event, sequence = recorded.event, recorded.sequence
    match event:
        case CollateralPledged(account=account, asset=asset, amount=amount):
            yield (account, asset), Moved(amount, event.authority, sequence)
        case CollateralReleased(account=account, asset=asset, amount=amount):
            yield (account, asset), Moved(negate(amount), event.authority, sequence)
        case CollateralSubstituted(account=account, authority=authority):
            yield (account, event.asset), Moved(negate(event.amount), authority, sequence)
            yield (account, event.with_asset), Moved(event.with_amount, authority, sequence)
        case CollateralConverted(account=account, asset=asset, from_pledge=gone) if gone:
            yield (account, asset), Moved(negate(gone), None, sequence)
        case MarginEvaluated(account=account, currency=currency):
            for value in event.collateral:
                yield (account, value.asset), Valued(value, currency, recorded.at, sequence)


def step(state: Row | None, part: Moved | Valued) -> tuple[Row, tuple[()]]:
    """Add to a pledge, or show what is valued unless it was valued later already."""
    known: Any = state
    standing = NOTHING if known is None else Standing(*known)
    if isinstance(part, Moved):
        pledged = add(standing.pledged, part.amount)
        return standing._replace(
            pledged=pledged, authority=part.authority, sequence=part.sequence
        ), ()
    if standing.valued_at is not None and part.at < standing.valued_at:
        return standing, ()
    return _valued(standing, part), ()


def _valued(standing: Standing, part: Valued) -> Standing:
    value = part.value
    return standing._replace(
        cash=value.cash,
        unrealized_profit=value.unrealized_profit,
        price=value.price,
        price_source=value.price_source,
        pre_haircut=value.pre_haircut,
        post_haircut=value.post_haircut,
        currency=part.currency,
        schedule=value.schedule,
        valued_at=part.at,
        valued_sequence=part.sequence,
    )


view = Tally("collateral", table, version=2, memory=table, parts=parts, step=step)
