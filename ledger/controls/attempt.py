"""An attempt to trade, as every control sees it, and what a control says that it misses."""

from typing import NamedTuple

import msgspec

from ledger.client import Client
from ledger.contract import value
from ledger.controls.once import once
from ledger.events import (
    ClientClass,
    Effect,
    InstrumentSpecified,
    MarkPriceComputed,
    OrderType,
    ProductKind,
    ReferencePriceReported,
    Side,
    Unit,
)
from ledger.funds import free_margin, held_back, releasable
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument, Specification
from ledger.leverage import class_of, leverage_cap
from ledger.margin import Book, Holding, available
from ledger.margin_book import Found, Lack, book_of
from ledger.margin_terms import INITIAL_MARGIN
from ledger.numbers import ONE, ZERO, Amount, OutOfRange, add, magnitude, subtract
from ledger.order import Order
from ledger.owner import owner_of
from ledger.parameters import Parameters
from ledger.price import Price
from ledger.product import Product, Terms
from ledger.reasons import Reason
from ledger.repaying import Bid, Way, bids_of, outlooks, ways_of
from ledger.reservation import Ask, Reserved, dearest, reserve
from ledger.situation import Situation


class Wish(NamedTuple):
    """What an order would be: `quantity` is what could still be executed of the `whole`.

    It `waits` while its stop price was not reached. `replaces` is the order as it stands, where
    this would change one.
    """

    side: Side
    order_type: OrderType
    quantity: Amount
    whole: Amount
    price: Amount | None
    stop_price: Amount | None
    waits: bool
    expires_at: Instant | None
    reduce_only: bool
    leverage: Amount | None
    replaces: Order | None = None
    order_id: str = ""


