"""Events of an asset: what it is and how finely it divides."""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant


class AssetKind(StrEnum):
    """What kind of thing an asset is."""

    FIAT = "fiat"
    VIRTUAL_ASSET = "virtual_asset"
    SECURITY = "security"


class AssetRegistered(Event, frozen=True):
    """An asset was registered: `scale` is the number of decimals of its smallest unit."""

    asset: str
    scale: int
    kind: AssetKind


class AssetAdmitted(Approved, frozen=True):
    """An asset may be traded from `effective_from` on; `retail` says whether by everybody.

    `decision` refers to the committee's decision and its reasons.
    """

    asset: str
    retail: bool
    decision: str
    effective_from: Instant


class AssetAdmissionWithdrawn(Approved, frozen=True):
    """An asset is admitted no longer from `effective_from` on."""

    asset: str
    reason: str
    decision: str
    effective_from: Instant
