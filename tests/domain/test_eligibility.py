"""Eligibility: what is recorded of whoever may trade, stamped from what was declared of him."""

import json

import pytest
from pydantic import ValidationError

from ledger.commands import CheckEligibility
from ledger.commands.door import read_command
from ledger.coverage.case import JUST_AFTER, JUST_BEFORE, NOW, History
from ledger.coverage.in_order import APPROVAL, DORA, IN_ORDER, PERMITTED, ask
from ledger.coverage.of_client import AFFILIATE, APPOINTED, MARKET_MAKER, related
from ledger.coverage.trades import may_trade
from ledger.decider import decide
from ledger.errors import Malformed
from ledger.events import (
    Activity,
    AffiliationEnded,
    CommandRejected,
    Effect,
    EligibilityConfirmed,
    Relation,
)
from ledger.instants import Instant
from ledger.numbers import amount
from ledger.reasons import Reason


def confirmed(history: History, **asked: object) -> EligibilityConfirmed:
    """Ask whether account A may trade, and give the confirmation."""
    (draft,) = decide(history.situation(NOW), may_trade(**asked))
    assert draft.stream == "account-A"
    assert isinstance(draft.event, EligibilityConfirmed), draft.event
    return draft.event


def ended(history: History, relation: Relation, since: Instant) -> History:
    """Let a relation have ended."""
    event = AffiliationEnded(
        client="C",
        relation=relation,
        reason="the group sold it",
        effective_from=since,
        approval=APPROVAL,
    )
    return history.then("client-C", event)


def test_a_confirmation_says_who_may_trade_what_and_under_which_permission() -> None:
    said = confirmed(IN_ORDER, solicited=True)
    assert said == EligibilityConfirmed(
        account="A",
        client="C",
        product="BTC-PERP",
        effect=Effect.INCREASE,
        solicited=True,
        permission="VA-1",
        exposure=amount("500000"),
        concentration=amount("50"),
    )


@pytest.mark.parametrize("flag", ["affiliate", "employee", "program", "lapsed", "overrides"])
def test_no_command_can_say_how_it_is_stamped(flag: str) -> None:
    said = {"account": "A", "product": "BTC-PERP", flag: True}
    with pytest.raises(ValidationError, match=flag):
        ask(DORA, CheckEligibility, **said)


def test_an_exposure_below_zero_does_not_come_through_the_door() -> None:
    with pytest.raises(Malformed) as caught:
        read_command(line(exposure="-0.00000001"))
    assert caught.value.field == "exposure"
    assert "must not be below zero" in caught.value.problem
    assert read_command(line(exposure="0")).body()["exposure"] == "0"


def line(**fields: str) -> bytes:
    """Write the question as a line of commands says it."""
    asked = {"type": "CheckEligibility", "command_id": "c-1", "account": "A", "product": "P"}
    return json.dumps(asked | fields).encode()


def test_a_client_of_whom_nothing_was_declared_is_stamped_as_nothing() -> None:
    said = confirmed(IN_ORDER)
    assert (said.affiliate, said.employee, said.program) == (False, False, None)


@pytest.mark.parametrize("relation", Relation)
def test_a_relation_is_stamped_from_its_first_moment_on(relation: Relation) -> None:
    def stamp(since: Instant) -> bool:
        said = confirmed(related(relation, since), effect="reduce")
        return said.affiliate if relation is Relation.AFFILIATE else said.employee

    assert (stamp(JUST_BEFORE), stamp(NOW), stamp(JUST_AFTER)) == (True, True, False)


@pytest.mark.parametrize("relation", Relation)
def test_a_relation_is_stamped_until_its_last_moment(relation: Relation) -> None:
    def stamp(until: Instant) -> bool:
        history = ended(related(relation, JUST_BEFORE), relation, until)
        said = confirmed(history, effect="reduce")
        return said.affiliate if relation is Relation.AFFILIATE else said.employee

    assert (stamp(NOW), stamp(JUST_AFTER)) == (False, True)


def test_an_employee_is_no_affiliate_and_needs_no_appointment() -> None:
    said = confirmed(related(Relation.EMPLOYEE, NOW))
    assert (said.affiliate, said.employee) == (False, True)


def test_a_market_maker_is_stamped_with_his_program() -> None:
    said = confirmed(MARKET_MAKER)
    assert (said.affiliate, said.program) == (True, "MM-1")


def test_a_program_is_stamped_only_while_it_runs_and_for_its_products() -> None:
    later = MARKET_MAKER.changed(APPOINTED, effective_from=JUST_AFTER)
    others = MARKET_MAKER.changed(APPOINTED, products=("BTC-SPOT",))
    for history in (AFFILIATE, later, others):
        said = confirmed(history, effect="reduce")
        assert (said.affiliate, said.program) == (True, None)
        assert said.lapsed == (Reason.MARKET_MAKER_NOT_APPOINTED,)


def test_a_program_ends_with_the_permission_for_it() -> None:
    without = MARKET_MAKER.changed(PERMITTED, activities=(Activity.SPOT, Activity.PERPETUALS))
    (draft,) = decide(without.situation(NOW), may_trade())
    assert isinstance(draft.event, CommandRejected)
    assert (draft.event.control, draft.event.reason) == (
        "market_maker",
        Reason.MARKET_MAKER_NOT_APPOINTED,
    )
