"""Events of collateral: what an asset counts for, and what a client pledges, by whose authority."""

from enum import StrEnum

import msgspec

from ledger.chart import Segregation
from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import Amount


class HaircutPurpose(StrEnum):
    """For what an asset is cut: one coin has several haircuts at a time."""

    PERPETUAL_MARGIN = "perpetual_margin"
    LENDING = "lending"
    CAPITAL = "capital"


class HaircutTier(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """From a quantity on, so many percent of what lies above it do not count."""

    floor: Amount
    haircut: Amount


class HaircutScheduleSet(Approved, frozen=True):
    """What an asset counts for, for one purpose, from `effective_from` on; without tiers: nothing.

    At most `concentration` percent of all that an account has as collateral count in this asset.
    """

    asset: str
    purpose: HaircutPurpose
    tiers: tuple[HaircutTier, ...]
    effective_from: Instant
    concentration: Amount | None = None


class CollateralPledged(Event, frozen=True):
    """An asset secures the account's positions, by the client's standing authority.

    It can be neither spent nor sold until it is released; `pledged` is how much is now.
    """

    account: str
    asset: str
    amount: Amount
    pledged: Amount
    authority: str
    segregation: Segregation


class CollateralReleased(Event, frozen=True):
    """A pledged asset is free again, by the client's standing authority."""

    account: str
    asset: str
    amount: Amount
    pledged: Amount
    authority: str
    segregation: Segregation


class CollateralSubstituted(Event, frozen=True):
    """One pledge takes the place of another, at once: `with_asset` comes and `asset` goes free."""

    account: str
    asset: str
    amount: Amount
    pledged: Amount
    with_asset: str
    with_amount: Amount
    with_pledged: Amount
    authority: str
    segregation: Segregation
