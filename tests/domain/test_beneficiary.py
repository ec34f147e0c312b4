"""Nobody approves for himself: the approver is not the client whom the change is about."""

from typing import NamedTuple

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger.commands import ProposeChange
from ledger.events import (
    AffiliationDeclared,
    AffiliationEnded,
    Event,
    LegalHoldPlaced,
    Relation,
)
from ledger.instants import Instant
from ledger.reasons import Reason
from tests.domain.clients import admitted, owned
from tests.domain.happened import USD
from tests.domain.officers import APPROVAL, CAROL, FAY, MAX, RITA, Actor
from tests.domain.proposals import (
    approve,
    approving,
    happened,
    is_approved,
    proposed,
    proposing,
)
from tests.domain.scenario import NOW, Scenario


def employs(
    party: str, since: Instant = NOW, relation: Relation = Relation.EMPLOYEE, client: str = "C"
) -> AffiliationDeclared:
    """Tell that a client is an employee, by his actor id."""
    return AffiliationDeclared(
        client=client,
        relation=relation,
        party=party,
        basis="staff",
        effective_from=since,
        approval=APPROVAL,
    )


def parted(since: Instant = NOW, client: str = "C") -> AffiliationEnded:
    """Tell that a client is an employee no longer."""
    return AffiliationEnded(
        client=client,
        relation=Relation.EMPLOYEE,
        reason="left",
        effective_from=since,
        approval=APPROVAL,
    )


def test_nobody_approves_a_change_about_himself_as_a_client() -> None:
    scenario = proposed(employs("max"))
    approve(scenario).then_refused(Reason.APPROVER_IS_BENEFICIARY, "C", "max")
    assert is_approved(approve(scenario, RITA))


@pytest.mark.parametrize(
    "other",
    [
        employs("rita"),
        employs("max", relation=Relation.AFFILIATE),
        employs("max", client="D"),
        employs("max", since=Instant(NOW + 1)),
    ],
    ids=["a colleague's", "of a company so named", "of another client", "not yet his"],
)
def test_whoever_is_not_this_client_approves_it(other: Event) -> None:
    assert is_approved(approve(proposed(admitted(client="D"), other)))


def test_whoever_is_an_employee_no_longer_may_approve_a_change_about_himself() -> None:
    end = Instant(NOW + 1)
    scenario = proposed(employs("max"), parted(end))
    approve(scenario, now=NOW).then_refused(Reason.APPROVER_IS_BENEFICIARY, "C", "max")
    assert is_approved(approve(scenario, now=end))


def booking(name: str, account: str) -> ProposeChange:
    """Ask for a journal that moves a dollar from suspense to an account."""
    lines = [
        {"owner": owner, "segregation": segregation, "asset": "USD", "amount": figure}
        for owner, segregation, figure in (
            ("A9", "SUSPENSE", "-1"),
            (account, "CLIENT_TRUST", "1"),
        )
    ]
    said = {"journal": name, "purpose": "suspense_cleared", "reason": "found", "lines": lines}
    return proposing(name, FAY, "PostJournal", said)


def correcting(account: str) -> ProposeChange:
    said = {"account": account, "asset": "USD", "corrects": 3, "kind": "was_wrong", "reason": "no"}
    return proposing("p-2", FAY, "CorrectMovement", said)


@pytest.mark.parametrize(
    "asked", [booking("p-2", "A"), correcting("A")], ids=["posted", "corrected"]
)
def test_nobody_approves_what_is_booked_on_his_own_account(asked: ProposeChange) -> None:
    scenario = proposed(USD, *owned("A"), employs("max"), asked=asked)
    scenario.when(approving(asked, MAX)).then_refused(Reason.APPROVER_IS_BENEFICIARY, "C", "max")


def test_a_colleague_approves_what_is_booked_on_the_account_of_an_employee() -> None:
    asked = booking("p-2", "A")
    scenario = proposed(USD, *owned("A"), employs("max"), asked=asked)
    assert is_approved(scenario.when(approving(asked, RITA)))


