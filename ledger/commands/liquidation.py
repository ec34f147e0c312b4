"""Commands about liquidation: a program asks for each step of a case, and the rules say what it is.

Nobody can ask for a case that is not due, nor spare an account but by an override of two people.
"""

from typing import Self

from pydantic import Field, model_validator

from ledger.commands.command import (
    AmountField,
    Command,
    Critical,
    Identifier,
    InstantField,
    PositiveAmount,
    Reckoning,
    Text,
)
from ledger.commands.instrument import PROGRAMS
from ledger.commands.margin import RISK
from ledger.commands.rules import DEFINING
from ledger.events import Function

ACCOUNTS_MAX = 100_000


class StartLiquidation(Reckoning):
    """Open a case on an account, by the evaluation that was made as of `at`.

    `instrument` names an isolated position. Its open orders are canceled at once.
    """

    STREAM = "account"
    FUNCTIONS = RISK
    KINDS = PROGRAMS

    account: Identifier
    instrument: Identifier | None = None


class Step(Reckoning):
    """A further step of a case, at the prices that serve as of `at`."""

    STREAM = "account"
    FUNCTIONS = RISK
    KINDS = PROGRAMS

    account: Identifier
    case: int = Field(ge=1)


class ReducePosition(Step):
    """Offer as much of a position as cures the account, or brings it into the next lower tier."""

    instrument: Identifier


class ConvertCollateral(Step):
    """Sell the collateral that is next in the order of conversion, the least haircut first."""


class TakeOverPosition(Step):
    """Let the backstop take a whole position over, at its bankruptcy price."""

    instrument: Identifier


class DrawReserveFund(Step):
    """Let the reserve fund bear what it can of a deficit that is left uncovered."""

    instrument: Identifier


class Sharing(Step):
    """Let others bear a part of a deficit.

    Name every account that holds the contract, and the signed quantity that waits in suspense:
    longs and shorts must be as many, so that nobody is left out.
    """

    instrument: Identifier
    accounts: tuple[Identifier, ...] = Field(max_length=ACCOUNTS_MAX)
    suspended: AmountField | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.accounts)) < len(self.accounts):
            raise ValueError("accounts: each account stands once")
        return self


class DeleveragePositions(Sharing):
    """Let the other side, ranked, close as much as brings in what the reserve fund could not."""


class AllocateLoss(Sharing):
    """Let those on the other side who are in profit bear what is left, as their profits are."""


class CloseLiquidation(Step):
    """Close a case: the account keeps what is left, or nothing of it is."""


class OverrideLiquidation(Critical):
    """Keep an account from being liquidated until `until`, for a reason."""

    STREAM = "account"
    FUNCTIONS = DEFINING

    account: Identifier
    until: InstantField
    reason: Text

    def accounts(self) -> tuple[str, ...]:
        return (self.account,)


class ContributeToReserveFund(Command):
    """Pay from an account of the house into the reserve fund of an asset.

    A `recovery` is what was got back of a deficit that the fund once bore.
    """

    STREAM = "fund"
    NAMED_BY = "asset"
    FUNCTIONS = frozenset({Function.FINANCE, Function.MANAGEMENT})

    asset: Identifier
    amount: PositiveAmount
    account: Identifier
    recovery: bool = False
    reference: Identifier | None = None


COMMANDS: tuple[type[Command], ...] = (
    StartLiquidation,
    ReducePosition,
    ConvertCollateral,
    TakeOverPosition,
    DrawReserveFund,
    DeleveragePositions,
    AllocateLoss,
    CloseLiquidation,
    OverrideLiquidation,
    ContributeToReserveFund,
)

__all__ = [
    "AllocateLoss",
    "CloseLiquidation",
    "ContributeToReserveFund",
    "ConvertCollateral",
    "DeleveragePositions",
    "DrawReserveFund",
    "OverrideLiquidation",
    "ReducePosition",
    "StartLiquidation",
    "TakeOverPosition",
]
