"""Who approves what is proposed: within one legal entity, and while the proposer is in office."""

import pytest

from ledger.events import (
    ActorKind,
    ChangeApproved,
    ChangeDeclined,
    EntityRegistered,
    EntityRole,
    Function,
    RoleGranted,
    RoleRevoked,
)
from ledger.instants import Instant
from ledger.reasons import Reason
from tests.domain.officers import APPROVAL, CAROL, FOUNDED, MAX, Actor, ask_as, officer
from tests.domain.proposals import (
    RELEASE,
    RELEASING,
    approve,
    approving,
    happened,
    is_approved,
    proposed,
    proposing,
)
from tests.domain.scenario import NOW, given

ROBOT = Actor(kind="service", id="robot", role="risk")

AT_DESK = EntityRegistered(entity="DESK", role=EntityRole.PLATFORM_OPERATOR)
"""Another legal entity that operates the platform, for which Max acts as well."""


def granted(actor: Actor, entity: str = "VATP", until: Instant | None = None) -> RoleGranted:
    return RoleGranted(
        actor=actor["id"],
        kind=ActorKind(actor["kind"]),
        function=Function(actor["role"]),
        entity=entity,
        effective_from=NOW,
        until=until,
        approval=APPROVAL,
    )


def revoked(actor: Actor) -> RoleRevoked:
    return RoleRevoked(
        actor=actor["id"],
        kind=ActorKind(actor["kind"]),
        function=Function(actor["role"]),
        entity="VATP",
        reason="left",
    )


CAP = {
    "name": "leverage.cap",
    "value": "5",
    "unit": "ratio",
    "source": "board",
    "rationale": "calmer",
}


def test_a_proposal_says_for_which_entity_and_by_which_kind_of_actor_it_is_made() -> None:
    asked = proposing("p-2", ROBOT, "ChangeParameter", CAP)
    said = given(*FOUNDED, granted(ROBOT)).when(asked).drafts[0].event
    names = ("entity", "proposer", "proposer_kind", "function")
    assert [getattr(said, name) for name in names] == ["VATP", "robot", "service", "risk"]


@pytest.mark.parametrize("verb", ["ApproveChange", "DeclineChange"])
def test_a_proposal_for_one_entity_is_unknown_to_whoever_acts_for_another(verb: str) -> None:
    scenario = proposed(AT_DESK, granted(MAX, "DESK"))
    more = (
        {"change_digest": RELEASING.proposed().digest()}
        if verb == "ApproveChange"
        else {"reason": "no"}
    )
    elsewhere = ask_as(MAX, verb, proposal="p-2", legal_entity="DESK", **more)
    scenario.when(elsewhere).then_refused(Reason.PROPOSAL_UNKNOWN, "VATP", "DESK")
    at_home = scenario.when(ask_as(MAX, verb, proposal="p-2", **more)).drafts[0].event
    assert isinstance(at_home, ChangeApproved | ChangeDeclined)


def test_what_is_proposed_for_an_entity_is_approved_for_it_by_whoever_acts_for_it() -> None:
    asked = proposing("p-2", CAROL, "ReleaseLegalHold", RELEASE, "DESK")
    scenario = proposed(AT_DESK, granted(CAROL, "DESK"), granted(MAX, "DESK"), asked=asked)
    scenario.when(approving(asked, MAX)).then_refused(Reason.PROPOSAL_UNKNOWN, "DESK", "VATP")
    assert is_approved(scenario.when(approving(asked, MAX, "DESK")))


def test_what_somebody_proposed_who_lost_his_role_since_is_not_approved() -> None:
    assert is_approved(approve(proposed()))
    left = happened(proposed(), revoked(CAROL))
    approve(left).then_refused(Reason.ROLE_LACKING, attempted="carol as compliance")
    in_another_function = happened(left, granted(officer("carol", Function.RISK)))
    approve(in_another_function).then_refused(Reason.ROLE_LACKING, attempted="carol as compliance")
    for_another_entity = happened(left, AT_DESK, granted(CAROL, "DESK"))
    approve(for_another_entity).then_refused(Reason.ROLE_LACKING, attempted="carol as compliance")
    assert is_approved(approve(happened(left, granted(CAROL))))


def test_a_proposer_whose_role_ends_is_approved_until_one_nanosecond_before() -> None:
    end = Instant(NOW + 3_600)
    asked = proposing("p-2", ROBOT, "ChangeParameter", CAP)
    scenario = proposed(granted(ROBOT, until=end), asked=asked)
    assert is_approved(scenario.when(approving(asked, MAX), Instant(end - 1)))
    scenario.when(approving(asked, MAX), end).then_refused(
        Reason.ROLE_LACKING, attempted="robot as risk"
    )


def test_a_program_is_not_the_person_who_has_its_id() -> None:
    person = officer("robot", Function.RISK)
    asked = proposing("p-2", ROBOT, "ChangeParameter", CAP)
    scenario = happened(proposed(granted(ROBOT), asked=asked), revoked(ROBOT), granted(person))
    scenario.when(approving(asked, MAX)).then_refused(
        Reason.ROLE_LACKING, attempted="robot as risk"
    )
