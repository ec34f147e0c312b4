"""Everything in order: a platform, its rules, a product and a client who may trade it."""

from typing import Any, TypeVar

from ledger.commands import Command
from ledger.commands.command import ActorField
from ledger.coverage.case import BEGINNING, CAROL, MAX, NOW, History
from ledger.events import (
    AccountAssigned,
    AccountOpened,
    Activity,
    ActorKind,
    AgreementSigned,
    Approval,
    AssetAdmitted,
    AssetKind,
    AssetRegistered,
    AuthorityGiven,
    ClientAdmitted,
    ClientClass,
    ClientClassified,
    ClientKind,
    ConsentSigned,
    DisclosureAcknowledged,
    DisclosurePublished,
    EntityRegistered,
    EntityRole,
    ExposureLimitSet,
    Function,
    KnowledgeAssessed,
    Language,
    Officer,
    ParameterChanged,
    PlatformFounded,
    ProductApproved,
    ProductKind,
    RegulatoryPermissionGranted,
    RiskProfile,
    RiskProfileSet,
    RoleGranted,
    Route,
    Subject,
    SuitabilityAssessed,
    Unit,
    Wealth,
)
from ledger.instants import DAY, Instant
from ledger.numbers import amount

PAPER = "e" * 64
"""The digest of some document."""

RITA = ActorField(kind=ActorKind.HUMAN, id="rita", role="risk")
DORA = ActorField(kind=ActorKind.HUMAN, id="dora", role="dealing")
OTTO = ActorField(kind=ActorKind.HUMAN, id="otto", role="operations")
TED = ActorField(kind=ActorKind.HUMAN, id="ted", role="technology")
ENGINE = ActorField(kind=ActorKind.ENGINE, id="matcher", role="dealing")

C = TypeVar("C", bound=Command)


def ask(actor: ActorField, command_type: type[C], **fields: Any) -> C:
    """Make a command that an officer gives."""
    return command_type.model_validate({"command_id": "c-1", "actor": actor, **fields})


APPROVAL = Approval(
    proposal="P-0",
    digest=PAPER,
    proposer=CAROL.id,
    proposer_function="compliance",
    approver=MAX.id,
    approver_function="management",
    approved_at=BEGINNING,
)

OFFICERS = tuple(
    Officer(id=officer.id, function=Function(officer.role or ""))
    for officer in (CAROL, MAX, RITA, DORA, OTTO, TED)
)
FOUNDED = PlatformFounded(entity="VATP", officers=OFFICERS)
ENGAGED = RoleGranted(
    actor=ENGINE.id,
    kind=ENGINE.kind,
    function=Function.DEALING,
    entity="VATP",
    effective_from=BEGINNING,
    approval=APPROVAL,
)
OPERATOR = EntityRegistered(entity="VATP", role=EntityRole.PLATFORM_OPERATOR)
PERMITTED = RegulatoryPermissionGranted(
    permission="VA-1",
    entity="VATP",
    activities=(Activity.SPOT, Activity.PERPETUALS, Activity.AFFILIATED_MARKET_MAKING),
    document=PAPER,
    effective_from=BEGINNING,
    approval=APPROVAL,
)


def figure(name: str, value: str, unit: Unit, scope: str = "") -> ParameterChanged:
    """Tell that a parameter has a value."""
    return ParameterChanged(
        name=name,
        after=value,
        unit=unit,
        source="an example",
        verified=False,
        effective_from=BEGINNING,
        scope=scope,
        approval=APPROVAL,
    )


LEVERAGE_CAP = figure("leverage.cap", "3", Unit.RATIO, "BTC-PERP/professional")
INITIAL_MARGIN = figure("margin.initial", "33.34", Unit.PERCENT, "BTC-PERP")
MAINTENANCE_MARGIN = figure("margin.maintenance", "20", Unit.PERCENT, "BTC-PERP")
WATERFALL = figure("liquidation.waterfall", "liquidation reserve adl", Unit.WORDS)
TRADING_FIGURES = (LEVERAGE_CAP, INITIAL_MARGIN, MAINTENANCE_MARGIN, WATERFALL)

VALIDITY = figure("client.professional.validity", "12", Unit.MONTHS)
PORTFOLIO = figure("client.professional.portfolio", "8000000", Unit.HKD, "individual")
TOTAL_ASSETS = figure("client.professional.total_assets", "40000000", Unit.HKD, "corporation")
ASSESSMENT = figure("client.assessment.validity", "24", Unit.MONTHS)
TRANSACTIONS = figure("client.knowledge.transactions", "5", Unit.COUNT)
WINDOW = figure("client.knowledge.window", "3", Unit.YEARS)
AUTHORITY_TERM = figure("client.authority.term", "12", Unit.MONTHS)
AUTHORITY_NOTICE = figure("client.authority.notice", "14", Unit.DAYS)
RETENTION = figure("client.retention", "7", Unit.YEARS)
OVERRIDE_DURATION = figure("override.duration", "7", Unit.DAYS)
CLIENT_FIGURES = (
    *(VALIDITY, PORTFOLIO, TOTAL_ASSETS, ASSESSMENT, TRANSACTIONS, WINDOW),
    *(AUTHORITY_TERM, AUTHORITY_NOTICE, RETENTION, OVERRIDE_DURATION),
)

