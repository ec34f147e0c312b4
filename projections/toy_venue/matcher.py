"""The rules of the toy venue for one instrument: the best price first, then who came first.

Every method gives what happens, in the order in which it happens. No clock and no chance: the same
orders in the same order lead to the same trades. It keeps an order until it is canceled, whatever
day it was good for.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy

from ledger.events import (
    CancelReason,
    Initiator,
    OrderType,
    RestatementReason,
    Side,
    TimeInForce,
)
from ledger.numbers import ZERO, Amount, add, negate, subtract, total
from projections.toy_venue.order import (
    Amended,
    Canceled,
    Happening,
    Order,
    Restated,
    Traded,
    Triggered,
)

OPPOSITE = {Side.BUY: Side.SELL, Side.SELL: Side.BUY}
AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})
TRIGGERED = {OrderType.STOP: OrderType.MARKET, OrderType.STOP_LIMIT: OrderType.LIMIT}


class Matcher:
    """All orders that work, by id; of those the book, best first, and what trading has left."""

    def __init__(self) -> None:
        self.working: dict[str, Order] = {}
        self.book: dict[Side, list[Order]] = {Side.BUY: [], Side.SELL: []}
        self.positions: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
        self.last_price: Amount | None = None

    def place(self, order: Order) -> list[Happening]:
        """Take in an order, and every stop order that it triggers."""
        return [*self._arrive(order), *self._trigger()]

    def amend(
        self, order: Order, quantity: Amount, price: Amount | None, stop_price: Amount | None
    ) -> list[Happening]:
        """Change an order; unless it only becomes smaller, it queues anew."""
        same_prices = (price, stop_price) == (order.price, order.stop_price)
        keeps_its_place = same_prices and quantity <= order.quantity
        order.quantity, order.price, order.stop_price = quantity, price, stop_price
        order.leaves = subtract(quantity, order.cumulative)
        if keeps_its_place:
            return [Amended(order)]
        self._take_out(order)
        return [Amended(order), *self.place(order)]

    def cancel(self, order: Order) -> list[Happening]:
        """Take out what is left of an order, as its client asked."""
        return [self._canceled(order, CancelReason.REQUESTED, Initiator.CLIENT)]

    def _arrive(self, order: Order) -> Iterator[Happening]:
        if order.waits_for_its_stop:
            self.working[order.order_id] = order
        elif order.post_only and self._met_by(order):
            yield self._canceled(order, CancelReason.POST_ONLY_WOULD_TAKE)
        elif order.time_in_force is TimeInForce.FOK and not self._would_fill(order):
            yield self._canceled(order, CancelReason.NOT_FILLED_WHOLE)
        else:
            yield from self._meet(order)
            if order.leaves:
                yield from self._rest(order)

    def _meet(self, order: Order) -> Iterator[Happening]:
        """Trade with whoever waits at the best price, but never with oneself."""
        while order.leaves and (waiting := self._met_by(order)):
            if waiting.owner == order.owner:
                prevented = CancelReason.SELF_TRADE_PREVENTED
                yield self._canceled(order, prevented, counter_order=waiting.order_id)
                return
            yield self._trade(order, waiting)
            yield from self._fit_to_position(order.account)
            yield from self._fit_to_position(waiting.account)

    def _met_by(self, order: Order) -> Order | None:
        """Give the order that an arriving one would meet first."""
        best = next(iter(self.book[OPPOSITE[order.side]]), None)
        return best if best is not None and order.accepts(_price(best)) else None

    def _would_fill(self, order: Order) -> bool:
        """Tell whether an order would be filled whole, by trying it on a copy of everything."""
        trial, tried = deepcopy((self, order))
        trades = (said for said in trial._meet(tried) if isinstance(said, Traded))  # noqa: SLF001 - a copy of itself
        return total(trade.quantity for trade in trades) == order.leaves

    def _trade(self, order: Order, waiting: Order) -> Traded:
        quantity, price = min(order.leaves, waiting.leaves), _price(waiting)
        for filled in (order, waiting):
            filled.leaves = subtract(filled.leaves, quantity)
            filled.cumulative = add(filled.cumulative, quantity)
            signed = quantity if filled.side is Side.BUY else negate(quantity)
            self.positions[filled.account] = add(self.positions[filled.account], signed)
        if not waiting.leaves:
            self._take_out(waiting)
        self.last_price = price
        by_side = {order.side: order, waiting.side: waiting}
        return Traded(quantity, price, by_side[Side.BUY], by_side[Side.SELL], order.side)

    def _rest(self, order: Order) -> Iterator[Happening]:
        """Queue behind all of the same price, unless the order was only for this moment."""
        if order.order_type is OrderType.MARKET or order.time_in_force in AT_ONCE:
            yield self._canceled(order, CancelReason.NOT_FILLED_AT_ONCE)
            return
        self.working[order.order_id] = order
        insort(self.book[order.side], order, key=_precedence)

    def _fit_to_position(self, account: str) -> Iterator[Happening]:
        """Let orders that may only reduce a position reduce no more than there is."""
        held = self.positions[account]
        room = {Side.SELL: max(held, ZERO), Side.BUY: max(negate(held), ZERO)}
        for order in list(self.working.values()):
            if order.account != account or not order.reduce_only:
                continue
            left = room[order.side]
            room[order.side] = subtract(left, min(left, order.leaves))
            if not left:
                yield self._canceled(order, CancelReason.NOTHING_TO_REDUCE)
            elif left < order.leaves:
                order.quantity, order.leaves = add(order.cumulative, left), left
                yield Restated(order, order.quantity, RestatementReason.REDUCED_TO_POSITION)

    def _trigger(self) -> Iterator[Happening]:
        """Let stop orders arrive that the last price has reached, the oldest first."""
        while order := self._next_triggered():
            assert self.last_price is not None
            self._take_out(order)
            order.order_type = TRIGGERED[order.order_type]
            yield Triggered(order, self.last_price)
            yield from self._arrive(order)

    def _next_triggered(self) -> Order | None:
        for order in self.working.values():
            if order.waits_for_its_stop and order.is_reached_by(self.last_price):
                return order
        return None

    def _canceled(
        self,
        order: Order,
        reason: CancelReason,
        initiator: Initiator = Initiator.VENUE,
        counter_order: str | None = None,
    ) -> Canceled:
        self._take_out(order)
        order.leaves = ZERO
        return Canceled(order, initiator, reason, counter_order)

    def _take_out(self, order: Order) -> None:
        if self.working.pop(order.order_id, None) and order in self.book[order.side]:
            self.book[order.side].remove(order)


def _price(order: Order) -> Amount:
    """Give the price of an order in the book: none rests there without a limit."""
    assert order.price is not None
    return order.price


def _precedence(order: Order) -> Amount:
    return negate(_price(order)) if order.side is Side.BUY else _price(order)
