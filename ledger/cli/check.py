"""`ledger check`: the conservation laws and the integrity of the log."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, did_you_mean
from ledger.cli.rows import Row, print_rows, row_options
from ledger.errors import Misconfigured

if TYPE_CHECKING:
    from ledger.laws import Verdict

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
      ledger check coverage         what upholds each requirement, and what proves it

    Below `exemptions` stands every override, as the word `override` in the column `holds` says.
    Exits with 1 when a law is broken, naming the first sequence that breaks it.
    """
    from ledger import laws
    from ledger.api import Ledger
    from ledger.cli.coverage import print_coverage

    if "coverage" in names:
        print_coverage(session, names, output_format, output_file)
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
    code = Exit.FOUND if broken else Exit.DONE
    print_rows(session, COLUMNS, _rows(verdicts), output_format, output_file, code)


def _rows(verdicts: Sequence["Verdict"]) -> Iterator[Row]:
    """Give a row for each law, and below it one for each thing that it found to tell."""
    for verdict in verdicts:
        holds = "holds" if verdict.holds else "BROKEN"
        yield (verdict.law, holds, verdict.figure, verdict.breach)
        for told in verdict.listed:
            yield (verdict.law, "override", told, None)
