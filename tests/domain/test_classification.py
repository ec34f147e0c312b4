"""Classification, by example: each threshold, each term, a confirmation, a lapse, a correction."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.client import Client
from ledger.commands import Command
from ledger.events import (
    ClassificationConfirmed,
    ClassificationCorrected,
    ClientClass,
    ClientClassified,
    ClientKind,
    CorrectionKind,
    Draft,
    Unit,
    Wealth,
)
from ledger.instants import Instant, months_after, read_instant, write_instant
from ledger.numbers import amount
from ledger.reasons import Reason
from tests.domain.clients import C_CEASED, PAPER, admitted, figure, founded
from tests.domain.officers import APPROVAL, CAROL, OTTO, ask_as
from tests.domain.scenario import NOW, Scenario

A_YEAR_LATER = read_instant("2027-02-11T08:00:00Z")
PORTFOLIO, TOTAL_ASSETS = "client.professional.portfolio", "client.professional.total_assets"
VALIDITY = figure("client.professional.validity", "12", Unit.MONTHS)
RULES = (
    VALIDITY,
    figure(PORTFOLIO, "8000000", Unit.HKD, "individual"),
    figure(PORTFOLIO, "8000000", Unit.HKD, "corporation"),
    figure(PORTFOLIO, "8000000", Unit.HKD, "partnership"),
    figure(TOTAL_ASSETS, "40000000", Unit.HKD, "corporation"),
    figure(TOTAL_ASSETS, "40000000", Unit.HKD, "partnership"),
    figure(TOTAL_ASSETS, "40000000", Unit.HKD, "trust"),
)
PARTNERSHIP, TRUST = ClientKind.PARTNERSHIP, ClientKind.TRUST
INDIVIDUAL, CORPORATION = ClientKind.INDIVIDUAL, ClientKind.CORPORATION
LATER = read_instant("2026-03-01T00:00:00+08:00")


def classify(classification: str, **said: object) -> Command:
    usual = {"client": "C", "legal_basis": "571D s.5(1)(a)(i)", "evidence": PAPER}
    return ask_as(OTTO, "ClassifyClient", classification=classification, **{**usual, **said})


def wealthy(amount: str = "8000000", basis: str = "portfolio", **said: object) -> Command:
    """Ask to classify as a professional who passed the threshold test."""
    usual = {"basis": basis, "amount": amount, "relevant_date": "2026-02-11"}
    return classify("professional", **{**usual, **said})


def professional(**said: Any) -> ClientClassified:
    usual: dict[str, Any] = {
        "client": "C",
        "classification": ClientClass.PROFESSIONAL,
        "legal_basis": "571D s.5(1)(a)(i)",
        "evidence": PAPER,
        "valid_from": NOW,
        "valid_until": A_YEAR_LATER,
        "basis": Wealth.PORTFOLIO,
        "amount": amount("8000000"),
        "threshold": amount("8000000"),
        "relevant_date": "2026-02-11",
    }
    return ClientClassified(**{**usual, **said})


def untested(classification: ClientClass, **said: Any) -> ClientClassified:
    none: dict[str, Any] = dict.fromkeys(
        ("valid_until", "basis", "amount", "threshold", "relevant_date")
    )
    return professional(**{**none, "classification": classification, **said})


CONFIRM = ask_as(OTTO, "ConfirmClassification", client="C", evidence=PAPER)
CONFIRMED = ClassificationConfirmed(client="C", evidence=PAPER, valid_until=A_YEAR_LATER)


@pytest.mark.parametrize(
    ("kind", "basis", "short", "enough"),
    [
        (INDIVIDUAL, Wealth.PORTFOLIO, "7999999.99", "8000000"),
        (CORPORATION, Wealth.PORTFOLIO, "7999999.99", "8000000"),
        (PARTNERSHIP, Wealth.PORTFOLIO, "7999999.99", "8000000"),
        (CORPORATION, Wealth.TOTAL_ASSETS, "39999999.99", "40000000"),
        (PARTNERSHIP, Wealth.TOTAL_ASSETS, "39999999.99", "40000000"),
        (TRUST, Wealth.TOTAL_ASSETS, "39999999.99", "40000000"),
    ],
)
def test_a_client_is_classified_once_the_threshold_of_his_kind_is_reached(
    kind: ClientKind, basis: Wealth, short: str, enough: str
) -> None:
    scenario = founded(*RULES, admitted(kind))
    scenario.when(wealthy(short, basis)).then_refused(Reason.BELOW_THRESHOLD, enough, short)
    passed = professional(basis=basis, amount=amount(enough), threshold=amount(enough))
    scenario.when(wealthy(enough, basis)).then(passed)


def test_a_threshold_is_whatever_is_recorded_now() -> None:
    raised = figure(PORTFOLIO, "9000000.01", Unit.HKD, "individual")
    scenario = founded(*RULES, raised, admitted())
    scenario.when(wealthy("9000000")).then_refused(Reason.BELOW_THRESHOLD, "9000000.01", "9000000")
    enough = amount("9000000.01")
    scenario.when(wealthy("9000000.01")).then(professional(amount=enough, threshold=enough))


def test_a_kind_of_client_is_tested_on_its_own_bases() -> None:
    of_individual = founded(*RULES, admitted()).when(wealthy("40000000", "total_assets"))
    of_individual.then_refused(Reason.BASIS_NOT_ACCEPTED, "portfolio", "total_assets")
    of_trust = founded(*RULES, admitted(TRUST)).when(wealthy("40000000"))
    of_trust.then_refused(Reason.BASIS_NOT_ACCEPTED, "total_assets", "portfolio")


@pytest.mark.parametrize("missing", ["basis", "amount", "relevant_date"])
def test_a_professional_shows_what_the_test_adds_up(missing: str) -> None:
    said: dict[str, Any] = {missing: None}
    scenario = founded(*RULES, admitted()).when(wealthy(**said))
    scenario.then_refused(Reason.EVIDENCE_MISSING, "basis, amount and relevant_date")


def test_what_is_not_recorded_classifies_nobody() -> None:
    no_term = founded(*RULES[1:], admitted()).when(wealthy())
    no_term.then_refused(Reason.PARAMETER_MISSING, None, "client.professional.validity")
    no_test = founded(VALIDITY, admitted()).when(wealthy())
    no_test.then_refused(Reason.PARAMETER_MISSING, None, f"{PORTFOLIO} individual")
    no_test.when(classify("professional")).then_refused(
        Reason.EVIDENCE_MISSING, "basis, amount and relevant_date"
    )
    no_confirmation = founded(admitted(), professional()).when(CONFIRM)
    no_confirmation.then_refused(Reason.PARAMETER_MISSING, None, "client.professional.validity")


def test_an_institution_needs_no_threshold_and_only_an_institution_is_institutional() -> None:
    scenario = founded(*RULES, admitted(ClientKind.INSTITUTION))
    without_end = untested(ClientClass.INSTITUTIONAL)
    scenario.when(classify("institutional")).then(without_end)
    for_a_year = untested(ClientClass.PROFESSIONAL, valid_until=A_YEAR_LATER)
    scenario.when(classify("professional")).then(for_a_year)
    of_trust = founded(*RULES, admitted(TRUST)).when(classify("institutional"))
    of_trust.then_refused(Reason.BASIS_NOT_ACCEPTED, "institution", "trust")


def test_a_retail_client_is_one_without_a_test_or_an_end() -> None:
    scenario = founded(admitted()).when(classify("retail"))
    scenario.then(untested(ClientClass.RETAIL))


def test_figures_that_nobody_asks_for_are_kept_without_a_threshold() -> None:
    shown = {"basis": "portfolio", "amount": "1", "relevant_date": "2026-02-11"}
    kept = {"basis": Wealth.PORTFOLIO, "amount": amount("1"), "relevant_date": "2026-02-11"}
    scenario = founded(*RULES, admitted()).when(classify("retail", **shown))
    scenario.then(untested(ClientClass.RETAIL, **kept))
    institution = founded(*RULES, admitted(ClientKind.INSTITUTION))
    professional_anyway = untested(ClientClass.PROFESSIONAL, valid_until=A_YEAR_LATER, **kept)
    institution.when(classify("professional", **shown)).then(professional_anyway)


def test_a_classification_begins_now_or_later_and_never_before() -> None:
    scenario = founded(*RULES, admitted())
    past, now = "2026-02-11T07:59:59.999999999Z", "2026-02-11T08:00:00.000000000Z"
    scenario.when(wealthy(valid_from=past))
    scenario.then_refused(Reason.EFFECTIVE_IN_THE_PAST, now, past)
    assert scenario.when(wealthy(valid_from=now)).drafts[0].at == NOW
    assert scenario.when(wealthy()).drafts[0].at is None
    scenario.when(wealthy(valid_from=write_instant(LATER)))
    assert scenario.drafts[0].at == LATER
    a_year_later = read_instant("2027-02-11T16:00:00+08:00")
    scenario.then(professional(valid_from=LATER, valid_until=a_year_later))


def test_the_term_of_a_professional_counts_from_his_proof_and_not_from_a_later_beginning() -> None:
    scenario = founded(*RULES, admitted())
    end = read_instant("2027-02-11T16:00:00+08:00")
    said = write_instant(end)
    scenario.when(wealthy(valid_from=said))
    scenario.then_refused(Reason.ENDS_BEFORE_IT_BEGINS, said, said)
    last = Instant(end - 1)
    scenario.when(wealthy(valid_from=write_instant(last)))
    scenario.then(professional(valid_from=last, valid_until=end))


def test_a_test_shows_no_day_that_has_not_come() -> None:
    scenario = founded(*RULES, admitted()).when(wealthy(relevant_date="2026-02-12"))
    scenario.then_refused(Reason.AT_IN_FUTURE, "2026-02-11", "2026-02-12")


def test_nobody_who_never_came_or_has_left_is_classified_or_confirmed() -> None:
    for command in (classify("retail"), wealthy(), CONFIRM):
        founded(*RULES).when(command).then_refused(Reason.CLIENT_UNKNOWN, None, "C")
        gone = founded(*RULES, admitted(), C_CEASED)
        gone.when(command).then_refused(Reason.CLIENT_CEASED, None, "C")


def test_a_confirmation_holds_for_a_year_from_now() -> None:
    scenario = founded(*RULES, admitted(), professional(valid_until=Instant(NOW + 1)))
    scenario.when(CONFIRM).then(CONFIRMED)
    client = scenario.situation().of(Client, "C")
    assert client.classification(Instant(A_YEAR_LATER - 1)) is ClientClass.PROFESSIONAL
    assert client.classification(A_YEAR_LATER) is None


def test_only_a_professional_in_force_is_confirmed() -> None:
    founded(*RULES, admitted()).when(CONFIRM).then_refused(Reason.NOT_CLASSIFIED)
    pending = professional(valid_from=LATER)
    founded(*RULES, admitted(), pending).when(CONFIRM).then_refused(Reason.NOT_CLASSIFIED)
    retail = founded(*RULES, admitted(), untested(ClientClass.RETAIL)).when(CONFIRM)
    retail.then_refused(Reason.NOT_PROFESSIONAL, None, "retail")
    scenario = founded(*RULES, admitted(), professional())
    scenario.when(CONFIRM, Instant(A_YEAR_LATER - 1))
    until = months_after(Instant(A_YEAR_LATER - 1), 12)
    assert [draft.event for draft in scenario.drafts] == [
        ClassificationConfirmed(client="C", evidence=PAPER, valid_until=until)
    ]
    end = "2027-02-11T08:00:00.000000000Z"
    scenario.when(CONFIRM, A_YEAR_LATER).then_refused(Reason.CLASSIFICATION_LAPSED, end, end)


@for_all(st.integers(0, 10**18), st.integers(0, 60))
def test_a_classification_holds_to_the_last_nanosecond_of_its_term(begin: int, months: int) -> None:
    valid_from = Instant(NOW + begin)
    until = months_after(valid_from, months)
    scenario = founded(admitted(), professional(valid_from=valid_from, valid_until=until))
    client = scenario.situation().of(Client, "C")
    assert client.classification(until) is None
    assert client.classification(Instant(valid_from - 1)) is None
    if months:
        assert client.classification(valid_from) is ClientClass.PROFESSIONAL
        assert client.classification(Instant(until - 1)) is ClientClass.PROFESSIONAL


def correct(sequence: int, kind: str = "was_wrong") -> Command:
    said = {"client": "C", "corrects": sequence, "kind": kind, "reason": "another's statement"}
    return ask_as(CAROL, "CorrectClassification", **said)


def corrected(kind: CorrectionKind) -> ClassificationCorrected:
    return ClassificationCorrected(
        client="C",
        version=5,
        before=ClientClass.PROFESSIONAL,
        kind=kind,
        reason="another's statement",
        approval=APPROVAL,
    )


def classified_from_later_on() -> Scenario:
    """A retail client is a professional, by record 5, from a later moment on."""
    scenario = founded(admitted(), untested(ClientClass.RETAIL))
    return scenario.happen(Draft("client-C", professional(valid_from=LATER), at=LATER))


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        (CorrectionKind.WAS_WRONG, LATER),
        (CorrectionKind.NEVER_EXISTED, LATER),
        (CorrectionKind.BUSINESS_CHANGE, None),
    ],
)
def test_a_wrong_classification_is_taken_back_from_its_own_beginning(
    kind: CorrectionKind, at: Instant | None
) -> None:
    scenario = classified_from_later_on().when_approved(correct(5, kind), APPROVAL)
    (draft,) = scenario.drafts
    assert (draft.stream, draft.at, draft.corrects) == ("client-C", at, 5)
    scenario.then(corrected(kind))
    client = scenario.situation().of(Client, "C")
    assert client.classification(LATER) is ClientClass.RETAIL


def test_a_classification_is_taken_back_once() -> None:
    scenario = classified_from_later_on().when_approved(correct(5), APPROVAL)
    again = scenario.then(corrected(CorrectionKind.WAS_WRONG)).when_approved(correct(5), APPROVAL)
    again.then_refused(Reason.NOTHING_TO_CORRECT, None, "5")


def test_only_this_clients_own_classification_is_taken_back() -> None:
    another = professional(client="D")
    scenario = classified_from_later_on().happen(Draft("client-D", another))
    for sequence in (6, 9):
        unknown = scenario.when_approved(correct(sequence), APPROVAL)
        unknown.then_refused(Reason.RECORD_UNKNOWN, None, str(sequence))
    admission = scenario.when_approved(correct(3), APPROVAL)
    admission.then_refused(Reason.RECORD_NOT_CORRECTABLE, None, "ClientAdmitted")
    founded().when_approved(correct(1), APPROVAL).then_refused(Reason.CLIENT_UNKNOWN, None, "C")
    gone = founded(admitted(), C_CEASED).when_approved(correct(1), APPROVAL)
    gone.then_refused(Reason.CLIENT_CEASED, None, "C")


def test_a_classification_is_not_taken_back_by_one_person() -> None:
    classified_from_later_on().when(correct(5)).then_refused(Reason.FOUR_EYES_REQUIRED)
