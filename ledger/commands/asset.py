"""Commands about assets."""

from pydantic import Field

from ledger.commands.command import (
    Command,
    DatedChange,
    Identifier,
    Text,
)
from ledger.events import AssetKind, Function
from ledger.numbers import AMOUNT_DECIMALS_MAX

ADMITTING = frozenset({Function.COMPLIANCE, Function.RISK, Function.MANAGEMENT})


class RegisterAsset(Command):
    """Register an asset: `scale` is the number of decimals of its smallest unit, 0 to 18."""

    STREAM = "asset"
    FUNCTIONS = frozenset({Function.OPERATIONS})
    BOOKS = True

    asset: Identifier
    scale: int = Field(ge=0, le=AMOUNT_DECIMALS_MAX)
    kind: AssetKind


class AdmitAsset(DatedChange):
    """Admit an asset for trading, `retail` if by all; `decision` refers to the committee's."""

    STREAM = "asset"
    FUNCTIONS = ADMITTING

    asset: Identifier
    retail: bool
    decision: Identifier


class WithdrawAssetAdmission(DatedChange):
    """Withdraw the admission of an asset: what follows its price can only be reduced."""

    STREAM = "asset"
    FUNCTIONS = ADMITTING

    asset: Identifier
    reason: Text
    decision: Identifier
