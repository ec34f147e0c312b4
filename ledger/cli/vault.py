"""`ledger vault`: personal data sealed apart from the log, opened on record, and shut for ever."""

import sys
from uuid import uuid4

import click
from pydantic import TypeAdapter, ValidationError

from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, open_input
from ledger.cli.sealing import open_vault
from ledger.client import Client
from ledger.commands import OpenSealed
from ledger.commands.command import Identifier, first_problem
from ledger.decider import evolve
from ledger.errors import Malformed
from ledger.outcome import Outcome, Status

client_option = click.option("--client", required=True, metavar="ID", help="Whose data it is.")


@click.group("vault")
def vault() -> None:
    """Keep personal data apart from the log, encrypted by client.

    \b
    Examples:
      ledger vault seal --client C1 particulars.json
      ledger --as carol:compliance vault open 4f1c...a9 --reason "the court asks"
      ledger vault destroy --client C1

    Records hold only references and keyed digests: with the key of a client destroyed they stand
    as they stood, and nobody can tell any more of whom they speak.
    """


@command("vault seal")
@client_option
@click.argument("file", default="-")
def seal(session: Session, client: str, file: str) -> None:
    """Seal data of a client and print its reference and digest.

    \b
    Examples:
      ledger vault seal --client C1 particulars.json
      echo "Chan Tai Man" | ledger vault seal --client C1

    FILE is sealed byte by byte as it is, and never printed; `-` or nothing reads stdin. The digest
    is what AdmitClient takes as `identity`. The same data again has the same digest.
    """
    subject = _subject(client)
    with open_input(file) as source:
        content = source.read()
    if not content:
        raise Malformed("", f"{file}: there is nothing to seal")
    with open_vault(session.settings) as place:
        [sealed] = place.seal_many(subject, [content])
    if not session.as_json:
        click.echo(f"reference  {sealed.reference}\ndigest     {sealed.digest}")
    session.finish({"subject": subject, **sealed._asdict()})


@command("vault open")
@click.argument("reference")
@click.option("--reason", required=True, help="Why it is read, naming nobody.")
def open_item(session: Session, reference: str, reason: str) -> None:
    """Print what was sealed; the log holds who read it, and why.

    \b
    Examples:
      ledger --as carol:compliance vault open 4f1c...a9 --reason "the court asks"
      ledger log --type SealedOpened          who has read what

    It is recorded before it is printed. Exits with 1 when the ledger refuses, which is recorded
    too: an actor who has no business with it, or a client whose key is to be destroyed.
    """
    with open_vault(session.settings) as place:
        subject = place.subject_of(reference)
        outcome = _ask(session, subject, reference, reason)
        if outcome.status is not Status.RECORDED:
            session.explain(f"not opened: {outcome.reason}")
            session.finish(None, Exit.FOUND)
        content = place.open(reference)
    if session.as_json:
        session.finish({"subject": subject, "reference": reference, "text": _text(content)})
    sys.stdout.buffer.write(content)


@command("vault destroy")
@client_option
def destroy(session: Session, client: str) -> None:
    """Destroy a client's key, as the ledger says was decided.

    \b
    Examples:
      ledger vault destroy --client C1

    The decision is the change DestroyClientKey, proposed and approved once retention is over and no
    legal hold stands; a hold placed since then is obeyed too. Killed in between, give the command
    again. Exits with 1 where the key may not be destroyed, and says what is missing.
    """
    subject = _subject(client)
    with Ledger(session.settings.database) as ledger, open_vault(session.settings) as place:
        has_key = place.has_key(subject)
        if missing := _missing(client, _state(ledger, subject), has_key=has_key):
            session.explain(f"nothing was destroyed: {missing}")
            session.finish({"client": client, "key": "kept"}, Exit.FOUND)
        place.destroy_key(subject)
    word = "destroyed" if has_key else "destroyed before"
    session.note(f"the key of client {client}: {word}")
    session.note("copies of the vault's database may still hold it: destroy them too")
    session.finish({"client": client, "key": word})


def _ask(session: Session, subject: str, reference: str, reason: str) -> Outcome:
    """Ask the ledger to let an item be read. Raises `Malformed` for a reason that is none."""
    said = {"subject": subject, "item": reference, "reason": reason}
    envelope = {"command_id": f"open:{uuid4().hex}", **session.sender}
    try:
        asked = OpenSealed.model_validate({**said, **envelope})
    except ValidationError as error:
        raise first_problem(error) from None
    with Ledger(session.settings.database) as ledger:
        return ledger.record(asked)


def _missing(client: str, state: Client, *, has_key: bool | None) -> str:
    """Say what keeps a key from being destroyed; empty where nothing does."""
    if state.kind is None:
        return f"the ledger knows no client {client}"
    if not state.key_destroyed:
        return f"propose DestroyClientKey for client {client} and have it approved"
    if has_key is None:
        return f"this vault never held anything of client {client}: see LEDGER_VAULT"
    if has_key and (hold := state.held()):
        return f"legal hold {hold} was placed since it was decided: it must be released"
    return ""


def _state(ledger: Ledger, subject: str) -> Client:
    state = Client()
    for recorded in ledger.reader.stream(subject):
        evolved = evolve(state, recorded)
        assert isinstance(evolved, Client)
        state = evolved
    return state


def _subject(client: str) -> str:
    """Name a client in the vault. Raises `Malformed` for what is no id."""
    try:
        return f"{Client.STREAM}-{TypeAdapter(Identifier).validate_python(client)}"
    except ValidationError as error:
        raise Malformed("client", first_problem(error).problem) from None


def _text(content: bytes) -> str:
    """Read what an envelope can carry. Raises `Malformed` for what is no text."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Malformed("", "it is no text: leave out --json to have its bytes") from None


for part in (seal, open_item, destroy):
    vault.add_command(part)
