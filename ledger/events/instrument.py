"""Events of instruments: the terms of a contract by date, and its prevailing price."""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import Amount, Rounding
from ledger.reasons import Flag


class ContractKind(StrEnum):
    """What a contract is worth at a price, for a quantity q and a multiplier m.

    Spot and linear: q x m x price, in the quote asset. Inverse: -q x m / price. Quanto: q x m x
    price in another asset than the quote, m carrying what one point of price is worth.
    """

    SPOT = "spot"
    LINEAR = "linear"
    INVERSE = "inverse"
    QUANTO = "quanto"


class InstrumentSpecified(Approved, frozen=True):
    """The terms of an instrument from `effective_from` on, restated in full at each change.

    `quote` is what the price is in, `settlement` what money moves in, `base` what a spot trade
    delivers; `reference` is the asset whose price it follows. `tick` and `lot` are the steps of
    price and quantity. The value of a trade is rounded to `value_unit` of the settlement asset,
    where `contract_unit` is given only after the value of one contract was rounded to that. Fees
    are ratios of the value, negative for a rebate, rounded to `fee_unit`. `band` is in percent of
    the prevailing price; the maxima bind an order, a position, and how many orders are open.
    """

    instrument: str
    kind: ContractKind
    quote: str
    settlement: str
    reference: str
    multiplier: Amount
    tick: Amount
    lot: Amount
    value_unit: Amount
    value_rounding: Rounding
    fee_unit: Amount
    fee_rounding: Rounding
    maker_fee: Amount
    taker_fee: Amount
    band: Amount
    quantity_max: Amount
    value_max: Amount
    position_max: Amount
    open_orders_max: int
    effective_from: Instant
    base: str | None = None
    contract_unit: Amount | None = None


class ReferencePriceReported(Event, frozen=True):
    """The prevailing price of an instrument, to which orders are held."""

    instrument: str
    price: Amount
    flags: tuple[Flag, ...] = ()
