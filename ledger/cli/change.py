"""`ledger propose`, `approve` and `decline`: a critical change, made by two people."""

from typing import Any

import click
import msgspec
from pydantic import ValidationError

from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.four_eyes import Standing, answer, drafted, latest, named, shown, standing, told
from ledger.cli.frame import Session, command, open_input
from ledger.cli.names import name_of
from ledger.commands import ApproveChange, Command, DeclineChange
from ledger.commands.command import first_problem
from ledger.commands.door import COMMAND_BYTES_MAX, read_object
from ledger.errors import Malformed


@command("propose")
@click.argument("file", default="-")
@click.option("--why", required=True, metavar="TEXT", help="Why: it is recorded.")
@click.option("--proposal", metavar="ID", help="Its name; made of type and content if not given.")
@click.option("--expires", metavar="TIME", help="Until when it can be approved; 7 days if unsaid.")
def propose(
    session: Session, file: str, why: str, proposal: str | None, expires: str | None
) -> None:
    """Propose a critical change, one JSON object with its `type`; `-` or nothing reads stdin.

    \b
    Examples:
      ledger --as amy:risk propose cap.json --why "the committee's resolution of 3 March"
      echo '{"type": "ChangeParameter", "name": "leverage.cap", "scope": "BTC-PERP/professional",
        "value": "5", "unit": "ratio", "source": "permission P-1", "rationale": "as permitted"}' |
        ledger --as amy:risk propose --why "as permitted" --expires 2026-03-10
      ledger schema ChangeParameter       the fields of a change

    It has no effect until another person in another function approves it. The same again, while
    it waits, changes nothing. Exits with 1 when it is refused.
    """
    draft = drafted(_read(file), why, expires, session.sender)
    change = draft.proposed()
    with Ledger(session.settings.database) as ledger:
        found = (
            standing(ledger, name_of("--proposal", proposal, "cap-2026-03"))
            if proposal
            else latest(ledger, f"{type(change).__name__}-{change.digest()[:16]}")
        )
        if found.is_open and found.proposed and found.proposed.digest == change.digest():
            _say_it_waits(session, found)
            _print(session, shown(found))
        outcome = ledger.record(named(draft, found))
        done = told(session, outcome)
        found = standing(ledger, found.name)
    if done:
        _say_it_waits(session, found)
    _print(session, (shown(found) if done else {}) | answer(outcome), refused=not done)


@command("approve")
@click.argument("proposal")
@click.option("--show", is_flag=True, help="Only show it.")
def approve(session: Session, proposal: str, *, show: bool) -> None:
    """Approve a proposal, which takes effect with it; what is approved is printed, field by field.

    \b
    Examples:
      ledger approve cap-2026-03 --show
      ledger --as ben:compliance approve cap-2026-03

    Exactly what is printed is approved: the approval is bound to its digest. Exits with 1 when it
    is refused.
    """
    with Ledger(session.settings.database) as ledger:
        found = standing(ledger, name_of("PROPOSAL", proposal, "cap-2026-03"))
        content = shown(found)
        if show:
            _print(session, content)
        command_id = found.command_id("approve", session.actor.id)
        _record(
            session,
            ledger,
            content,
            ApproveChange(
                proposal=proposal,
                change_digest=content["digest"],
                command_id=command_id,
                **session.sender,
            ),
        )


@command("decline")
@click.argument("proposal")
@click.option("--why", required=True, metavar="TEXT", help="Why: it is recorded.")
def decline(session: Session, proposal: str, why: str) -> None:
    """Turn a proposal down, or take one's own back.

    \b
    Examples:
      ledger --as ben:compliance decline cap-2026-03 --why "the permission says 3"

    Exits with 1 when it is refused.
    """
    with Ledger(session.settings.database) as ledger:
        found = standing(ledger, name_of("PROPOSAL", proposal, "cap-2026-03"))
        content = shown(found)
        fields = {
            "proposal": proposal,
            "reason": why,
            "command_id": found.command_id("decline", session.actor.id),
            **session.sender,
        }
        try:
            declining = DeclineChange.model_validate(fields)
        except ValidationError as error:
            raise first_problem(error) from None
        _record(session, ledger, content, declining)


def _read(file: str) -> dict[str, Any]:
    with open_input(file) as stream:
        text = stream.read(COMMAND_BYTES_MAX + 1)
    if len(text) > COMMAND_BYTES_MAX:
        raise Malformed("", f"{file}: a change has at most {COMMAND_BYTES_MAX} bytes")
    return read_object(text)


def _record(session: Session, ledger: Ledger, content: dict[str, Any], given: Command) -> None:
    outcome = ledger.record(given)
    done = told(session, outcome)
    content = shown(standing(ledger, content["proposal"]))
    _print(session, content | answer(outcome), refused=not done)


def _say_it_waits(session: Session, found: Standing) -> None:
    session.note(
        f"{found.name} waits for another person in another function: "
        f"ledger --as ID:FUNCTION approve {found.name}"
    )


def _print(session: Session, content: dict[str, Any], *, refused: bool = False) -> None:
    """Print the data and end; a refusal was explained, and there is nothing to show for it."""
    if not session.as_json and not refused:
        text = msgspec.json.format(msgspec.json.encode(content), indent=2).decode()
        click.echo(text)
    session.finish(content, Exit.FOUND if refused else Exit.DONE)
