"""For whom officers act, what nobody decides about himself, and who is left to grant roles."""

from typing import Any

import pytest

from ledger.commands import COMMANDS
from ledger.events import (
    ActorKind,
    AffiliationDeclared,
    CommandRejected,
    EntityRegistered,
    EntityRole,
    Event,
    Function,
    Officer,
    PlatformFounded,
    Relation,
    RoleGranted,
)
from ledger.instants import DAY, Instant
from ledger.reasons import Reason
from tests.domain.clients import C_ADMITTED
from tests.domain.happened import USD
from tests.domain.officers import (
    APPROVAL,
    CAROL,
    FOUNDED,
    OTTO,
    RITA,
    TED,
    VATP,
    Actor,
    ask_as,
    officer,
)
from tests.domain.proposals import proposing
from tests.domain.scenario import NOW, Scenario, given

ZOE = officer("zoe", Function.COMPLIANCE)
ANNA = officer("anna", Function.OPERATIONS)
CAP = {
    "name": "leverage.cap",
    "value": "50",
    "unit": "ratio",
    "source": "board",
    "rationale": "bolder",
}


def at(entity: str, role: EntityRole, actor: Actor) -> tuple[Event, ...]:
    """Let another legal entity have been registered, and somebody act for it."""
    granted = RoleGranted(
        actor=actor["id"],
        kind=ActorKind(actor["kind"]),
        function=Function(actor["role"]),
        entity=entity,
        effective_from=NOW,
        approval=APPROVAL,
    )
    return EntityRegistered(entity=entity, role=role, approval=APPROVAL), granted


@pytest.mark.parametrize("kind", [role for role in EntityRole if role.name != "PLATFORM_OPERATOR"])
def test_officers_of_another_legal_entity_propose_nothing(kind: EntityRole) -> None:
    asked = proposing("p-2", ZOE, "ChangeParameter", CAP, "MM")
    scenario = given(*FOUNDED, *at("MM", kind, ZOE)).when(asked)
    scenario.then_refused(Reason.ENTITY_NOT_ENTITLED, "platform_operator", f"MM, {kind}")


@pytest.mark.parametrize("verb", ["ApproveChange", "DeclineChange"])
def test_officers_of_another_legal_entity_close_no_proposal(verb: str) -> None:
    said = {"change_digest": "0" * 64} if verb == "ApproveChange" else {"reason": "no"}
    asked = ask_as(ZOE, verb, proposal="p-2", legal_entity="MM", **said)
    maker = EntityRole.AFFILIATED_MARKET_MAKER
    scenario = given(*FOUNDED, *at("MM", maker, ZOE)).when(asked)
    scenario.then_refused(Reason.ENTITY_NOT_ENTITLED, "platform_operator", f"MM, {maker}")


def test_the_associated_entity_moves_what_it_holds_and_decides_nothing_else() -> None:
    entrusted = {name for name, kind in COMMANDS.items() if len(kind.ENTITIES) > 1}
    assert entrusted == {
        "ReportDeposit",
        "WithdrawCash",
        "TransferCash",
        "OpenMirrorAccount",
        "ReportVenueLine",
        "ReportVenueExecution",
    }


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (EntityRole.ASSOCIATED_ENTITY, Reason.ACCOUNT_UNKNOWN),
        (EntityRole.BROKER, Reason.ENTITY_NOT_ENTITLED),
    ],
)
def test_cash_is_for_the_operator_and_its_associated_entity(
    kind: EntityRole, reason: Reason
) -> None:
    sent = {"account": "A", "asset": "USD", "amount": "1", "legal_entity": "TRUST"}
    scenario = given(*FOUNDED, USD, *at("TRUST", kind, ANNA))
    scenario.when(ask_as(ANNA, "WithdrawCash", **sent))
    (draft,) = scenario.drafts
    assert isinstance(draft.event, CommandRejected)
    assert draft.event.reason is reason


def employs(
    party: str, relation: Relation = Relation.EMPLOYEE, since: Instant = NOW
) -> AffiliationDeclared:
    return AffiliationDeclared(
        client="C",
        relation=relation,
        party=party,
        basis="staff",
        effective_from=since,
        approval=APPROVAL,
    )


