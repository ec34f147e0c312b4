"""`ledger replay`: what was, rebuilt from the log alone, and held to another source."""

import click

from ledger.adapters import ADAPTERS
from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.import_statement import read_file
from ledger.cli.rows import print_rows, row_options
from ledger.importing import mirror_of
from projections.against import against
from projections.cli.moments import clock_options, moment
from projections.cli.show import conditions, view_named
from projections.replay import as_of, columns_of


@click.group("replay")
def replay() -> None:
    """Rebuild what was from the log alone, and hold it to another source.

    \b
    Examples:
      ledger replay as-of 2021-04-03T13:09:07Z
      ledger replay as-of @1200 --view movements --account A1
      ledger replay against bitmex wallet_history.csv
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
@click.argument("source", type=click.Choice(list(ADAPTERS)))
@click.argument("file")
@click.option("--account", help="The mirror account, where a venue has several.")
def replay_against(session: Session, source: str, file: str, account: str | None) -> None:
    """Compare the ledger's balance with the statement's after every batch of it.

    \b
    Examples:
      ledger replay against bitmex wallet_history.csv
      ledger --json replay against bybit unified.csv --account B1

    Exits with 0 when all batches match, else with 1, naming the first that does not.
    """
    statement = ADAPTERS[source].read(read_file(file))
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


for part in (replay_as_of, replay_against):
    replay.add_command(part)
