"""Assessment, by example: what counts as knowledge, what limits risk, and what suits a client."""

import pytest

from ledger.commands import Command
from ledger.events import (
    ClientKind,
    CorporateAssessed,
    ExposureLimitSet,
    KnowledgeAssessed,
    ProductApproved,
    ProductKind,
    RiskProfile,
    RiskProfileSet,
    Route,
    Subject,
    SuitabilityAssessed,
    Unit,
)
from ledger.instants import Instant, read_instant
from ledger.numbers import amount
from ledger.reasons import Reason
from tests.domain.clients import C_CEASED, PAPER, admitted, figure, founded
from tests.domain.officers import APPROVAL, OTTO, RITA, ask_as
from tests.domain.scenario import NOW

VALIDITY = figure("client.assessment.validity", "24", Unit.MONTHS)
FIVE = figure("client.knowledge.transactions", "5", Unit.COUNT)
THREE_YEARS = figure("client.knowledge.window", "3", Unit.YEARS)
PERPETUAL = ProductApproved(
    product="BTC-PERP",
    kind=ProductKind.PERPETUAL,
    entity="VATP",
    permission="perp",
    references=("BTC",),
    specification=PAPER,
    effective_from=NOW,
    approval=APPROVAL,
)
TODAY, FIRST_DAY = "2026-02-11", "2023-02-11"
AT_ONCE, JUST_AFTER = "2026-02-11T08:00:00.000000000Z", "2026-02-11T08:00:00.000000001Z"

CORPORATION = ask_as(
    OTTO, "AssessCorporation", client="C", structure=PAPER, person=PAPER, awareness=PAPER
)
PROFILE = ask_as(OTTO, "SetRiskProfile", client="C", profile="balanced", evidence=PAPER)


def knowing(route: str, **said: object) -> Command:
    usual = {"client": "C", "subject": "derivatives", "evidence": PAPER}
    return ask_as(OTTO, "AssessKnowledge", route=route, **{**usual, **said})


def limited(**said: object) -> Command:
    usual = {
        "client": "C",
        "limit": "1000000",
        "concentration": "30",
        "wealth_band": "10m-20m",
        "notified_at": AT_ONCE,
        "review_due": JUST_AFTER,
    }
    return ask_as(RITA, "SetExposureLimit", **{**usual, **said})


def suiting(**said: object) -> Command:
    usual = {
        "client": "C",
        "product": "BTC-PERP",
        "suitable": True,
        "concentration": "20",
        "evidence": PAPER,
        "valid_until": JUST_AFTER,
    }
    return ask_as(OTTO, "AssessSuitability", **{**usual, **said})


@pytest.mark.parametrize(
    "command",
    [CORPORATION, PROFILE, knowing("work"), knowing("trading"), limited(), suiting()],
    ids=lambda command: type(command).__name__,
)
def test_nobody_who_never_came_or_has_left_is_assessed(command: Command) -> None:
    rules = (VALIDITY, FIVE, THREE_YEARS, PERPETUAL)
    founded(*rules).when(command).then_refused(Reason.CLIENT_UNKNOWN, None, "C")
    gone = founded(*rules, admitted(), C_CEASED).when(command)
    gone.then_refused(Reason.CLIENT_CEASED, None, "C")


def test_a_corporation_is_assessed_for_as_long_as_is_recorded() -> None:
    scenario = founded(VALIDITY, admitted(ClientKind.CORPORATION)).when(CORPORATION)
    scenario.then(
        CorporateAssessed(
            client="C",
            structure=PAPER,
            person=PAPER,
            awareness=PAPER,
            valid_until=read_instant("2028-02-11T08:00:00Z"),
        )
    )
    no_term = founded(admitted(ClientKind.CORPORATION)).when(CORPORATION)
    no_term.then_refused(Reason.PARAMETER_MISSING, None, "client.assessment.validity")


def test_an_individual_is_not_assessed_as_a_corporation() -> None:
    scenario = founded(VALIDITY, admitted()).when(CORPORATION)
    scenario.then_refused(Reason.BASIS_NOT_ACCEPTED, None, "individual")


@pytest.mark.parametrize("route", ["training", "work"])
def test_knowledge_by_training_or_work_needs_no_transaction(route: str) -> None:
    scenario = founded(admitted()).when(knowing(route, subject="virtual_assets"))
    scenario.then(
        KnowledgeAssessed(
            client="C", subject=Subject.VIRTUAL_ASSETS, route=Route(route), evidence=PAPER
        )
    )


