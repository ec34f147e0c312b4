"""Events of an asset: what it is and how finely it divides."""

from enum import StrEnum

from ledger.events.event import Event


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
