"""A product, by example: approved once it has all that its traders need, changed, withdrawn."""

from typing import Any

import pytest

from ledger.events import (
    Activity,
    AssetAdmitted,
    DisclosurePublished,
    Event,
    Language,
    ProductApproved,
    ProductKind,
    ProductWithdrawn,
    RegulatoryPermissionGranted,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.product import Product, Terms
from ledger.reasons import Reason
from tests.domain.happened import BTC
from tests.domain.officers import APPROVAL, FOUNDED, by_two
from tests.domain.scenario import NOW, Scenario, given

SPECIFICATION, OTHER_SPECIFICATION = "c" * 64, "d" * 64
TOMORROW = Instant(NOW + DAY)
NEXT_WEEK = Instant(NOW + 7 * DAY)

APPROVE: dict[str, Any] = {
    "product": "BTC-PERP",
    "kind": "perpetual",
    "permission": "perps-1",
    "references": ["BTC"],
    "specification": SPECIFICATION,
    "documents": ["risks"],
    "authority": "lending",
}
WITHDRAW: dict[str, Any] = {"product": "BTC-PERP", "reason": "too thin a market"}


def permitted(until: Instant | None = None, *activities: Activity) -> RegulatoryPermissionGranted:
    return RegulatoryPermissionGranted(
        permission="perps-1",
        entity="VATP",
        activities=activities or (Activity.PERPETUALS,),
        document="a" * 64,
        effective_from=NOW,
        until=until,
        approval=APPROVAL,
    )


def admitted(effective_from: Instant = NOW, *, retail: bool = True) -> AssetAdmitted:
    return AssetAdmitted(
        asset="BTC",
        retail=retail,
        decision="committee-7",
        effective_from=effective_from,
        approval=APPROVAL,
    )


def published(effective_from: Instant = NOW) -> DisclosurePublished:
    return DisclosurePublished(
        document="risks",
        version=1,
        texts={Language.ENGLISH: "e" * 64},
        material=True,
        asked_since=1,
        effective_from=effective_from,
        approval=APPROVAL,
    )


READY: tuple[Event, ...] = (*FOUNDED, permitted(), BTC, admitted(), published())


def approved(
    effective_from: Instant = NOW,
    kind: ProductKind = ProductKind.PERPETUAL,
    specification: str = SPECIFICATION,
) -> ProductApproved:
    return ProductApproved(
        product="BTC-PERP",
        kind=kind,
        entity="VATP",
        permission="perps-1",
        references=("BTC",),
        specification=specification,
        effective_from=effective_from,
        documents=("risks",),
        authority="lending",
        approval=APPROVAL,
    )


def withdrawn(effective_from: Instant = NOW) -> ProductWithdrawn:
    return ProductWithdrawn(
        product="BTC-PERP",
        reason="too thin a market",
        effective_from=effective_from,
        approval=APPROVAL,
    )


def terms(scenario: Scenario, now: Instant) -> Terms:
    found = scenario.situation().of(Product, "BTC-PERP").terms(now)
    assert found is not None
    return found


def test_a_product_is_approved_once_it_has_all_that_its_traders_need() -> None:
    scenario = by_two(given(*READY), "ApproveProduct", **APPROVE).then(approved())
    again = by_two(scenario, "ApproveProduct", **APPROVE)
    again.then_refused(Reason.PRODUCT_EXISTS, attempted="BTC-PERP")


@pytest.mark.parametrize(
    ("history", "reason", "limit", "attempted"),
    [
        ((), Reason.PERMISSION_MISSING, "perps-1", "perpetuals"),
        ((permitted(None, Activity.SPOT),), Reason.PERMISSION_MISSING, "perps-1", "perpetuals"),
        ((permitted(until=NOW),), Reason.PERMISSION_MISSING, "perps-1", "perpetuals"),
        ((permitted(),), Reason.DOCUMENT_UNKNOWN, None, "risks"),
        ((permitted(), published(TOMORROW)), Reason.DOCUMENT_UNKNOWN, None, "risks"),
        ((permitted(), published()), Reason.ASSET_UNKNOWN, None, "BTC"),
        ((permitted(), published(), BTC), Reason.ASSET_NOT_ADMITTED, None, "BTC"),
        (
            (permitted(), published(), BTC, admitted(Instant(NOW + 1))),
            Reason.ASSET_NOT_ADMITTED,
            None,
            "BTC",
        ),
        (
            (permitted(), published(), BTC, admitted(retail=False)),
            Reason.ASSET_NOT_ADMITTED,
            None,
            "BTC",
        ),
    ],
)
def test_a_product_that_lacks_something_is_refused_for_the_first_reason_that_holds(
    history: tuple[Event, ...], reason: Reason, limit: str | None, attempted: str
) -> None:
    refused = by_two(given(*FOUNDED, *history), "ApproveProduct", **APPROVE)
    refused.then_refused(reason, limit, attempted)


def test_a_product_is_offered_by_an_entity_that_is_registered() -> None:
    refused = by_two(given(*READY), "ApproveProduct", **APPROVE, entity="AE")
    refused.then_refused(Reason.ENTITY_UNKNOWN, attempted="AE")


def test_a_spot_product_may_follow_what_only_professionals_trade() -> None:
    history = (*FOUNDED, permitted(None, Activity.SPOT), published(), BTC, admitted(retail=False))
    scenario = by_two(given(*history), "ApproveProduct", **{**APPROVE, "kind": "spot"})
    scenario.then(approved(kind=ProductKind.SPOT))


def test_what_is_needed_is_needed_on_the_date_from_which_it_is_offered() -> None:
    history = (*FOUNDED, permitted(until=TOMORROW), BTC, admitted(), published())
    last = write_instant(Instant(TOMORROW - 1))
    by_two(given(*history), "ApproveProduct", **APPROVE, effective_from=last).then(
        approved(Instant(TOMORROW - 1))
    )
    too_late = write_instant(TOMORROW)
    refused = by_two(given(*history), "ApproveProduct", **APPROVE, effective_from=too_late)
    refused.then_refused(Reason.PERMISSION_MISSING, "perps-1", "perpetuals")


def test_other_terms_are_a_new_version_from_their_date_on() -> None:
    scenario = given(*READY, approved())
    other = {**APPROVE, "specification": OTHER_SPECIFICATION}
    date = write_instant(TOMORROW)
    by_two(scenario, "ApproveProduct", **other, effective_from=date).then(
        approved(TOMORROW, specification=OTHER_SPECIFICATION)
    )
    assert terms(scenario, Instant(TOMORROW - 1)).specification == SPECIFICATION
    assert terms(scenario, TOMORROW).specification == OTHER_SPECIFICATION


def test_a_withdrawn_product_is_closed_to_the_nanosecond_and_opens_when_approved_again() -> None:
    scenario = given(*READY, approved())
    date = write_instant(TOMORROW)
    by_two(scenario, "WithdrawProduct", **WITHDRAW, effective_from=date).then(withdrawn(TOMORROW))
    assert terms(scenario, Instant(TOMORROW - 1)).open
    assert not terms(scenario, TOMORROW).open
    date = write_instant(NEXT_WEEK)
    by_two(scenario, "ApproveProduct", **APPROVE, effective_from=date).then(approved(NEXT_WEEK))
    assert not terms(scenario, Instant(NEXT_WEEK - 1)).open
    assert terms(scenario, NEXT_WEEK).open


def test_only_a_product_that_is_offered_is_withdrawn() -> None:
    for history, reason in (
        ((), Reason.PRODUCT_UNKNOWN),
        ((approved(Instant(NOW + 1)),), Reason.PRODUCT_NOT_YET),
        ((approved(), withdrawn()), Reason.PRODUCT_WITHDRAWN),
    ):
        refused = by_two(given(*READY, *history), "WithdrawProduct", **WITHDRAW)
        refused.then_refused(reason, attempted="BTC-PERP")
    by_two(given(*READY, approved()), "WithdrawProduct", **WITHDRAW).then(withdrawn())


def test_no_terms_planned_for_later_open_a_withdrawn_product() -> None:
    later = approved(NEXT_WEEK, specification=OTHER_SPECIFICATION)
    scenario = by_two(given(*READY, approved(), later), "WithdrawProduct", **WITHDRAW)
    scenario.then(withdrawn())
    assert not terms(scenario, NEXT_WEEK).open
