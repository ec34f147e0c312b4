"""Events of a client as an investor: what he is, what he knows, how much risk he may bear."""

from enum import StrEnum

from ledger.events.account import CorrectionKind
from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import Amount


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

    That is record `version` of the client's stream, and `before` is what it said. What it should
    have said, if anything, follows as a record of its own.
    """

    client: str
    version: int
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
