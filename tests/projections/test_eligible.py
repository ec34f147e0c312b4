"""Who may trade, held to a table written by hand: every status, to the nanosecond, on both clocks.

Nine clients of a platform with one perpetual. Each has all that it takes but for one thing.
"""

from typing import Any, NamedTuple

import pytest

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
from ledger.reasons import Reason
from projections.eligible import May, eligible
from projections.replay import AsKnown, AsOf
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


def parameter(name: str, scope: str) -> ParameterChanged:
    words: Any = {"name": name, "scope": scope, "source": "operator", "verified": False}
    return ParameterChanged(after="1", unit=Unit.RATIO, **words, **BY_TWO)


PLATFORM = (
    RegulatoryPermissionGranted(
        permission="W1", entity="VATP", activities=(Activity.PERPETUALS,), document=PAPER, **BY_TWO
    ),
    AssetRegistered(asset="BTC", scale=8, kind=AssetKind.VIRTUAL_ASSET),
    AssetAdmitted(asset="BTC", retail=True, decision="d-1", **BY_TWO),
    parameter("leverage.cap", "BTC-PERP/professional"),
    parameter("margin.initial", "BTC-PERP"),
    parameter("margin.maintenance", "BTC-PERP"),
    parameter("liquidation.waterfall", ""),
    DisclosurePublished(
        document="risks", version=1, texts={Language.ENGLISH: PAPER}, material=True, **BY_TWO
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


@pytest.fixture(scope="module")
def log() -> Log:
    """Write the story down."""
    written = Log(page=7)
    for told in STORY:
        corrected = [r.sequence for r in written.records if r.event == told.corrects]
        written.record(
            told.event,
            recorded_at=told.recorded_at,
            at=told.at,
            corrects=corrected[0] if corrected else None,
            stream=stream_of(told.event),
        )
    return written


Answers = dict[str, tuple[May, tuple[Reason, ...]]]

YES: tuple[May, tuple[Reason, ...]] = (May.INCREASE, ())
AT_DAY_9: Answers = {
    "lapsing": YES,
    "mistaken": YES,
    "retail": (May.REDUCE, (Reason.PARAMETER_MISSING, Reason.NOT_PROFESSIONAL)),
    "sound": YES,
    "suspended": (May.NOTHING, (Reason.CLIENT_SUSPENDED,)),
    "unknowing": (May.REDUCE, (Reason.DERIVATIVES_KNOWLEDGE_MISSING,)),
    "unlimited": (May.REDUCE, (Reason.EXPOSURE_LIMIT_MISSING,)),
    "unread": YES,
    "waived": (May.REDUCE, (Reason.EXPOSURE_LIMIT_MISSING,)),
}
"""What everybody knew on day 9; each later change is told below as what differs from it."""

NEVER: Answers = {"mistaken": (May.REDUCE, (Reason.NOT_CLASSIFIED,))}
WAIVED: Answers = {"waived": YES}
LAPSED: Answers = {"lapsing": (May.REDUCE, (Reason.CLASSIFICATION_LAPSED,))}
UNREAD: Answers = {"unread": (May.REDUCE, (Reason.DISCLOSURE_MISSING,))}
REVOKED: Answers = {
    name: (
        May.NOTHING if may is May.NOTHING else May.REDUCE,
        (Reason.PERMISSION_MISSING, *missing),
    )
    for name, (may, missing) in (AT_DAY_9 | NEVER | LAPSED | UNREAD).items()
}

KNOWN_THEN: list[tuple[int, Answers]] = [
    (day(4), {}),
    (day(5) - 1, {}),
    (day(5), WAIVED),
    (day(6) - 1, WAIVED),
    (day(6), {}),
    (day(9), {}),
    (day(10) - 1, {}),
    (day(10), LAPSED),
    (day(12) - 1, LAPSED),
    (day(12), LAPSED | UNREAD),
    (day(20) - 1, LAPSED | UNREAD),
    (day(20), LAPSED | UNREAD | NEVER),
    (day(30) - 1, LAPSED | UNREAD | NEVER),
    (day(30), REVOKED),
]
TRUE_THEN = [(moment, NEVER | differs) for moment, differs in KNOWN_THEN]


def asked(log: Log, moment: AsKnown | AsOf, now: int, **how: bool) -> Answers:
    answers = list(eligible(log, PERPETUAL, moment, Instant(now), **how))
    assert [a.account for a in answers] == sorted(a.account for a in answers)
    return {a.client: (a.may, a.missing) for a in answers if a.account == f"A-{a.client}"}


@pytest.mark.parametrize(("moment", "differs"), KNOWN_THEN)
def test_what_was_known_then_says_who_could_trade(log: Log, moment: int, differs: Answers) -> None:
    known = AsKnown(log.sequence_at(Instant(moment)))
    assert asked(log, known, moment) == AT_DAY_9 | differs


@pytest.mark.parametrize(("moment", "differs"), TRUE_THEN)
def test_what_was_true_then_says_who_should_have(log: Log, moment: int, differs: Answers) -> None:
    assert asked(log, AsOf(Instant(moment)), moment) == AT_DAY_9 | differs


def test_both_clocks_meet_in_what_was_true_then_as_was_known_later(log: Log) -> None:
    before = log.sequence_at(Instant(day(20) - 1))
    assert asked(log, AsOf(day(9), known=before), day(9)) == AT_DAY_9
    assert asked(log, AsOf(day(9), known=before + 1), day(9)) == AT_DAY_9 | NEVER


def test_an_account_of_no_client_is_no_part_of_the_answer(log: Log) -> None:
    answers = list(eligible(log, PERPETUAL, AsKnown(), day(9)))
    assert len(answers) == 9
    assert "HOUSE" not in {answer.account for answer in answers}


def test_who_is_solicited_lacks_suitability_too(log: Log) -> None:
    answers = asked(log, AsOf(day(9)), day(9), solicited=True)
    assert answers["sound"] == (May.REDUCE, (Reason.SUITABILITY_MISSING,))
    assert answers["unknowing"][1][-1] is Reason.SUITABILITY_MISSING


def test_before_its_approval_nobody_can_do_anything_in_a_product(log: Log) -> None:
    answers = eligible(log, "ETH-PERP", AsKnown(), day(9))
    assert {(a.may, a.missing[0]) for a in answers} == {(May.NOTHING, Reason.PRODUCT_UNKNOWN)}


def test_before_the_first_client_there_is_nothing_to_answer(log: Log) -> None:
    assert asked(log, AsKnown(0), 0) == {}
    assert asked(log, AsOf(day(1)), day(1)) == {}
