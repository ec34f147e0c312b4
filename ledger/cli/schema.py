"""`ledger schema`: JSON Schema of what is stored and of what may be asked."""

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

import click
import msgspec
from msgspec import UNSET

from ledger.cli.frame import Session, command
from ledger.commands import COMMANDS
from ledger.errors import Misconfigured
from ledger.events import CATALOGUE, Recorded, Request
from ledger.numbers import AMOUNT_LENGTH_MAX, AMOUNT_PATTERN

AMOUNT_SCHEMA = {"type": "string", "pattern": AMOUNT_PATTERN, "maxLength": AMOUNT_LENGTH_MAX}


Envelope = msgspec.defstruct(
    "Recorded",
    [
        (
            "request_record",
            Request | msgspec.UnsetType,
            msgspec.field(default=UNSET, name="request"),
        ),
        ("event", dict[str, Any], msgspec.field(name="data")),
    ],
    bases=(Recorded,),
    namespace={"__doc__": cleandoc(Recorded.__doc__ or "")},
    forbid_unknown_fields=True,
    kw_only=True,
)
"""The envelope as a schema can say it: the request is in place, `data` is any event."""
ENVELOPE = {"Recorded": Envelope, "Request": Request}


@command("schema")
@click.argument("name", required=False)
@click.option("--commands", "of_commands", is_flag=True, help="All commands in place of events.")
def schema(session: Session, name: str | None, *, of_commands: bool) -> None:
    """Print the JSON Schema of an event, of the envelope around it, of a command, or of all.

    \b
    Examples:
      ledger schema                  the envelope, Recorded and Request, and every event
      ledger schema CashDeposited
      ledger schema --commands
      ledger schema WithdrawCash
    """
    names = COMMANDS if of_commands else [*ENVELOPE, *CATALOGUE]
    shown = _schemas(names) if name is None else _schema(name)
    if not session.as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
    session.finish(shown)


def _schemas(names: Iterable[str]) -> dict[str, Any]:
    return {name: _schema(name) for name in names}


def _schema(name: str) -> dict[str, Any]:
    if name in ENVELOPE:
        envelope_schema: dict[str, Any] = msgspec.json.schema(ENVELOPE[name])
        return envelope_schema
    if name in CATALOGUE:
        event_schema: dict[str, Any] = _of_amounts(msgspec.json.schema(CATALOGUE[name]))
        return event_schema
    if name in COMMANDS:
        command_schema: dict[str, Any] = COMMANDS[name].model_json_schema()
        command_schema["properties"] = {"type": {"const": name}} | command_schema["properties"]
        return command_schema
    raise Misconfigured(f"{name!r} is no event and no command: see `ledger schema`")


def _of_amounts(schema_part: Any) -> Any:
    """Say of every decimal what an amount looks like."""
    match schema_part:
        case {"type": "string", "format": "decimal"}:
            return AMOUNT_SCHEMA
        case dict():
            return {key: _of_amounts(value) for key, value in schema_part.items()}
        case list():
            return [_of_amounts(value) for value in schema_part]
        case _:
            return schema_part
