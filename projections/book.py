"""Balances at any past sequence, each one lookup in the index of the running balances."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Engine, ScalarSelect, Select, bindparam, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from ledger.errors import LedgerError, Misconfigured
from ledger.numbers import ZERO, Amount
from projections.builds import builds_table
from projections.tables import connected, published
from projections.views import movements


class ViewBehind(LedgerError):
    """The view does not show that sequence yet: catch up first."""


def balance_at(engine: Engine, account: str, asset: str, sequence: int) -> Amount:
    """Give what an account held of an asset when the log ended with `sequence`.

    In the holder's favour; zero before its first movement. Raises `ViewBehind` where `movements`
    has not come that far, `Misconfigured` where it was never built.
    """
    found = _balance(engine, account, asset, sequence)
    return ZERO if found is None else found


def book_at(
    engine: Engine, sequence: int, account: str | None = None, asset: str | None = None
) -> Iterator[tuple[str, str, Amount]]:
    """Give account, asset and balance of all that had moved when the log ended with `sequence`.

    Sorted by account and asset, equal to the view `balances` as known then. Of one account, only
    its pairs are looked up; of one asset of it, only that one. Raises as `balance_at`.
    """
    if account is not None and asset is not None:
        found = _balance(engine, account, asset, sequence)
        return iter([] if found is None else [(account, asset, found)])
    dialect = engine.dialect.name
    ((reached,),) = _rows(engine, select(_reached(dialect)), {})
    _require_reached(reached, sequence)
    # A view never goes back, so what had been reached a moment ago still stands.
    query, values = _book_query(dialect), {"sequence": sequence, "account": account}
    if account is not None:
        query = query.where(published(movements.memory, dialect).c.account == bindparam("account"))
    rows = (row for row in _rows(engine, query, values) if row[2] is not None)
    return iter(sorted((a, b, held) for a, b, held in rows if asset in (None, b)))


def _balance(engine: Engine, account: str, asset: str, sequence: int) -> Amount | None:
    """Look a balance up; None before its first movement."""
    values = {"account": account, "asset": asset, "sequence": sequence}
    ((reached, found),) = _rows(engine, _balance_query(engine.dialect.name), values)
    _require_reached(reached, sequence)
    return None if found is None else Amount(found)


@cache  # one for each dialect
def _balance_query(dialect: str) -> Select[Any]:
    """Ask in one statement for a balance, and for how far the view had come when it was read."""
    shown = published(movements.table, dialect)
    balance = (
        select(shown.c.balance)
        .where(
            shown.c.account == bindparam("account"),
            shown.c.asset == bindparam("asset"),
            shown.c.sequence <= bindparam("sequence"),
        )
        .order_by(shown.c.sequence.desc(), shown.c.leg.desc())
        .limit(1)
    )
    return select(_reached(dialect), balance.scalar_subquery())


@cache  # one for each dialect
def _book_query(dialect: str) -> Select[Any]:
    """Ask for the last balance of every pair that the tally remembers."""
    pairs, shown = published(movements.memory, dialect), published(movements.table, dialect)
    balance = (
        select(shown.c.balance)
        .where(
            shown.c.account == pairs.c.account,
            shown.c.asset == pairs.c.asset,
            shown.c.sequence <= bindparam("sequence"),
        )
        .order_by(shown.c.sequence.desc(), shown.c.leg.desc())
        .limit(1)
    )
    return select(pairs.c.account, pairs.c.asset, balance.scalar_subquery())


def _reached(dialect: str) -> ScalarSelect[int]:
    table = builds_table(dialect)
    live = (table.c.name == movements.view.name, table.c.stage == "live")
    return select(table.c.sequence).where(*live).scalar_subquery()


def _rows(
    engine: Engine, query: Select[Any], values: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """Run one statement by itself: in PostgreSQL without the journeys to begin and to end."""
    with connected(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            return [tuple(row) for row in connection.execute(query, values)]
        except (ProgrammingError, OperationalError) as error:
            if not _is_absence(error.orig):
                raise
            raise Misconfigured(
                "the view movements was never built here: run `ledger views follow`"
            ) from error


def _is_absence(cause: BaseException | None) -> bool:
    """Tell whether a driver's error says that a table is absent; SQLite only says so in words."""
    return getattr(cause, "sqlstate", None) == "42P01" or str(cause).startswith("no such table")


def _require_reached(reached: int | None, sequence: int) -> None:
    if reached is None or reached < sequence:
        raise ViewBehind(f"movements shows up to sequence {reached or 0}, not yet {sequence}")