def lifting(scenario: Scenario, actor: Actor, now: Instant = NOW) -> Scenario:
    """Ask for what is refused otherwise only because no restriction is there."""
    said: dict[str, Any] = {"client": "C", "restriction": "R", "reason": "over"}
    return scenario.when(ask_as(actor, "LiftRestriction", **said), now)


def test_nobody_decides_about_himself_as_a_client() -> None:
    scenario = given(*FOUNDED, C_ADMITTED, employs("rita"))
    lifting(scenario, RITA).then_refused(Reason.SELF_DEALING, "C", "rita")
    lifting(scenario, CAROL).then_refused(Reason.RESTRICTION_UNKNOWN, attempted="R")


def test_whoever_is_an_employee_only_later_decides_until_one_nanosecond_before() -> None:
    since = Instant(NOW + 1)
    scenario = given(*FOUNDED, C_ADMITTED, employs("rita", since=since))
    lifting(scenario, RITA, NOW).then_refused(Reason.RESTRICTION_UNKNOWN, attempted="R")
    lifting(scenario, RITA, since).then_refused(Reason.SELF_DEALING, "C", "rita")


def test_a_company_of_the_same_name_is_not_himself() -> None:
    scenario = given(*FOUNDED, C_ADMITTED, employs("rita", Relation.AFFILIATE))
    lifting(scenario, RITA).then_refused(Reason.RESTRICTION_UNKNOWN, attempted="R")


def test_a_program_is_nobodys_employee() -> None:
    robot = Actor(kind="service", id="robot", role="risk")
    _, granted = at("VATP", EntityRole.PLATFORM_OPERATOR, robot)
    scenario = given(*FOUNDED, granted, C_ADMITTED, employs("robot"))
    lifting(scenario, robot).then_refused(Reason.RESTRICTION_UNKNOWN, attempted="R")


def founded_by(*officers: Actor) -> tuple[Event, ...]:
    people = tuple(Officer(id=o["id"], function=Function(o["role"])) for o in officers)
    return PlatformFounded(entity="VATP", officers=people), VATP


def leaves(scenario: Scenario, actor: Actor, entity: str = "VATP") -> Scenario:
    said = {"grantee": actor["id"], "function": actor["role"], "entity": entity, "reason": "left"}
    return scenario.when(ask_as(TED, "RevokeRole", **said))


def is_revoked(scenario: Scenario) -> bool:
    return not isinstance(scenario.drafts[0].event, CommandRejected)


def test_two_people_stay_of_whom_one_proposes_a_role_and_the_other_approves_it() -> None:
    scenario = given(*founded_by(TED, RITA, OTTO))
    assert is_revoked(leaves(scenario, OTTO))
    leaves(scenario, RITA).then_refused(Reason.LAST_OFFICERS, attempted="rita as risk")
    leaves(scenario, TED).then_refused(Reason.LAST_OFFICERS, attempted="ted as technology")
    assert is_revoked(leaves(given(*founded_by(TED, RITA, CAROL)), RITA))


@pytest.mark.parametrize(
    "other",
    [
        officer("ted", Function.COMPLIANCE),
        officer("tom", Function.TECHNOLOGY),
        Actor(kind="service", id="robot", role="risk"),
    ],
    ids=["the same person", "the same function", "a program"],
)
def test_who_cannot_be_the_second_pair_of_eyes_does_not_count(other: Actor) -> None:
    _, granted = at("VATP", EntityRole.PLATFORM_OPERATOR, other)
    scenario = given(*founded_by(TED, RITA), granted)
    leaves(scenario, RITA).then_refused(Reason.LAST_OFFICERS, attempted="rita as risk")


def test_whose_role_begins_only_later_does_not_count_yet() -> None:
    later = RoleGranted(
        actor="carol",
        kind=ActorKind.HUMAN,
        function=Function.COMPLIANCE,
        entity="VATP",
        effective_from=Instant(NOW + DAY),
        approval=APPROVAL,
    )
    scenario = given(*founded_by(TED, RITA), later)
    leaves(scenario, RITA).then_refused(Reason.LAST_OFFICERS, attempted="rita as risk")
