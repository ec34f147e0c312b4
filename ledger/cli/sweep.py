"""`ledger sweep`: puts right what was stamped before a late declaration was known."""

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.rows import print_rows, row_options

COLUMNS = ("sweep", "client", "relation", "gone_over", "corrected")


@command("sweep")
@row_options
def sweep(session: Session, output_format: str, output_file: str | None) -> None:
    """Put right what was stamped before a late declaration of an affiliate or employee was known.

    \b
    Examples:
      ledger --as otto:operations sweep
      ledger --as otto:operations --json sweep

    Every open sweep goes over the stamped records before its opening, corrects beside them those
    that say otherwise than was declared, and is closed. Killed and run again, it goes on where it
    stopped. Exits with 1 when one of its commands was refused, which ends the run.
    """
    from ledger.api import Ledger
    from ledger.sweeping import sweep_all

    with Ledger(session.settings.database) as ledger:
        done = sweep_all(ledger, session.sender)
    if done.refused is not None:
        session.explain(f"stopped: {done.refused}")
    if not done.swept:
        session.note("no sweep is open: nothing to do")
    code = Exit.DONE if done.refused is None else Exit.FOUND
    print_rows(session, COLUMNS, done.swept, output_format, output_file, code)
