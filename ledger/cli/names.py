"""Names on the command line: checked before anything is made of them."""

from pydantic import TypeAdapter, ValidationError

from ledger.commands.command import Identifier
from ledger.errors import Misconfigured

_identifier = TypeAdapter[str](Identifier)


def name_of(what: str, text: str, example: str = "A1") -> str:
    """Read the name of an account, an instrument and the like. Raises `Misconfigured`."""
    try:
        return _identifier.validate_python(text)
    except ValidationError:
        remedy = f"write letters and digits, such as {example}, and at most 64 of them"
        raise Misconfigured(f"{what} {text[:60]!r}: {remedy}") from None
