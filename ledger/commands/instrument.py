"""Commands about instruments: the terms of a contract, and the price to which orders are held."""

from typing import Self

from pydantic import Field, model_validator

from ledger.commands.command import (
    AmountField,
    DatedChange,
    Fact,
    Identifier,
    Percent,
    PositiveAmount,
)
from ledger.commands.product import OFFERING
from ledger.events import ActorKind, ContractKind, Function
from ledger.numbers import PERCENT, ZERO, Rounding

MARKET = frozenset({Function.DEALING, Function.OPERATIONS})
"""In which functions what the market and the matching engine do is reported."""
PROGRAMS = frozenset({ActorKind.ENGINE, ActorKind.SERVICE})
"""And by whom: a person could make a price and a trade of his own, and it takes two to undo one."""


class SpecifyInstrument(DatedChange):
    """Set the terms of an instrument, or change them: always all of them.

    `multiplier` is the value of one contract for one point of price (for an inverse contract: at a
    price of 1), in units of `settlement`. `tick` and `lot` are the steps of price and quantity.
    Fees are ratios of the value of a trade, below zero for a rebate; `band` is in percent of the
    prevailing price. `contract_unit`: first round the value of one contract to that.
    """

    STREAM = "instrument"
    FUNCTIONS = OFFERING

    instrument: Identifier
    kind: ContractKind
    base: Identifier | None = None
    quote: Identifier
    settlement: Identifier
    reference: Identifier
    multiplier: PositiveAmount
    tick: PositiveAmount
    lot: PositiveAmount
    value_unit: PositiveAmount
    value_rounding: Rounding = Rounding.TOWARD_ZERO
    contract_unit: PositiveAmount | None = None
    fee_unit: PositiveAmount
    fee_rounding: Rounding = Rounding.TOWARD_ZERO
    maker_fee: AmountField
    taker_fee: AmountField
    band: Percent
    quantity_max: PositiveAmount
    value_max: PositiveAmount
    position_max: PositiveAmount
    open_orders_max: int = Field(ge=1, le=100_000)

    @model_validator(mode="after")
    def _is_a_contract(self) -> Self:
        if (self.kind is ContractKind.SPOT) != (self.base is not None):
            raise ValueError("base: what a spot trade delivers, and of no other kind")
        if self.kind is ContractKind.SPOT and self.settlement != self.quote:
            raise ValueError("settlement: a spot trade is paid in what its price is quoted in")
        if self.kind is ContractKind.SPOT and self.base == self.quote:
            raise ValueError("base: nothing is traded for itself")
        if self.kind is ContractKind.LINEAR and self.settlement != self.quote:
            raise ValueError("settlement: a linear contract is settled in its quote; else: quanto")
        if self.fee_rounding in (Rounding.UP, Rounding.DOWN):
            raise ValueError("fee_rounding: toward or away from zero or to half, for rebates too")
        if not ZERO < self.band < PERCENT:
            raise ValueError("band: percent of the prevailing price, above 0 and below 100")
        if max(self.maker_fee, self.taker_fee) >= 1:
            raise ValueError("taker_fee: a fee is a ratio of the value, such as 0.0005")
        if self.maker_fee > self.taker_fee:
            raise ValueError("maker_fee: whoever waits in the book pays no more than who takes")
        if self.maker_fee + self.taker_fee < 0:
            raise ValueError("maker_fee: a rebate is no larger than what the taker pays")
        return self


class ReportReferencePrice(Fact):
    """Report the prevailing price of an instrument, to which orders are held until the next."""

    STREAM = "price"
    NAMED_BY = "instrument"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    instrument: Identifier
    price: PositiveAmount
