"""Events of the controls before the trade: who was free to trade what, under which flags."""

from enum import StrEnum

from ledger.events.event import Event
from ledger.numbers import Amount
from ledger.reasons import Reason


class Effect(StrEnum):
    """What an order would do to the client's risk."""

    INCREASE = "increase"
    REDUCE = "reduce"


class EligibilityConfirmed(Event, frozen=True):
    """Every control let an account trade a product.

    `affiliate`, `employee` and `program` are stamped from what was declared, never from what was
    asked. `lapsed` lists what would have stopped an increase; `overrides` what was waived.
    """

    account: str
    client: str
    product: str
    effect: Effect
    solicited: bool
    permission: str | None = None
    exposure: Amount | None = None
    concentration: Amount | None = None
    affiliate: bool = False
    employee: bool = False
    program: str | None = None
    lapsed: tuple[Reason, ...] = ()
    overrides: tuple[str, ...] = ()
