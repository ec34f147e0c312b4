"""`ledger import`: a venue's statement as facts."""

import hashlib
from collections import Counter

import click
from pydantic import TypeAdapter, ValidationError

from ledger.adapters import ADAPTERS
from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, open_input
from ledger.cli.sealing import open_vault
from ledger.commands.command import Identifier
from ledger.errors import Malformed, Misconfigured
from ledger.importing import Imported, Source, import_statement, mirror_of
from ledger.numbers import Amount, read_amount
from ledger.outcome import Status

NO_MIRROR = "name one to open with --account"
FILE_BYTES_MAX = 512 * 1024 * 1024
CONFLICTS_SHOWN_MAX = 20


@command("import")
@click.argument("source", type=click.Choice(list(ADAPTERS)))
@click.argument("file")
@click.option(
    "--account",
    help="The mirror account, opened where it is new. Not needed where one mirrors the venue.",
)
@click.option(
    "--opening",
    multiple=True,
    metavar="ASSET=AMOUNT",
    help="What the account held before a statement that begins mid-history.",
)
def import_command(
    session: Session, source: str, file: str, account: str | None, opening: tuple[str, ...]
) -> None:
    """Record a venue's statement on a mirror account.

    \b
    Examples:
      ledger import bitmex wallet_history.csv --account A1
      ledger import bitmex longer_history.csv               the account is known by now
      ledger import bybit unified.csv --account B1 --opening USDT=120.5

    The file is read and checked whole first: every balance that the venue states must follow from
    the lines. One that does not is refused, naming line and field, and nothing of it is recorded.
    The same file again, or a longer one with the same lines, records only what is new; an import
    that was killed goes on where it stopped.
    """
    if account is not None:
        _require_name(account)
    data = read_file(file)
    openings = dict(_opening(text) for text in opening)
    statement = ADAPTERS[source].read(data)
    settings = session.settings
    label = f"recording {file}"
    with Ledger(settings.database) as ledger:
        account = account or mirror_of(ledger.reader, source, NO_MIRROR)
        digest = hashlib.sha256(data).hexdigest()[:32]
        imported = Source(statement, account, digest, openings, session.sender)
        with open_vault(settings) as vault:
            done = import_statement(
                ledger, vault, imported, lambda steps, count: session.progress(steps, count, label)
            )
    _report(session, file, done)


def read_file(file: str) -> bytes:
    """Read a statement whole. Raises `Malformed` for one that cannot be read or is too large."""
    with open_input(file) as stream:
        try:
            data = stream.read(FILE_BYTES_MAX + 1)
        except OSError as error:
            raise Malformed("", f"{file}: {(error.strerror or 'unreadable').lower()}") from None
    if len(data) > FILE_BYTES_MAX:
        raise Malformed("", f"{file}: larger than {FILE_BYTES_MAX} bytes: split it by time")
    return data


def _require_name(account: str) -> None:
    try:
        TypeAdapter(Identifier).validate_python(account)
    except ValidationError:
        example = "letters and digits, such as A1, and at most 64 of them"
        raise Misconfigured(f"--account {account[:60]!r}: write {example}") from None


def _opening(text: str) -> tuple[str, Amount]:
    asset, equals, amount = text.partition("=")
    try:
        return asset, read_amount(amount)
    except ValueError as error:
        hint = error if equals else "write ASSET=AMOUNT, such as XBT=1.5"
        raise Misconfigured(f"--opening {text[:60]!r}: {hint}") from None


def _report(session: Session, file: str, done: Imported) -> None:
    counts = Counter({status: done.outcomes.get(status, 0) for status in Status})
    session.note(
        f"{file}: {done.lines} lines; "
        + ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    )
    for word, count in done.unknown_kinds.items():
        session.note(f"{count} of the unknown kind {word}: quarantined, see `ledger log`")
    for note in done.set_up:
        session.note(note)
    if done.conflicts:
        for conflict in done.conflicts[:CONFLICTS_SHOWN_MAX]:
            session.note(conflict)
        count = len(done.conflicts)
        session.explain(f"{count} lines say something else than before; what was recorded stands")
    data = {"lines": done.lines} | {str(status): count for status, count in counts.items()}
    data["quarantined"] = sum(done.unknown_kinds.values())
    session.finish(data, Exit.FOUND if done.conflicts else Exit.DONE)
