"""Facts of trades as the matching engine reports them, and the changes that put one right."""

from pydantic import BaseModel, ConfigDict, Field

from ledger.commands.command import (
    CommandId,
    Critical,
    Fact,
    Identifier,
    PositiveAmount,
    Text,
)
from ledger.commands.instrument import MARKET, PROGRAMS
from ledger.events import Function, Side

RIGHTING = frozenset({Function.OPERATIONS, Function.COMPLIANCE, Function.RISK})


class TradeSide(BaseModel):
    """One side of a trade: the account and its order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: Identifier
    order_id: CommandId


class ReportTrade(Fact):
    """Report a trade of the matching engine; the id of this fact is the trade's id.

    Both sides are booked together. `aggressor` is the side whose order met the other's in the book;
    without one, as in an auction, both pay as takers.
    """

    STREAM = "instrument"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    instrument: Identifier
    quantity: PositiveAmount
    price: PositiveAmount
    buyer: TradeSide
    seller: TradeSide
    aggressor: Side | None = None


class BustTrade(Critical):
    """Take a trade back, both sides: it never should have been.

    `corrects` is the sequence of the record of the buyer's fill; the accounts must be its own.
    """

    STREAM = "instrument"
    FUNCTIONS = RIGHTING
    CITES = True

    instrument: Identifier
    trade_id: CommandId
    corrects: int = Field(gt=0)
    buyer: Identifier
    seller: Identifier
    reason: Text

    def accounts(self) -> tuple[str, ...]:
        """Name both accounts."""
        return (self.buyer, self.seller)


class CorrectTrade(BustTrade):
    """Put a trade right that was recorded wrong: its `price` and `quantity` as they should be.

    The quantity is at most what was executed; for more, report another trade.
    """

    quantity: PositiveAmount
    price: PositiveAmount
