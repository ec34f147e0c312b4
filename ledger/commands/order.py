"""Commands about orders, and what the venue reports of them."""

from typing import Annotated, Self

from pydantic import PlainSerializer, model_validator
from pydantic.functional_validators import AfterValidator, PlainValidator

from ledger.commands.command import (
    Command,
    CommandId,
    Fact,
    Identifier,
    InstantField,
    NonNegativeAmount,
    Percent,
    PositiveAmount,
    amount_schema,
    positive_amount,
)
from ledger.commands.instrument import MARKET, PROGRAMS
from ledger.commands.personal import impersonal
from ledger.events import (
    PRICED,
    STOPPED,
    CancelReason,
    Function,
    Initiator,
    OrderType,
    RestatementReason,
    Side,
    TimeInForce,
    VenueRefusal,
)
from ledger.numbers import Amount, write_amount

OwnId = Annotated[CommandId, AfterValidator(impersonal)]
"""A client's own id for his order: an id, and nothing that tells who he is."""


def _leverage(value: object) -> Amount:
    amount = positive_amount(value)
    if not 1 <= amount <= LEVERAGE_MAX:
        raise ValueError(f"a leverage lies between 1 and {LEVERAGE_MAX}")
    return amount


LEVERAGE_MAX = 1_000
Leverage = Annotated[
    Amount, PlainValidator(_leverage), PlainSerializer(write_amount), amount_schema
]
DEALING = frozenset({Function.DEALING})
AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})


class PlaceOrder(Command):
    """Place an order; the id of this command is the order's id, used up even if it is rejected.

    `exposure` is what the client would be exposed to afterwards, in HKD, and `concentration` the
    percent of it in this product's references, as the gateway has reckoned them. Without a
    `leverage` the highest that is allowed counts.
    """

    STREAM = "account"
    FUNCTIONS = DEALING

    account: Identifier
    instrument: Identifier
    side: Side
    order_type: OrderType = OrderType.LIMIT
    time_in_force: TimeInForce = TimeInForce.GTC
    quantity: PositiveAmount
    price: PositiveAmount | None = None
    stop_price: PositiveAmount | None = None
    expires_at: InstantField | None = None
    post_only: bool = False
    reduce_only: bool = False
    leverage: Leverage | None = None
    client_order_id: OwnId | None = None
    solicited: bool = False
    exposure: NonNegativeAmount | None = None
    concentration: Percent | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _require_prices(self.order_type, self)
        if (self.time_in_force is TimeInForce.GTD) != (self.expires_at is not None):
            raise ValueError("expires_at: an order good till a date says which, and no other does")
        if self.post_only and (
            self.order_type is not OrderType.LIMIT or self.time_in_force in AT_ONCE
        ):
            raise ValueError("post_only: only a limit order that may wait in the book is that")
        return self


class AmendOrder(Command):
    """Ask to change an order: say in full what quantity, prices and end it should have then."""

    STREAM = "account"
    FUNCTIONS = DEALING

    account: Identifier
    order_id: CommandId
    quantity: PositiveAmount
    price: PositiveAmount | None = None
    stop_price: PositiveAmount | None = None
    expires_at: InstantField | None = None
    client_order_id: OwnId | None = None
    solicited: bool = False
    exposure: NonNegativeAmount | None = None
    concentration: Percent | None = None


class CancelOrder(Command):
    """Ask to cancel what is left of an order."""

    STREAM = "account"
    FUNCTIONS = DEALING

    account: Identifier
    order_id: CommandId


class OrderReport(Fact):
    """What the venue reports of an order of an account."""

    STREAM = "account"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    account: Identifier
    order_id: CommandId


class ReportOrderAmended(OrderReport):
    """Report that an order was changed as its client had asked."""


class ReportAmendRejected(OrderReport):
    """Report that the venue did not change an order."""

    reason: VenueRefusal


class ReportOrderCanceled(OrderReport):
    """Report that what was left of an order was canceled, by whom and why.

    `counter_order` is the client's own order that it would have met.
    """

    initiator: Initiator
    reason: CancelReason = CancelReason.REQUESTED
    counter_order: CommandId | None = None


class ReportCancelRejected(OrderReport):
    """Report that the venue did not cancel an order."""

    reason: VenueRefusal


class ReportOrderTriggered(OrderReport):
    """Report that a stop order entered the book, and at which price it was triggered."""

    price: PositiveAmount


class ReportOrderExpired(OrderReport):
    """Report that the time of an order was over."""


class ReportOrderRestated(OrderReport):
    """Report that the venue changed an order on its own: `quantity` is the whole order's now.

    Without a `price` its price stays.
    """

    quantity: PositiveAmount
    price: PositiveAmount | None = None
    reason: RestatementReason
    counter_order: CommandId | None = None


def _require_prices(order_type: OrderType, said: PlaceOrder) -> None:
    if (order_type in PRICED) != (said.price is not None):
        raise ValueError("price: a limit or stop limit order has one, and no other")
    if (order_type in STOPPED) != (said.stop_price is not None):
        raise ValueError("stop_price: a stop or stop limit order has one, and no other")
