"""`python -m projections.toy_venue play FILE`: a toy matches the orders of a file."""

import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from time import time_ns
from typing import IO, Any

import click
import msgspec

from ledger.api import Ledger
from ledger.cli.frame import Session, command, open_input, run
from ledger.commands import COMMANDS, Command, Fact, Reckoning
from ledger.commands.door import read_command, read_object
from ledger.events import Event, OrderAccepted, OrderFilled, OrderRejected
from ledger.instants import SECOND, Instant, write_instant
from projections.toy_venue.told import told
from projections.toy_venue.venue import Venue

COUNTED: dict[type[Event], str] = {
    OrderAccepted: "orders accepted",
    OrderRejected: "rejected",
    OrderFilled: "trades",
}


@command("play")
@click.argument("file", default="-")
def play(session: Session, file: str) -> None:
    """Trade the orders of a file, one command a line, on a ledger that is asked first.

    A demonstration, not an exchange. Trades are only counted; whatever else happens gets a line.
    A fact in the file, such as a price, needs no `at`: it happens when its turn comes. One at
    `+0.5` happens half a second after the file begins, on the next whole second.
    """
    counts: Counter[str] = Counter()
    with open_input(file) as lines, Ledger(session.settings.database) as ledger:
        venue = Venue(ledger.record, _now)
        for command in _commands(lines, _beginning(ledger)):
            for answer in venue.take(command):
                counts[COUNTED.get(type(answer.records[-1].event), "others")] += 1
                for line in told(answer):
                    click.echo(line)
    session.note(", ".join(f"{counts[name]} {name}" for name in COUNTED.values()))


def _now() -> Instant:
    return Instant(time_ns())


def _beginning(ledger: Ledger) -> Instant:
    """Give the next whole second after now, and after all that is recorded."""
    last = ledger.reader.record(ledger.reader.head().size)
    latest = max(_now(), 0 if last is None else last.at)
    return Instant(-(-latest // SECOND) * SECOND)


def _commands(lines: IO[bytes], beginning: Instant) -> Iterator[Command]:
    """Read commands, and facts and figures of now, or of so many seconds after a beginning."""
    for line in lines:
        fields = read_object(line)
        if issubclass(COMMANDS.get(str(fields.get("type")), Command), Fact | Reckoning):
            fields = {"at": write_instant(_now()), **fields}
        yield read_command(msgspec.json.encode(_dated(fields, beginning)))


def _dated(said: Any, beginning: Instant) -> Any:
    """Turn every `at` that is relative into a moment."""
    if isinstance(said, list):
        return [_dated(each, beginning) for each in said]
    if not isinstance(said, dict):
        return said
    fields = {name: _dated(value, beginning) for name, value in said.items()}
    at = fields.get("at")
    if isinstance(at, str) and at.startswith("+"):
        fields["at"] = write_instant(beginning + int(Decimal(at) * SECOND))
    return fields


toys = click.Group("toy_venue", commands={"play": play}, help="A toy venue, for demonstrations.")

if __name__ == "__main__":
    sys.exit(run(toys))
