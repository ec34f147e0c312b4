"""`ledger check`: the conservation laws and the integrity of the log."""

import click

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, did_you_mean
from ledger.cli.rows import print_rows, row_options
from ledger.errors import Misconfigured

COLUMNS = ("law", "holds", "figure", "breach")


@command("check")
@click.argument("names", nargs=-1)
@row_options
def check(
    session: Session, names: tuple[str, ...], output_format: str, output_file: str | None
) -> None:
    """Hold the laws against every record of the log and name each with its figure.

    \b
    Examples:
      ledger check                  all laws
      ledger check balance clearing
      ledger check -O csv -o laws.csv

    Exits with 1 when a law is broken, naming the first sequence that breaks it.
    """
    from ledger import laws
    from ledger.api import Ledger

    for name in names:
        if name not in laws.LAWS:
            known = ", ".join(laws.LAWS)
            hint = did_you_mean(name, laws.LAWS)
            raise Misconfigured(f"{name!r} is no law; the laws are {known}.{hint}")
    with Ledger(session.settings.database) as ledger:
        verdicts = laws.check(ledger.reader, list(names or laws.LAWS))
    broken = [verdict.law for verdict in verdicts if not verdict.holds]
    if broken:
        session.explain(f"broken: {', '.join(broken)}; see `ledger event N` for the sequence named")
    rows = [(v.law, "holds" if v.holds else "BROKEN", v.figure, v.breach) for v in verdicts]
    code = Exit.FOUND if broken else Exit.DONE
    print_rows(session, COLUMNS, rows, output_format, output_file, code)
