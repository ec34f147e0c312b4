"""Events of a client: who he is to us, what he may do, and what forbids it.

No event names him: `identity` and `subject` point into the vault, and evidence is a digest.
"""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant


class ClientKind(StrEnum):
    """What kind of person a client is; the tests of a professional investor differ by it."""

    INDIVIDUAL = "individual"
    CORPORATION = "corporation"
    PARTNERSHIP = "partnership"
    TRUST = "trust"
    INSTITUTION = "institution"


class ClientAdmitted(Event, frozen=True):
    """A client was admitted; `identity` is the vault's reference to his particulars."""

    client: str
    kind: ClientKind
    identity: str


class ClientCeased(Event, frozen=True):
    """A client left: the periods of retention begin."""

    client: str
    reason: str


class AccountAssigned(Event, frozen=True):
    """An account belongs to a client: his one, or a sub-account of `parent`."""

    client: str
    account: str
    parent: str | None = None


class AgreementSigned(Event, frozen=True):
    """A client signed a version of the client agreement; `document` is its SHA-256."""

    client: str
    version: str
    document: str


class AuthorityGiven(Event, frozen=True):
    """A standing authority to use a client's assets in the ways of `scope` until `valid_until`."""

    client: str
    authority: str
    scope: str
    document: str
    valid_from: Instant
    valid_until: Instant | None = None


class AuthorityRenewed(Event, frozen=True):
    """A standing authority goes on until `valid_until`; notice was given at `notified_at`."""

    client: str
    authority: str
    notified_at: Instant
    valid_until: Instant


class AuthorityRevoked(Event, frozen=True):
    """A standing authority ends now."""

    client: str
    authority: str


class Extent(StrEnum):
    """How far a restriction goes."""

    REDUCE_ONLY = "reduce_only"
    SUSPENDED = "suspended"


class Ground(StrEnum):
    """Why a client is restricted."""

    SUSPICIOUS_ACTIVITY = "suspicious_activity"
    SANCTIONS = "sanctions"
    REGULATOR_ORDER = "regulator_order"
    COURT_ORDER = "court_order"
    CLIENT_REQUEST = "client_request"
    DOCUMENTS_OUTSTANDING = "documents_outstanding"
    MARGIN_DEFICIENCY = "margin_deficiency"


class ClientRestricted(Event, frozen=True):
    """A client may only reduce, or do nothing at all, for a ground with a legal basis."""

    client: str
    restriction: str
    extent: Extent
    ground: Ground
    legal_basis: str


class RestrictionLifted(Event, frozen=True):
    """A restriction ends now."""

    client: str
    restriction: str
    reason: str


class Benefit(StrEnum):
    """What a client may be offered."""

    FEE_DISCOUNT = "fee_discount"
    GIFT = "gift"


class BenefitOffered(Event, frozen=True):
    """A client was offered something; only a fee discount may depend on an asset."""

    client: str
    benefit: Benefit
    terms: str
    asset: str | None = None


class OverrideGranted(Approved, frozen=True):
    """One control does not bind a client from `effective_from` until `until`, exclusive."""

    client: str
    override: str
    control: str
    reason: str
    effective_from: Instant
    until: Instant


class LegalHoldPlaced(Event, frozen=True):
    """Nothing of a client may be destroyed until the hold is released."""

    client: str
    hold: str
    authority: str
    notice: str


class LegalHoldReleased(Approved, frozen=True):
    """A legal hold ends now."""

    client: str
    hold: str
    reason: str


class ClientKeyDestroyed(Approved, frozen=True):
    """The vault's key of a client is to be destroyed: retention is over and nothing holds it."""

    client: str
    retained_until: Instant
