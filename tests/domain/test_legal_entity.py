"""A legal entity, by example: registered, and permitted by the regulator what it may do."""

from typing import Any

import pytest

from ledger.events import (
    Activity,
    EntityRegistered,
    EntityRole,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.legal_entity import LegalEntity
from ledger.reasons import Reason
from tests.domain.officers import APPROVAL, FOUNDED, by_two
from tests.domain.scenario import NOW, Scenario, given

LETTER = "a" * 64
OTHER_LETTER = "b" * 64
PERPETUALS = (Activity.PERPETUALS,)
TOMORROW = Instant(NOW + DAY)
NEXT_WEEK = Instant(NOW + 7 * DAY)

GRANT: dict[str, Any] = {"permission": "perps-1", "activities": ["perpetuals"], "document": LETTER}
REVOKE: dict[str, Any] = {"permission": "perps-1", "reason": "given back", "document": OTHER_LETTER}


def granted(
    effective_from: Instant = NOW, until: Instant | None = None
) -> RegulatoryPermissionGranted:
    return RegulatoryPermissionGranted(
        permission="perps-1",
        entity="VATP",
        activities=PERPETUALS,
        document=LETTER,
        effective_from=effective_from,
        until=until,
        approval=APPROVAL,
    )


def revoked(effective_from: Instant = NOW) -> RegulatoryPermissionRevoked:
    return RegulatoryPermissionRevoked(
        permission="perps-1",
        entity="VATP",
        reason="given back",
        document=OTHER_LETTER,
        effective_from=effective_from,
        approval=APPROVAL,
    )


def permits(scenario: Scenario, now: Instant, activity: Activity = Activity.PERPETUALS) -> bool:
    return scenario.situation().of(LegalEntity, "VATP").permits("perps-1", activity, now)


def test_an_entity_is_registered_once_with_the_approval_that_let_it() -> None:
    command: dict[str, Any] = {
        "entity": "AE",
        "role": "associated_entity",
        "lei": "2138000000000000AE52",
    }
    registered = EntityRegistered(
        entity="AE",
        role=EntityRole.ASSOCIATED_ENTITY,
        lei="2138000000000000AE52",
        approval=APPROVAL,
    )
    scenario = by_two(given(*FOUNDED), "RegisterEntity", **command).then(registered)
    again = by_two(scenario, "RegisterEntity", **command)
    again.then_refused(Reason.ENTITY_EXISTS, attempted="AE")
    founder = by_two(scenario, "RegisterEntity", entity="VATP", role="broker")
    founder.then_refused(Reason.ENTITY_EXISTS, attempted="VATP")


def test_a_permission_is_granted_once_to_an_entity_that_is_registered() -> None:
    scenario = by_two(given(*FOUNDED), "GrantPermission", **GRANT).then(granted())
    again = by_two(scenario, "GrantPermission", **GRANT)
    again.then_refused(Reason.PERMISSION_EXISTS, attempted="perps-1")
    stranger = by_two(scenario, "GrantPermission", **GRANT, entity="AE")
    stranger.then_refused(Reason.ENTITY_UNKNOWN, attempted="AE")
    over = given(*FOUNDED, granted(), revoked())
    by_two(over, "GrantPermission", **GRANT).then_refused(
        Reason.PERMISSION_EXISTS, attempted="perps-1"
    )


def test_a_permission_covers_its_activities_alone_from_its_date_until_its_end() -> None:
    term: dict[str, Any] = {
        "effective_from": write_instant(TOMORROW),
        "until": write_instant(NEXT_WEEK),
    }
    scenario = by_two(given(*FOUNDED), "GrantPermission", **GRANT, **term)
    assert [draft.at for draft in scenario.drafts] == [TOMORROW]
    scenario.then(granted(TOMORROW, NEXT_WEEK))
    assert not permits(scenario, Instant(TOMORROW - 1))
    assert permits(scenario, TOMORROW)
    assert permits(scenario, Instant(NEXT_WEEK - 1))
    assert not permits(scenario, NEXT_WEEK)
    assert not permits(scenario, TOMORROW, Activity.SPOT)


def test_a_variation_restates_what_a_permission_says_from_its_date_on() -> None:
    varied: dict[str, Any] = {
        **GRANT,
        "activities": ["spot"],
        "document": OTHER_LETTER,
        "conditions": ["no more"],
    }
    effective_from = write_instant(TOMORROW)
    scenario = given(*FOUNDED, granted())
    by_two(scenario, "VaryPermission", **varied, effective_from=effective_from).then(
        RegulatoryPermissionVaried(
            permission="perps-1",
            entity="VATP",
            activities=(Activity.SPOT,),
            document=OTHER_LETTER,
            conditions=("no more",),
            effective_from=TOMORROW,
            approval=APPROVAL,
        )
    )
    assert permits(scenario, Instant(TOMORROW - 1))
    assert not permits(scenario, TOMORROW)
    assert permits(scenario, TOMORROW, Activity.SPOT)


@pytest.mark.parametrize(
    ("name", "fields"), [("VaryPermission", GRANT), ("RevokePermission", REVOKE)]
)
def test_only_a_permission_that_is_not_over_is_varied_or_revoked(
    name: str, fields: dict[str, Any]
) -> None:
    never = given(*FOUNDED)
    over = given(*FOUNDED, granted(), revoked())
    lapsed = given(*FOUNDED, granted(Instant(NOW - DAY), until=NOW))
    for scenario in (never, over, lapsed):
        refused = by_two(scenario, name, **fields)
        refused.then_refused(Reason.PERMISSION_UNKNOWN, attempted="perps-1")
    others = by_two(given(*FOUNDED, granted()), name, **fields, entity="AE")
    others.then_refused(Reason.PERMISSION_UNKNOWN, attempted="perps-1")


@pytest.mark.parametrize(
    ("name", "fields"), [("VaryPermission", GRANT), ("RevokePermission", REVOKE)]
)
def test_a_permission_stands_one_nanosecond_before_it_lapses(
    name: str, fields: dict[str, Any]
) -> None:
    scenario = given(*FOUNDED, granted(until=TOMORROW))
    (draft,) = by_two(scenario, name, Instant(TOMORROW - 1), **fields).drafts
    assert isinstance(draft.event, RegulatoryPermissionVaried | RegulatoryPermissionRevoked)


def test_a_permission_that_begins_only_later_is_revoked_but_not_varied() -> None:
    refused = (Reason.PERMISSION_UNKNOWN, None, "perps-1")
    scenario = given(*FOUNDED, granted(TOMORROW, NEXT_WEEK))
    by_two(scenario, "VaryPermission", **GRANT).then_refused(*refused)
    by_two(scenario, "RevokePermission", **REVOKE).then(revoked())
    assert not permits(scenario, TOMORROW)
    by_two(scenario, "RevokePermission", **REVOKE).then_refused(*refused)


def test_a_revoked_permission_ends_to_the_nanosecond() -> None:
    scenario = given(*FOUNDED, granted())
    effective_from = write_instant(TOMORROW)
    by_two(scenario, "RevokePermission", **REVOKE, effective_from=effective_from).then(
        revoked(TOMORROW)
    )
    assert permits(scenario, Instant(TOMORROW - 1))
    assert not permits(scenario, TOMORROW)


def test_no_variation_planned_for_later_brings_a_revoked_permission_back() -> None:
    scenario = given(*FOUNDED, granted())
    by_two(scenario, "VaryPermission", **GRANT, effective_from=write_instant(NEXT_WEEK))
    scenario.happen(*scenario.drafts)
    by_two(scenario, "RevokePermission", **REVOKE, effective_from=write_instant(TOMORROW))
    scenario.happen(*scenario.drafts)
    assert not permits(scenario, NEXT_WEEK)
