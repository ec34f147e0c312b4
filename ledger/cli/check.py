"""`ledger check`: the conservation laws and the integrity of the log."""

import click

from ledger.cli.frame import Exit, Session, command, did_you_mean
from ledger.errors import Misconfigured


@command("check")
@click.argument("names", nargs=-1)
def check(session: Session, names: tuple[str, ...]) -> None:
    """Hold the laws against every record of the log and name each with its figure.

    \b
    Examples:
      ledger check                  all laws
      ledger check balance clearing

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
    if not session.as_json:
        for verdict in verdicts:
            mark = "holds " if verdict.holds else "BROKEN"
            click.echo(f"{mark}  {verdict.law:<9} {verdict.breach or verdict.figure}")
    broken = [verdict.law for verdict in verdicts if not verdict.holds]
    if broken:
        session.explain(f"broken: {', '.join(broken)}; see `ledger event N` for the sequence named")
    session.finish([verdict._asdict() for verdict in verdicts], Exit.FOUND if broken else Exit.DONE)
