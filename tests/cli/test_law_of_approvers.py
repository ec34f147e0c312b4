"""`ledger check approvals`: who approved what he may not, or for somebody no longer in office."""

import pytest
from msgspec.structs import replace

from ledger.events import (
    AccountOpened,
    Actor,
    ActorKind,
    AffiliationDeclared,
    Draft,
    EntityRegistered,
    EntityRole,
    Function,
    LegalHoldReleased,
    Relation,
    RoleGranted,
    RoleRevoked,
)
from tests.cli.forging import (
    CAROL,
    MAX,
    Forger,
    Forgery,
    acting,
    approval_of,
    approved,
    breach_of,
    changed,
    figure_of,
    proposed,
)
from tests.cli.shell import Shell

MAKER = "affiliated_market_maker"


def proposed_by_who_lost_the_role(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    forger.propose(what)
    lost = RoleRevoked(
        actor="carol",
        kind=ActorKind.HUMAN,
        function=Function.COMPLIANCE,
        entity="VATP",
        reason="left",
    )
    forger.write(Draft("access", lost))
    approval = approval_of(what, stamp)
    forger.write(approved(approval), changed(approval), actor=MAX)


def for_another_entity(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    forger.propose(what)
    approval = approval_of(what, stamp)
    forger.write(approved(approval), changed(approval), actor=MAX, entity="DESK")


def a_proposal_for_another_entity(forger: Forger) -> None:
    forger.propose(replace(proposed(), entity="DESK"))


def a_proposal_by_another_kind_of_actor(forger: Forger) -> None:
    forger.propose(replace(proposed(), proposer_kind=ActorKind.SERVICE))


def agree_to_declare(forger: Forger, party: str) -> None:
    """Write that Carol and Otto agree on declaring client C an employee."""
    stamp = forger.stamp()
    said = {"client": "C", "relation": "employee", "party": party, "basis": "staff"}
    what = replace(proposed("DeclareAffiliation", **said), proposal="p-0")
    approval = approval_of(what, stamp, acting("otto"))
    declared = AffiliationDeclared(
        client="C",
        relation=Relation.EMPLOYEE,
        party=party,
        basis="staff",
        effective_from=stamp,
        approval=approval,
    )
    forger.agree(what, Draft("client-C", declared), by=acting("otto"))


def agree_on_client(forger: Forger) -> None:
    """Write that Carol and Max agree on ending a legal hold on client C."""
    stamp = forger.stamp()
    what = proposed("ReleaseLegalHold", client="C", hold="H", reason="over")
    released = LegalHoldReleased(
        client="C", hold="H", reason="over", approval=approval_of(what, stamp)
    )
    forger.agree(what, Draft("client-C", released))


def agree_on_account(forger: Forger) -> None:
    """Write that Carol and Max agree on putting right a movement on client C's account."""
    forger.stamp()
    forger.write(Draft("account-A", AccountOpened(account="A", client="C")))
    said = {"account": "A", "asset": "USD", "corrects": 1, "kind": "was_wrong", "reason": "no"}
    what = proposed("CorrectMovement", **said)
    forger.agree(what)


def for_himself(forger: Forger) -> None:
    agree_to_declare(forger, "max")
    agree_on_client(forger)


def on_his_own_account(forger: Forger) -> None:
    agree_to_declare(forger, "max")
    agree_on_account(forger)


def by_officers_of_an_affiliate(forger: Forger) -> None:
    """Write that Carol and Max agree on the usual change for a market maker."""
    stamp = forger.stamp()
    made = replace(proposed("RegisterEntity", entity="MM", role=MAKER), proposal="p-0")
    registered = EntityRegistered(
        entity="MM",
        role=EntityRole.AFFILIATED_MARKET_MAKER,
        approval=approval_of(made, stamp),
    )
    forger.agree(made, Draft("entity-MM", registered))
    for actor in (CAROL, MAX):
        grant_at_market_maker(forger, actor)
    stamp = forger.stamp()
    what = replace(proposed(), entity="MM")
    forger.write(Draft("proposal-p-1", what), entity="MM")
    approval = approval_of(what, stamp)
    forger.write(approved(approval), changed(approval), actor=MAX, entity="MM")


def grant_at_market_maker(forger: Forger, actor: Actor) -> None:
    """Write that Carol and Otto agree on a role for the market maker."""
    stamp, function = forger.stamp(), Function(actor.role or "")
    said = {"grantee": actor.id, "kind": "human", "function": function.value, "entity": "MM"}
    what = replace(proposed("GrantRole", **said), proposal=f"p-{actor.id}")
    granted = RoleGranted(
        actor=actor.id,
        kind=ActorKind.HUMAN,
        function=function,
        entity="MM",
        effective_from=stamp,
        approval=approval_of(what, stamp, acting("otto")),
    )
    forger.agree(what, Draft("access", granted), by=acting("otto"))


def a_role_of_his_own(forger: Forger) -> None:
    """Write that Carol and Max agree on a role for Max."""
    forger.stamp()
    forger.agree(proposed("GrantRole", grantee="max", kind="human", function="audit"))


FORGERIES: dict[str, tuple[Forgery, str]] = {
    "the proposer's role lost": (
        proposed_by_who_lost_the_role,
        "sequence 5: the proposer no longer held his role",
    ),
    "for another entity": (for_another_entity, "sequence 4: it was proposed for another entity"),
    "a proposal for another entity": (
        a_proposal_for_another_entity,
        "sequence 3: it names another entity",
    ),
    "a proposal by a person as a program's": (
        a_proposal_by_another_kind_of_actor,
        "sequence 3: it names another proposer",
    ),
    "for himself": (for_himself, "sequence 7: the approver is client C, whom it is about"),
    "by officers of an affiliate": (
        by_officers_of_an_affiliate,
        "sequence 13: it is not for MM to approve",
    ),
    "a role of his own": (a_role_of_his_own, "sequence 4: the approver is max, whom it is about"),
    "on his own account": (
        on_his_own_account,
        "sequence 8: the approver is client C, whom it is about",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_an_approval_by_whom_it_is_not_to_give_is_named_with_its_place(
    sqlite: Shell, name: str
) -> None:
    forgery, says = FORGERIES[name]
    assert breach_of("approvals", sqlite, forgery).startswith(says)


def test_a_colleague_approves_a_change_about_an_employee(sqlite: Shell) -> None:
    def write(forger: Forger) -> None:
        agree_to_declare(forger, "cora")
        agree_on_client(forger)

    figure = figure_of("approvals", sqlite, write)
    assert figure == "2 changes by two people, 0 proposals open"