class Attempt(msgspec.Struct, frozen=True, dict=True):
    """An account on its way to trade a product, and all that the controls may look at.

    `exposure` is what the client would be exposed to, in HKD, and `concentration` the percent of it
    in the product's references. `wish` is the order, where one is placed or changed.
    """

    situation: Situation
    account_id: str
    product_id: str
    effect: Effect = Effect.INCREASE
    solicited: bool = False
    exposure: Amount | None = None
    concentration: Amount | None = None
    wish: Wish | None = None

    @once
    def now(self) -> Instant:
        return self.situation.now

    @once
    def parameters(self) -> Parameters:
        return self.situation.the(Parameters)

    @once
    def terms(self) -> Terms | None:
        return self.situation.of(Product, self.product_id).terms(self.now)

    @once
    def account(self) -> Account:
        return self.situation.of(Account, self.account_id)

    @once
    def client(self) -> Client:
        return owner_of(self.situation, self.account)

    @once
    def classification(self) -> ClientClass | None:
        return self.client.classification(self.now)

    @once
    def is_perpetual(self) -> bool:
        return self.terms is not None and self.terms.kind is ProductKind.PERPETUAL

    @once
    def is_institutional(self) -> bool:
        return self.classification is ClientClass.INSTITUTIONAL

    @once
    def client_class(self) -> ClientClass:
        return class_of(self.client, self.now)

    @once
    def specification(self) -> Specification | None:
        return self.situation.of(Instrument, self.product_id).specification(self.now)

    @once
    def contract(self) -> InstrumentSpecified | None:
        return None if self.specification is None else self.specification.terms

    @once
    def reference_price(self) -> Amount | None:
        """Give the prevailing price: the mark where there is one, and nothing that is too old."""
        served = self.situation.of(Price, self.product_id).prevailing(self.now)
        if served is None:
            return None
        assert isinstance(served.event, MarkPriceComputed | ReferencePriceReported)
        return served.event.price

    @once
    def price_stale(self) -> bool:
        """Tell whether there was a price, and none since that serves."""
        absence = self.situation.of(Price, self.product_id).absence
        return self.reference_price is None and absence is Reason.PRICE_STALE

    @once
    def leverage_cap(self) -> Amount | None:
        return leverage_cap(self.situation, self.client, self.product_id)

    @once
    def initial_margin(self) -> Amount | None:
        parameters = self.parameters
        return parameters.amount(INITIAL_MARGIN, Unit.PERCENT, self.now, self.product_id)

    @once
    def worth(self) -> Amount | None:
        """Give what the order is worth at most.

        None where there is no price to reckon it by, or where it is more than any amount may be.
        """
        wish, terms, reference = self.wish, self.contract, self.reference_price
        if wish is None or terms is None or reference is None:
            return None
        return _worth(terms, wish.quantity, wish, reference)

    @once
    def others(self) -> Amount:
        """Give what else may be executed on this side, by orders that do not only reduce."""
        wish = self.wish
        if wish is None:
            return ZERO
        working = self.account.orders.working_on(self.product_id, wish.side)
        replaced = ZERO if wish.replaces is None else wish.replaces.exposed
        return subtract(subtract(working.exposed, working.reducing), replaced)

    @once
    def reserved(self) -> Reserved | None:
        """Give what the order needs: a spot sale what it delivers, a mere reduction nothing.

        None where there is no price to reckon it by.
        """
        wish, terms = self.wish, self.contract
        if wish is None or terms is None or self.worth is None:
            return None
        if terms.base is not None and wish.side is Side.SELL:
            return Reserved(terms.base, wish.quantity)
        if wish.reduce_only:
            return Reserved(terms.settlement, ZERO)
        leverage = wish.leverage or self.leverage_cap or ONE
        holding = self.holding
        if holding is None:
            return reserve(terms, self.worth, ZERO, tiers=(), leverage=leverage)
        chosen = self.account.selected(self.product_id)
        if chosen is not None and chosen.leverage is not None:
            leverage = min(leverage, chosen.leverage)
        return reserve(terms, self.worth, self.beside, tiers=holding.tiers, leverage=leverage)

    @once
    def margined(self) -> Found:
        """Look up the account's margin book, with this contract in it."""
        return book_of(self.situation, self.account, also=self.product_id)

    @once
    def holding(self) -> Holding | None:
        """Give the contract as the margin book has it; None for coins."""
        book = self.margined.book
        held = () if book is None else book.holdings
        return next((each for each in held if each.terms is self.contract), None)

    @once
    def beside(self) -> Amount:
        """Give what lifts an order into higher tiers: the position, and the orders on this side."""
        wish, terms, reference = self.wish, self.contract, self.reference_price
        held = magnitude(self.account.position(self.product_id).quantity)
        quantity = add(held, self.others)
        if wish is None or terms is None or reference is None or not quantity:
            return ZERO
        return _worth(terms, quantity, wish, reference) or ZERO

    @once
    def lack(self) -> Lack | None:
        """Give what keeps back what the order needs: a margin that cannot be reckoned, if it is.

        Coins that secure nothing are sold all the same.
        """
        if self.holding is not None or self.reserved is None:
            return self.margined.lack
        return held_back(self.margined, self.reserved.asset)

    @once
    def held(self) -> Amount:
        """Give what is held already for the order that this would change."""
        order = self.wish.replaces if self.wish else None
        fits = order is not None and self.reserved and order.held_asset == self.reserved.asset
        return order.hold if order is not None and fits else ZERO

    @once
    def outlooks(self) -> tuple[Book, ...]:
        """Give the books that a bid for what is owed leads to, but for what more is held for it.

        While it rests, and once it is filled; else the book as it is.
        """
        book, wish, terms = self.margined.bare, self.wish, self.contract
        if self.margined.book is None or book is None:
            return ()
        if wish is None or terms is None or self.reserved is None or not self.repays:
            return (self.margined.book,)
        bids = bids_of(self.situation, self.account, self.now)
        ways = (Way(self.reserved.amount, wish.quantity),)
        if wish.replaces is not None:
            others = {name: bid for name, bid in bids.items() if name != wish.order_id}
            return outlooks(book, [*others.values(), Bid(terms, ways_of(wish.replaces) + ways)])
        return outlooks(book, [*bids.values(), Bid(terms, ways)])

    @once
    def repays(self) -> bool:
        """Tell whether the order buys coins that the account owes."""
        base = None if self.contract is None else self.contract.base
        buys = self.wish is not None and self.wish.side is Side.BUY
        return buys and base is not None and self.account.spendable(base) < ZERO

    @once
    def worsened(self) -> Amount | None:
        """Give the margin that is left by a change that needs no more cash, if that is worse."""
        if not self.repays or self.margined.book is None:
            return None
        least = min(available(book) for book in self.outlooks)
        return least if least < min(ZERO, available(self.margined.book)) else None

    @once
    def available(self) -> Amount:
        """Give what the account has for what the order needs: cash, or margin for a contract."""
        reserved, book = self.reserved, self.margined.book
        assert reserved is not None
        if self.holding is not None and book is not None:
            return add(free_margin(book, self.product_id), self.held)
        wanted = max(ZERO, subtract(reserved.amount, self.held))
        books = self.outlooks or (None,)
        there = min(releasable(self.account, each, reserved.asset, wanted) for each in books)
        return add(there, self.held)

    @once
    def available_margin(self) -> Amount | None:
        """Give what margin is free, where a contract needs some."""
        if self.reserved is None or self.holding is None:
            return None
        return self.available if self.reserved.amount else None


def _worth(
    terms: InstrumentSpecified, quantity: Amount, wish: Wish, reference: Amount
) -> Amount | None:
    """Give what a quantity is worth at most at the price of an order; None beyond all amounts."""
    stop = wish.stop_price if wish.waits else None
    try:
        price = dearest(terms, Ask(wish.side, wish.price, stop), reference)
        return magnitude(value(terms, quantity, price))
    except OutOfRange:
        return None


class Breach(NamedTuple):
    """Why a control refuses, with what it allows and what was attempted."""

    reason: Reason
    limit: object = None
    attempted: object = None
