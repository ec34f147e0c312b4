"""Events of what the regulator permits a legal entity to do."""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.instants import Instant


class Activity(StrEnum):
    """What a permission is for; none is presumed."""

    SPOT = "spot"
    PERPETUALS = "perpetuals"
    MARGIN_FINANCING = "margin_financing"
    AFFILIATED_MARKET_MAKING = "affiliated_market_making"
    SHARED_ORDER_BOOK = "shared_order_book"
    CROSS_COLLATERAL = "cross_collateral"


class RegulatoryPermissionGranted(Approved, frozen=True):
    """The regulator permits an entity these activities until `until`, exclusive; None for no end.

    `conditions` are the regulator's, in short; `document` is the SHA-256 of the letter.
    """

    permission: str
    entity: str
    activities: tuple[Activity, ...]
    document: str
    effective_from: Instant
    conditions: tuple[str, ...] = ()
    until: Instant | None = None


class RegulatoryPermissionVaried(Approved, frozen=True):
    """A permission says something else from `effective_from` on; it is restated in full."""

    permission: str
    entity: str
    activities: tuple[Activity, ...]
    document: str
    effective_from: Instant
    conditions: tuple[str, ...] = ()
    until: Instant | None = None


class RegulatoryPermissionRevoked(Approved, frozen=True):
    """A permission ends at `effective_from`."""

    permission: str
    entity: str
    reason: str
    document: str
    effective_from: Instant
