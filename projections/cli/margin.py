"""`ledger margin`: evaluates what accounts have and need at the prices that serve."""

from collections.abc import Iterator
from typing import Any

import click

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.rows import print_rows, row_options

COLUMNS = (
    *("account", "currency", "equity", "initial", "maintenance", "available"),
    *("ratio", "rung", "sequence"),
)

LATELY = 1_000
"""So many of the last records are looked at for the time."""


@command("margin")
@click.argument("accounts", nargs=-1)
@click.option("--at", metavar="T", help="As of which moment; now if unsaid.")
@row_options
def margin(
    session: Session,
    accounts: tuple[str, ...],
    at: str | None,
    output_format: str,
    output_file: str | None,
) -> None:
    """Evaluate the margin of ACCOUNTS, or of everybody who holds a contract, and record it.

    \b
    Examples:
      ledger --as service/sweep:risk margin
      ledger --as service/sweep:risk margin C1-1 C2-1
      ledger event 412                          an evaluation, figure by figure
      ledger show margin_positions --where account=C1-1

    `ratio` is the equity in percent of the maintenance margin. An account of which a price is
    missing or too old is not evaluated, and said to be: exits with 1 then.
    """
    from ledger.api import Ledger
    from ledger.cli.names import name_of
    from projections.holders import accounts_with_positions

    for name in accounts:
        name_of("ACCOUNTS", name)
    with Ledger(session.settings.database) as ledger:
        names = accounts or accounts_with_positions(ledger)
        rows = list(_evaluated(session, ledger, names, at))
    if not names:
        session.note("nobody holds a contract: nothing to evaluate")
    code = Exit.DONE if len(rows) == len(names) else Exit.FOUND
    if names and not rows:
        session.finish([], code)
    print_rows(session, COLUMNS, rows, output_format, output_file, code)


def _evaluated(
    session: Session, ledger: Any, names: tuple[str, ...] | list[str], at: str | None
) -> Iterator[tuple[object, ...]]:
    """Evaluate account after account, in groups; tell of those that could not be."""
    from ledger.commands import EvaluateMargin
    from ledger.errors import Malformed, Misconfigured
    from ledger.events import MarginEvaluated
    from ledger.instants import read_instant, write_instant

    try:
        moment = _now(ledger) if at is None else read_instant(at)
    except ValueError as error:
        raise Misconfigured(f"--at: {error}") from None
    said = {**session.sender, "at": write_instant(moment)}
    run = f"margin:{moment}:{ledger.reader.head().size}"
    commands = [
        EvaluateMargin.model_validate({**said, "command_id": f"{run}:{name}", "account": name})
        for name in names
    ]
    for name, answer in zip(names, ledger.record_all(commands), strict=True):
        if isinstance(answer, Malformed):
            raise answer
        record = answer.records[-1]
        found = record.event
        if not isinstance(found, MarginEvaluated):
            session.explain(f"{name}: {answer.reason}")
            continue
        yield (
            *(name, found.currency, found.equity, found.initial, found.maintenance),
            *(found.available, found.ratio, found.rung, record.sequence),
        )


def _now(ledger: Any) -> int:
    """Give this moment, or the latest of late: a source's clock may be ahead of ours."""
    import time

    size = ledger.reader.head().size
    pages = ledger.reader.read(max(0, size - LATELY), size)
    latest: int = max((recorded.at for page in pages for recorded in page), default=0)
    return max(time.time_ns(), latest)
