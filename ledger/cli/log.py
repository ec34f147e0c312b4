"""`ledger log` and `ledger event`: the records, readable."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import click
import msgspec
from click.core import ParameterSource

from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command
from ledger.cli.rows import TIME_COLUMNS, follow_rows, print_rows, row_options
from ledger.errors import LogCorrupted, Malformed, Misconfigured
from ledger.events import Event, Recorded
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

    With --follow each record is a line of JSON, written at once.
    """
    if follow:
        _require_endless(session, last)
    with Ledger(session.settings.database) as ledger:
        if follow:
            records = _followed(ledger, first)
        elif stream is not None:
            records = _of_stream(ledger, stream, first, last)
        else:
            records = _recorded(ledger, first, last)
        rows = (
            _row(ledger.application.codec, recorded)
            for recorded in records
            if stream in (None, recorded.stream) and event_type in (None, recorded.type)
        )
        if follow:
            follow_rows(COLUMNS, rows, output_file)
        else:
            print_rows(session, COLUMNS, rows, output_format, output_file)


def _require_endless(session: Session, last: int | None) -> None:
    """Raise `Misconfigured` for options that ask for an end where there is none."""
    context = click.get_current_context()
    given = context.get_parameter_source("output_format") is not ParameterSource.DEFAULT
    if last is not None:
        raise Misconfigured("--follow never ends: leave out --to, or leave out --follow")
    if given and context.params["output_format"] != "ndjson":
        raise Misconfigured("--follow writes a line for each record: -O can only be ndjson")
    if session.as_json:
        raise Misconfigured("--follow never ends: leave out --json, whose envelope would")


def _recorded(ledger: Ledger, first: int, last: int | None) -> Iterator[Recorded]:
    for page in ledger.reader.read(after=first - 1, upto=last):
        yield from page


def _followed(ledger: Ledger, first: int) -> Iterator[Recorded]:
    codec = ledger.application.codec
    with ledger.application.recorder.subscribe(gt=first - 1) as subscription:
        for noticed in subscription:
            yield codec.decode(noticed.id, noticed.topic, noticed.state)


def _of_stream(ledger: Ledger, stream: str, first: int, last: int | None) -> Iterator[Recorded]:
    for recorded in ledger.reader.stream(stream):
        if first <= recorded.sequence and (last is None or recorded.sequence <= last):
            yield recorded


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
    if not _may_hold_times(type(recorded.event)):
        return data
    return msgspec.Raw(msgspec.json.encode(_dated(msgspec.json.decode(data))))


@cache
def _may_hold_times(kind: type[Event]) -> bool:
    return not {*TIME_COLUMNS, "approval", "quotes"}.isdisjoint(kind.__struct_fields__)


def _dated(fields: dict[str, Any] | None) -> dict[str, Any]:
    """Write every time among some fields, and among the fields in them, as ISO 8601."""
    return {name: _readable(name, value) for name, value in (fields or {}).items()}


def _readable(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _dated(value)
    if isinstance(value, list):
        return [_readable(name, each) for each in value]
    return write_instant(value) if name in TIME_COLUMNS and isinstance(value, int) else value


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
        shown = _shown(ledger, recorded, _siblings(ledger, recorded))
    if not session.as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
    session.finish(shown, Exit.DONE)


def _siblings(ledger: Ledger, recorded: Recorded) -> Sequence[Recorded]:
    """Give the records of the same command, in order."""
    known = ledger.application.recorder.find_commands([recorded.command]).get(recorded.command)
    siblings = ledger.reader.records(known.first_sequence, known.event_count) if known else []
    if not siblings:
        place = f"sequence {recorded.sequence}"
        raise LogCorrupted(f"{place}: the table of commands does not know {recorded.command}")
    return siblings


def _shown(ledger: Ledger, recorded: Recorded, siblings: Sequence[Recorded]) -> dict[str, Any]:
    return {
        "sequence": recorded.sequence,
        "record": _dated(msgspec.json.decode(ledger.application.codec.encode(recorded))),
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
