"""`ledger log` and `ledger event`: the records, readable."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import click
import msgspec

from ledger.api import Ledger
from ledger.cli.frame import Exit, Session, command
from ledger.cli.rows import TIME_COLUMNS, print_rows, row_options
from ledger.errors import Malformed
from ledger.events import Recorded
from ledger.instants import write_instant
from ledger.journal import postings
from ledger.log.codec import Codec
from ledger.numbers import write_amount

COLUMNS = ("sequence", "recorded_at", "at", "stream", "version", "type", "command", "data")


@command("log")
@click.option("--stream", help="Only this stream, such as account-A1.")
@click.option("--type", "event_type", help="Only this event type, such as CashDeposited.")
@click.option("--from", "first", type=click.IntRange(min=1), default=1, help="First sequence.")
@click.option("--to", "last", type=click.IntRange(min=1), help="Last sequence.")
@click.option("--follow", is_flag=True, help="Go on with what is recorded from now on.")
@row_options
def log(
    session: Session,
    stream: str | None,
    event_type: str | None,
    first: int,
    last: int | None,
    *,
    follow: bool,
    output_format: str,
    output_file: str | None,
) -> None:
    """Print the records in the order of the log.

    \b
    Examples:
      ledger log --to 20
      ledger log --stream account-A1 -O ndjson
      ledger log --type CommandRejected --follow
    """
    with Ledger(session.settings.database) as ledger:
        records = _followed(ledger, first) if follow else _recorded(ledger, first, last)
        rows = (
            _row(ledger.application.codec, recorded)
            for recorded in records
            if stream in (None, recorded.stream) and event_type in (None, recorded.type)
        )
        print_rows(session, COLUMNS, rows, "ndjson" if follow else output_format, output_file)


def _recorded(ledger: Ledger, first: int, last: int | None) -> Iterator[Recorded]:
    for page in ledger.reader.read(after=first - 1, upto=last):
        yield from page


def _followed(ledger: Ledger, first: int) -> Iterator[Recorded]:
    with closing(ledger.reader.doorbell()) as doorbell:
        after = first - 1
        while True:
            for recorded in _recorded(ledger, after + 1, None):
                yield recorded
                after = recorded.sequence
            doorbell.wait(1)


def _row(codec: Codec, recorded: Recorded) -> Sequence[Any]:
    return (
        recorded.sequence,
        recorded.recorded_at,
        recorded.at,
        recorded.stream,
        recorded.version,
        recorded.type,
        recorded.command,
        _data(codec, recorded),
    )


def _data(codec: Codec, recorded: Recorded) -> msgspec.Raw:
    """Give the event's fields as they stand in the record, but a time as ISO 8601."""
    data = msgspec.json.decode(codec.encode(recorded), type=dict[str, msgspec.Raw])["data"]
    if getattr(recorded.event, "happened_at", None) is None:
        return data
    return msgspec.Raw(msgspec.json.encode(_dated(msgspec.json.decode(data))))


def _dated(fields: dict[str, Any] | None) -> dict[str, Any]:
    """Write every time among some fields as ISO 8601."""
    return {
        name: write_instant(value) if name in TIME_COLUMNS else value
        for name, value in (fields or {}).items()
    }


@command("event")
@click.argument("sequence", type=click.IntRange(min=1))
def event(session: Session, sequence: int) -> None:
    """Show one record: its envelope, its legs, and the command and records that belong to it.

    \b
    Examples:
      ledger event 42
      ledger --json event 42
    """
    with Ledger(session.settings.database) as ledger:
        recorded = ledger.reader.record(sequence)
        if recorded is None:
            size = ledger.reader.head().size
            raise Malformed("", f"there is no record {sequence}: the log ends at {size}")
        known = ledger.application.recorder.find_commands([recorded.command])[recorded.command]
        siblings = ledger.reader.records(known.first_sequence, known.event_count)
        shown = _shown(ledger, recorded, siblings)
    if not session.as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
    session.finish(shown, Exit.DONE)


def _shown(ledger: Ledger, recorded: Recorded, siblings: Sequence[Recorded]) -> dict[str, Any]:
    record = _dated(msgspec.json.decode(ledger.application.codec.encode(recorded)))
    for name in record.keys() & {"data", "request"}:
        record[name] = _dated(record[name])
    return {
        "sequence": recorded.sequence,
        "record": record,
        "legs": [
            {
                "account": leg.account,
                "segregation": leg.segregation,
                "asset": leg.asset,
                "amount": write_amount(leg.amount),
            }
            for leg in postings(recorded.event)
        ],
        "cause": {
            "command": recorded.command,
            "request": _dated(msgspec.to_builtins(siblings[0].request)),
            "records": [sibling.sequence for sibling in siblings],
        },
    }
