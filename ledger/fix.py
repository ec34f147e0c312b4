"""The codes of FIX 5.0 SP2, as published in 2009, for the words of our vocabulary.

What later extension packs added is left out, so that every version of the protocol since then reads
these codes alike. A reason for which there is no code is `OTHER`.
"""

from collections.abc import Mapping

from ledger.events import (
    Event,
    FillBusted,
    FillCorrected,
    Liquidity,
    OrderAccepted,
    OrderAmended,
    OrderAmendRequested,
    OrderCanceled,
    OrderCancelRequested,
    OrderExpired,
    OrderFilled,
    OrderReceived,
    OrderRejected,
    OrderRestated,
    OrderStatus,
    OrderTriggered,
    OrderType,
    RestatementReason,
    Side,
    TimeInForce,
    VenueRefusal,
)
from ledger.reasons import Reason

OTHER = "99"

EXEC_TYPES: Mapping[type[Event], str] = {
    OrderReceived: "A",
    OrderAccepted: "0",
    OrderRejected: "8",
    OrderAmendRequested: "E",
    OrderAmended: "5",
    OrderCancelRequested: "6",
    OrderCanceled: "4",
    OrderTriggered: "L",
    OrderExpired: "C",
    OrderRestated: "D",
    OrderFilled: "F",
    FillCorrected: "G",
    FillBusted: "H",
}
"""ExecType (150) of each event that is an execution report.

A change or cancellation that was refused is another message (35=9), and has none.
"""

ORDER_STATUSES: Mapping[OrderStatus, str] = {
    OrderStatus.PENDING_NEW: "A",
    OrderStatus.NEW: "0",
    OrderStatus.PARTIALLY_FILLED: "1",
    OrderStatus.FILLED: "2",
    OrderStatus.CANCELED: "4",
    OrderStatus.PENDING_CANCEL: "6",
    OrderStatus.PENDING_REPLACE: "E",
    OrderStatus.REJECTED: "8",
    OrderStatus.EXPIRED: "C",
}
"""OrdStatus (39)."""

SIDES: Mapping[Side, str] = {Side.BUY: "1", Side.SELL: "2"}
"""Side (54)."""

ORDER_TYPES: Mapping[OrderType, str] = {
    OrderType.MARKET: "1",
    OrderType.LIMIT: "2",
    OrderType.STOP: "3",
    OrderType.STOP_LIMIT: "4",
}
"""OrdType (40)."""

TIMES_IN_FORCE: Mapping[TimeInForce, str] = {
    TimeInForce.DAY: "0",
    TimeInForce.GTC: "1",
    TimeInForce.IOC: "3",
    TimeInForce.FOK: "4",
    TimeInForce.GTD: "6",
}
"""TimeInForce (59)."""

LIQUIDITY_INDICATORS: Mapping[Liquidity, str] = {Liquidity.MAKER: "1", Liquidity.TAKER: "2"}
"""LastLiquidityInd (851)."""

_ORDER_REJECT_REASONS: Mapping[Reason, str] = {
    Reason.INSTRUMENT_UNKNOWN: "1",
    Reason.PRODUCT_UNKNOWN: "1",
    Reason.ORDER_TOO_LARGE: "3",
    Reason.EXPOSURE_EXCEEDED: "3",
    Reason.CONCENTRATION_EXCEEDED: "3",
    Reason.LEVERAGE_EXCEEDED: "3",
    Reason.TOO_MANY_ORDERS: "3",
    Reason.POSITION_EXCEEDED: "3",
    Reason.INSUFFICIENT_FUNDS: "3",
    Reason.ALREADY_EXPIRED: "4",
    Reason.ORDER_UNKNOWN: "5",
    Reason.CLIENT_UNKNOWN: "10",
    Reason.PRICES_NOT_ITS_TYPE: "11",
    Reason.QUANTITY_OFF_LOT: "13",
    Reason.ACCOUNT_UNKNOWN: "15",
    Reason.PRICE_OUTSIDE_BAND: "16",
    Reason.PRICE_OFF_TICK: "18",
}

_CANCEL_REJECT_REASONS: Mapping[Reason, str] = {
    Reason.ORDER_CLOSED: "0",
    Reason.ORDER_UNKNOWN: "1",
    Reason.ORDER_PENDING: "3",
    Reason.PRICE_OUTSIDE_BAND: "8",
    Reason.PRICE_OFF_TICK: "18",
}

VENUE_REFUSALS: Mapping[VenueRefusal, str] = {
    VenueRefusal.TOO_LATE: "0",
    VenueRefusal.UNKNOWN_ORDER: "1",
    VenueRefusal.VENUE_OPTION: "2",
}
"""CxlRejReason (102), where the venue refused."""

RESTATEMENT_REASONS: Mapping[RestatementReason, str] = {
    RestatementReason.SELF_TRADE_PREVENTED: OTHER,
    RestatementReason.REPRICED: "3",
    RestatementReason.REDUCED_TO_POSITION: "5",
    RestatementReason.STAFF: "8",
}
"""ExecRestatementReason (378)."""


def order_reject_reason(reason: Reason) -> str:
    """Give OrdRejReason (103) for a reason of ours."""
    return _ORDER_REJECT_REASONS.get(reason, OTHER)


def cancel_reject_reason(reason: Reason) -> str:
    """Give CxlRejReason (102), for a change or cancellation, for a reason of ours."""
    return _CANCEL_REJECT_REASONS.get(reason, OTHER)
