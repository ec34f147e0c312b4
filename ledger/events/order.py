"""Events of an order's life, by the names of FIX; their codes stand in `ledger.fix`.

Every event says what it leaves: leaves plus cumulative plus canceled quantity is the quantity.
"""

from ledger.events.dealing import (
    CancelReason,
    Initiator,
    OrderStatus,
    OrderType,
    RestatementReason,
    Side,
    TimeInForce,
    VenueRefusal,
)
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import Amount
from ledger.reasons import Flag, Reason


class OrderReceived(Event, frozen=True):
    """An order came in, before any control: all its terms, as it asked for them.

    Its id is the id of the command that brought it. `affiliate`, `employee` and `program` are
    stamped from what was declared. `exposure` (HKD) and `concentration` (percent) are what the
    client would be exposed to, as the gateway has reckoned them. `liquidation` is the case in which
    the risk engine placed it, in the account's name.
    """

    account: str
    order_id: str
    instrument: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    quantity: Amount
    price: Amount | None = None
    stop_price: Amount | None = None
    expires_at: Instant | None = None
    post_only: bool = False
    reduce_only: bool = False
    leverage: Amount | None = None
    client_order_id: str | None = None
    client: str | None = None
    affiliate: bool = False
    employee: bool = False
    program: str | None = None
    solicited: bool = False
    exposure: Amount | None = None
    concentration: Amount | None = None
    liquidation: int | None = None


class OrderAccepted(Event, frozen=True):
    """Every control let an order pass, and `hold` units of `held_asset` are reserved for it.

    `terms` is the version of the instrument's record that applies, `reference_price` the prevailing
    price that it was held to. `lapsed` lists what would have stopped an increase, `overrides` what
    was waived. `available` is the margin that was free before, of a contract that needs some.
    """

    account: str
    order_id: str
    instrument: str
    leaves_quantity: Amount
    terms: int
    hold: Amount
    held_asset: str
    reference_price: Amount | None = None
    permission: str | None = None
    lapsed: tuple[Reason, ...] = ()
    overrides: tuple[str, ...] = ()
    available: Amount | None = None


class OrderRejected(Event, frozen=True):
    """We refused an order; its id is used up.

    `limit` is what the rule allowed and `attempted` what was asked; `control` is who refused.
    """

    account: str
    order_id: str
    instrument: str
    reason: Reason
    limit: str | None = None
    attempted: str | None = None
    control: str | None = None


class OrderAmendRequested(Event, frozen=True):
    """A client asks to change an order; nothing changes before the venue says so.

    All its terms as they would be then. `hold` is reserved meanwhile, `hold_after` from then on.
    `available` is the margin that was free before beside its own, of a contract that needs some.
    """

    account: str
    order_id: str
    instrument: str
    quantity: Amount
    status: OrderStatus
    hold: Amount
    hold_after: Amount
    held_asset: str
    price: Amount | None = None
    stop_price: Amount | None = None
    expires_at: Instant | None = None
    client_order_id: str | None = None
    reference_price: Amount | None = None
    terms: int = 0
    lapsed: tuple[Reason, ...] = ()
    overrides: tuple[str, ...] = ()
    available: Amount | None = None


class OrderAmended(Event, frozen=True):
    """The venue changed an order as its client had asked: all its terms as they are now."""

    account: str
    order_id: str
    instrument: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    quantity: Amount
    cumulative_quantity: Amount
    leaves_quantity: Amount
    status: OrderStatus
    hold: Amount
    held_asset: str
    price: Amount | None = None
    stop_price: Amount | None = None
    expires_at: Instant | None = None
    post_only: bool = False
    reduce_only: bool = False
    leverage: Amount | None = None
    client_order_id: str | None = None
    flags: tuple[Flag, ...] = ()


class OrderAmendRejected(Event, frozen=True):
    """An order was not changed: refused by us with a `reason`, or by the venue with `by_venue`."""

    account: str
    order_id: str
    status: OrderStatus | None
    reason: Reason | None = None
    limit: str | None = None
    attempted: str | None = None
    control: str | None = None
    by_venue: VenueRefusal | None = None
    hold: Amount | None = None
    held_asset: str | None = None
    flags: tuple[Flag, ...] = ()


class OrderCancelRequested(Event, frozen=True):
    """A client asks to cancel an order; it can still be filled before the venue does so."""

    account: str
    order_id: str
    status: OrderStatus


class OrderCancelRejected(Event, frozen=True):
    """An order was not canceled: refused by us with a `reason`, or by the venue with `by_venue`."""

    account: str
    order_id: str
    status: OrderStatus | None
    reason: Reason | None = None
    by_venue: VenueRefusal | None = None
    flags: tuple[Flag, ...] = ()


class OrderCanceled(Event, frozen=True):
    """What was left of an order was canceled, and what was reserved for it is free again.

    `counter_order` is the client's own order that it would have met.
    """

    account: str
    order_id: str
    initiator: Initiator
    reason: CancelReason
    canceled_quantity: Amount
    cumulative_quantity: Amount
    counter_order: str | None = None
    flags: tuple[Flag, ...] = ()


class OrderTriggered(Event, frozen=True):
    """A stop order entered the book; `price` is what triggered it."""

    account: str
    order_id: str
    status: OrderStatus
    price: Amount
    flags: tuple[Flag, ...] = ()


class OrderExpired(Event, frozen=True):
    """The time of an order was over, and what was reserved for it is free again."""

    account: str
    order_id: str
    canceled_quantity: Amount
    cumulative_quantity: Amount
    flags: tuple[Flag, ...] = ()


class OrderRestated(Event, frozen=True):
    """The venue changed an order on its own: all its terms as they are now."""

    account: str
    order_id: str
    instrument: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    quantity: Amount
    cumulative_quantity: Amount
    leaves_quantity: Amount
    status: OrderStatus
    hold: Amount
    held_asset: str
    reason: RestatementReason
    price: Amount | None = None
    stop_price: Amount | None = None
    expires_at: Instant | None = None
    post_only: bool = False
    reduce_only: bool = False
    leverage: Amount | None = None
    client_order_id: str | None = None
    counter_order: str | None = None
    flags: tuple[Flag, ...] = ()


class OrderReportQuarantined(Event, frozen=True):
    """What the venue reported of an order does not fit it: recorded, and nothing follows.

    The report itself stands in the envelope. `flags` say what does not fit, `status` where the
    order stands, if it is known.
    """

    account: str
    order_id: str
    report: str
    flags: tuple[Flag, ...]
    status: OrderStatus | None = None
