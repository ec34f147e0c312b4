"""Nine clients of a platform with one perpetual: each has all that it takes but for one thing."""

from typing import Any, NamedTuple

from msgspec.structs import replace

from ledger.events import (
    AccountAssigned,
    AccountOpened,
    Activity,
    AgreementSigned,
    Approval,
    AssetAdmitted,
    AssetKind,
    AssetRegistered,
    ClassificationCorrected,
    ClientAdmitted,
    ClientClass,
    ClientClassified,
    ClientKind,
    ClientRestricted,
    ConsentSigned,
    CorrectionKind,
    DisclosureAcknowledged,
    DisclosurePublished,
    Event,
    ExposureLimitSet,
    Extent,
    Ground,
    KnowledgeAssessed,
    Language,
    OverrideGranted,
    ParameterChanged,
    ProductApproved,
    ProductKind,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RiskProfile,
    RiskProfileSet,
    Route,
    Subject,
    Unit,
)
from ledger.instants import Instant
from ledger.numbers import amount
from tests.domain.scenario import stream_of
from tests.projections.log_of import Log, day

PAPER = "e" * 64
APPROVAL = Approval(
    proposal="p",
    digest="0" * 64,
    proposer="carol",
    proposer_function="compliance",
    approver="max",
    approver_function="management",
    approved_at=day(1),
)
BY_TWO: Any = {"approval": APPROVAL, "effective_from": day(1)}
PERPETUAL = "BTC-PERP"


class Told(NamedTuple):
    """An event as the log took it: when it was recorded, and when it took effect if not then."""

    recorded_at: Instant
    event: Event
    at: Instant | None = None
    corrects: Event | None = None


def parameter(name: str, scope: str, unit: Unit) -> ParameterChanged:
    words: Any = {"name": name, "scope": scope, "source": "operator", "verified": False}
    return ParameterChanged(after="1", unit=unit, **words, **BY_TWO)


PLATFORM = (
    RegulatoryPermissionGranted(
        permission="W1", entity="VATP", activities=(Activity.PERPETUALS,), document=PAPER, **BY_TWO
    ),
    AssetRegistered(asset="BTC", scale=8, kind=AssetKind.VIRTUAL_ASSET),
    AssetAdmitted(asset="BTC", retail=True, decision="d-1", **BY_TWO),
    parameter("leverage.cap", "BTC-PERP/professional", Unit.RATIO),
    parameter("margin.initial", "BTC-PERP", Unit.PERCENT),
    parameter("margin.maintenance", "BTC-PERP", Unit.PERCENT),
    parameter("liquidation.waterfall", "", Unit.WORDS),
    DisclosurePublished(
        document="risks",
        version=1,
        texts={Language.ENGLISH: PAPER},
        material=True,
        asked_since=1,
        **BY_TWO,
    ),
    ProductApproved(
        product=PERPETUAL,
        kind=ProductKind.PERPETUAL,
        entity="VATP",
        permission="W1",
        references=("BTC",),
        specification=PAPER,
        documents=("risks",),
        **BY_TWO,
    ),
    AccountOpened(account="HOUSE"),
)


def classified(
    client: str, as_what: ClientClass = ClientClass.PROFESSIONAL, until: Instant | None = None
) -> ClientClassified:
    return ClientClassified(
        client=client,
        classification=as_what,
        legal_basis="Cap. 571D s.5",
        evidence=PAPER,
        valid_from=day(2),
        valid_until=until,
    )


def acknowledged(client: str, version: int) -> DisclosureAcknowledged:
    return DisclosureAcknowledged(
        client=client,
        document="risks",
        version=version,
        language=Language.ENGLISH,
        shown_at=day(2),
        channel="app",
    )


def knows(client: str, subject: Subject) -> KnowledgeAssessed:
    return KnowledgeAssessed(client=client, subject=subject, route=Route.TRAINING, evidence=PAPER)


