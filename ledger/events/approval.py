"""Events of four eyes: a critical change is proposed, then approved by another person, or not."""

from typing import Any

import msgspec

from ledger.events.envelope import ActorKind
from ledger.events.event import Event
from ledger.instants import Instant


class Approval(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """Whose four eyes let a change happen: two people in two functions, bound to one content.

    `digest` is the SHA-256, in hex, over the type and content of the change as it was proposed.
    """

    proposal: str
    digest: str
    proposer: str
    proposer_function: str
    approver: str
    approver_function: str
    approved_at: Instant


class Approved(Event, frozen=True, kw_only=True):
    """An event that only an approved change leads to."""

    approval: Approval


class ChangeProposed(Event, frozen=True):
    """A critical change was proposed: `change` is a command of `change_type`, without its envelope.

    It has no effect until another person in another function approves this very content, at the
    latest one nanosecond before `expires_at`. It belongs to `entity`: nobody approves it for
    another, and only while the proposer still holds the role in which he proposed it.
    """

    proposal: str
    entity: str
    change_type: str
    change: dict[str, Any]
    digest: str
    proposer: str
    proposer_kind: ActorKind
    function: str
    expires_at: Instant
    rationale: str


class ChangeApproved(Approved, frozen=True):
    """A change was approved; what it leads to follows under the same command."""

    change_type: str


class ChangeDeclined(Event, frozen=True):
    """A proposed change was turned down by another, or taken back by its proposer."""

    proposal: str
    reason: str
