"""Commands about the rules in force: a pack of figures, or one of them."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledger.commands.command import (
    DatedChange,
    Digest,
    Identifier,
    InstantField,
    ParameterName,
    Scope,
    Text,
)
from ledger.events import Function, Unit
from ledger.instants import read_instant
from ledger.numbers import is_normal

DEFINING = frozenset({Function.COMPLIANCE, Function.RISK, Function.FINANCE, Function.MANAGEMENT})
WHOLE = frozenset(
    {Unit.COUNT, Unit.MINUTES, Unit.BUSINESS_DAYS, Unit.DAYS, Unit.MONTHS, Unit.YEARS}
)


class Figure(BaseModel):
    """A parameter as a rule pack states it: its value, unit and source, and how sure it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ParameterName
    scope: Scope = ""
    value: Text
    unit: Unit
    source: Text
    verified: bool

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Self:
        require_unit(self.value, self.unit)
        return self


def require_unit(value: str, unit: Unit) -> None:
    """Make sure that a value is written as its unit demands. Raises `ValueError`."""
    if unit is Unit.DATES:
        for day in value.split(" "):
            read_instant(f"{day}T00:00:00Z")
    elif unit in WHOLE and not (value.isdecimal() and is_normal(value)):
        raise ValueError(f"{value!r} is not a whole number, as {unit} demands")
    elif unit is not Unit.WORDS and not is_normal(value):
        raise ValueError(f"{value!r} is not a decimal in normal form, as {unit} demands")


class AdoptRulePack(DatedChange):
    """Adopt a rule pack: each of its figures that differs from the one in force is changed.

    `file_digest` is the SHA-256 of the file, in hex.
    """

    STREAM = "rules"
    FUNCTIONS = DEFINING

    pack: Identifier
    version: Identifier
    file_digest: Digest
    figures: tuple[Figure, ...] = Field(min_length=1, max_length=500)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [(figure.name, figure.scope) for figure in self.figures]
        if doubled := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"the figure {' '.join(doubled[0]).strip()} stands twice")
        return self


class ChangeParameter(DatedChange):
    """Give one parameter another value; leave `value` out to end it, after which nothing has it."""

    STREAM = "rules"
    FUNCTIONS = DEFINING

    name: ParameterName
    scope: Scope = ""
    value: Text | None = None
    unit: Unit
    source: Text
    verified: bool = False
    rationale: Text
    clients_notified_at: InstantField | None = None
    regulator_notice: Identifier | None = None

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Self:
        if self.value is not None:
            require_unit(self.value, self.unit)
        return self
