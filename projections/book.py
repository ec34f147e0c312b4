"""Balances at any past sequence, each one lookup in the index of the running balances."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, ScalarSelect, select

from ledger.errors import LedgerError, Misconfigured
from ledger.numbers import ZERO, Amount
from projections.builds import builds_table, exists
from projections.tables import looking, published
from projections.views import movements


class ViewBehind(LedgerError):
    """The view does not show that sequence yet: catch up first."""


def balance_at(engine: Engine, account: str, asset: str, sequence: int) -> Amount:
    """Give what an account held of an asset when the log ended with `sequence`.

    In the holder's favour; zero before its first movement. Raises `ViewBehind` where `movements`
    has not come that far, `Misconfigured` where it was never built.
    """
    dialect = engine.dialect.name
    shown = published(movements.table, dialect).alias()
    balance = (
        select(shown.c.balance)
        .where(shown.c.account == account, shown.c.asset == asset, shown.c.sequence <= sequence)
        .order_by(shown.c.sequence.desc(), shown.c.leg.desc())
        .limit(1)
    )
    with looking(engine) as connection:
        _require_built(connection)
        reached, found = connection.execute(
            select(_reached(dialect), balance.scalar_subquery())
        ).one()
    _require_reached(reached, sequence)
    return ZERO if found is None else Amount(found)


def book_at(engine: Engine, sequence: int) -> Iterator[tuple[str, str, Amount]]:
    """Give account, asset and balance of all that had moved when the log ended with `sequence`.

    Sorted by account and asset, equal to the view `balances` as known then. Raises as `balance_at`.
    """
    dialect = engine.dialect.name
    pairs = published(movements.memory, dialect).alias()
    shown = published(movements.table, dialect).alias()
    balance = (
        select(shown.c.balance)
        .where(
            shown.c.account == pairs.c.account,
            shown.c.asset == pairs.c.asset,
            shown.c.sequence <= sequence,
        )
        .order_by(shown.c.sequence.desc(), shown.c.leg.desc())
        .limit(1)
    )
    with looking(engine) as connection:
        _require_built(connection)
        _require_reached(connection.execute(select(_reached(dialect))).scalar_one(), sequence)
        query = select(pairs.c.account, pairs.c.asset, balance.scalar_subquery())
        found = sorted(tuple(row) for row in connection.execute(query) if row[2] is not None)
    return iter(found)


def _reached(dialect: str) -> ScalarSelect[int]:
    table = builds_table(dialect)
    live = (table.c.name == movements.view.name, table.c.stage == "live")
    return select(table.c.sequence).where(*live).scalar_subquery()


def _require_built(connection: Connection) -> None:
    if not exists(connection):
        raise Misconfigured("no view was ever built here: run `ledger views follow`")


def _require_reached(reached: int | None, sequence: int) -> None:
    if reached is None or reached < sequence:
        raise ViewBehind(f"movements shows up to sequence {reached or 0}, not yet {sequence}")
