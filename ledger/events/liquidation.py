"""Events of a liquidation: a case with numbered steps, from what was detected to its close.

Amounts are in units of `asset`, or of the currency of the evaluation. Cases of an account count 1,
2, 3 and so on, and so do the `step`s of a case. `backstop` is the house's account that takes
positions over. Sequences say which record a figure was taken from.
"""

from enum import StrEnum

from ledger.chart import Segregation
from ledger.events.approval import Approved
from ledger.events.dealing import Side
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import Amount


class LiquidationOutcome(StrEnum):
    """How a case ends: the account keeps what it still has, or nothing is left of it."""

    CURED = "cured"
    TAKEN_OVER = "taken_over"


class CaseEvent(Event, frozen=True):
    """A step of a case, told on the account that it is about."""

    account: str
    case: int
    step: int


class LiquidationDetected(CaseEvent, frozen=True):
    """Equity is below what must be maintained, or a margin call expired unmet.

    `evaluation` is the sequence of the evaluation that says so; `instrument` the isolated position
    that it is about, None for all the others.
    """

    evaluation: int
    currency: str
    equity: Amount
    maintenance: Amount
    instrument: str | None = None
    call: int | None = None
    client: str | None = None


class LiquidationStarted(CaseEvent, frozen=True):
    """The account is out of its client's hands until the case is closed.

    `waterfall` is the published order in which losses are borne, as it is in force, and
    `waterfall_source` the record of it.
    """

    waterfall: str
    waterfall_source: int
    backstop: str
    backstop_source: int


class LiquidationOrdersCanceled(CaseEvent, frozen=True):
    """All open orders of the case were canceled first: so many, and what that set free."""

    orders: int
    released: dict[str, Amount]


class LiquidationOrderPlaced(CaseEvent, frozen=True):
    """The risk engine offers a part of a position, at a price that leaves the account solvent.

    `shortage` is what equity lacks of what must be maintained, `tier` the floor of the tier that
    the position is in. `price` lies between the mark and `bankruptcy_price` (dYdX, fillable price).
    """

    order_id: str
    instrument: str
    side: Side
    quantity: Amount
    price: Amount
    mark: int
    mark_price: Amount
    bankruptcy_price: Amount
    shortage: Amount
    tier: Amount


class CollateralConverted(CaseEvent, frozen=True):
    """Collateral was sold to the backstop at its collateral price, to have cash where it is needed.

    `quantity` of `asset` goes and `proceeds` of `into` come; `pledged` is what stays pledged of it.
    """

    asset: str
    quantity: Amount
    from_pledge: Amount
    pledged: Amount
    into: str
    proceeds: Amount
    price: Amount
    price_source: int
    haircut: Amount
    backstop: str
    segregation: Segregation


class PositionTakenOver(CaseEvent, frozen=True):
    """The backstop took a position over at its bankruptcy price: nothing is left of its equity.

    `cost` is signed as the value bought; `position_quantity` and `position_cost` are the account's
    afterwards. `surplus` is what it was worth more at the mark, below zero what it was worth less.
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
    segregation: Segregation
    mark: int
    mark_price: Amount
    equity: Amount
    maintenance: Amount
    surplus: Amount
    client: str | None = None


class LiquidationSurplusReturned(CaseEvent, frozen=True):
    """What a position was worth more at the mark than at its bankruptcy price is the client's."""

    instrument: str
    asset: str
    amount: Amount
    backstop: str
    segregation: Segregation


class LiquidationFeeCharged(CaseEvent, frozen=True):
    """Of a surplus so many percent of the value at the mark, at most, go to the reserve fund."""

    instrument: str
    asset: str
    amount: Amount
    percent: Amount
    percent_source: int
    segregation: Segregation


class LiquidationClosed(CaseEvent, frozen=True):
    """The case is over; nothing of a deficit is left uncovered."""

    outcome: LiquidationOutcome
    equity: Amount
    maintenance: Amount


class LiquidationOverridden(Approved, frozen=True):
    """Two people keep an account from being liquidated until a moment, for a reason."""

    account: str
    until: Instant
    reason: str


EVENTS: tuple[type[Event], ...] = (
    LiquidationDetected,
    LiquidationStarted,
    LiquidationOrdersCanceled,
    LiquidationOrderPlaced,
    CollateralConverted,
    PositionTakenOver,
    LiquidationSurplusReturned,
    LiquidationFeeCharged,
    LiquidationClosed,
    LiquidationOverridden,
)
