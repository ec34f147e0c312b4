"""`ledger import`: a venue's statement as facts."""

import hashlib
from collections import Counter
from collections.abc import Iterable

import click

from ledger.adapters import ADAPTERS, OF_USERS
from ledger.adapters.statement import Statement
from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, open_input
from ledger.cli.names import name_of
from ledger.cli.sealing import open_vault
from ledger.errors import Malformed, Misconfigured
from ledger.importing import Imported, Source, import_statements
from ledger.mirrors import mirror_of, pseudonyms
from ledger.numbers import Amount, read_amount
from ledger.outcome import Status
from ledger.vault import Vault

NO_MIRROR = "name one to open with --account"
FILE_BYTES_MAX = 512 * 1024 * 1024
CONFLICTS_SHOWN_MAX = 20


@command("import")
@click.argument("source", type=click.Choice([*ADAPTERS, *OF_USERS]))
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
      ledger import bitmex executions.csv                   the account is known by now
      ledger import bitmex settlements.csv                  after the executions
      ledger import bybit unified.csv --account B1 --opening USDT=120.5
      ledger import hyperliquid trades.csv                  an account for each user
      ledger import hyperliquid user_funding.json           what each paid and received

    The file is read and checked whole first: every balance that the venue states must follow from
    the lines, and every position that it settles from the executions. What does not is refused,
    naming line and field, and nothing of the file is recorded. The same file again, or a longer one
    with the same lines, records only what is new; an import that was killed goes on where it
    stopped. Of bitmex a file is a wallet history, executions or settlements, of hyperliquid
    fills, transfers or funding: the file itself tells. A user of hyperliquid is mirrored under a
    pseudonym that only this vault can make of his wallet, which itself goes into no record.
    """
    if account is not None:
        name_of("--account", account)
    if source in OF_USERS and (account is not None or opening):
        option = "--opening" if account is None else "--account"
        raise Misconfigured(f"{option}: a file of {source} has many users, an account for each")
    data = read_file(file)
    openings = dict(_opening(text) for text in opening)
    statements = _read(source, data)
    with Ledger(session.settings.database) as ledger:
        if source not in OF_USERS:
            account = account or mirror_of(ledger.reader, source, NO_MIRROR)
        with open_vault(session.settings) as vault:
            accounts = _accounts(ledger, vault, source, account, statements)
            digest = hashlib.sha256(data).hexdigest()[:32]
            sources = [
                Source(statement, accounts[user], digest, openings, session.sender)
                for user, statement in statements.items()
            ]
            done = import_statements(
                ledger,
                vault,
                sources,
                lambda steps, count: session.progress(steps, count, f"recording {file}"),
            )
    _report(session, file, done)


def _read(source: str, data: bytes) -> dict[str, Statement]:
    """Read a file by its users; one about a single account has a user without a name."""
    return OF_USERS[source].read(data) if source in OF_USERS else {"": ADAPTERS[source].read(data)}


def _accounts(
    ledger: Ledger, vault: Vault, source: str, account: str | None, users: Iterable[str]
) -> dict[str, str]:
    """Give each user his mirror account: the one that is known, or one by a pseudonym."""
    if account is not None:
        return dict.fromkeys(users, account)
    return pseudonyms(ledger.reader, vault, OF_USERS[source], users, may_be_new=True)


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
