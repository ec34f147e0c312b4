"""Market makers, by example: an affiliate appointed under a permission, and let go."""

from typing import Any

import pytest
from msgspec.structs import replace

from ledger.events import (
    Activity,
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
from tests.domain.affiliates import C1, client_of, declared
from tests.domain.officers import APPROVAL, FOUNDED, by_two
from tests.domain.scenario import NOW, given

YESTERDAY, TOMORROW = Instant(NOW - DAY), Instant(NOW + DAY)
NEXT_WEEK = Instant(NOW + 7 * DAY)
AFTER_NOW = Instant(NOW + 1)

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
    "permissions",
    [(), (permitted(activity=Activity.PERPETUALS),), (permitted(until=TOMORROW),)],
    ids=["none", "for something else", "that ends as the appointment begins"],
)
def test_nobody_is_appointed_without_a_permission_for_it(permissions: tuple[Event, ...]) -> None:
    scenario = given(*FOUNDED, P, *permissions, C1, declared())
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


def test_no_appointment_is_over_before_it_begins() -> None:
    for until in (NOW, TOMORROW):
        never = {"effective_from": write_instant(TOMORROW), "until": write_instant(until)}
        by_two(given(*READY), "AppointMarketMaker", **APPOINT, **never).then_refused(
            Reason.ENDS_BEFORE_IT_BEGINS
        )
    brief = {**APPOINT, "until": write_instant(AFTER_NOW)}
    by_two(given(*READY), "AppointMarketMaker", **brief).then(appointed(until=AFTER_NOW))


def test_an_appointment_that_begins_only_later_is_called_off() -> None:
    scenario = given(*READY, appointed(TOMORROW))
    by_two(scenario, "TerminateMarketMaker", **TERMINATE).then(terminated())
    assert not client_of(scenario).programs["mm-1"].term.covers(TOMORROW)
    by_two(scenario, "TerminateMarketMaker", **TERMINATE).then_refused(
        Reason.PROGRAM_UNKNOWN, attempted="mm-1"
    )
    by_two(scenario, "AppointMarketMaker", **APPOINT).then(appointed())


def test_an_appointment_ends_once_and_only_until_it_is_over() -> None:
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
