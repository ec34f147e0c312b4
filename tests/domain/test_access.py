"""Access, by example: who founds the platform, who may act for whom, and until when."""

from typing import Any

import pytest

from ledger.commands import COMMANDS, ShowDisclosure
from ledger.commands.command import ActorField
from ledger.events import (
    ActorKind,
    CommandRejected,
    EntityRegistered,
    EntityRole,
    Function,
    Officer,
    PlatformFounded,
    RoleGranted,
    RoleRevoked,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from tests.domain.happened import USD
from tests.domain.officers import (
    APPROVAL,
    CAROL,
    DORA,
    FOUNDED,
    MAX,
    OTTO,
    TED,
    Actor,
    ask_as,
    by_two,
    officer,
)
from tests.domain.scenario import NOW, Scenario, given

DORA_HERSELF = ActorField(kind=ActorKind.HUMAN, id="dora")
ANNA = officer("anna", Function.OPERATIONS)
TOMORROW = Instant(NOW + DAY)
ALLOWED = "compliance or dealing or operations"

FOUND: dict[str, Any] = {
    "officers": [
        {"id": "carol", "function": "compliance"},
        {"id": "max", "function": "management"},
    ]
}
GRANT: dict[str, Any] = {"grantee": "anna", "kind": "human", "function": "operations"}
SHOW: dict[str, Any] = {"client": "C1", "document": "risks", "version": 1, "language": "en"}


def granted(
    effective_from: Instant = NOW, until: Instant | None = None, entity: str = "VATP"
) -> RoleGranted:
    return RoleGranted(
        actor="anna",
        kind=ActorKind.HUMAN,
        function=Function.OPERATIONS,
        entity=entity,
        effective_from=effective_from,
        until=until,
        approval=APPROVAL,
    )


def revoked(entity: str = "VATP") -> RoleRevoked:
    return RoleRevoked(
        actor="anna",
        kind=ActorKind.HUMAN,
        function=Function.OPERATIONS,
        entity=entity,
        reason="left",
    )


def show(scenario: Scenario, actor: Actor, now: Instant = NOW, **said: Any) -> Scenario:
    """Ask for what needs a role, and is then refused only because there is no such client."""
    return scenario.when(ask_as(actor, "ShowDisclosure", **SHOW, **said), now)


def let_in(scenario: Scenario) -> Scenario:
    return scenario.then_refused(Reason.CLIENT_UNKNOWN, attempted="C1")


def kept_out(scenario: Scenario, who: str) -> Scenario:
    return scenario.then_refused(Reason.ROLE_LACKING, ALLOWED, who)


def test_a_platform_is_founded_once_with_its_operator_and_first_officers() -> None:
    carol = Officer(id="carol", function=Function.COMPLIANCE)
    max_ = Officer(id="max", function=Function.MANAGEMENT)
    scenario = given().when(ask_as(MAX, "FoundPlatform", **FOUND))
    assert [draft.stream for draft in scenario.drafts] == ["access", "entity-VATP"]
    scenario.then(
        PlatformFounded(entity="VATP", officers=(carol, max_)),
        EntityRegistered(entity="VATP", role=EntityRole.PLATFORM_OPERATOR),
    )
    again = scenario.when(ask_as(MAX, "FoundPlatform", **FOUND))
    again.then_refused(Reason.PLATFORM_FOUNDED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("carol", "compliance"), ("carol", "management")),
        (("carol", "compliance"), ("max", "compliance")),
        (("carol", "dealing"), ("max", "audit")),
    ],
)
def test_a_platform_is_founded_by_two_people_who_can_grant_roles_to_others(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    officers = [{"id": name, "function": function} for name, function in (one, other)]
    scenario = given().when(ask_as(MAX, "FoundPlatform", officers=officers))
    scenario.then_refused(Reason.FOUNDERS_TOO_ALIKE, "2")


def test_before_the_founding_anybody_keeps_books_and_nobody_does_more() -> None:
    given().when(ask_as(DORA, "RegisterAsset", asset="USD", scale=2, kind="fiat")).then(USD)
    show(given(), DORA).then_refused(Reason.PLATFORM_NOT_FOUNDED)
    critical = given().when(ask_as(CAROL, "GrantRole", **GRANT))
    critical.then_refused(Reason.PLATFORM_NOT_FOUNDED)


def test_what_may_be_done_before_the_founding_is_plain_books() -> None:
    assert {name for name, command in COMMANDS.items() if command.BOOKS} == {
        "FoundPlatform",
        "RegisterAsset",
        "OpenAccount",
        "CloseAccount",
        "WithdrawCash",
        "TransferCash",
        "ReportDeposit",
        "OpenMirrorAccount",
        "ReportVenueLine",
        "ReportVenueExecution",
        "CorrectMovement",
        "OpenSealed",
    }


def test_after_the_founding_even_books_need_a_role() -> None:
    scenario = given(*FOUNDED)
    account = {"account": "A", "holder": "vault-1"}
    nobody = scenario.when(ask_as(ANNA, "OpenAccount", **account))
    (draft,) = nobody.drafts
    assert isinstance(draft.event, CommandRejected)
    assert draft.event.reason is Reason.ROLE_LACKING


def test_an_actor_acts_in_a_function_that_is_his_and_is_asked_for() -> None:
    scenario = given(*FOUNDED)
    let_in(show(scenario, DORA))
    kept_out(show(scenario, ANNA), "anna as operations")
    kept_out(show(scenario, MAX), "max as management")
    kept_out(show(scenario, officer("dora", Function.COMPLIANCE)), "dora as compliance")
    without_function = ShowDisclosure(command_id="c-1", actor=DORA_HERSELF, **SHOW)
    kept_out(scenario.when(without_function), "dora as nobody")


def test_a_program_is_not_the_person_of_the_same_id() -> None:
    program = Actor(kind="service", id="dora", role="dealing")
    kept_out(show(given(*FOUNDED), program), "dora as dealing")


def test_an_actor_acts_for_an_entity_that_is_registered_and_for_which_he_has_a_role() -> None:
    broker = EntityRegistered(entity="BROKER", role=EntityRole.BROKER, approval=APPROVAL)
    scenario = given(*FOUNDED, broker)
    kept_out(show(scenario, DORA, legal_entity="BROKER"), "dora as dealing")
    stranger = show(scenario, DORA, legal_entity="NOBODY")
    stranger.then_refused(Reason.ENTITY_UNKNOWN, attempted="NOBODY")
    theirs = given(*FOUNDED, broker, granted(entity="BROKER"))
    not_theirs = show(theirs, ANNA, legal_entity="BROKER")
    not_theirs.then_refused(Reason.ENTITY_NOT_ENTITLED, "platform_operator", "BROKER, broker")
    kept_out(show(theirs, ANNA), "anna as operations")


def test_a_role_is_granted_by_two_and_counts_from_its_date_until_its_end() -> None:
    next_week = Instant(NOW + 7 * DAY)
    term = {"effective_from": write_instant(TOMORROW), "until": write_instant(next_week)}
    scenario = by_two(given(*FOUNDED), "GrantRole", **GRANT, **term)
    scenario.then(granted(TOMORROW, next_week))
    kept_out(show(scenario, ANNA, Instant(TOMORROW - 1)), "anna as operations")
    let_in(show(scenario, ANNA, TOMORROW))
    let_in(show(scenario, ANNA, Instant(next_week - 1)))
    kept_out(show(scenario, ANNA, next_week), "anna as operations")


def test_a_role_is_granted_once_for_an_entity_that_is_registered() -> None:
    scenario = by_two(given(*FOUNDED), "GrantRole", **GRANT).then(granted())
    again = by_two(scenario, "GrantRole", **GRANT)
    again.then_refused(Reason.ROLE_EXISTS, attempted="anna as operations")
    stranger = by_two(scenario, "GrantRole", **GRANT, entity="BROKER")
    stranger.then_refused(Reason.ENTITY_UNKNOWN, attempted="BROKER")
    lapsed = given(*FOUNDED, granted(Instant(NOW - DAY), until=NOW))
    by_two(lapsed, "GrantRole", **GRANT).then(granted())


def test_a_role_is_never_granted_by_one_alone() -> None:
    scenario = given(*FOUNDED).when(ask_as(CAROL, "GrantRole", **GRANT))
    scenario.then_refused(Reason.FOUR_EYES_REQUIRED)


def test_a_revoked_role_is_over_at_once_and_may_be_granted_again() -> None:
    said = {"grantee": "anna", "function": "operations", "reason": "left"}
    scenario = given(*FOUNDED, granted(Instant(NOW - DAY)))
    scenario.when(ask_as(TED, "RevokeRole", **said)).then(revoked())
    kept_out(show(scenario, ANNA), "anna as operations")
    let_in(show(scenario, ANNA, Instant(NOW - 1)))
    again = scenario.when(ask_as(TED, "RevokeRole", **said))
    again.then_refused(Reason.ROLE_NOT_HELD, attempted="anna as operations")
    by_two(scenario, "GrantRole", **GRANT).then(granted())
    let_in(show(scenario, ANNA))


def test_a_role_is_granted_for_longer_while_it_is_in_force_and_revoked_with_all_its_terms() -> None:
    said = {"grantee": "anna", "function": "operations", "reason": "left"}
    scenario = given(*FOUNDED, granted(NOW, until=TOMORROW))
    by_two(scenario, "GrantRole", **GRANT).then(granted())
    let_in(show(scenario, ANNA, TOMORROW))
    scenario.when(ask_as(TED, "RevokeRole", **said)).then(revoked())
    kept_out(show(scenario, ANNA, TOMORROW), "anna as operations")


def test_a_role_that_begins_later_is_revoked_before_it_begins() -> None:
    said = {"grantee": "anna", "function": "operations", "reason": "left"}
    scenario = given(*FOUNDED, granted(TOMORROW))
    scenario.when(ask_as(TED, "RevokeRole", **said)).then(revoked())
    kept_out(show(scenario, ANNA, TOMORROW), "anna as operations")


def test_a_role_that_would_be_over_before_it_begins_is_refused() -> None:
    said = GRANT | {"effective_from": "2026-02-12T08:00:00Z", "until": "2026-02-12T08:00:00Z"}
    scenario = by_two(given(*FOUNDED), "GrantRole", **said)
    scenario.then_refused(Reason.ENDS_BEFORE_IT_BEGINS)


def test_only_who_may_grant_a_role_may_revoke_one() -> None:
    said = {"grantee": "anna", "function": "operations", "reason": "left"}
    scenario = given(*FOUNDED, granted()).when(ask_as(OTTO, "RevokeRole", **said))
    allowed = "compliance or management or technology"
    scenario.then_refused(Reason.ROLE_LACKING, allowed, "otto as operations")
