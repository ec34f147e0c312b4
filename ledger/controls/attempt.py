"""An attempt to trade, as every control sees it, and what a control says that it misses."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ledger.account import Account
from ledger.client import Client
from ledger.events import ClientClass, Effect, ProductKind
from ledger.instants import Instant
from ledger.numbers import Amount
from ledger.product import Product, Terms
from ledger.reasons import Reason
from ledger.situation import Situation


@dataclass(frozen=True)
class Attempt:
    """An account on its way to trade a product, and all that the controls may look at.

    `exposure` is what the client would be exposed to, in HKD, and `concentration` the percent of it
    in the product's references.
    """

    situation: Situation
    account_id: str
    product_id: str
    effect: Effect = Effect.INCREASE
    solicited: bool = False
    exposure: Amount | None = None
    concentration: Amount | None = None

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


class Breach(NamedTuple):
    """Why a control refuses, with what it allows and what was attempted."""

    reason: Reason
    limit: object = None
    attempted: object = None