@pytest.mark.parametrize("route", ["training", "work", "trading"])
def test_there_is_no_knowledge_without_evidence(route: str) -> None:
    days = [TODAY] * 5
    command = knowing(route, evidence=None, transactions=days)
    founded(FIVE, THREE_YEARS, admitted()).when(command).then_refused(Reason.EVIDENCE_MISSING)


def test_five_transactions_count_and_four_do_not() -> None:
    scenario = founded(FIVE, THREE_YEARS, admitted())
    four = knowing("trading", transactions=[FIRST_DAY, "2024-02-29", TODAY, TODAY])
    scenario.when(four).then_refused(Reason.TOO_FEW_TRANSACTIONS, "5", "4")
    five = knowing("trading", transactions=[FIRST_DAY, "2024-02-29", TODAY, TODAY, TODAY])
    scenario.when(five).then(
        KnowledgeAssessed(
            client="C",
            subject=Subject.DERIVATIVES,
            route=Route.TRADING,
            evidence=PAPER,
            transactions=5,
        )
    )


@pytest.mark.parametrize("day", ["2023-02-10", "2026-02-12", "2019-06-30"])
def test_a_transaction_before_the_window_or_after_today_does_not_count(day: str) -> None:
    command = knowing("trading", transactions=[TODAY, TODAY, TODAY, TODAY, day])
    scenario = founded(FIVE, THREE_YEARS, admitted()).when(command)
    scenario.then_refused(Reason.TOO_FEW_TRANSACTIONS, "5", "4")


def test_the_days_of_the_window_are_those_of_hong_kong() -> None:
    scenario = founded(FIVE, THREE_YEARS, admitted())
    after_midnight = read_instant("2026-02-12T00:00:00+08:00")
    last_evening = Instant(after_midnight - 1)
    todays = knowing("trading", transactions=["2026-02-12"] * 5)
    scenario.when(todays, last_evening).then_refused(Reason.TOO_FEW_TRANSACTIONS, "5", "0")
    assert isinstance(scenario.when(todays, after_midnight).drafts[0].event, KnowledgeAssessed)
    oldest = knowing("trading", transactions=[FIRST_DAY] * 5)
    assert isinstance(scenario.when(oldest, last_evening).drafts[0].event, KnowledgeAssessed)
    scenario.when(oldest, after_midnight).then_refused(Reason.TOO_FEW_TRANSACTIONS, "5", "0")


def test_what_counts_as_knowledge_is_recorded_or_nothing_does() -> None:
    command = knowing("trading", transactions=[TODAY] * 5)
    no_count = founded(THREE_YEARS, admitted()).when(command)
    no_count.then_refused(Reason.PARAMETER_MISSING, None, "client.knowledge.transactions")
    no_window = founded(FIVE, admitted()).when(command)
    no_window.then_refused(Reason.PARAMETER_MISSING, None, "client.knowledge.window")


def test_a_risk_profile_is_set_as_often_as_it_is_assessed() -> None:
    profile = RiskProfileSet(client="C", profile=RiskProfile.BALANCED, evidence=PAPER)
    founded(admitted()).when(PROFILE).then(profile).when(PROFILE).then(profile)


def test_a_limit_is_notified_first_and_reviewed_later() -> None:
    scenario = founded(admitted()).when(limited())
    scenario.then(
        ExposureLimitSet(
            client="C",
            limit=amount("1000000"),
            concentration=amount("30"),
            wealth_band="10m-20m",
            notified_at=NOW,
            review_due=Instant(NOW + 1),
        )
    )
    too_soon = scenario.when(limited(notified_at=JUST_AFTER))
    too_soon.then_refused(Reason.AT_IN_FUTURE, AT_ONCE, JUST_AFTER)
    overdue = scenario.when(limited(review_due=AT_ONCE))
    overdue.then_refused(Reason.EFFECTIVE_IN_THE_PAST, AT_ONCE, AT_ONCE)


@pytest.mark.parametrize("suitable", [True, False])
def test_a_known_product_suits_a_client_or_not_for_a_time(*, suitable: bool) -> None:
    scenario = founded(admitted(), PERPETUAL).when(suiting(suitable=suitable))
    scenario.then(
        SuitabilityAssessed(
            client="C",
            product="BTC-PERP",
            suitable=suitable,
            concentration=amount("20"),
            evidence=PAPER,
            valid_until=Instant(NOW + 1),
        )
    )
    over = scenario.when(suiting(valid_until=AT_ONCE))
    over.then_refused(Reason.EFFECTIVE_IN_THE_PAST, AT_ONCE, AT_ONCE)
    unknown = scenario.when(suiting(product="ETH-PERP"))
    unknown.then_refused(Reason.PRODUCT_UNKNOWN, None, "ETH-PERP")
