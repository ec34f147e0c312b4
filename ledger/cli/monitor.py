"""`ledger monitor`: the risk sweep, once or as long as nobody interrupts it."""

import signal
from contextlib import closing
from threading import Event
from typing import Any

import click

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.rows import print_rows, row_options
from ledger.errors import Misconfigured

COLUMNS = ("account", "instrument", "call", "event", "amount", "due_at", "sequence")

SECONDS_MAX = 3_600


@command("monitor")
@click.option("--once", is_flag=True, help="Sweep once and end.")
@click.option(
    "--every",
    type=click.IntRange(1, SECONDS_MAX),
    default=1,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait between sweeps, at least.",
)
@row_options
def monitor(
    session: Session, *, once: bool, every: int, output_format: str, output_file: str | None
) -> None:
    """Evaluate everybody who holds a contract; warn, call or liquidate whoever has too little.

    \b
    Examples:
      ledger --as service/monitor:risk monitor --once
      ledger --as service/monitor:risk monitor --every 5
      ledger show margin_calls --where outcome=open
      ledger show liquidation_waterfall --where account=A1

    It asks and each account decides. At which percent of the maintenance margin a warning and a
    call begin, and how long a client has, are parameters: margin.level and margin.call.deadline.
    Below the maintenance margin a case is opened and taken step by step down the waterfall, by the
    parameters liquidation.waterfall, .backstop, .fee, .spread, .adjustment and .deleveraging.
    With --once it prints what was told; without, a line for each, as it comes. An account of which
    a price is missing or too old is not judged, and said to be: exits with 1 then.
    """
    from ledger.api import Ledger
    from ledger.monitor import Monitor

    _require_once(session, once=once)
    with Ledger(session.settings.database) as ledger:
        _require_leave(ledger, session.sender)
        watch = Monitor(ledger, session.sender)
        if not once:
            _endless(session, ledger, watch, every)
            return
        swept = watch.sweep()
    _explain(session, swept)
    session.note(f"{swept.looked_at} accounts looked at, {len(swept.told)} told of")
    rows, code = map(_row, swept.told), Exit.FOUND if swept.unjudged else Exit.DONE
    print_rows(session, COLUMNS, rows, output_format, output_file, code)


def _require_once(session: Session, *, once: bool) -> None:
    if not once and session.as_json:
        raise Misconfigured("--json: one envelope for an endless run; add --once")


def _require_leave(ledger: Any, sender: dict[str, Any]) -> None:
    """Refuse, before anything is looked at, a sender who may not review accounts."""
    from ledger.commands import ReviewMargin
    from ledger.instants import Instant, write_instant
    from ledger.leave import refusal_of
    from ledger.meaning import MEANING
    from ledger.reasons import Reason

    said = {"command_id": "leave", "account": "any", "at": write_instant(Instant(0)), **sender}
    refused = refusal_of(ledger.reader, ReviewMargin.model_validate(said))
    if refused is not None:
        remedy = "watch as a program in the function risk: --as service/ID:risk"
        if refused.reason is Reason.PLATFORM_NOT_FOUNDED:
            remedy = "found it with `ledger init --officer`, and grant the monitor a role"
        raise Misconfigured(f"{MEANING[refused.reason]}: {remedy}")


def _endless(session: Session, ledger: Any, watch: Any, every: int) -> None:
    """Sweep whenever the log has grown, until somebody interrupts."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with closing(ledger.reader.doorbell()) as doorbell:
        while not stop.is_set():
            if not watch.has_news(ledger.reader.head().size):
                doorbell.wait(every)
                continue
            _tell(session, watch.sweep())
            stop.wait(every)


def _tell(session: Session, swept: Any) -> None:
    """Print a line for each thing that was told."""
    from ledger.instants import write_instant

    _explain(session, swept)
    for told in swept.told:
        said = (write_instant(swept.at), *_row(told))
        click.echo("  ".join(str(each) for each in said if each is not None))


def _explain(session: Session, swept: Any) -> None:
    for name, reason in swept.unjudged:
        session.explain(f"{name}: {reason}")


def _row(told: Any) -> tuple[object, ...]:
    """Give what was told of whom: the event, what is missing, and until when."""
    event = told.event
    said = (getattr(event, field, None) for field in ("account", "instrument", "call"))
    left = getattr(event, "left", getattr(event, "amount", None))
    return (*said, told.type, left, getattr(event, "due_at", None), told.sequence)