def limited(client: str) -> ExposureLimitSet:
    return ExposureLimitSet(
        client=client,
        limit=amount("1000000"),
        concentration=amount("30"),
        wealth_band="b3",
        notified_at=day(2),
        review_due=day(400),
    )


def joined(client: str, *instead: Event, without: tuple[type[Event] | Subject, ...] = ()) -> Any:
    """Tell how a client came, with all it takes; `instead` replaces events of the same type."""
    account = f"A-{client}"
    usual = [
        ClientAdmitted(client=client, kind=ClientKind.INDIVIDUAL, identity=PAPER),
        AccountOpened(account=account, client=client),
        AccountAssigned(account=account, client=client),
        classified(client),
        ConsentSigned(client=client, document=PAPER),
        knows(client, Subject.VIRTUAL_ASSETS),
        knows(client, Subject.DERIVATIVES),
        RiskProfileSet(client=client, profile=RiskProfile.BALANCED, evidence=PAPER),
        limited(client),
        AgreementSigned(client=client, version="1", document=PAPER),
        acknowledged(client, 1),
    ]
    replaced = (*map(type, instead), *without)
    kept = [
        e for e in usual if type(e) not in replaced and getattr(e, "subject", "") not in without
    ]
    return [Told(day(2), event) for event in (*kept, *instead)]


STORY = (
    *(Told(day(1), event) for event in PLATFORM),
    *joined("sound"),
    *joined("lapsing", classified("lapsing", until=day(10))),
    *joined("unknowing", without=(Subject.DERIVATIVES,)),
    *joined("unread"),
    *joined("mistaken"),
    *joined("retail", classified("retail", ClientClass.RETAIL)),
    *joined("unlimited", without=(ExposureLimitSet,)),
    *joined("waived", without=(ExposureLimitSet,)),
    *joined(
        "suspended",
        ClientRestricted(
            client="suspended",
            restriction="r-1",
            extent=Extent.SUSPENDED,
            ground=Ground.COURT_ORDER,
            legal_basis="HCMP 1/2026",
        ),
    ),
    Told(
        day(3),
        OverrideGranted(
            client="waived",
            override="o-1",
            control="exposure",
            reason="the review is under way",
            effective_from=day(5),
            until=day(6),
            approval=APPROVAL,
        ),
        at=day(5),
    ),
    Told(
        day(11),
        DisclosurePublished(
            document="risks",
            version=2,
            texts={Language.ENGLISH: PAPER},
            material=True,
            asked_since=2,
            effective_from=day(12),
            approval=APPROVAL,
        ),
        at=day(12),
    ),
    *(
        Told(day(12), acknowledged(client, 2))
        for client in ("lapsing", "mistaken", "retail", "sound", "suspended", "unknowing")
    ),
    *(Told(day(12), acknowledged(client, 2)) for client in ("unlimited", "waived")),
    Told(
        day(20),
        ClassificationCorrected(
            client="mistaken",
            version=0,
            before=ClientClass.PROFESSIONAL,
            kind=CorrectionKind.NEVER_EXISTED,
            reason="another person's statement",
            approval=APPROVAL,
        ),
        at=day(2),
        corrects=classified("mistaken"),
    ),
    Told(
        day(25),
        RegulatoryPermissionRevoked(
            permission="W1",
            entity="VATP",
            reason="at our request",
            document=PAPER,
            effective_from=day(30),
            approval=APPROVAL,
        ),
        at=day(30),
    ),
)


def nine_clients() -> Log:
    """Write the story down, as the log would."""
    written = Log(page=7)
    for told in STORY:
        corrected = [r.sequence for r in written.records if r.event == told.corrects]
        event = told.event
        if isinstance(event, ClassificationCorrected):
            event = replace(event, version=corrected[0])
        written.record(
            event,
            recorded_at=told.recorded_at,
            at=told.at,
            corrects=corrected[0] if corrected else None,
            stream=stream_of(told.event),
        )
    return written
