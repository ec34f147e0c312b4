"""Events of a client: who he is to us, what he may do, and what forbids it.

No event names him: `identity` and `subject` point into the vault, and evidence is a digest.
"""

from enum import StrEnum

from ledger.events.account import CorrectionKind
from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import Amount


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


class ClientClass(StrEnum):
    """How a client is classified."""

    RETAIL = "retail"
    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


class Wealth(StrEnum):
    """What the threshold test of a professional investor adds up."""

    PORTFOLIO = "portfolio"
    TOTAL_ASSETS = "total_assets"


class ClientClassified(Event, frozen=True):
    """A client was classified from `valid_from` until `valid_until`, exclusive.

    A professional who is no institution passed a threshold test: `basis` of `amount` HKD at
    `relevant_date`, against `threshold`. `evidence` is the SHA-256 of what proves it, `notice` of
    the notice given to him.
    """

    client: str
    classification: ClientClass
    legal_basis: str
    evidence: str
    valid_from: Instant
    valid_until: Instant | None = None
    basis: Wealth | None = None
    amount: Amount | None = None
    threshold: Amount | None = None
    relevant_date: str | None = None
    notice: str | None = None


class ClassificationConfirmed(Event, frozen=True):
    """The yearly confirmation: the classification in force holds until `valid_until`, exclusive."""

    client: str
    evidence: str
    valid_until: Instant


class ClassificationCorrected(Approved, frozen=True):
    """A classification was wrong or never existed; the envelope's `corrects` says which record.

    `before` is what it said. What it should have said, if anything, follows as a record of its own.
    """

    client: str
    before: ClientClass
    kind: CorrectionKind
    reason: str


class CorporateAssessed(Event, frozen=True):
    """A corporate professional investor was assessed in writing by three criteria.

    SHA-256 digests of what was found: its investment structure, the person who decides, and their
    awareness of the risks. It must be made anew from `valid_until` on.
    """

    client: str
    structure: str
    person: str
    awareness: str
    valid_until: Instant


class ConsentSigned(Event, frozen=True):
    """A client consents to be treated as a professional investor."""

    client: str
    document: str


class ConsentWithdrawn(Event, frozen=True):
    """A client no longer consents to it."""

    client: str


class Subject(StrEnum):
    """What a client must know."""

    VIRTUAL_ASSETS = "virtual_assets"
    DERIVATIVES = "derivatives"


class Route(StrEnum):
    """How a client came to know it."""

    TRAINING = "training"
    WORK = "work"
    TRADING = "trading"


class KnowledgeAssessed(Event, frozen=True):
    """A client knows a subject; by trading, `transactions` is how many within the window counted.

    `evidence` is the SHA-256 of what proves it.
    """

    client: str
    subject: Subject
    route: Route
    evidence: str
    transactions: int | None = None


class RiskProfile(StrEnum):
    """How much risk a client can and will bear."""

    CONSERVATIVE = "conservative"
    BALANCED = "balanced"
    AGGRESSIVE = "aggressive"


class RiskProfileSet(Event, frozen=True):
    """A client's risk profile, found by an assessment with this digest."""

    client: str
    profile: RiskProfile
    evidence: str


class ExposureLimitSet(Event, frozen=True):
    """How much a client may be exposed: HKD in all, and percent of it in one reference asset.

    `wealth_band` is his declared net worth, in bands and not in figures.
    """

    client: str
    limit: Amount
    concentration: Amount
    wealth_band: str
    notified_at: Instant
    review_due: Instant


class SuitabilityAssessed(Event, frozen=True):
    """Whether a product suits a client, up to `concentration` percent of his exposure."""

    client: str
    product: str
    suitable: bool
    concentration: Amount
    evidence: str
    valid_until: Instant


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
