"""`ledger check approvals`: what two people did not agree on is named, and where."""

import pytest
from msgspec.structs import replace

from ledger.commands import CHANGES
from ledger.events import (
    CATALOGUE,
    ActorKind,
    Approved,
    ChangeApproved,
    ChangeDeclined,
    CorrectionKind,
    Draft,
    EntityRegistered,
    EntityRole,
    Function,
    MovementCorrected,
    RoleRevoked,
)
from ledger.instants import SECOND, Instant, write_instant
from ledger.laws.deeds import DEEDS
from ledger.numbers import amount
from tests.cli.forging import (
    FIGURE,
    FOUNDING,
    MAX,
    Forger,
    Forgery,
    acting,
    agree,
    approval_of,
    approved,
    breach_of,
    changed,
    figure_of,
    proposed,
)
from tests.cli.shell import OPENING, Shell, command, deposit, ndjson


def test_a_change_by_two_people_is_counted_and_an_open_proposal_too(sqlite: Shell) -> None:
    def write(forger: Forger) -> None:
        agree(forger)
        forger.propose(replace(proposed(), proposal="p-2"))
        forger.propose(replace(proposed(), proposal="p-3", expires_at=Instant(1)))
        forger.propose(replace(proposed(), proposal="p-4"))
        declined = ChangeDeclined(proposal="p-4", reason="too high")
        forger.write(Draft("proposal-p-4", declined), actor=MAX)

    figure = figure_of("approvals", sqlite, write)
    assert figure == "1 changes by two people, 1 proposals open"


def by(name: str, function: str | None = None, kind: ActorKind = ActorKind.HUMAN) -> Forgery:
    """Have the usual change approved by somebody."""

    def forgery(forger: Forger) -> None:
        approver, what, stamp = acting(name, function, kind), proposed(), forger.stamp()
        deed = changed(approval_of(what, stamp, approver))
        forger.agree(what, deed, by=approver)

    return forgery


def expired(forger: Forger) -> None:
    stamp = forger.stamp()
    what = replace(proposed(), expires_at=stamp)
    forger.agree(what, changed(approval_of(what, stamp)))


def another_value(forger: Forger) -> None:
    stamp, what = forger.stamp(), proposed()
    forger.agree(what, changed(approval_of(what, stamp), "50"))


