"""Commands about margin: what positions need, how a client wants them margined, an evaluation."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledger.commands.command import (
    AmountField,
    Command,
    DatedChange,
    Identifier,
    NonNegativeAmount,
    Percent,
    PositiveAmount,
    Reckoning,
)
from ledger.commands.instrument import PROGRAMS
from ledger.commands.rules import DEFINING
from ledger.events import Function, MarginMode
from ledger.numbers import ZERO

TIERS_MAX = 100
DEALING = frozenset({Function.DEALING, Function.OPERATIONS})
RISK = frozenset({Function.RISK, Function.DEALING, Function.OPERATIONS})


class MarginTierField(BaseModel):
    """From a value on, what lies above it needs so many percent initially and to be maintained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    floor: NonNegativeAmount
    initial: Percent
    maintenance: Percent


class SetMarginSchedule(DatedChange):
    """Say what a position needs by its value, in units of the settlement asset, tier by tier."""

    STREAM = "schedule"
    NAMED_BY = "instrument"
    FUNCTIONS = DEFINING

    instrument: Identifier
    tiers: tuple[MarginTierField, ...] = Field(min_length=1, max_length=TIERS_MAX)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.tiers[0].floor != ZERO:
            raise ValueError("tiers: the first begins at 0")
        for tier in self.tiers:
            if not ZERO < tier.maintenance <= tier.initial:
                raise ValueError("tiers: maintenance is above 0 and at most the initial margin")
        for lower, higher in zip(self.tiers, self.tiers[1:], strict=False):
            falls = higher.initial < lower.initial or higher.maintenance < lower.maintenance
            if higher.floor <= lower.floor or falls:
                raise ValueError("tiers: floors rise, and no rate is below the one before")
        return self


class SelectMargin(Command):
    """Choose cross or isolated margin for a position, and a leverage up to the class's cap."""

    STREAM = "account"
    FUNCTIONS = DEALING

    account: Identifier
    instrument: Identifier
    mode: MarginMode = MarginMode.CROSS
    leverage: PositiveAmount | None = None


class AllocateMargin(Command):
    """Allocate cash to an isolated position, or take some back with an amount below zero."""

    STREAM = "account"
    FUNCTIONS = DEALING

    account: Identifier
    instrument: Identifier
    amount: AmountField

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.amount == ZERO:
            raise ValueError("amount: above zero to allocate, below zero to take back")
        return self


class EvaluateMargin(Reckoning):
    """Evaluate what an account has and needs, as of `at`, at the prices that serve then."""

    STREAM = "margin"
    NAMED_BY = "account"
    FUNCTIONS = RISK
    KINDS = PROGRAMS

    account: Identifier
