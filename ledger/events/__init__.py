"""The catalogue: every event that can exist, by name; what a regulator reads first.

A name here is a word of the vocabulary and stays for ever: an event may gain a field with a
default, or a new `SCHEMA` with an upcaster, but is never renamed, changed in meaning or removed.
"""

from ledger.events.account import (
    AccountClosed,
    AccountOpened,
    CashDeposited,
    CashTransferred,
    CashWithdrawn,
    CorrectionKind,
    MovementCorrected,
)
from ledger.events.asset import AssetKind, AssetRegistered
from ledger.events.command import CommandConflicted, CommandRejected
from ledger.events.envelope import Actor, ActorKind, Draft, Recorded, Request, request_record
from ledger.events.event import Event, schema_version
from ledger.events.venue import (
    LineStatus,
    MirrorAccountOpened,
    MovementKind,
    VenueLineNoted,
    VenueLineQuarantined,
    VenueMovement,
)

CATALOGUE: dict[str, type[Event]] = {
    event_type.__name__: event_type
    for event_type in (
        AccountOpened,
        AccountClosed,
        CashDeposited,
        CashWithdrawn,
        CashTransferred,
        MovementCorrected,
        AssetRegistered,
        MirrorAccountOpened,
        VenueMovement,
        VenueLineNoted,
        VenueLineQuarantined,
        CommandRejected,
        CommandConflicted,
    )
}

__all__ = [
    "CATALOGUE",
    "AccountClosed",
    "AccountOpened",
    "Actor",
    "ActorKind",
    "AssetKind",
    "AssetRegistered",
    "CashDeposited",
    "CashTransferred",
    "CashWithdrawn",
    "CommandConflicted",
    "CommandRejected",
    "CorrectionKind",
    "Draft",
    "Event",
    "LineStatus",
    "MirrorAccountOpened",
    "MovementCorrected",
    "MovementKind",
    "Recorded",
    "Request",
    "VenueLineNoted",
    "VenueLineQuarantined",
    "VenueMovement",
    "request_record",
    "schema_version",
]
