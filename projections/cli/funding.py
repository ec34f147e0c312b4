"""`ledger funding`: fixes the rate of an interval that has ended, and pays it."""

import click

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.rows import print_rows, row_options

COLUMNS = (
    *("instrument", "until", "samples", "premium", "rate", "mark_price"),
    *("accounts", "paid", "received", "residual", "suspended_amount", "asset"),
)


@command("funding")
@click.argument("instrument")
@click.option("--at", metavar="T", help="When it ended; the first that is due if unsaid.")
@row_options
def funding(
    session: Session, instrument: str, at: str | None, output_format: str, output_file: str | None
) -> None:
    """Fix the funding rate of INSTRUMENT for an interval that has ended, and pay it.

    \b
    Examples:
      ledger --as service/pricing:dealing funding BTC-PERP
      ledger --as service/pricing:dealing funding BTC-PERP --at 2026-11-24T08:00:00Z

    Everybody who holds the contract pays or receives at once, all or nothing; what rounding leaves
    goes to an account of its own. Whoever came to hold it in the very moment is paid right after,
    which is a line of its own. A program asks for it, such as a scheduler at the end of each
    interval; asked again, it pays whoever was left out, and is refused where nobody was. Exits with
    1 when it was refused.
    """
    from ledger.api import Ledger
    from ledger.cli.names import name_of
    from ledger.errors import Misconfigured
    from ledger.instants import read_instant
    from projections.due_funding import pay_funding

    name_of("INSTRUMENT", instrument)
    try:
        until = None if at is None else read_instant(at)
    except ValueError as error:
        raise Misconfigured(f"--at: {error}") from None
    with Ledger(session.settings.database) as ledger:
        paid = pay_funding(ledger, instrument, until, session.sender)
    if paid.refused is not None:
        session.explain(paid.refused)
    rate, code = paid.rate, Exit.DONE if paid.refused is None else Exit.FOUND
    if rate is None or not paid.settled:
        session.finish([], code)
    rows = [
        (
            *(instrument, rate.until, rate.samples, rate.premium, rate.rate, rate.mark_price),
            *(settled.accounts, settled.paid, settled.received, settled.residual),
            *(settled.suspended_amount, settled.asset),
        )
        for settled in paid.settled
    ]
    print_rows(session, COLUMNS, rows, output_format, output_file, code)
