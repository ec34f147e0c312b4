"""What an inspector reads of clients: what they are, know and were shown, on either clock."""

from typing import Any

from ledger.events import (
    ClassificationConfirmed,
    ClassificationCorrected,
    ClientAdmitted,
    ClientCeased,
    ClientClass,
    ClientKind,
    ConsentSigned,
    ConsentWithdrawn,
    CorporateAssessed,
    CorrectionKind,
    DisclosureAcknowledged,
    DisclosurePublished,
    DisclosureShown,
    KnowledgeAssessed,
    Language,
    Route,
    Subject,
    Wealth,
)
from ledger.numbers import amount
from projections.replay import AsKnown, AsOf, Moment
from tests.projections.inspected import (
    AMY,
    OTHER_PAPER,
    PAPER,
    approved,
    classified,
    part,
    record,
    rows,
    told,
)
from tests.projections.log_of import day


def test_a_client_is_shown_with_his_test_its_evidence_and_who_assessed_it() -> None:
    log = told(ClientAdmitted(client="C", kind=ClientKind.INDIVIDUAL, identity=PAPER))
    tested = classified(
        basis=Wealth.PORTFOLIO,
        amount=amount("8000000"),
        threshold=amount("8000000"),
        relevant_date="2026-01-31",
        valid_until=day(366),
        notice=OTHER_PAPER,
    )
    record(log, tested, by=AMY)
    (row,) = rows(log, "client_classification")
    assert part(row, "client", "kind", "sequence", "classification", "legal_basis") == [
        "C",
        "individual",
        2,
        "professional",
        "Cap. 571D s.5(1)(a)",
    ]
    assert part(row, "basis", "basis_amount", "threshold", "relevant_date") == [
        "portfolio",
        amount("8000000"),
        amount("8000000"),
        "2026-01-31",
    ]
    assert part(row, "evidence", "notice", "assessor", "assessor_function") == [
        PAPER,
        OTHER_PAPER,
        "amy",
        "operations",
    ]
    assert part(row, "valid_from", "valid_until") == [day(1), day(366)]


def test_what_a_client_knows_consents_to_and_was_assessed_for_stands_beside_it() -> None:
    (row,) = rows(
        told(
            KnowledgeAssessed("C", Subject.VIRTUAL_ASSETS, Route.TRAINING, PAPER),
            KnowledgeAssessed("C", Subject.DERIVATIVES, Route.TRADING, OTHER_PAPER, 5),
            CorporateAssessed("C", PAPER, PAPER, PAPER, valid_until=day(700)),
            ConsentSigned("C", document=PAPER),
            ConsentWithdrawn("C"),
            ClientCeased("C", reason="moved abroad"),
        ),
        "client_classification",
    )
    known = ["route", "evidence", "at"]
    of_both = [
        f"{subject}_{name}" for subject in ("virtual_assets", "derivatives") for name in known
    ]
    assert part(row, *of_both) == ["training", PAPER, day(1), "trading", OTHER_PAPER, day(2)]
    assert part(row, "assessed_at", "assessed_until") == [day(3), day(700)]
    assert part(row, "consented_at", "consent", "consent_withdrawn_at") == [day(4), PAPER, day(5)]
    assert part(row, "classification", "ceased_at") == [None, day(6)]


def test_who_consents_again_has_not_withdrawn() -> None:
    events = ConsentSigned("C", PAPER), ConsentWithdrawn("C"), ConsentSigned("C", OTHER_PAPER)
    (row,) = rows(told(*events), "client_classification")
    assert part(row, "consent", "consented_at", "consent_withdrawn_at") == [
        OTHER_PAPER,
        day(3),
        None,
    ]


def test_a_confirmation_prolongs_the_classification_that_stands() -> None:
    confirmed = ClassificationConfirmed("C", evidence=OTHER_PAPER, valid_until=day(400))
    (row,) = rows(told(classified(valid_until=day(300)), confirmed), "client_classification")
    assert part(row, "sequence", "valid_until") == [1, day(400)]
    assert part(row, "confirmed_at", "confirmation") == [day(2), OTHER_PAPER]


