"""`ledger replay`: what was, rebuilt from the log alone, and held to another source."""

from typing import NoReturn

import click

from ledger.adapters import ADAPTERS, OF_USERS
from ledger.adapters.hyperliquid import read_liquidations
from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.import_statement import read_file
from ledger.cli.rows import print_rows, row_options
from ledger.cli.sealing import open_vault
from ledger.errors import Misconfigured
from ledger.mirrors import mirror_of, pseudonyms
from projections.against import against
from projections.cli.book import replay_book
from projections.cli.moments import clock_options, moment
from projections.cli.show import conditions, view_named
from projections.liquidations import Compared, compare_liquidations
from projections.replay import as_of, columns_of


@click.group("replay")
def replay() -> None:
    """Rebuild what was from the log alone, and hold it to another source.

    \b
    Examples:
      ledger replay as-of 2021-04-03T13:09:07Z
      ledger replay as-of @1200 --view movements --account A1
      ledger replay book BTC-PERP --at 2026-02-11T21:15:00Z
      ledger replay against bitmex wallet_history.csv
      ledger replay against hyperliquid liquidations.csv
    """


@command("replay as-of")
@click.argument("at", metavar="T")
@clock_options
@click.option("--view", default="balances", show_default=True, help="Which view to rebuild.")
@click.option("--account", help="Only this account.")
@row_options
def replay_as_of(
    session: Session,
    at: str,
    clock: str | None,
    known: str | None,
    view: str,
    account: str | None,
    output_format: str,
    output_file: str | None,
) -> None:
    """Rebuild a view at a moment by reading the log; no stored view is touched.

    \b
    Examples:
      ledger replay as-of 2021-04-03T13:09:07Z
      ledger replay as-of 2026-02-11 --clock recorded

    T is an ISO 8601 time, @SEQUENCE, or now.
    """
    rebuilt = view_named(view)
    where = conditions(rebuilt, [f"account={account}"] if account else [])
    with Ledger(session.settings.database) as ledger:
        rows = as_of(ledger.reader, rebuilt, moment(ledger.reader, at, clock, known), where)
        print_rows(session, columns_of(rebuilt), rows, output_format, output_file)


@command("replay against")
@click.argument("source", type=click.Choice([*ADAPTERS, *OF_USERS]))
@click.argument("file")
@click.option("--account", help="The mirror account, where a venue has several.")
@row_options
def replay_against(
    session: Session,
    source: str,
    file: str,
    account: str | None,
    output_format: str,
    output_file: str | None,
) -> None:
    """Compare the ledger with what a venue's file says.

    \b
    Examples:
      ledger replay against bitmex wallet_history.csv
      ledger --json replay against bybit unified.csv --account B1
      ledger replay against hyperliquid liquidations.csv -O csv

    Of bitmex and bybit: our balance with the statement's after every batch of it. Of hyperliquid:
    what each liquidated user held just before, at the last price traded, with the venue's figure; a
    row for each liquidation, and a reason where the two are apart by more than a hundredth.

    Exits with 0 when all batches match, or all liquidations agree, else with 1, saying which do
    not.
    """
    if source in OF_USERS:
        if account is not None:
            raise Misconfigured(f"--account: a file of {source} has many users")
        _against_liquidations(session, source, file, output_format, output_file)
    if output_format != "table" or output_file is not None:
        raise Misconfigured(f"-O and -o are for rows: against {source} there is one answer")
    _against_statement(session, source, file, account)


def _against_liquidations(
    session: Session, source: str, file: str, output_format: str, output_file: str | None
) -> NoReturn:
    liquidations = read_liquidations(read_file(file))
    users = list(dict.fromkeys(liquidation.user for liquidation in liquidations))
    with Ledger(session.settings.database) as ledger:
        with open_vault(session.settings) as vault:
            accounts = pseudonyms(ledger.reader, vault, OF_USERS[source], users, may_be_new=False)
        found = compare_liquidations(ledger.reader, liquidations, accounts)
    apart = sum(1 for each in found if not each.agrees)
    restored = sum(1 for each in found if each.is_restored())
    said = (
        f"{len(found) - apart} of {len(found)} agree within a hundredth; in {restored} what was "
        "taken over, put back at the account value, is the venue's figure to a ten-thousandth"
    )
    if apart:
        session.explain(said)
    else:
        session.note(said)
    code = Exit.FOUND if apart else Exit.DONE
    print_rows(session, Compared._fields, found, output_format, output_file, code)


def _against_statement(session: Session, source: str, file: str, account: str | None) -> NoReturn:
    statement = ADAPTERS[source].read(read_file(file))
    if statement.executions:
        raise Misconfigured(f"{file}: executions state no balances: give a statement that does")
    with Ledger(session.settings.database) as ledger:
        account = account or mirror_of(ledger.reader, source, "import its file first")
        found = against(ledger.reader, statement, account)
    if not session.as_json:
        click.echo(f"{found.matched} of {found.batches} batches match")
        if found.first_mismatch:
            click.echo(
                "first mismatch: line {}, {}, {}: ledger {}, venue {}".format(*found.first_mismatch)
            )
        for asset, amount in found.final.items():
            click.echo(f"{asset}  {amount}")
    if found.first_mismatch:
        apart = found.batches - found.matched
        session.explain(f"{apart} of {found.batches} batches differ from {file}")
    data = found._asdict()
    data["first_mismatch"] = found.first_mismatch and found.first_mismatch._asdict()
    session.finish(data, Exit.FOUND if found.first_mismatch else Exit.DONE)


for part in (replay_as_of, replay_book, replay_against):
    replay.add_command(part)
