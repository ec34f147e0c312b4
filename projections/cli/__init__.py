"""The `ledger` command, complete: what records, and what reads."""

import sys
from collections.abc import Callable
from typing import Any

import click

from ledger.cli.frame import Entry, LazyGroup, Session, run

ENTRIES = {
    "demo": Entry("projections.cli.demo:demo", "Play a day on a throw-away ledger: start here."),
    "init": Entry("ledger.cli.init:init", "Create the ledger; found the platform, adopt rules."),
    "doctor": Entry("projections.cli.doctor:doctor", "Look for what is wrong with the set-up."),
    "record": Entry("ledger.cli.record:record", "Record commands and facts from NDJSON."),
    "propose": Entry("ledger.cli.change:propose", "Propose a critical change."),
    "approve": Entry("ledger.cli.change:approve", "Show a proposal, and approve exactly that."),
    "decline": Entry("ledger.cli.change:decline", "Turn a proposal down, or take it back."),
    "import": Entry("ledger.cli.import_statement:import_command", "Record a venue's statement."),
    "feed": Entry("ledger.cli.feed:feed", "Play raw market data: prices, marks and seals."),
    "log": Entry("ledger.cli.log:log", "Print the records in order."),
    "event": Entry("ledger.cli.log:event", "Show one record with its legs and its cause."),
    "schema": Entry("ledger.cli.schema:schema", "Print JSON Schemas of events and commands."),
    "sweep": Entry("ledger.cli.sweep:sweep", "Correct stamps after a late declaration."),
    "vault": Entry("ledger.cli.vault:vault", "Seal, open or destroy personal data."),
    "funding": Entry("projections.cli.funding:funding", "Fix a funding rate and pay it."),
    "margin": Entry("projections.cli.margin:margin", "Evaluate what accounts have and need."),
    "monitor": Entry("ledger.cli.monitor:monitor", "Watch margins; warn and call."),
    "check": Entry("ledger.cli.check:check", "Hold the laws against the log and the books."),
    "views": Entry("projections.cli.views:views", "List, rebuild, follow or check the views."),
    "show": Entry("projections.cli.show:show", "Show a view, now or at any moment."),
    "eligibility": Entry("projections.cli.eligibility:eligibility", "Say who may trade a product."),
    "replay": Entry("projections.cli.replay:replay", "Rebuild what was, and hold it to a source."),
}


def _global_option(*names: str, **attributes: Any) -> Callable[..., Any]:
    """Declare an option of all commands, known before the command's own are read."""
    return click.option(*names, callback=_remember, expose_value=False, **attributes)


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    setattr(context.find_object(Session), str(option.name), value)


@click.group(
    cls=LazyGroup,
    entries=ENTRIES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@_global_option("--database", metavar="URL", help="sqlite:///file.db or postgresql://host/name.")
@_global_option("--as", "acting", metavar="ID:FUNCTION", help="Who acts, such as amy:compliance.")
@_global_option("--json", "as_json", is_flag=True, help="One JSON envelope on stdout.")
@_global_option("--debug", is_flag=True, help="Show the stack trace of a defect.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, asked: _print_version(context, asked=asked),
    help="Show the version and exit.",
)
def ledger() -> None:
    """The book of record of a virtual-asset trading platform.

    \b
    Examples:
      ledger demo
      ledger init
      ledger import bitmex wallet_history.csv --account A1
      ledger show balances --at 2026-02-11T12:00:00Z

    The database is --database, else LEDGER_DATABASE_URL, else `database` in ledger.toml, else
    ledger.db in the current folder. Who acts is --as, else LEDGER_ACTOR, else `actor` in
    ledger.toml: ID:FUNCTION for a person, service/ID:FUNCTION or engine/ID:FUNCTION for a program.
    Functions: dealing, operations, compliance, risk, finance, technology, management, audit.
    Completion: eval "$(_LEDGER_COMPLETE=bash_source ledger)",
    likewise zsh_source and fish_source.
    """


def _print_version(context: click.Context, *, asked: bool) -> None:
    if not asked:
        return
    from importlib.metadata import version  # slow to import, and only needed here

    click.echo(f"ledger {version('vatp-ledger')}")
    context.exit()


def main() -> None:
    """Run the command line."""
    sys.exit(run(ledger))
