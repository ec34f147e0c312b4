"""The words of dealing: sides, types and times of orders, where they stand, and why they end."""

from enum import StrEnum


class Side(StrEnum):
    """On which side an order stands (FIX 54)."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """What kind of order it is (FIX 40)."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    STOP_LIMIT = "stop_limit"


PRICED = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT})
"""Orders with a limit: they are filled at their price or a better one."""
STOPPED = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})
"""Orders that enter the book only once the market reaches their stop price."""


class TimeInForce(StrEnum):
    """How long an order stays (FIX 59)."""

    DAY = "day"
    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    GTD = "gtd"


class OrderStatus(StrEnum):
    """Where an order stands (FIX 39)."""

    PENDING_NEW = "pending_new"
    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    PENDING_CANCEL = "pending_cancel"
    PENDING_REPLACE = "pending_replace"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Initiator(StrEnum):
    """Who ended or changed an order: its client, the venue's rules, or the platform's systems."""

    CLIENT = "client"
    VENUE = "venue"
    SYSTEM = "system"


class CancelReason(StrEnum):
    """Why an order was canceled."""

    REQUESTED = "requested"
    POST_ONLY_WOULD_TAKE = "post_only_would_take"
    NOT_FILLED_AT_ONCE = "not_filled_at_once"
    NOT_FILLED_WHOLE = "not_filled_whole"
    SELF_TRADE_PREVENTED = "self_trade_prevented"
    NOTHING_TO_REDUCE = "nothing_to_reduce"
    TRADING_HALTED = "trading_halted"
    CONNECTION_LOST = "connection_lost"
    LOGGED_OUT = "logged_out"
    KILL_SWITCH = "kill_switch"
    LIQUIDATION = "liquidation"
    INSTRUMENT_WITHDRAWN = "instrument_withdrawn"
    SYSTEM_FAILURE = "system_failure"


class RestatementReason(StrEnum):
    """Why a venue changed an order that nobody asked it to change (FIX 378)."""

    SELF_TRADE_PREVENTED = "self_trade_prevented"
    REPRICED = "repriced"
    REDUCED_TO_POSITION = "reduced_to_position"
    STAFF = "staff"


class VenueRefusal(StrEnum):
    """Why the venue did not do what was asked of an order it holds (FIX 102)."""

    TOO_LATE = "too_late"
    UNKNOWN_ORDER = "unknown_order"
    VENUE_OPTION = "venue_option"
