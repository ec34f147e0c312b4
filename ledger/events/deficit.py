"""Events of a deficit: who bears what the bankrupt account cannot, down the published waterfall.

Amounts are in units of `asset`. Events on other accounts than the bankrupt one name it as
`of_account`, with the case and its step. Sequences say which record a figure was taken from.
"""

from enum import StrEnum

from ledger.chart import Segregation
from ledger.events.dealing import Side
from ledger.events.event import Event
from ledger.events.liquidation import CaseEvent
from ledger.numbers import ZERO, Amount


class DeficitRecognized(CaseEvent, frozen=True):
    """At the mark a position was worth less than at its bankruptcy price: somebody bears `amount`.

    The client does not: his loss ends with what he had. `quantity` is the signed position that the
    backstop took over, and `price` that of bankruptcy.
    """

    instrument: str
    asset: str
    amount: Amount
    quantity: Amount
    price: Amount
    mark: int
    mark_price: Amount


class CoveredBy(StrEnum):
    """Who bears a part of a deficit, in the order of the waterfall."""

    RESERVE_FUND = "reserve_fund"
    DELEVERAGING = "deleveraging"
    ALLOCATION = "allocation"


class DeficitCovered(CaseEvent, frozen=True):
    """So much of a deficit is borne, and `left` is not yet: what is covered sums to the deficit.

    Deleveraging goes in whole lots, and brings in `overshoot` more than was needed.
    """

    instrument: str
    asset: str
    amount: Amount
    by: CoveredBy
    left: Amount
    overshoot: Amount = ZERO


class DeleveragingQueueRanked(CaseEvent, frozen=True):
    """Whoever holds the other side was ranked; each ranked account is an event of its own.

    `policy` says how the quantity is shared, `holders` of how many accounts positions were looked
    at, so that longs and shorts are as many, and `passed_over` how many could not take at the
    bankruptcy price and stay solvent.
    """

    instrument: str
    policy: str
    policy_source: int
    deficit: Amount
    quantity: Amount
    bankruptcy_price: Amount
    mark: int
    mark_price: Amount
    holders: int
    ranked: int
    passed_over: int


class DeleveragingRanked(Event, frozen=True):
    """One account in the ranking of a case, with all that its place follows from.

    `profit` is in percent of the entry value, `leverage` the value at the mark over what lies
    between that and the value at the account's own bankruptcy price; the highest `score` comes
    first (BitMEX, deleveraging). `deleveraged` is what it then gives up.
    """

    of_account: str
    case: int
    step: int
    instrument: str
    rank: int
    account: str
    quantity: Amount
    cost: Amount
    worth: Amount
    bankrupt_worth: Amount | None
    profit: Amount
    leverage: Amount
    score: Amount
    deleveraged: Amount


class OnOther(Event, frozen=True):
    """A step of another account's case, told on the account that it moves."""

    account: str
    of_account: str
    case: int
    step: int


class PositionDeleveraged(OnOther, frozen=True):
    """A part of a position on the other side was closed at the bankrupt account's price.

    `borne` is what its holder gives up by that, against the mark.
    """

    instrument: str
    side: Side
    quantity: Amount
    price: Amount
    cost: Amount
    asset: str
    realized_profit: Amount
    position_quantity: Amount
    position_cost: Amount
    counterparty: str
    rank: int
    borne: Amount
    segregation: Segregation
    client: str | None = None


class BackstopTraded(OnOther, frozen=True):
    """The backstop's side of a position that it took over, or passed on."""

    instrument: str
    side: Side
    quantity: Amount
    price: Amount
    cost: Amount
    asset: str
    realized_profit: Amount
    position_quantity: Amount
    position_cost: Amount
    counterparty: str
    segregation: Segregation


class BackstopSettled(OnOther, frozen=True):
    """The backstop's side of what is paid in a case: below zero it pays."""

    asset: str
    amount: Amount
    counterparty: str
    segregation: Segregation


class LossAllocated(OnOther, frozen=True):
    """What nobody else bears of a deficit is shared by those in profit, as their profits are.

    `basis` is the account's profit at the mark, of `whole` of all of them; parts are in units and
    sum to what is shared, by largest remainder.
    """

    instrument: str
    asset: str
    amount: Amount
    basis: Amount
    whole: Amount
    segregation: Segregation
    client: str | None = None


class FundSource(StrEnum):
    """Where a contribution to the reserve fund comes from."""

    CAPITAL = "capital"
    LIQUIDATION_FEE = "liquidation_fee"
    RECOVERY = "recovery"


class ReserveFundContributed(Event, frozen=True):
    """The reserve fund of an asset received `amount`, and holds `balance` now.

    Capital and recoveries come from the house's account `counterparty`, fees from a case.
    """

    asset: str
    amount: Amount
    balance: Amount
    source: FundSource
    counterparty: str
    reference: str | None = None
    case: int | None = None
    step: int | None = None


class ReserveFundDrawn(Event, frozen=True):
    """The reserve fund bears `amount` of a deficit, and holds `balance` now."""

    asset: str
    amount: Amount
    balance: Amount
    of_account: str
    case: int
    step: int
    instrument: str
    backstop: str


EVENTS: tuple[type[Event], ...] = (
    DeficitRecognized,
    DeficitCovered,
    DeleveragingQueueRanked,
    DeleveragingRanked,
    PositionDeleveraged,
    BackstopTraded,
    BackstopSettled,
    LossAllocated,
    ReserveFundContributed,
    ReserveFundDrawn,
)