BTC = AssetRegistered(asset="BTC", scale=8, kind=AssetKind.VIRTUAL_ASSET)
USD = AssetRegistered(asset="USD", scale=2, kind=AssetKind.FIAT)
BTC_ADMITTED = AssetAdmitted(
    asset="BTC", retail=True, decision=PAPER, effective_from=BEGINNING, approval=APPROVAL
)
RISKS = DisclosurePublished(
    document="RISKS",
    version=1,
    texts={Language.ENGLISH: PAPER},
    material=True,
    asked_since=1,
    effective_from=BEGINNING,
    approval=APPROVAL,
)
PERPETUAL = ProductApproved(
    product="BTC-PERP",
    kind=ProductKind.PERPETUAL,
    entity="VATP",
    permission="VA-1",
    references=("BTC",),
    specification=PAPER,
    effective_from=BEGINNING,
    documents=("RISKS",),
    authority="margin",
    approval=APPROVAL,
)
SPOT = ProductApproved(
    product="BTC-SPOT",
    kind=ProductKind.SPOT,
    entity="VATP",
    permission="VA-1",
    references=("BTC",),
    specification=PAPER,
    effective_from=BEGINNING,
    approval=APPROVAL,
)

ADMITTED = ClientAdmitted(client="C", kind=ClientKind.INDIVIDUAL, identity=PAPER)
OPENED = AccountOpened(account="A", client="C")
ASSIGNED = AccountAssigned(client="C", account="A")
AGREED = AgreementSigned(client="C", version="1", document=PAPER)
CLASSIFIED = ClientClassified(
    client="C",
    classification=ClientClass.PROFESSIONAL,
    legal_basis="Cap. 571D s.5",
    evidence=PAPER,
    valid_from=BEGINNING,
    valid_until=Instant(BEGINNING + 365 * DAY),
    basis=Wealth.PORTFOLIO,
    amount=amount("8000000"),
    threshold=amount("8000000"),
    relevant_date="2026-01-01",
)
CONSENTED = ConsentSigned(client="C", document=PAPER)
KNOWS_ASSETS = KnowledgeAssessed(
    client="C", subject=Subject.VIRTUAL_ASSETS, route=Route.TRAINING, evidence=PAPER
)
KNOWS_DERIVATIVES = KnowledgeAssessed(
    client="C", subject=Subject.DERIVATIVES, route=Route.TRAINING, evidence=PAPER
)
PROFILED = RiskProfileSet(client="C", profile=RiskProfile.BALANCED, evidence=PAPER)
LIMITED = ExposureLimitSet(
    client="C",
    limit=amount("1000000"),
    concentration=amount("60"),
    wealth_band="B",
    notified_at=BEGINNING,
    review_due=Instant(NOW + 30 * DAY),
)
SUITED = SuitabilityAssessed(
    client="C",
    product="BTC-PERP",
    suitable=True,
    concentration=amount("55"),
    evidence=PAPER,
    valid_until=Instant(NOW + 30 * DAY),
)
ACKNOWLEDGED = DisclosureAcknowledged(
    client="C",
    document="RISKS",
    version=1,
    language=Language.ENGLISH,
    shown_at=BEGINNING,
    channel="web",
)
AUTHORITY = AuthorityGiven(
    client="C", authority="AUTH-1", scope="margin", document=PAPER, valid_from=BEGINNING
)

FOUNDATION = (
    History()
    .then("access", FOUNDED, ENGAGED)
    .then("entity-VATP", OPERATOR, PERMITTED)
    .then("rules", *TRADING_FIGURES, *CLIENT_FIGURES)
    .then("asset-BTC", BTC, BTC_ADMITTED)
    .then("asset-USD", USD)
    .then("document-RISKS", RISKS)
    .then("product-BTC-PERP", PERPETUAL)
    .then("product-BTC-SPOT", SPOT)
)
"""A platform that is ready, without clients."""

IN_ORDER = (
    FOUNDATION.then("client-C", ADMITTED)
    .then("account-A", OPENED)
    .then("client-C", ASSIGNED, AGREED, CLASSIFIED, CONSENTED)
    .then("client-C", KNOWS_ASSETS, KNOWS_DERIVATIVES, PROFILED, LIMITED)
    .then("client-C", SUITED, ACKNOWLEDGED, AUTHORITY)
)
"""An individual professional investor with all his papers, who may trade a perpetual now."""
