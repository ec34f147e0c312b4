"""`ledger show`: any view, now or at any moment, on either clock."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click
from sqlalchemy import Integer

from ledger.api import Ledger
from ledger.cli.frame import Session, command, did_you_mean
from ledger.cli.rows import TIME_COLUMNS, print_rows, row_options
from ledger.errors import Misconfigured
from ledger.instants import read_instant
from ledger.numbers import read_amount
from projections.ask import ask
from projections.cli.moments import moment, moment_options
from projections.exact import ExactAmount, Nanoseconds
from projections.listing import Listing
from projections.projection import View
from projections.replay import Where, columns_of
from projections.views import all_views

AMOUNTS = (
    *("debit", "credit", "cost", "fee", "realized_profit", "last_quantity", "last_price"),
    *("cumulative_quantity", "leaves_quantity", "position_quantity", "position_cost"),
    *("quantity", "mark_price", "rate", "amount", "pledged", "value", "unrealized_profit"),
    *("equity", "collateral_pre_haircut", "collateral_post_haircut", "initial", "order_margin"),
    *("maintenance", "available", "ratio", "exposure", "leverage", "tier", "orders", "allocated"),
    *("liquidation_price", "bankruptcy_price", "variation"),
)
COUNTS = (
    *("sequence", "version", "corrects", "days_after", "fixed", "terms", "mark", "schedule"),
    *("leverage_source", "initial_source", "maintenance_source"),
)
LISTED: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(COUNTS, int),
    **dict.fromkeys(AMOUNTS, read_amount),
    **dict.fromkeys(TIME_COLUMNS, read_instant),
}
"""How the columns of listings are read; any other is text."""


@command("show")
@click.argument("view")
@moment_options
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only rows that say so.")
@click.option("--columns", metavar="A,B,C", help="Only these columns, in this order.")
@row_options
def show(
    session: Session,
    view: str,
    at: str | None,
    clock: str | None,
    known: str | None,
    where: tuple[str, ...],
    columns: str | None,
    **output: Any,
) -> None:
    """Show a view, now or at any moment.

    \b
    The books:     balances, movements, journal, fees, corrections_register
    The positions: positions, positions_fifo
    The orders:    orders, holds, book_at, order_audit_log, order_lifecycle
    The trades:    trade_blotter, executions
    The prices:    price_audit
    The funding:   funding, funding_payments
    The margin:    margin, margin_positions, margin_warnings, margin_calls
    The defaults:  liquidation_waterfall, reserve_fund, adl_report
    The pledges:   collateral, collateral_movements
    The clients:   client_classification, disclosures, exposure_concentration
    The changes:   parameter_changes, proposals, schedules
    The acts:      access_and_operator_log, audit, refusals, validation_exceptions

    \b
    Examples:
      ledger show balances
      ledger show balances --at 2026-02-11T12:00:00Z        true then, as known now
      ledger show balances --at @42                         as known then
      ledger show balances --at 2026-02-11T12:00:00Z --known @42
      ledger show movements --where account=A1 -O csv -o a1.csv
      ledger show orders --where account=A1 --columns order_id,status,leaves_quantity
      ledger show proposals --where status=waiting
      ledger show price_audit --where matches=no
      ledger show validation_exceptions --columns at,client,reason,limit,attempted

    Balances are in the holder's favour. A time means what was true then, @SEQUENCE what was known
    then; `--clock recorded` asks for what was known at a time, `--known` for both at once.
    """
    shown = view_named(view)
    places = picked(columns_of(shown), columns)
    with Ledger(session.settings.database) as ledger:
        engine = ledger.application.recorder.engine
        when = moment(ledger.reader, at, clock, known)
        rows = ask(engine, ledger.reader, shown, when, conditions(shown, where))
        names = [columns_of(shown)[place] for place in places]
        cut = ([row[place] for place in places] for row in rows)
        print_rows(session, names, cut, **output)


def view_named(name: str) -> View | Listing:
    """Find a view. Raises `Misconfigured`, listing them all."""
    views = all_views()
    if name not in views:
        hint = did_you_mean(name, views)
        raise Misconfigured(f"{name!r} is no view; the views are {', '.join(views)}.{hint}")
    return views[name]


def picked(known: Sequence[str], columns: str | None) -> list[int]:
    """Find the places of the columns that are asked for; all of them where none is named.

    Raises `Misconfigured` for a column that is not there.
    """
    if columns is None:
        return list(range(len(known)))
    for name in (names := columns.split(",")):
        if name not in known:
            hint = did_you_mean(name, known)
            raise Misconfigured(
                f"--columns: {name!r} is no column; they are {', '.join(known)}.{hint}"
            )
    return [known.index(name) for name in names]


def conditions(view: View | Listing, where: Sequence[str]) -> Where:
    """Read `--where column=value`; a number means the column's own kind of number."""
    return read_conditions(columns_of(view), where, partial(_typed, view))


def read_conditions(
    columns: Sequence[str], where: Sequence[str], read: Callable[[str, str], Any]
) -> Where:
    """Read `--where column=value` by what each column holds. Raises `Misconfigured`."""
    wanted: dict[str, Any] = {}
    for text in where:
        column, equals, value = text.partition("=")
        if not equals or column not in columns:
            known = ", ".join(columns)
            raise Misconfigured(f"--where {text[:60]!r}: write COLUMN=VALUE, COLUMN one of {known}")
        wanted[column] = read(column, value)
    return wanted


def _typed(view: View | Listing, column: str, value: str) -> Any:
    """Turn the text of a condition into the kind of value that the column holds."""
    try:
        if isinstance(view, Listing):
            return LISTED.get(column, str)(value)
        kind = view.tables[0].columns[column].type
        if isinstance(kind, ExactAmount):
            return read_amount(value)
        if isinstance(kind, Nanoseconds):
            return read_instant(value)
        return int(value) if isinstance(kind, Integer) else value
    except ValueError as error:
        raise Misconfigured(f"--where {column}: {error}") from None
