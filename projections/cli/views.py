"""`ledger views`: the stored projections, how far they are, and their upkeep."""

import signal
from contextlib import closing
from threading import Event

import click

from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, did_you_mean
from ledger.cli.rows import print_rows, row_options
from ledger.errors import Misconfigured
from projections.projection import View
from projections.runner import Runner
from projections.views import stored_views

PROGRESS = ("name", "version", "build", "sequence", "lag")
DIGITS = 16
"""How much of a digest is shown."""
VERDICT = ("name", "sequence", "rows", "holds", "live", "rebuilt")


@click.group("views")
def views() -> None:
    """Look after the stored views; none of them is a fact, each can be rebuilt from the log.

    \b
    Examples:
      ledger views list
      ledger views follow
      ledger views rebuild balances
      ledger views check
    """


@command("views list")
@row_options
def list_views(session: Session, output_format: str, output_file: str | None) -> None:
    """List the views with version, sequence and lag behind the log.

    \b
    Examples:
      ledger views list
      ledger views list -O csv -o views.csv
    """
    with Ledger(session.settings.database) as ledger:
        progress = {row.name: row for row in _runner(ledger).progress()}
        size = ledger.reader.head().size
    rows = [
        progress.get(view.name) or (view.name, view.version, 0, 0, size) for view in stored_views()
    ]
    print_rows(session, PROGRESS, rows, output_format, output_file)


@command("views rebuild")
@click.argument("name")
def rebuild(session: Session, name: str) -> None:
    """Build a view anew from the log beside the live one, then swap.

    \b
    Examples:
      ledger views rebuild balances

    Readers see the old rows until they see all of the new ones.
    """
    view = _named(name)
    with Ledger(session.settings.database) as ledger:
        runner = _runner(ledger)
        runner.rebuild(view)
        runner.catch_up(view)
        live = next(row for row in runner.progress() if row.name == name)
    session.note(f"{name}: build {live.build} shows {live.sequence} records")
    session.finish({"name": name, "build": live.build, "sequence": live.sequence})


@command("views follow")
@click.option("--once", is_flag=True, help="Catch up and end.")
def follow(session: Session, *, once: bool) -> None:
    """Keep all views up with the log until interrupted.

    \b
    Examples:
      ledger views follow
      ledger views follow --once
    """
    stop = Event()
    with Ledger(session.settings.database) as ledger:
        runner = _runner(ledger)
        if once:
            taken = {view.name: runner.catch_up(view) for view in stored_views()}
            session.note(", ".join(f"{name}: {count} records" for name, count in taken.items()))
            session.finish(taken)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with closing(ledger.reader.doorbell()) as doorbell:
            runner.follow(stored_views(), stop, doorbell.wait)


@command("views check")
@click.argument("names", nargs=-1)
@row_options
def check(
    session: Session, names: tuple[str, ...], output_format: str, output_file: str | None
) -> None:
    """Compare every live row with a rebuild in memory; exits with 1 where they differ.

    \b
    Examples:
      ledger views check
      ledger views check balances
    """
    chosen = [_named(name) for name in names] or stored_views()
    with Ledger(session.settings.database) as ledger:
        runner = _runner(ledger)
        for view in chosen:
            runner.catch_up(view)
        verdicts = [runner.check(view) for view in chosen]
    rows = [
        (v.name, v.sequence, v.rows, v.holds, v.live[:DIGITS], v.rebuilt[:DIGITS]) for v in verdicts
    ]
    wrong = [verdict.name for verdict in verdicts if not verdict.holds]
    if wrong:
        session.explain(f"not what the log gives: {', '.join(wrong)}; run `ledger views rebuild`")
    code = Exit.FOUND if wrong else Exit.DONE
    print_rows(session, VERDICT, rows, output_format, output_file, code)


def _runner(ledger: Ledger) -> Runner:
    return Runner(ledger.application.recorder.engine, ledger.reader)


def _named(name: str) -> View:
    for view in stored_views():
        if view.name == name:
            return view
    known = [view.name for view in stored_views()]
    hint = did_you_mean(name, known)
    raise Misconfigured(f"{name!r} is no stored view; these are: {', '.join(known)}.{hint}")


for part in (list_views, rebuild, follow, check):
    views.add_command(part)
