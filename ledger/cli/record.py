"""`ledger record`: commands and facts from NDJSON, one result line each."""

from collections import Counter
from collections.abc import Iterator, Mapping
from queue import Queue
from threading import Thread
from typing import IO, Any

import click
import msgspec

from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, open_input
from ledger.commands import Command
from ledger.commands.door import COMMAND_BYTES_MAX, read_command
from ledger.errors import Malformed
from ledger.log.commit import Answer
from ledger.outcome import Status

GROUP = 500
"""Lines read ahead of their results: recorded together, answered in order."""


@command("record")
@click.argument("file", default="-")
@click.option("--quiet", "-q", is_flag=True, help="Print only lines that were not recorded.")
def record(session: Session, file: str, *, quiet: bool) -> None:
    """Record commands and facts, one JSON object a line; `-` or nothing reads stdin.

    \b
    Examples:
      ledger record commands.ndjson
      ledger record --quiet commands.ndjson       only what was refused, and a count
      echo '{"type": "OpenAccount", "command_id": "c1", "account": "A1"}' | ledger record
      ledger schema --commands          the commands and their fields

    Each line gets a result line: recorded, rejected (by a rule: that is recorded too), duplicate
    (the same id and content before), conflict (the same id with another content) or malformed.
    One without an `actor` or a `legal_entity` of its own is given by whom --as names, for the
    setting `entity`. Exits with 0 when every line was recorded, rejected or a duplicate, else
    with 1.
    """
    results: list[dict[str, Any]] = []
    outcomes: Counter[str] = Counter()
    with open_input(file) as lines, Ledger(session.settings.database) as ledger:
        for result in _results(ledger, session.sender, _arriving(lines)):
            outcomes[result["outcome"]] += 1
            if session.as_json:
                results.append(result)
            elif not quiet or result["outcome"] != Status.RECORDED:
                click.echo(msgspec.json.encode(result).decode())
    if quiet:
        counts = (f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        session.note(f"{outcomes.total()} lines: {', '.join(counts) or 'none'}")
    spoiled = outcomes["malformed"] + outcomes[Status.CONFLICT]
    if spoiled:
        session.explain(f"{spoiled} lines malformed or in conflict; the others stand")
    session.finish(results, Exit.FOUND if spoiled else Exit.DONE)


def _arriving(stream: IO[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    """Give what has arrived, so that a slow pipe is answered line by line and a file in groups."""
    queue: Queue[tuple[int, bytes] | None] = Queue(maxsize=2 * GROUP)
    broken: list[OSError] = []

    def read() -> None:
        try:
            for numbered in enumerate(_bounded(stream), start=1):
                queue.put(numbered)
        except OSError as error:
            broken.append(error)
        queue.put(None)

    Thread(target=read, daemon=True).start()
    while (line := queue.get()) is not None:
        group = [line]
        while len(group) < GROUP and not queue.empty() and (line := queue.get()) is not None:
            group.append(line)
        yield group
        if line is None:
            break
    if broken:
        raise Malformed("", f"the input broke off: {(broken[0].strerror or 'unreadable').lower()}")


def _bounded(stream: IO[bytes]) -> Iterator[bytes]:
    """Read lines; one that is too long is cut where the door will refuse it."""
    while line := stream.readline(COMMAND_BYTES_MAX + 2):
        if not line.endswith(b"\n") and len(line) > COMMAND_BYTES_MAX:
            while (rest := stream.readline(COMMAND_BYTES_MAX)) and not rest.endswith(b"\n"):
                pass
        yield line


def _results(
    ledger: Ledger, sender: Mapping[str, Any], groups: Iterator[list[tuple[int, bytes]]]
) -> Iterator[dict[str, Any]]:
    """Record group after group and answer line by line; blank lines say nothing."""
    for group in groups:
        read = [(number, _read(text, sender)) for number, text in group if text.strip()]
        commands = [said for _, said in read if isinstance(said, Command)]
        answers: Iterator[Answer] = ledger.record_all(commands)
        for number, said in read:
            yield _result(number, next(answers) if isinstance(said, Command) else said)


def _read(text: bytes, sender: Mapping[str, Any]) -> Command | Malformed:
    try:
        return read_command(text, sender)
    except Malformed as malformed:
        return malformed


def _result(number: int, answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Malformed):
        return {
            "line": number,
            "outcome": "malformed",
            "events": [],
            "reason": str(answer),
        }
    return {
        "line": number,
        "outcome": answer.status,
        "events": [recorded.sequence for recorded in answer.records],
        "reason": answer.reason,
    }
