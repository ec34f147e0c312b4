"""An asset: registered once, with a scale that never changes."""

import msgspec

from ledger.commands import RegisterAsset
from ledger.events import AssetRegistered, Draft, Event
from ledger.numbers import Amount, decimals
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse


class Asset(msgspec.Struct, frozen=True):
    """All that a decision may know of an asset: `scale` is None while it is not registered."""

    scale: int | None = None


def evolve(state: Asset, event: Event) -> Asset:
    """Transcribe an event into the state."""
    return Asset(scale=event.scale) if isinstance(event, AssetRegistered) else state


def register(asset: Asset, command: RegisterAsset) -> list[Draft]:
    """Register an asset, once."""
    if asset.scale is not None:
        return refuse(command, Reason.ASSET_EXISTS, limit=asset.scale, attempted=command.scale)
    event = AssetRegistered(asset=command.asset, scale=command.scale, kind=command.kind)
    return [Draft(stream=command.streams()[0], event=event)]


def misfit(asset: Asset, amount: Amount) -> Reason | None:
    """Say why an amount of this asset cannot be booked by command, if it cannot."""
    if asset.scale is None:
        return Reason.ASSET_UNKNOWN
    return Reason.FINER_THAN_SCALE if decimals(amount) > asset.scale else None


def misfit_flags(asset: Asset, amount: Amount) -> tuple[Flag, ...]:
    """Say the same of a fact, which is recorded and flagged."""
    reason = misfit(asset, amount)
    return (Flag(reason),) if reason else ()
