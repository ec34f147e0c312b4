"""Affiliates and employees, by example: declared from a date on, and ended."""

from typing import Any

from ledger.events import (
    AffiliationEnded,
    CorrectionSweepOpened,
    Relation,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from tests.domain.affiliates import C1, client_of, declared
from tests.domain.officers import APPROVAL, CAROL, FOUNDED, ask_as, by_two
from tests.domain.scenario import NOW, given

YESTERDAY, TOMORROW = Instant(NOW - DAY), Instant(NOW + DAY)
A_NANOSECOND_AGO = Instant(NOW - 1)
AFTER_NOW = Instant(NOW + 1)

DECLARE: dict[str, Any] = {
    "client": "C1",
    "relation": "affiliate",
    "party": "group-co",
    "basis": "a subsidiary of the operator's parent",
}
END: dict[str, Any] = {"client": "C1", "relation": "affiliate", "reason": "the group sold it"}


def ended(effective_from: Instant = NOW) -> AffiliationEnded:
    return AffiliationEnded(
        client="C1",
        relation=Relation.AFFILIATE,
        reason="the group sold it",
        effective_from=effective_from,
        approval=APPROVAL,
    )


def opened(since: Instant, until: Instant, *, holds: bool) -> CorrectionSweepOpened:
    return CorrectionSweepOpened(
        client="C1",
        sweep="p-1",
        relation=Relation.AFFILIATE,
        since=since,
        until=until,
        holds=holds,
    )


def test_a_client_is_an_affiliate_from_the_moment_that_is_declared() -> None:
    scenario = by_two(given(*FOUNDED, C1), "DeclareAffiliation", **DECLARE).then(declared())
    assert not client_of(scenario).is_a(Relation.AFFILIATE, A_NANOSECOND_AGO)
    assert client_of(scenario).is_a(Relation.AFFILIATE, NOW)
    assert not client_of(scenario).is_a(Relation.EMPLOYEE, NOW)


def test_a_declaration_may_be_for_later_and_opens_no_sweep() -> None:
    later = {**DECLARE, "effective_from": write_instant(TOMORROW)}
    scenario = by_two(given(*FOUNDED, C1), "DeclareAffiliation", **later).then(declared(TOMORROW))
    assert not client_of(scenario).is_a(Relation.AFFILIATE, Instant(TOMORROW - 1))
    assert client_of(scenario).is_a(Relation.AFFILIATE, TOMORROW)


def test_a_late_declaration_opens_a_sweep_up_to_the_very_moment_in_which_it_is_known() -> None:
    for since in (YESTERDAY, A_NANOSECOND_AGO):
        late = {**DECLARE, "effective_from": write_instant(since)}
        scenario = by_two(given(*FOUNDED, C1), "DeclareAffiliation", **late)
        assert [draft.at for draft in scenario.drafts] == [since, None]
        scenario.then(declared(since), opened(since, AFTER_NOW, holds=True))
    on_time = {**DECLARE, "effective_from": write_instant(NOW)}
    by_two(given(*FOUNDED, C1), "DeclareAffiliation", **on_time).then(declared())


def test_a_late_end_opens_a_sweep_as_well() -> None:
    scenario = given(*FOUNDED, C1, declared(YESTERDAY))
    late = {**END, "effective_from": write_instant(A_NANOSECOND_AGO)}
    by_two(scenario, "EndAffiliation", **late).then(
        ended(A_NANOSECOND_AGO), opened(A_NANOSECOND_AGO, AFTER_NOW, holds=False)
    )
    assert client_of(scenario).is_a(Relation.AFFILIATE, Instant(NOW - 2))
    assert not client_of(scenario).is_a(Relation.AFFILIATE, A_NANOSECOND_AGO)
    on_time = given(*FOUNDED, C1, declared(YESTERDAY))
    by_two(on_time, "EndAffiliation", **END).then(ended())


def test_a_sweep_ends_where_another_declaration_was_known_to_begin() -> None:
    last_week = Instant(NOW - 7 * DAY)
    late = {**DECLARE, "effective_from": write_instant(last_week)}
    scenario = given(*FOUNDED, C1, declared(YESTERDAY))
    by_two(scenario, "DeclareAffiliation", **late).then(
        declared(last_week), opened(last_week, YESTERDAY, holds=True)
    )
    of_another_kind = given(*FOUNDED, C1, declared(YESTERDAY, Relation.EMPLOYEE))
    by_two(of_another_kind, "DeclareAffiliation", **late).then(
        declared(last_week), opened(last_week, AFTER_NOW, holds=True)
    )


def test_only_a_client_is_declared_anything() -> None:
    by_two(given(*FOUNDED), "DeclareAffiliation", **DECLARE).then_refused(
        Reason.CLIENT_UNKNOWN, attempted="C1"
    )
    by_two(given(*FOUNDED), "EndAffiliation", **END).then_refused(
        Reason.CLIENT_UNKNOWN, attempted="C1"
    )


def test_what_is_declared_already_is_not_declared_again() -> None:
    scenario = given(*FOUNDED, C1, declared())
    by_two(scenario, "DeclareAffiliation", **DECLARE).then_refused(
        Reason.AFFILIATION_EXISTS, attempted="affiliate"
    )
    employee = {**DECLARE, "relation": "employee"}
    by_two(scenario, "DeclareAffiliation", **employee).then(declared(relation=Relation.EMPLOYEE))


def test_what_is_not_declared_at_that_moment_does_not_end() -> None:
    refused = (Reason.AFFILIATION_UNKNOWN, None, "affiliate")
    by_two(given(*FOUNDED, C1), "EndAffiliation", **END).then_refused(*refused)
    too_early = {**END, "effective_from": write_instant(A_NANOSECOND_AGO)}
    scenario = given(*FOUNDED, C1, declared())
    by_two(scenario, "EndAffiliation", **too_early).then_refused(*refused)


def test_a_declaration_needs_four_eyes() -> None:
    alone = ask_as(CAROL, "DeclareAffiliation", **DECLARE)
    given(*FOUNDED, C1).when(alone).then_refused(Reason.FOUR_EYES_REQUIRED)
