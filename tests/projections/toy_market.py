"""A toy market as its tests tell it: an order in a line, and what happens in words."""

from typing import Any

from ledger.events import OrderType, Side, TimeInForce
from ledger.numbers import ZERO, amount, write_amount
from projections.toy_venue.matcher import Matcher
from projections.toy_venue.order import (
    Amended,
    Canceled,
    Happening,
    Order,
    Restated,
    Traded,
    Triggered,
)


class Market:
    """One matcher; the letter of an order's id is its client, who has one account."""

    def __init__(self) -> None:
        self.matcher = Matcher()
        self.orders: dict[str, Order] = {}
        self.happened: list[Happening] = []
        self.told: list[str] = []

    def place(
        self, order_id: str, side: str, quantity: str, price: str | None = None, **terms: Any
    ) -> list[str]:
        """Place an order, a limit order where it has a price and no type."""
        usual = OrderType.MARKET if price is None else OrderType.LIMIT
        stop_price = terms.get("stop_price")
        order = Order(
            order_id=order_id,
            account=order_id[0],
            owner=order_id[0],
            instrument="BTC-PERP",
            side=Side(side),
            order_type=OrderType(terms.get("order_type", usual)),
            time_in_force=TimeInForce(terms.get("time_in_force", "gtc")),
            quantity=amount(quantity),
            leaves=amount(quantity),
            price=None if price is None else amount(price),
            stop_price=None if stop_price is None else amount(stop_price),
            post_only=terms.get("post_only", False),
            reduce_only=terms.get("reduce_only", False),
        )
        self.orders[order_id] = order
        return self._told(self.matcher.place(order))

    def amend(self, order_id: str, quantity: str, price: str) -> list[str]:
        """Change the quantity and the limit of an order."""
        order = self.matcher.working[order_id]
        asked = (amount(quantity), amount(price), order.stop_price)
        return self._told(self.matcher.amend(order, *asked))

    def cancel(self, order_id: str) -> list[str]:
        """Cancel an order."""
        return self._told(self.matcher.cancel(self.matcher.working[order_id]))

    def trades(self) -> list[Traded]:
        """List the trades that the last order led to."""
        return [said for said in self.happened if isinstance(said, Traded)]

    def _told(self, happened: list[Happening]) -> list[str]:
        self.happened = happened
        self.told = [_word(happening) for happening in happened]
        return self.told

    def book(self, side: str) -> list[str]:
        """List the orders of a side, best first."""
        return [
            f"{order.order_id} {write_amount(order.leaves)} at {write_amount(order.price or ZERO)}"
            for order in self.matcher.book[Side(side)]
        ]


def _word(happening: Happening) -> str:
    match happening:
        case Traded(quantity, price, buyer, seller):
            size = f"{write_amount(quantity)} at {write_amount(price)}"
            return f"{buyer.order_id} buys {size} from {seller.order_id}"
        case Canceled(order, _, reason, counter_order):
            return " ".join(filter(None, (order.order_id, reason, counter_order)))
        case Restated(order, quantity, reason):
            return f"{order.order_id} {reason} {write_amount(quantity)}"
        case Triggered(order, price):
            return f"{order.order_id} triggered at {write_amount(price)}"
        case Amended(order):
            return f"{order.order_id} amended"
        case _:
            return str(happening)
