"""Commands about a client as an investor: what he is, what he knows, how much risk he may bear."""

from pydantic import Field

from ledger.commands.client import GUARDING, ONBOARDING, OVERSEEING
from ledger.commands.command import (
    AmountField,
    Command,
    Critical,
    Day,
    Digest,
    Identifier,
    InstantField,
    Percent,
    PositiveAmount,
    Text,
)
from ledger.events import (
    ClientClass,
    CorrectionKind,
    RiskProfile,
    Route,
    Subject,
    Wealth,
)


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