def another_digest(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    forger.propose(what)
    approval = replace(approval_of(what, stamp), digest="0" * 64)
    forger.write(approved(approval), changed(approval), actor=MAX)


def a_deed_of_another_kind(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    registered = EntityRegistered(
        entity="MM", role=EntityRole.BROKER, approval=approval_of(what, stamp)
    )
    forger.agree(what, Draft("entity-MM", registered))


def done_before(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    forger.propose(what)
    approval = approval_of(what, stamp)
    forger.write(changed(approval), approved(approval), actor=MAX)


def effective_before(forger: Forger) -> None:
    stamp = forger.stamp()
    yesterday = Instant(stamp - 86_400 * SECOND)
    what = proposed("ChangeParameter", **FIGURE, effective_from=write_instant(yesterday))
    deed = changed(approval_of(what, stamp))
    event = replace(deed.event, effective_from=yesterday)
    forger.agree(what, replace(deed, event=event))


def approved_twice(forger: Forger) -> None:
    agree(forger)
    stamp = forger.stamp()
    approval = approval_of(proposed(), stamp)
    forger.write(approved(approval), changed(approval), actor=MAX)


def done_twice(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    deed = changed(approval_of(what, stamp))
    forger.agree(what, deed, deed)


def done_again_later(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    deed = changed(approval_of(what, stamp))
    forger.agree(what, deed)
    forger.write(deed, actor=MAX)


def approved_after_it_was_declined(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    forger.propose(what)
    forger.write(Draft("proposal-p-1", ChangeDeclined(proposal="p-1", reason="no")), actor=MAX)
    approval = approval_of(what, stamp)
    forger.write(approved(approval), changed(approval), actor=MAX)


def never_proposed(forger: Forger) -> None:
    stamp = forger.stamp()
    approval = approval_of(proposed(), stamp)
    forger.write(approved(approval), changed(approval), actor=MAX)


def never_approved(forger: Forger) -> None:
    event = MovementCorrected(
        account="A",
        asset="USD",
        amount=amount("1"),
        before=amount("1"),
        after=amount("2"),
        kind=CorrectionKind.WAS_WRONG,
        counterparty="bank",
        reason="none",
    )
    forger.write(Draft("account-A", event, corrects=1))


def by_who_lost_the_role(forger: Forger) -> None:
    lost = RoleRevoked(
        actor="max",
        kind=ActorKind.HUMAN,
        function=Function.MANAGEMENT,
        entity="VATP",
        reason="left",
    )
    forger.write(Draft("access", lost))
    agree(forger)


def in_another_name(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    forger.propose(what)
    approval = approval_of(what, stamp)
    forger.write(approved(approval), changed(approval), actor=acting("otto"))


def at_another_moment(forger: Forger) -> None:
    what, stamp = proposed(), forger.stamp()
    forger.propose(what)
    approval = replace(approval_of(what, stamp), approved_at=Instant(stamp - 1))
    forger.write(approved(approval), changed(approval), actor=MAX)


def a_proposal_rewritten(forger: Forger) -> None:
    forger.propose(replace(proposed(), change={**FIGURE, "value": "50"}))


def a_proposal_of_nothing(forger: Forger) -> None:
    stamp = forger.stamp()
    what = replace(proposed(), change_type="Steal")
    forger.agree(what, changed(approval_of(what, stamp)))


def a_proposal_in_another_name(forger: Forger) -> None:
    forger.propose(proposed(), acting("cora"))


def a_proposal_made_twice(forger: Forger) -> None:
    forger.propose(proposed())
    forger.propose(proposed())


FORGERIES: dict[str, tuple[Forgery, str]] = {
    "the approver is the proposer": (by("carol"), "sequence 4: the approver proposed it himself"),
    "the same function": (by("cora"), "sequence 4: same function"),
    "expired": (expired, "sequence 4: expired"),
    "another value": (another_value, "sequence 5: the payload is not what was approved"),
    "another digest": (another_digest, "sequence 4: the payload is not what was approved"),
    "another deed": (a_deed_of_another_kind, "sequence 5: the payload is not what was approved"),
    "done before": (done_before, "sequence 4: approved after the deed"),
    "effective before": (effective_before, "sequence 4: approved after the deed"),
    "approved twice": (approved_twice, "sequence 6: its proposal was closed before"),
    "approved though declined": (
        approved_after_it_was_declined,
        "sequence 5: its proposal was closed before",
    ),
    "done twice": (done_twice, "sequence 6: it was approved once and done twice"),
    "done again": (done_again_later, "sequence 6: its approval was for another command"),
    "never proposed": (never_proposed, "sequence 3: nobody proposed it"),
    "never approved": (never_approved, "sequence 3: nobody approved it"),
    "no such role": (by("max", "risk"), "sequence 4: the approver did not hold this role"),
    "a role lost": (by_who_lost_the_role, "sequence 5: the approver did not hold this role"),
    "a program": (by("max", kind=ActorKind.SERVICE), "sequence 4: the approver is no person"),
    "another's name": (in_another_name, "sequence 4: it names another approver"),
    "another moment": (at_another_moment, "sequence 4: it was approved at another moment"),
    "a proposal rewritten": (a_proposal_rewritten, "sequence 3: the digest is not that of"),
    "a proposal of nothing": (a_proposal_of_nothing, "sequence 3: the digest is not that of"),
    "a proposal in another's name": (
        a_proposal_in_another_name,
        "sequence 3: it names another proposer",
    ),
    "a proposal made twice": (a_proposal_made_twice, "sequence 4: proposal p-1 was made before"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_approval_is_named_with_its_place(sqlite: Shell, name: str) -> None:
    forgery, says = FORGERIES[name]
    assert breach_of("approvals", sqlite, forgery).startswith(says)


def test_every_change_leads_to_events_that_need_an_approval() -> None:
    assert DEEDS.keys() == CHANGES.keys()
    approvable = {kind for kind in CATALOGUE.values() if issubclass(kind, Approved)}
    also = {EntityRegistered, MovementCorrected}
    assert {kind for kinds in DEEDS.values() for kind in kinds} == approvable - {
        ChangeApproved
    } | also


def test_a_manual_journal_that_two_people_agree_on_keeps_every_law(sqlite: Shell) -> None:
    human = {"kind": "human", "id": "otto", "role": "operations"}
    approver = {"kind": "human", "id": "carol", "role": "compliance"}
    lines = [
        {"owner": owner, "segregation": segregation, "asset": "BTC", "amount": figure}
        for owner, segregation, figure in (
            ("A9", "SUSPENSE", "-1.5"),
            ("A1", "CLIENT_TRUST", "1.5"),
        )
    ]
    journal = {"journal": "j-1", "purpose": "suspense_cleared", "reason": "found", "lines": lines}
    propose = command(
        "ProposeChange",
        "propose",
        actor=human,
        proposal="p-1",
        change={"type": "PostJournal", **journal},
        expires_at="2200-01-01",
        rationale="the sender was found",
    )
    register, opening, *_ = OPENING
    sqlite.done("init")
    sqlite.done("record", stdin=ndjson(register, opening, deposit("s", "1.5", account="A9")))
    sqlite.done("record", stdin=ndjson(FOUNDING, propose))
    digest = sqlite.log()[-1]["data"]["digest"]
    approve = command(
        "ApproveChange", "approve", actor=approver, proposal="p-1", change_digest=digest
    )
    sqlite.done("record", stdin=ndjson(approve))
    held = {account: figure for (account, _), figure in sqlite.balances().items() if figure != "0"}
    assert held == {"A1": "1.5", "EXTERNAL:bank": "1.5"}
    assert sqlite.laws() == {}
    approvals, *_ = sqlite.json("check", "approvals")
    assert approvals["figure"] == "1 changes by two people, 0 proposals open"
