"""An attempt to trade, as every control sees it, and what a control says that it misses."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ledger.client import Client
from ledger.events import (
    ClientClass,
    Effect,
    InstrumentSpecified,
    OrderType,
    ProductKind,
    Side,
    Unit,
)
from ledger.funds import margin_rate
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument, Price, Specification
from ledger.numbers import Amount
from ledger.order import Order
from ledger.parameters import Parameters
from ledger.product import Product, Terms
from ledger.reasons import Reason
from ledger.reservation import Ask, Reserved, rate_of, reserve
from ledger.situation import Situation

LEVERAGE_CAP = "leverage.cap"


class Wish(NamedTuple):
    """What an order would be: `quantity` is what could still be executed of it.

    `replaces` is the order as it stands, where this would change one.
    """

    side: Side
    order_type: OrderType
    quantity: Amount
    price: Amount | None
    stop_price: Amount | None
    expires_at: Instant | None
    reduce_only: bool
    leverage: Amount | None
    replaces: Order | None = None


@dataclass(frozen=True)
class Attempt:
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

    @property
    def now(self) -> Instant:
        return self.situation.now

    @cached_property
    def terms(self) -> Terms | None:
        return self.situation.of(Product, self.product_id).terms(self.now)

    @cached_property
    def account(self) -> Account:
        return self.situation.of(Account, self.account_id)

    @cached_property
    def client(self) -> Client:
        owner = self.account.client
        return Client() if owner is None else self.situation.of(Client, owner)

    @cached_property
    def classification(self) -> ClientClass | None:
        return self.client.classification(self.now)

    @property
    def is_perpetual(self) -> bool:
        return self.terms is not None and self.terms.kind is ProductKind.PERPETUAL

    @property
    def is_institutional(self) -> bool:
        return self.classification is ClientClass.INSTITUTIONAL

    @cached_property
    def client_class(self) -> ClientClass:
        """Give the class whose cap binds: whoever is no institution trades as a professional."""
        return ClientClass.INSTITUTIONAL if self.is_institutional else ClientClass.PROFESSIONAL

    @cached_property
    def specification(self) -> Specification | None:
        return self.situation.of(Instrument, self.product_id).specification(self.now)

    @property
    def contract(self) -> InstrumentSpecified | None:
        return None if self.specification is None else self.specification.terms

    @cached_property
    def reference_price(self) -> Amount | None:
        return self.situation.of(Price, self.product_id).price

    @cached_property
    def leverage_cap(self) -> Amount | None:
        scope = f"{self.product_id}/{self.client_class}"
        parameters = self.situation.the(Parameters)
        return parameters.amount(LEVERAGE_CAP, Unit.RATIO, self.now, scope)

    @cached_property
    def reserved(self) -> Reserved | None:
        """Give what the order needs; None where there is nothing to reckon it by."""
        wish, terms, reference = self.wish, self.contract, self.reference_price
        if wish is None or terms is None or reference is None:
            return None
        rate = margin_rate(self.situation, self.product_id, self.now)
        leverage = wish.leverage or self.leverage_cap
        if leverage is not None:
            rate = rate_of(rate, leverage)
        ask = Ask(wish.side, wish.quantity, wish.price, wish.stop_price, wish.reduce_only, rate)
        return reserve(terms, ask, reference)


class Breach(NamedTuple):
    """Why a control refuses, with what it allows and what was attempted."""

    reason: Reason
    limit: object = None
    attempted: object = None
