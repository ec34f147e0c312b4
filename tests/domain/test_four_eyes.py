"""Four eyes, by example and by law: proposed by one, approved by another, and done only then."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger.commands import ApproveChange, Command, ProposeChange
from ledger.events import (
    ActorKind,
    Approval,
    Approved,
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
    Function,
    ParameterChanged,
    Unit,
)
from ledger.instants import DAY, Instant, write_instant
from ledger.reasons import Reason
from tests.domain.officers import (
    CAROL,
    FOUNDED,
    MAX,
    RITA,
    TED,
    Actor,
    ask_as,
    officer,
    role_granted,
)
from tests.domain.scenario import NOW, Scenario, given

TOMORROW = Instant(NOW + DAY)
LATER = Instant(NOW + 3_600)

CAROL_AS_MANAGER = officer("carol", Function.MANAGEMENT)
CORA = officer("cora", Function.COMPLIANCE)
ROBOT = Actor(kind="service", id="robot", role="management")

FIELDS: dict[str, Any] = {
    "name": "margin.initial",
    "scope": "BTC-PERP",
    "value": "20",
    "unit": "percent",
    "source": "risk committee 2026-02",
    "rationale": "as agreed",
}
CHANGE = {"type": "ChangeParameter", **FIELDS}


def propose(scenario: Scenario, by: Actor = CAROL, now: Instant = NOW, **said: Any) -> Scenario:
    """Ask for the usual proposal; `said` is what is different about its change."""
    return scenario.when(proposal("p-1", by, {**CHANGE, **said}), now)


def proposal(
    name: str, by: Actor, change: dict[str, Any], expires_at: Instant = TOMORROW
) -> ProposeChange:
    said = {"proposal": name, "change": change, "expires_at": write_instant(expires_at)}
    asked = ask_as(by, "ProposeChange", **said, rationale="markets are rough")
    assert isinstance(asked, ProposeChange)
    return asked


def proposed(begun: Scenario | None = None, **said: Any) -> Scenario:
    """Let Carol of compliance propose the usual change on a platform that is just founded."""
    scenario = propose(begun or given(*FOUNDED), **said)
    return scenario.happen(*scenario.drafts)


def content(scenario: Scenario) -> ChangeProposed:
    """Find what was proposed last."""
    found = [r.event for r in scenario.records if isinstance(r.event, ChangeProposed)]
    return found[-1]


def approve(
    scenario: Scenario, by: Actor = MAX, now: Instant = LATER, digest: str | None = None
) -> Scenario:
    digest = content(scenario).digest if digest is None else digest
    return scenario.when(ask_as(by, "ApproveChange", proposal="p-1", change_digest=digest), now)


def decline(scenario: Scenario, by: Actor = MAX) -> Scenario:
    return scenario.when(ask_as(by, "DeclineChange", proposal="p-1", reason="too steep"), LATER)


def test_a_critical_change_is_never_simply_asked_for() -> None:
    scenario = given(*FOUNDED).when(ask_as(CAROL, "ChangeParameter", **FIELDS))
    scenario.then_refused(Reason.FOUR_EYES_REQUIRED)


def test_a_proposal_says_who_asks_for_what_and_changes_nothing() -> None:
    scenario = propose(given(*FOUNDED))
    assert [draft.stream for draft in scenario.drafts] == ["proposal-p-1"]
    said = content(scenario.happen(*scenario.drafts))
    assert (said.proposer, said.function) == ("carol", "compliance")
    assert said.change_type == "ChangeParameter"
    assert said.change == FIELDS
    assert said.expires_at == TOMORROW


def test_an_approval_and_its_effect_are_one_decision() -> None:
    scenario = proposed()
    approval = Approval(
        proposal="p-1",
        digest=content(scenario).digest,
        proposer="carol",
        proposer_function="compliance",
        approver="max",
        approver_function="management",
        approved_at=LATER,
    )
    assert [draft.stream for draft in approve(scenario).drafts] == ["proposal-p-1", "rules"]
    scenario.then(
        ChangeApproved(approval=approval, change_type="ChangeParameter"),
        ParameterChanged(
            name="margin.initial",
            scope="BTC-PERP",
            after="20",
            unit=Unit.PERCENT,
            source="risk committee 2026-02",
            verified=False,
            effective_from=LATER,
            rationale="as agreed",
            approval=approval,
        ),
    )


def test_nobody_approves_what_he_proposed_himself_in_whichever_function() -> None:
    scenario = proposed(given(*FOUNDED, role_granted(CAROL_AS_MANAGER)))
    for again in (CAROL, CAROL_AS_MANAGER):
        approve(scenario, again).then_refused(Reason.APPROVER_IS_PROPOSER, attempted="carol")


def test_another_person_of_the_same_function_does_not_approve() -> None:
    scenario = proposed(given(*FOUNDED, role_granted(CORA)))
    approve(scenario, CORA).then_refused(Reason.SAME_FUNCTION, attempted="compliance")


def test_only_a_person_approves() -> None:
    scenario = proposed(given(*FOUNDED, role_granted(ROBOT)))
    approve(scenario, ROBOT).then_refused(Reason.APPROVER_NOT_HUMAN, attempted="service")


def test_a_proposal_is_approved_until_one_nanosecond_before_it_expires() -> None:
    last = approve(proposed(), now=Instant(TOMORROW - 1))
    assert isinstance(last.drafts[0].event, ChangeApproved)
    over = approve(proposed(), now=TOMORROW)
    over.then_refused(Reason.PROPOSAL_EXPIRED, write_instant(TOMORROW), write_instant(TOMORROW))


def test_an_approval_binds_to_exactly_what_was_proposed() -> None:
    scenario, other = proposed(), proposed(value="21")
    digest, changed = content(scenario).digest, content(other).digest
    assert digest != changed
    approve(scenario, digest=changed).then_refused(Reason.PAYLOAD_CHANGED, digest, changed)


def test_what_was_to_be_in_force_before_its_approval_is_not_approved_afterwards() -> None:
    date = Instant(NOW + 7_200)
    scenario = proposed(effective_from=write_instant(date))
    after = approve(scenario, now=Instant(date + 1))
    after.then_refused(Reason.APPROVAL_AFTER_THE_DEED, write_instant(date), write_instant(date + 1))
    at_the_last_moment = approve(scenario, now=date)
    assert [draft.at for draft in at_the_last_moment.drafts] == [None, date]


def test_nothing_is_proposed_for_the_past() -> None:
    past = write_instant(Instant(NOW - 1))
    refused = propose(given(*FOUNDED), effective_from=past)
    refused.then_refused(Reason.EFFECTIVE_IN_THE_PAST, attempted=past)
    at_once = propose(given(*FOUNDED), effective_from=write_instant(NOW))
    assert isinstance(at_once.drafts[0].event, ChangeProposed)


def test_what_has_expired_before_it_is_proposed_is_refused() -> None:
    too_late = propose(given(*FOUNDED), now=TOMORROW)
    too_late.then_refused(Reason.PROPOSAL_EXPIRED, write_instant(TOMORROW))
    in_time = propose(given(*FOUNDED), now=Instant(TOMORROW - 1))
    assert isinstance(in_time.drafts[0].event, ChangeProposed)


def test_a_proposal_is_made_once_by_whoever_may_ask_for_its_change() -> None:
    propose(proposed()).then_refused(Reason.PROPOSAL_EXISTS, attempted="p-1")
    refused = propose(given(*FOUNDED), TED)
    allowed = "compliance or finance or management or risk"
    refused.then_refused(Reason.ROLE_LACKING, allowed, "technology")


def test_what_was_never_proposed_is_neither_approved_nor_declined() -> None:
    scenario = given(*FOUNDED)
    approve(scenario, digest="0" * 64).then_refused(Reason.PROPOSAL_UNKNOWN, attempted="p-1")
    decline(scenario).then_refused(Reason.PROPOSAL_UNKNOWN, attempted="p-1")


@pytest.mark.parametrize("by", [CAROL, MAX])
def test_a_proposal_taken_back_or_declined_stays_without_effect(by: Actor) -> None:
    scenario = decline(proposed(), by).then(ChangeDeclined(proposal="p-1", reason="too steep"))
    approve(scenario).then_refused(Reason.PROPOSAL_CLOSED)
    decline(scenario).then_refused(Reason.PROPOSAL_CLOSED)
    propose(scenario).then_refused(Reason.PROPOSAL_EXISTS, attempted="p-1")


def test_a_proposal_is_approved_once() -> None:
    scenario = approve(proposed())
    scenario.happen(*scenario.drafts)
    approve(scenario, RITA).then_refused(Reason.PROPOSAL_CLOSED)
    decline(scenario).then_refused(Reason.PROPOSAL_CLOSED)


def test_a_change_that_its_own_rule_refuses_is_not_approved_and_nothing_else_is_said() -> None:
    scenario = proposed(value=None)
    refused = approve(scenario)
    assert [draft.stream for draft in refused.drafts] == ["proposal-p-1"]
    refused.then_refused(Reason.PARAMETER_MISSING, attempted="margin.initial BTC-PERP")
    scenario.happen(*refused.drafts)
    decline(scenario).then(ChangeDeclined(proposal="p-1", reason="too steep"))


def test_who_lost_his_role_approves_nothing() -> None:
    revoke = {"grantee": "max", "function": "management", "reason": "left"}
    scenario = proposed()
    revoked = scenario.when(ask_as(CAROL, "RevokeRole", **revoke), Instant(LATER - 1))
    scenario.happen(*revoked.drafts)
    allowed = "compliance or finance or management or risk"
    approve(scenario).then_refused(Reason.ROLE_LACKING, allowed, "max as management")


class Step(NamedTuple):
    """What somebody does, some nanoseconds later: propose, approve or decline what is latest."""

    deed: str
    actor: Actor
    passed: int
    value: str
    due_in: int | None
    as_proposed: bool


steps = st.builds(
    Step,
    st.sampled_from(["propose", "approve", "approve", "decline"]),
    st.sampled_from([CAROL, CORA, MAX, CAROL_AS_MANAGER, ROBOT]),
    st.integers(0, 2),
    st.sampled_from(["20", "25"]),
    st.sampled_from([None, 0, 1]),
    st.booleans(),
)


@settings(max_examples=200)
@for_any(st.lists(steps, max_size=20))
def test_no_history_leads_to_a_change_by_less_than_four_eyes(history: list[Step]) -> None:
    scenario = proposed(given(*FOUNDED, *map(role_granted, (CORA, CAROL_AS_MANAGER, ROBOT))))
    now = NOW
    for step in history:
        now = Instant(now + step.passed)
        asked = _asked(scenario, step, now)
        _check_four_eyes(scenario.when(asked, now), asked, now)
        scenario.happen(*scenario.drafts)


def _asked(scenario: Scenario, step: Step, now: Instant) -> Command:
    latest = content(scenario)
    due = {} if step.due_in is None else {"effective_from": write_instant(now + step.due_in)}
    name, change = f"p-{len(scenario.records)}", {**CHANGE, "value": step.value, **due}
    proposing = proposal(name, step.actor, change, expires_at=Instant(now + 2))
    if step.deed == "propose":
        return proposing
    if step.deed == "decline":
        return ask_as(step.actor, "DeclineChange", proposal=latest.proposal, reason="too steep")
    digest = latest.digest if step.as_proposed else proposing.proposed().digest()
    said = {"proposal": latest.proposal, "change_digest": digest}
    return ask_as(step.actor, "ApproveChange", **said)


def _check_four_eyes(scenario: Scenario, asked: Command, now: Instant) -> None:
    """Whatever follows from an approval was proposed, in time, by another, and just like this."""
    approved = [draft.event for draft in scenario.drafts if isinstance(draft.event, Approved)]
    events = [recorded.event for recorded in scenario.records]
    closed = {e.approval.proposal for e in events if isinstance(e, ChangeApproved)}
    closed |= {e.proposal for e in events if isinstance(e, ChangeDeclined)}
    said = content(scenario)
    for event in approved:
        assert isinstance(asked, ApproveChange)
        assert asked.actor.kind is ActorKind.HUMAN
        assert asked.actor.id == event.approval.approver != said.proposer
        assert asked.actor.role == event.approval.approver_function != said.function
        assert asked.change_digest == event.approval.digest == said.digest
        assert asked.proposal == event.approval.proposal == said.proposal not in closed
        assert event.approval.approved_at == now < said.expires_at
        if isinstance(event, ParameterChanged):
            assert event.after == said.change["value"]
            assert event.effective_from >= now
