"""Commands about a client: admitted, classified, assessed, restricted, and let go.

No field takes a name: `identity` is a reference into the vault, evidence is a digest.
"""

from pydantic import Field

from ledger.commands.command import (
    AmountField,
    Command,
    Critical,
    DatedChange,
    Day,
    Digest,
    Identifier,
    InstantField,
    Percent,
    PositiveAmount,
    Text,
)
from ledger.events import (
    Benefit,
    ClientClass,
    ClientKind,
    CorrectionKind,
    Extent,
    Function,
    Ground,
    RiskProfile,
    Route,
    Subject,
    Wealth,
)

ONBOARDING = frozenset({Function.OPERATIONS, Function.COMPLIANCE})
OVERSEEING = frozenset({Function.RISK, Function.COMPLIANCE})
GUARDING = frozenset({Function.COMPLIANCE})


class AdmitClient(Command):
    """Admit a client; `identity` is the vault's reference to his particulars."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    kind: ClientKind
    identity: Digest


class CeaseClient(Command):
    """Let a client go whose accounts are all closed: the periods of retention begin."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    reason: Text


class ClassifyClient(Command):
    """Classify a client from `valid_from` (now if unsaid) on.

    A professional who is no institution names the `basis` of his threshold test, the `amount` in
    HKD and the day it stood at. `legal_basis` is the provision, such as `571D s.5(1)(a)(i)`.
    """

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    classification: ClientClass
    legal_basis: Text
    evidence: Digest
    valid_from: InstantField | None = None
    basis: Wealth | None = None
    amount: AmountField | None = None
    relevant_date: Day | None = None
    notice: Digest | None = None


class ConfirmClassification(Command):
    """Confirm for another year that a client is what he was classified as."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    evidence: Digest


class CorrectClassification(Critical):
    """Declare a recorded classification wrong, or one that never existed, from its beginning."""

    STREAM = "client"
    FUNCTIONS = GUARDING
    CITES = True

    client: Identifier
    corrects: int = Field(gt=0)
    kind: CorrectionKind
    reason: Text


class AssessCorporation(Command):
    """Note the assessment of a corporate professional investor by its three criteria."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    structure: Digest
    person: Digest
    awareness: Digest


class SignConsent(Command):
    """Note that a client consents to be treated as a professional investor."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    document: Digest


class WithdrawConsent(Command):
    """Note that he consents to it no longer."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier


class AssessKnowledge(Command):
    """Note that a client knows a subject, by a route, with the evidence.

    By trading, `transactions` are the days of those that count.
    """

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    subject: Subject
    route: Route
    evidence: Digest | None = None
    transactions: tuple[Day, ...] = Field(default=(), max_length=100)


class SetRiskProfile(Command):
    """Set a client's risk profile, as an assessment found it."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    profile: RiskProfile
    evidence: Digest


class SetExposureLimit(Command):
    """Set how much a client may be exposed, in HKD, and percent of it in one reference asset."""

    STREAM = "client"
    FUNCTIONS = OVERSEEING

    client: Identifier
    limit: PositiveAmount
    concentration: Percent
    wealth_band: Identifier
    notified_at: InstantField
    review_due: InstantField


class AssessSuitability(Command):
    """Note whether a product suits a client, up to `concentration` percent of his exposure."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    product: Identifier
    suitable: bool
    concentration: Percent
    evidence: Digest
    valid_until: InstantField


class SignAgreement(Command):
    """Note that a client signed a version of the client agreement."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    version: Identifier
    document: Digest


class GiveAuthority(Command):
    """Note a client's standing authority to use his assets in the ways of `scope`."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    authority: Identifier
    scope: Identifier
    document: Digest
    valid_until: InstantField | None = None


class RenewAuthority(Command):
    """Note that a standing authority goes on; `notified_at` is when the client was reminded."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    authority: Identifier
    notified_at: InstantField
    valid_until: InstantField


class RevokeAuthority(Command):
    """Note that a standing authority ends, at once."""

    STREAM = "client"
    FUNCTIONS = ONBOARDING

    client: Identifier
    authority: Identifier


class RestrictClient(Command):
    """Let a client only reduce, or do nothing at all, for a ground with its legal basis."""

    STREAM = "client"
    FUNCTIONS = OVERSEEING

    client: Identifier
    restriction: Identifier
    extent: Extent
    ground: Ground
    legal_basis: Text


class LiftRestriction(Command):
    """Lift a restriction."""

    STREAM = "client"
    FUNCTIONS = OVERSEEING

    client: Identifier
    restriction: Identifier
    reason: Text


class OfferBenefit(Command):
    """Offer a client something; tied to one asset only if it is a discount on fees."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.DEALING, Function.FINANCE, Function.OPERATIONS})

    client: Identifier
    benefit: Benefit
    terms: Text
    asset: Identifier | None = None


class GrantOverride(DatedChange):
    """Let one waivable control not bind a client until `until`."""

    STREAM = "client"
    FUNCTIONS = OVERSEEING

    client: Identifier
    override: Identifier
    control: Identifier
    reason: Text
    until: InstantField


class PlaceLegalHold(Command):
    """Let nothing of a client be destroyed until the hold is released."""

    STREAM = "client"
    FUNCTIONS = GUARDING

    client: Identifier
    hold: Identifier
    authority: Text
    notice: Identifier


class ReleaseLegalHold(Critical):
    """Release a legal hold."""

    STREAM = "client"
    FUNCTIONS = GUARDING

    client: Identifier
    hold: Identifier
    reason: Text


class DestroyClientKey(Critical):
    """Have the vault's key of a client who left destroyed, once retention is over."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.TECHNOLOGY})

    client: Identifier