def test_a_corrected_classification_shows_the_one_before_it_on_either_clock() -> None:
    log = told(classified(ClientClass.RETAIL), classified(valid_from=day(2)))
    wrong = ClassificationCorrected(
        client="C",
        version=1,
        before=ClientClass.PROFESSIONAL,
        kind=CorrectionKind.NEVER_EXISTED,
        reason="another person's statement",
        approval=approved(),
    )
    record(log, wrong, at=day(2), corrects=2)

    def shown(moment: Moment) -> list[Any]:
        (row,) = rows(log, "client_classification", moment)
        return part(row, "sequence", "classification", "valid_from")

    assert shown(AsKnown(2)) == [2, "professional", day(2)]
    assert shown(AsKnown(3)) == [1, "retail", day(1)]
    assert shown(AsOf(day(2))) == [1, "retail", day(1)]
    assert shown(AsOf(day(2), known=2)) == [2, "professional", day(2)]


def test_a_planned_classification_is_the_next_one_until_it_begins() -> None:
    log = told(classified())
    record(log, classified(ClientClass.RETAIL, valid_from=day(300)), at=day(300))
    for moment in (AsKnown(), AsOf(day(300))):
        (row,) = rows(log, "client_classification", moment)
        assert part(row, "classification", "valid_from") == ["professional", day(1)]
        assert part(row, "next_classification", "next_from") == ["retail", day(300)]
    record(log, ConsentSigned("C", document=PAPER), recorded_at=day(300))
    (row,) = rows(log, "client_classification")
    assert part(row, "classification", "valid_from") == ["retail", day(300)]
    assert part(row, "next_classification", "next_from") == [None, None]


def test_where_no_classification_stands_none_is_shown() -> None:
    log = told(classified(notice=PAPER))
    wrong = ClassificationCorrected(
        client="C",
        version=1,
        before=ClientClass.PROFESSIONAL,
        kind=CorrectionKind.WAS_WRONG,
        reason="forged",
        approval=approved(),
    )
    record(log, wrong, corrects=1)
    (row,) = rows(log, "client_classification")
    assert {name for name, value in row.items() if value is not None} == {"client"}


def test_a_disclosure_is_shown_by_version_with_what_was_acknowledged_of_it() -> None:
    published_at = {"effective_from": day(1), "approval": approved()}
    log = told(
        DisclosurePublished("risks", 1, {Language.ENGLISH: PAPER}, True, 1, **published_at),  # type: ignore[arg-type] # noqa: FBT003 - whether it is material
        DisclosureShown("C", "risks", 1, Language.ENGLISH, "app"),
        DisclosureAcknowledged("C", "risks", 1, Language.ENGLISH, day(2), "app"),
        DisclosureShown("C", "risks", 2, Language.CHINESE, "branch"),
    )
    first, second = rows(log, "disclosures")
    assert part(first, "client", "document", "version") == ["C", "risks", 1]
    assert part(first, "applies_from", "material") == [day(1), "yes"]
    assert part(first, "shown", "shown_at", "language", "channel") == [2, day(2), "en", "app"]
    assert part(first, "acknowledged", "acknowledged_at", "acknowledged_shown_at") == [
        3,
        day(3),
        day(2),
    ]
    assert part(second, "version", "language", "channel") == [2, "zh", "branch"]
    assert part(second, "acknowledged_at", "applies_from") == [None, None]


def test_what_is_shown_again_leaves_what_was_acknowledged_before() -> None:
    log = told(
        DisclosureShown("C", "risks", 1, Language.ENGLISH, "app"),
        DisclosureAcknowledged("C", "risks", 1, Language.ENGLISH, day(1), "app"),
        DisclosureShown("C", "risks", 1, Language.CHINESE, "branch"),
    )
    (row,) = rows(log, "disclosures")
    assert part(row, "shown_at", "acknowledged_at", "acknowledged_shown_at") == [
        day(3),
        day(2),
        day(1),
    ]
    assert part(row, "language", "acknowledged_language") == ["zh", "en"]
