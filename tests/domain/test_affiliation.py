"""Affiliates and employees, by example: declared from a date on, ended, appointed as makers."""

from typing import Any

import pytest
from msgspec.structs import replace

from ledger.client import Client
from ledger.events import (
    Activity,
    AffiliationDeclared,
    AffiliationEnded,
    ClientAdmitted,
    ClientKind,
    CorrectionSweepOpened,
    Event,
    MarketMakerAppointed,
    MarketMakerTerminated,
    ProductApproved,
    ProductKind,
    RegulatoryPermissionGranted,
    Relation,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from tests.domain.officers import APPROVAL, CAROL, FOUNDED, ask_as, by_two
from tests.domain.scenario import NOW, Scenario, given

YESTERDAY, TOMORROW = Instant(NOW - DAY), Instant(NOW + DAY)
NEXT_WEEK = Instant(NOW + 7 * DAY)
A_NANOSECOND_AGO = Instant(NOW - 1)
AFTER_NOW = Instant(NOW + 1)

C1 = ClientAdmitted(client="C1", kind=ClientKind.CORPORATION, identity="vault-1")
DECLARE: dict[str, Any] = {
    "client": "C1",
    "relation": "affiliate",
    "party": "group-co",
    "basis": "a subsidiary of the operator's parent",
}
END: dict[str, Any] = {"client": "C1", "relation": "affiliate", "reason": "the group sold it"}


def declared(
    effective_from: Instant = NOW, relation: Relation = Relation.AFFILIATE
) -> AffiliationDeclared:
    return AffiliationDeclared(
        client="C1",
        relation=relation,
        party="group-co",
        basis="a subsidiary of the operator's parent",
        effective_from=effective_from,
        approval=APPROVAL,
    )


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


def client_of(scenario: Scenario) -> Client:
    client = scenario.states["client-C1"]
    assert isinstance(client, Client)
    return client


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


P = ProductApproved(
    product="P",
    kind=ProductKind.PERPETUAL,
    entity="VATP",
    permission="perps-1",
    references=("BTC",),
    specification="c" * 64,
    effective_from=NOW,
    approval=APPROVAL,
)
APPOINT: dict[str, Any] = {
    "client": "C1",
    "program": "mm-1",
    "products": ["P"],
    "obligations": "a" * 64,
    "fee_terms": "b" * 64,
    "permission": "afmm-1",
}
TERMINATE: dict[str, Any] = {"client": "C1", "program": "mm-1", "reason": "spreads too wide"}


def permitted(
    until: Instant | None = None, activity: Activity = Activity.AFFILIATED_MARKET_MAKING
) -> RegulatoryPermissionGranted:
    return RegulatoryPermissionGranted(
        permission="afmm-1",
        entity="VATP",
        activities=(activity,),
        document="d" * 64,
        effective_from=NOW,
        until=until,
        approval=APPROVAL,
    )


def appointed(effective_from: Instant = NOW, until: Instant | None = None) -> MarketMakerAppointed:
    return MarketMakerAppointed(
        client="C1",
        program="mm-1",
        products=("P",),
        obligations="a" * 64,
        fee_terms="b" * 64,
        permission="afmm-1",
        entity="VATP",
        effective_from=effective_from,
        until=until,
        approval=APPROVAL,
    )


def terminated(effective_from: Instant = NOW) -> MarketMakerTerminated:
    return MarketMakerTerminated(
        client="C1",
        program="mm-1",
        reason="spreads too wide",
        effective_from=effective_from,
        approval=APPROVAL,
    )


READY: tuple[Event, ...] = (*FOUNDED, P, permitted(), C1, declared())


def without(event: Event) -> Scenario:
    """What is ready for an appointment, but for one thing."""
    return given(*(one for one in READY if one is not event))


def test_an_affiliate_is_appointed_to_make_a_market_under_a_permission() -> None:
    by_two(given(*READY), "AppointMarketMaker", **APPOINT).then(appointed())
    until = {**APPOINT, "until": write_instant(NEXT_WEEK)}
    by_two(given(*READY), "AppointMarketMaker", **until).then(appointed(until=NEXT_WEEK))


def test_nobody_makes_a_market_in_a_product_that_nobody_knows() -> None:
    both = {**APPOINT, "products": ["P", "Q"]}
    by_two(given(*READY), "AppointMarketMaker", **both).then_refused(
        Reason.PRODUCT_UNKNOWN, attempted="Q"
    )


@pytest.mark.parametrize(
    "permission",
    [None, permitted(activity=Activity.PERPETUALS), permitted(until=TOMORROW)],
    ids=["none", "for something else", "that ends as the appointment begins"],
)
def test_nobody_is_appointed_without_a_permission_for_it(
    permission: RegulatoryPermissionGranted | None,
) -> None:
    scenario = without(READY[3])
    if permission is not None:
        scenario = given(*FOUNDED, P, permission, C1, declared())
    tomorrow = {**APPOINT, "effective_from": write_instant(TOMORROW)}
    by_two(scenario, "AppointMarketMaker", **tomorrow).then_refused(
        Reason.PERMISSION_MISSING, attempted="afmm-1"
    )


def test_an_appointment_begins_one_nanosecond_before_the_permission_ends() -> None:
    last = Instant(TOMORROW - 1)
    scenario = given(*FOUNDED, P, permitted(until=TOMORROW), C1, declared())
    just_in_time = {**APPOINT, "effective_from": write_instant(last)}
    by_two(scenario, "AppointMarketMaker", **just_in_time).then(appointed(last))


def test_only_an_affiliate_is_appointed() -> None:
    refused = (Reason.AFFILIATION_UNKNOWN, None, "affiliate")
    unrelated = given(*FOUNDED, P, permitted(), C1)
    by_two(unrelated, "AppointMarketMaker", **APPOINT).then_refused(*refused)
    later = given(*FOUNDED, P, permitted(), C1, declared(AFTER_NOW))
    by_two(later, "AppointMarketMaker", **APPOINT).then_refused(*refused)
    employee = given(*FOUNDED, P, permitted(), C1, declared(relation=Relation.EMPLOYEE))
    by_two(employee, "AppointMarketMaker", **APPOINT).then_refused(*refused)
    by_two(given(*FOUNDED, P, permitted()), "AppointMarketMaker", **APPOINT).then_refused(
        Reason.CLIENT_UNKNOWN, attempted="C1"
    )


def test_a_program_is_not_appointed_again_while_it_runs_or_is_to_run() -> None:
    for known in (appointed(), appointed(TOMORROW), appointed(until=AFTER_NOW)):
        by_two(given(*READY, known), "AppointMarketMaker", **APPOINT).then_refused(
            Reason.PROGRAM_EXISTS, attempted="mm-1"
        )
    over = given(*READY, replace(appointed(YESTERDAY), until=NOW))
    by_two(over, "AppointMarketMaker", **APPOINT).then(appointed())
    over = given(*READY, appointed(YESTERDAY), terminated())
    by_two(over, "AppointMarketMaker", **APPOINT).then(appointed())
    other = {**APPOINT, "program": "mm-2"}
    by_two(given(*READY, appointed()), "AppointMarketMaker", **other).then(
        replace(appointed(), program="mm-2")
    )


def test_an_appointment_ends_once_and_only_while_it_is_in_force() -> None:
    scenario = by_two(given(*READY, appointed()), "TerminateMarketMaker", **TERMINATE)
    scenario.then(terminated())
    refused = (Reason.PROGRAM_UNKNOWN, None, "mm-1")
    by_two(scenario, "TerminateMarketMaker", **TERMINATE).then_refused(*refused)
    by_two(given(*READY), "TerminateMarketMaker", **TERMINATE).then_refused(*refused)
    lapsed = given(*READY, appointed(YESTERDAY, until=NOW))
    by_two(lapsed, "TerminateMarketMaker", **TERMINATE).then_refused(*refused)
    last = given(*READY, appointed(YESTERDAY, until=AFTER_NOW))
    by_two(last, "TerminateMarketMaker", **TERMINATE).then(terminated())


def test_an_appointment_may_end_later() -> None:
    scenario = given(*READY, appointed())
    later = {**TERMINATE, "effective_from": write_instant(TOMORROW)}
    by_two(scenario, "TerminateMarketMaker", **later).then(terminated(TOMORROW))
    program = client_of(scenario).programs["mm-1"]
    assert program.term.covers(Instant(TOMORROW - 1))
    assert not program.term.covers(TOMORROW)