def granting(to: str, kind: str = "human") -> ProposeChange:
    """Ask for a role."""
    said = {"grantee": to, "kind": kind, "function": "audit"}
    return proposing("p-2", CAROL, "GrantRole", said)


def declaring(party: str, relation: str = "employee") -> ProposeChange:
    """Ask that client C be declared an employee, or an affiliate."""
    said = {"client": "C", "relation": relation, "party": party, "basis": "staff"}
    return proposing("p-2", CAROL, "DeclareAffiliation", said)


@pytest.mark.parametrize("asked", [granting("max"), declaring("max")], ids=["role", "employee"])
def test_nobody_approves_a_change_that_names_himself(asked: ProposeChange) -> None:
    scenario = proposed(asked=asked)
    scenario.when(approving(asked, MAX)).then_refused(
        Reason.APPROVER_IS_BENEFICIARY, attempted="max"
    )
    assert is_approved(scenario.when(approving(asked, RITA)))


@pytest.mark.parametrize(
    "asked",
    [granting("max", "service"), declaring("max", "affiliate"), granting("rita")],
    ids=["a program so named", "a company so named", "a colleague"],
)
def test_whoever_only_shares_the_name_approves_it(asked: ProposeChange) -> None:
    assert is_approved(proposed(asked=asked).when(approving(asked, MAX)))


def test_nobody_approves_that_he_is_an_employee_no_longer() -> None:
    ending = {"client": "C", "relation": "employee", "reason": "left"}
    asked = proposing("p-2", CAROL, "EndAffiliation", ending)
    scenario = proposed(employs("max"), asked=asked)
    scenario.when(approving(asked, MAX)).then_refused(Reason.APPROVER_IS_BENEFICIARY, "C", "max")
    assert is_approved(scenario.when(approving(asked, RITA)))


class Step(NamedTuple):
    """What happens: a client becomes an employee or is one no longer; or a change about him."""

    deed: str
    client: str
    person: Actor
    offset: int


steps = st.builds(
    Step,
    st.sampled_from(["declared", "ended", "released", "booked"]),
    st.sampled_from(["C", "D"]),
    st.sampled_from([MAX, RITA]),
    st.integers(0, 4),
)


@settings(max_examples=200)
@for_any(st.lists(steps, max_size=20))
def test_no_history_leads_to_an_approval_by_the_beneficiary(history: list[Step]) -> None:
    scenario = proposed(admitted(client="D"), USD, *owned("AC"), *owned("AD", "D"))
    known: list[tuple[str, Instant, str | None]] = []
    for number, step in enumerate(history):
        since = Instant(NOW + step.offset)
        if step.deed == "declared":
            happened(scenario, employs(step.person["id"], since, client=step.client))
            known.append((step.client, since, step.person["id"]))
        elif step.deed == "ended":
            happened(scenario, parted(since, step.client))
            known.append((step.client, since, None))
        else:
            is_himself = _is_declared(known, step.client, since) == step.person["id"]
            approved = _is_agreed(scenario, f"x-{number}", step, since)
            assert approved is not is_himself


def _is_declared(
    known: list[tuple[str, Instant, str | None]], client: str, now: Instant
) -> str | None:
    """Say, from the list alone, which employee a client is at a moment."""
    begun = [(since, place) for place, (who, since, _) in enumerate(known) if who == client]
    latest = max((one for one in begun if one[0] <= now), default=None)
    return None if latest is None else known[latest[1]][2]


def _is_agreed(scenario: Scenario, name: str, step: Step, now: Instant) -> bool:
    """Propose a change about a client, and tell whether it is then approved."""
    if step.deed == "booked":
        asked = booking(name, f"A{step.client}")
    else:
        held = LegalHoldPlaced(client=step.client, hold=name, authority="SFC", notice="N-7")
        happened(scenario, held)
        said = {"client": step.client, "hold": name, "reason": "case closed"}
        asked = proposing(name, CAROL, "ReleaseLegalHold", said)
    scenario.when(asked, now)
    scenario.happen(*scenario.drafts).when(approving(asked, step.person), now)
    scenario.happen(*scenario.drafts)
    return is_approved(scenario)
