"""Rule packs: a file of regulatory figures, each with its source, read whole or not at all."""

import hashlib
import re
import tomllib
from importlib.resources import files
from typing import Any, NamedTuple, Self

import msgspec
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    model_validator,
)

from ledger.commands import AdoptRulePack, Figure
from ledger.commands.command import Identifier, ParameterName, Scope, Text, Word, first_problem
from ledger.errors import Malformed

SHIPPED = {"hong-kong": "hong_kong.toml"}
"""The packs that come with the program, by name."""

PROPOSAL_BYTES_MAX = 29_000
"""What a proposal may hold: it stands twice in its record, once as asked and once as proposed."""

FIELDS = {
    "pack": "id, version, jurisdiction and description",
    "figure": "name, value, unit, source and verified, and may have scope and note",
    "absent": "name and why, and may have scope",
}


class Pack(BaseModel):
    """Which pack it is: whoever changes the file gives it a new version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    version: Identifier
    jurisdiction: Word
    description: Text


class StatedFigure(Figure):
    """A figure as the file states it; the note is for whoever reads the file."""

    verified: StrictBool
    note: Text | None = None


class Absent(BaseModel):
    """What the regulation leaves open: `scope` is a pattern such as PRODUCT/CLASS."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ParameterName
    scope: Scope = ""
    why: Text


class RulePack(BaseModel):
    """A rule pack: its figures, and what the operator must record himself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: Pack
    figure: tuple[StatedFigure, ...] = Field(min_length=1, max_length=500)
    absent: tuple[Absent, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        places: dict[tuple[str, str], str] = {}
        figures = [(f"figure {n}", f.name, f.scope) for n, f in enumerate(self.figure, start=1)]
        absent = [(f"absent {n}", a.name, a.scope) for n, a in enumerate(self.absent, start=1)]
        for place, name, scope in figures + absent:
            first = places.setdefault((name, scope), place)
            if first != place:
                named = f"{name} {scope}".rstrip()
                raise ValueError(f"{place}: {named} stands in {first} too: take one of them out")
        return self


class RuleFile(NamedTuple):
    """A rule pack and the SHA-256, in hex, of the file that it was read from."""

    rules: RulePack
    file_digest: str

    @property
    def name(self) -> str:
        """Name it as people do: the pack and its version."""
        return f"{self.rules.pack.id} {self.rules.pack.version}"

    def change(self) -> dict[str, Any]:
        """Give the change that adopts it, as a proposal holds it."""
        figures = [
            figure.model_dump(mode="json", exclude={"note"}, exclude_defaults=True)
            for figure in self.rules.figure
        ]
        return {
            "type": AdoptRulePack.__name__,
            "pack": self.rules.pack.id,
            "version": self.rules.pack.version,
            "file_digest": self.file_digest,
            "figures": figures,
        }


def shipped(name: str) -> bytes:
    """Give the file of a pack that comes with the program. Raises `KeyError` for another name."""
    return files("ledger").joinpath("rule_packs", SHIPPED[name]).read_bytes()


def read_rule_pack(data: bytes) -> RuleFile:
    """Read a rule pack from TOML.

    Raises `Malformed` with the line, or the table by its number, the field and what to do: also
    for a pack that is too large for one proposal.
    """
    try:
        found = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed("", f"byte {error.start} is not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _no_toml(error) from None
    try:
        rules = RulePack.model_validate(found)
    except ValidationError as error:
        raise _placed(error) from None
    file = RuleFile(rules, hashlib.sha256(data).hexdigest())
    _require_room(file)
    return file


def _no_toml(error: Exception) -> Malformed:
    said = str(error)
    place = re.search(r" \(at line (\d+), column \d+\)$", said)
    problem = f"not TOML: {said[: place.start()] if place else said}"
    return Malformed("", problem, int(place[1]) if place else 0)


def _placed(error: ValidationError) -> Malformed:
    """Name the place as a person counts: `value of figure 3`."""
    table, *rest = error.errors(include_url=False)[0]["loc"] or ("",)
    problem = first_problem(error).problem
    number = ""
    if rest and isinstance(rest[0], int):
        number, rest = f" {rest[0] + 1}", rest[1:]
    place = f"{rest[0]} of {table}{number}" if rest else f"{table}{number}"
    kind = error.errors()[0]["type"]
    if kind in ("missing", "extra_forbidden") and table in FIELDS:
        problem += f": {table} has {FIELDS[str(table)]}"
    elif kind == "string_type":
        problem += ": write it in quotes"
    return Malformed(place, problem)


def _require_room(file: RuleFile) -> None:
    size = len(msgspec.json.encode(file.change()))
    if size > PROPOSAL_BYTES_MAX:
        remedy = "divide the figures over several files, each with an id of its own"
        raise Malformed(
            "", f"its proposal takes {size} bytes, and {PROPOSAL_BYTES_MAX} fit: {remedy}"
        )
