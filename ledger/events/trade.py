"""Events of trades: one fill for each side, and what puts a fill right.

Amounts are in units of the settlement asset `asset`, quantities in contracts, or in units of `base`
where a spot trade delivers it. `cost` is signed as the value bought: it passes through CLEARING.
"""

from enum import StrEnum

from ledger.chart import Segregation
from ledger.events.approval import Approved
from ledger.events.dealing import OrderStatus, Side
from ledger.events.event import Event
from ledger.numbers import ZERO, Amount
from ledger.reasons import Flag


class Liquidity(StrEnum):
    """Whether a side's order waited in the book or met one that did (FIX 851)."""

    MAKER = "maker"
    TAKER = "taker"


class OrderFilled(Event, frozen=True):
    """One side of a trade, with all that it leaves.

    `realized_profit` went from the position's cost to cash, `fee` (negative: a rebate) from cash;
    `position_quantity` and `position_cost` are the account's afterwards, `hold` what is still
    reserved. Its trade is that of the command that reported it, `terms` the version of the
    instrument's record. In class SUSPENSE where it fits no order: never dropped, flagged.
    """

    account: str
    trade_id: str
    order_id: str
    instrument: str
    side: Side
    last_quantity: Amount
    last_price: Amount
    liquidity: Liquidity
    cost: Amount = ZERO
    asset: str = ""
    base: str | None = None
    terms: int = 0
    realized_profit: Amount = ZERO
    fee: Amount = ZERO
    status: OrderStatus | None = None
    cumulative_quantity: Amount | None = None
    leaves_quantity: Amount | None = None
    hold: Amount = ZERO
    held_asset: str | None = None
    position_quantity: Amount | None = None
    position_cost: Amount | None = None
    segregation: Segregation = Segregation.CLIENT_TRUST
    client: str | None = None
    affiliate: bool = False
    employee: bool = False
    flags: tuple[Flag, ...] = ()


class FillBusted(Approved, frozen=True):
    """A fill, named in the envelope's `corrects`, is taken back: it never should have been.

    `quantity` is what no longer was executed; `cost`, `realized_profit` and `fee` are what is
    posted to take it back, `position_quantity` and `position_cost` what it leaves.
    """

    account: str
    trade_id: str
    order_id: str
    instrument: str
    side: Side
    quantity: Amount
    price: Amount
    cost: Amount
    asset: str
    realized_profit: Amount
    fee: Amount
    reason: str
    base: str | None = None
    status: OrderStatus | None = None
    cumulative_quantity: Amount | None = None
    position_quantity: Amount | None = None
    position_cost: Amount | None = None
    segregation: Segregation = Segregation.CLIENT_TRUST
    flags: tuple[Flag, ...] = ()


class FillCorrected(Approved, frozen=True):
    """A fill, named in the envelope's `corrects`, was recorded wrong: what it says now, in full.

    `quantity` is what no longer was executed; `cost`, `realized_profit` and `fee` are the
    differences that are posted, `position_quantity` and `position_cost` what they leave.
    """

    account: str
    trade_id: str
    order_id: str
    instrument: str
    side: Side
    last_quantity: Amount
    last_price: Amount
    quantity: Amount
    cost: Amount
    asset: str
    realized_profit: Amount
    fee: Amount
    reason: str
    base: str | None = None
    status: OrderStatus | None = None
    cumulative_quantity: Amount | None = None
    position_quantity: Amount | None = None
    position_cost: Amount | None = None
    segregation: Segregation = Segregation.CLIENT_TRUST
    flags: tuple[Flag, ...] = ()
