"""The door: one JSON object in, one validated command out, or one sentence that says why not."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from ledger.commands import COMMANDS, Command
from ledger.commands.command import first_problem
from ledger.errors import Malformed

COMMAND_BYTES_MAX = 32_768
"""A longer command would not fit into a record."""


def read_command(text: bytes, sender: Mapping[str, Any] = {}) -> Command:
    """Read a command from one JSON object with a `type` and its fields.

    `sender` holds the fields of the envelope that it takes where it does not have them itself.

    Raises `Malformed` with the field and the remedy: bytes that are no UTF-8 or no JSON object, an
    unknown type, a missing, unknown or duplicated field, a value that does not fit.
    """
    if len(text) > COMMAND_BYTES_MAX:
        raise Malformed("", f"{len(text)} bytes are too long for a command: {COMMAND_BYTES_MAX}")
    fields = read_object(text)
    name = fields.pop("type", None)
    command_type = COMMANDS.get(name) if isinstance(name, str) else None
    if command_type is None:
        said = str(name)[:40]
        near = " or ".join(get_close_matches(said, sorted(COMMANDS)))
        hint = f"did you mean {near}? See" if near else "see"
        raise Malformed("type", f"{said!r} is not a command: {hint} `ledger schema --commands`")
    try:
        return command_type.model_validate({**sender, **fields})
    except ValidationError as error:
        raise first_problem(error) from None


def read_object(text: bytes) -> dict[str, Any]:
    """Read a JSON object in which each field stands once. Raises `Malformed` for anything else."""
    try:
        fields = json.loads(
            text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        raise Malformed("", f"byte {error.start} is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise Malformed("", f"not a JSON object: {error}") from None
    if not isinstance(fields, dict):
        raise Malformed("", 'not a JSON object such as {"type": "OpenAccount", ...}')
    return fields


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field stands twice")
    return fields


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of this ledger")
