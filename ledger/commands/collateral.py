"""Commands about collateral: what an asset counts for, and what a client pledges and takes back."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledger.commands.command import (
    Command,
    DatedChange,
    Identifier,
    NonNegativeAmount,
    Percent,
    PositiveAmount,
)
from ledger.commands.rules import DEFINING
from ledger.events import Function, HaircutPurpose
from ledger.numbers import ZERO

TIERS_MAX = 50
PLEDGING = frozenset({Function.OPERATIONS, Function.FINANCE, Function.DEALING})


class HaircutTierField(BaseModel):
    """From a quantity on, so many percent of what lies above it do not count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    floor: NonNegativeAmount
    haircut: Percent


class SetHaircutSchedule(DatedChange):
    """Say what an asset counts for, for one purpose; without tiers it is not eligible any more.

    Tiers begin at 0 and cut more the larger the quantity. `concentration`: at most so many percent
    of an account's whole collateral count in this asset.
    """

    STREAM = "haircut"
    NAMED_BY = "asset"
    FUNCTIONS = DEFINING

    asset: Identifier
    purpose: HaircutPurpose
    tiers: tuple[HaircutTierField, ...] = Field(max_length=TIERS_MAX)
    concentration: Percent | None = None

    @model_validator(mode="after")
    def _rises(self) -> Self:
        floors = [tier.floor for tier in self.tiers]
        if floors and floors[0] != ZERO:
            raise ValueError("tiers: the first begins at 0")
        for lower, higher in zip(self.tiers, self.tiers[1:], strict=False):
            if higher.floor <= lower.floor or higher.haircut < lower.haircut:
                raise ValueError("tiers: floors rise, and no haircut is below the one before")
        return self


class PledgeCollateral(Command):
    """Let an asset of the account secure its positions, by the client's standing authority."""

    STREAM = "account"
    FUNCTIONS = PLEDGING

    account: Identifier
    asset: Identifier
    amount: PositiveAmount
    authority: Identifier


class ReleaseCollateral(Command):
    """Let a pledged asset go, as far as the positions can do without it."""

    STREAM = "account"
    FUNCTIONS = PLEDGING

    account: Identifier
    asset: Identifier
    amount: PositiveAmount
    authority: Identifier


class SubstituteCollateral(Command):
    """Pledge `with_amount` of `with_asset` in place of `amount` of `asset`, at once."""

    STREAM = "account"
    FUNCTIONS = PLEDGING

    account: Identifier
    asset: Identifier
    amount: PositiveAmount
    with_asset: Identifier
    with_amount: PositiveAmount
    authority: Identifier

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.asset == self.with_asset:
            raise ValueError("with_asset: another asset takes the place of the one released")
        return self
