"""An order as the toy venue holds it, and the words for all that may befall one there."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ledger.events import (
    STOPPED,
    CancelReason,
    Initiator,
    OrderReceived,
    OrderType,
    RestatementReason,
    Side,
    TimeInForce,
    VenueRefusal,
)
from ledger.numbers import ZERO, Amount


@dataclass(slots=True, eq=False)
class Order:
    """An order that the ledger accepted; `owner` is the client who must not meet himself."""

    order_id: str
    account: str
    owner: str
    instrument: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    quantity: Amount
    leaves: Amount
    price: Amount | None
    stop_price: Amount | None
    post_only: bool
    reduce_only: bool
    cumulative: Amount = ZERO

    @property
    def waits_for_its_stop(self) -> bool:
        return self.order_type in STOPPED

    def is_reached_by(self, price: Amount | None) -> bool:
        """Tell whether a price is at its stop or beyond."""
        if price is None or self.stop_price is None:
            return False
        return price >= self.stop_price if self.side is Side.BUY else price <= self.stop_price

    def accepts(self, price: Amount) -> bool:
        """Tell whether it may trade at a price; without a limit it may at any."""
        if self.price is None:
            return True
        return price <= self.price if self.side is Side.BUY else price >= self.price


def order_of(said: OrderReceived) -> Order:
    """Make an order of what the ledger has received and accepted."""
    return Order(
        order_id=said.order_id,
        account=said.account,
        owner=said.client or said.account,
        instrument=said.instrument,
        side=said.side,
        order_type=said.order_type,
        time_in_force=said.time_in_force,
        quantity=said.quantity,
        leaves=said.quantity,
        price=said.price,
        stop_price=said.stop_price,
        post_only=said.post_only,
        reduce_only=said.reduce_only,
    )


class Traded(NamedTuple):
    """Two orders met; `aggressor` is the side of the one that came later."""

    quantity: Amount
    price: Amount
    buyer: Order
    seller: Order
    aggressor: Side


class Canceled(NamedTuple):
    """What was left of an order is canceled."""

    order: Order
    initiator: Initiator
    reason: CancelReason
    counter_order: str | None = None


class Restated(NamedTuple):
    """The venue itself made an order smaller."""

    order: Order
    quantity: Amount
    reason: RestatementReason


class Triggered(NamedTuple):
    """The market has reached the stop of an order."""

    order: Order
    price: Amount


class Amended(NamedTuple):
    """An order is as its client asked."""

    order: Order


class NotAmended(NamedTuple):
    """An order is not here to be amended."""

    account: str
    order_id: str
    reason: VenueRefusal


class NotCanceled(NamedTuple):
    """An order is not here to be canceled."""

    account: str
    order_id: str
    reason: VenueRefusal


Happening: TypeAlias = Traded | Canceled | Restated | Triggered | Amended | NotAmended | NotCanceled
"""All that may happen at the venue."""
