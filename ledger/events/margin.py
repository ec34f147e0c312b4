"""Events of margin: what positions need, how a client wants them margined, and what he then has.

Amounts of a position are in units of its settlement asset, those of the whole account in its margin
currency. Sequences say which record a figure was taken from; 0 where it came from none.
"""

from enum import StrEnum

import msgspec

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount


class MarginMode(StrEnum):
    """Whether a position draws on the whole account, or on what was allocated to it alone."""

    CROSS = "cross"
    ISOLATED = "isolated"


class Rung(StrEnum):
    """How near an account is to liquidation, by equity in percent of its maintenance margin."""

    HEALTHY = "healthy"
    WARNING = "warning"
    CALL = "call"
    LIQUIDATION = "liquidation"


class MarginTier(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """From a value on, what lies above it needs so many percent initially and to be maintained."""

    floor: Amount
    initial: Amount
    maintenance: Amount


class MarginScheduleSet(Approved, frozen=True):
    """What a position needs by its value, tier by tier, from `effective_from` on.

    The value is in units of the settlement asset. Each tier binds only what lies above its floor,
    so the requirement is continuous.
    """

    instrument: str
    tiers: tuple[MarginTier, ...]
    effective_from: Instant


class MarginSelected(Event, frozen=True):
    """How a client wants his position margined, and with which leverage, at most `cap`."""

    account: str
    instrument: str
    mode: MarginMode
    leverage: Amount | None = None
    cap: Amount | None = None


class MarginAllocated(Event, frozen=True):
    """Cash was allocated to an isolated position, or taken back (below zero)."""

    account: str
    instrument: str
    asset: str
    amount: Amount
    allocated: Amount


class PositionMargin(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """What a position is worth at its mark and needs; one of nothing is there for its orders alone.

    `terms`, `mark`, `schedule` and the sources are sequences; without a schedule one rate each
    stands for all values. `initial` includes no orders: they need `orders`. At
    `liquidation_price` its equity would be what it must maintain, at `bankruptcy_price` nothing,
    all else being equal; none where no price does that. Of an isolated position `allocated`,
    `equity`, `ratio` and `rung` are its own.
    """

    instrument: str
    mode: MarginMode
    asset: str
    quantity: Amount
    cost: Amount
    terms: int
    mark: int
    mark_price: Amount
    value: Amount
    unrealized_profit: Amount
    leverage: Amount | None
    leverage_source: int
    schedule: int
    initial_source: int
    maintenance_source: int
    tier: Amount
    orders: Amount
    initial: Amount
    maintenance: Amount
    liquidation_price: Amount | None = None
    bankruptcy_price: Amount | None = None
    allocated: Amount | None = None
    equity: Amount | None = None
    ratio: Amount | None = None
    rung: Rung | None = None


class CollateralValue(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """What an account has of an asset to secure its positions, and what that counts for.

    `cash` is its balance less what is held for spot orders or allocated, where the asset settles
    contracts; `unrealized_profit` that of its cross positions. What is below zero is not cut.
    """

    asset: str
    cash: Amount
    pledged: Amount
    unrealized_profit: Amount
    price: Amount
    price_source: int
    schedule: int
    pre_haircut: Amount
    post_haircut: Amount


class MarginEvaluated(Event, frozen=True):
    """What an account has and needs at a moment, figure by figure.

    `equity` is what its collateral counts for, `initial` what its cross positions and orders need,
    `available` the difference, `ratio` the equity in percent of `maintenance`. `rungs` are the
    sequences of the levels of each rung. `exposure` is what positions and virtual assets are worth
    before any haircut, and `concentration` the percent of it in `top`, the largest reference.
    """

    account: str
    currency: str
    equity: Amount
    initial: Amount
    maintenance: Amount
    available: Amount
    ratio: Amount | None
    rung: Rung
    positions: tuple[PositionMargin, ...]
    collateral: tuple[CollateralValue, ...]
    levels: dict[Rung, Amount]
    rungs: dict[Rung, int]
    currency_source: int = 0
    exposure: Amount = ZERO
    concentration: Amount = ZERO
    top: str | None = None
    client: str | None = None
