"""Founding the platform from the command line: its operator and its first officers."""

from typing import Any

from pydantic import ValidationError

from ledger.access import Access
from ledger.api import Ledger
from ledger.cli.exits import Exit
from ledger.cli.frame import Session
from ledger.cli.settings import read_actor
from ledger.commands import FoundPlatform
from ledger.commands.command import ActorField, first_problem
from ledger.errors import Misconfigured
from ledger.events import ActorKind, PlatformFounded
from ledger.outcome import Status

FOUNDED = (
    "the platform was founded before: further officers are granted a role with `ledger propose`"
)


def founders(session: Session, officers: tuple[str, ...], entity: str | None) -> FoundPlatform:
    """Read who founds the platform: the officers, of whom the first gives the command.

    Unless the settings say who acts. Raises `Misconfigured` for what names no officers.
    """
    people = [_officer(text) for text in officers]
    named = sorted({(person.id, person.role) for person in people}, key=str)
    founder = people[0] if session.actor == ActorField() else session.actor
    entity = session.settings.entity if entity is None else entity
    fields = {
        "entity": entity,
        "officers": [{"id": name, "function": function} for name, function in named],
        "actor": founder,
        "legal_entity": entity,
    }
    try:
        draft = FoundPlatform.model_validate({"command_id": "unnamed", **fields})
    except ValidationError as error:
        problem = first_problem(error)
        if problem.field == "officers":
            remedy = "name at least two people in two functions, each with --officer"
            raise Misconfigured(f"--officer: {remedy}") from None
        raise Misconfigured(f"--entity {str(entity)[:60]!r}: {problem.problem}") from None
    return draft.model_copy(update={"command_id": f"found-{draft.digest()[:32]}"})


def found(session: Session, founding: FoundPlatform) -> dict[str, Any]:
    """Found the platform, or explain why not and end with 1; the same again changes nothing."""
    with Ledger(session.settings.database) as ledger:
        outcome = None if _is_by_others(ledger, founding) else ledger.record(founding)
    officers = [f"{officer.id}:{officer.function}" for officer in founding.officers]
    data = {"entity": founding.entity, "officers": officers}
    reason = FOUNDED if outcome is None else outcome.reason
    if reason is not None:
        session.explain(reason)
        session.finish({"founded": data | {"outcome": Status.REJECTED}}, Exit.FOUND)
    session.note(f"{founding.entity} is founded; first officers: {', '.join(officers)}")
    return data | {"outcome": Status.RECORDED}


def _is_by_others(ledger: Ledger, founding: FoundPlatform) -> bool:
    """Tell whether another command than this one founded the platform."""
    events = ledger.reader.stream(Access.STREAM)
    first = next((r.command for r in events if isinstance(r.event, PlatformFounded)), None)
    return first not in (None, founding.command_id)


def _officer(text: str) -> ActorField:
    try:
        actor = read_actor(text)
    except ValueError as error:
        raise Misconfigured(f"--officer: {error}") from None
    if actor.kind is not ActorKind.HUMAN:
        raise Misconfigured(f"--officer {text[:60]!r}: an officer is a person, ID:FUNCTION")
    return actor
