"""Laws of the whole domain: balanced entries, total functions, one answer to one question."""

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.chart import Segregation, Side, account_name, in_holders_favour
from ledger.commands import Command
from ledger.decider import KINDS, decide, evolve, initial_state
from ledger.events import (
    CATALOGUE,
    ChangeApproved,
    CommandRejected,
    Draft,
    Event,
    Recorded,
    Request,
    request_record,
)
from ledger.holding import Account
from ledger.journal import imbalance, postings
from ledger.laws.of_changes import Approvals
from ledger.laws.of_exemptions import Exemptions
from ledger.log.batch import CompleteRow
from ledger.log.reader import Head
from ledger.meaning import MEANING
from ledger.numbers import ZERO, Amount, add, amount, negate
from ledger.reasons import Flag, Reason
from tests.domain.histories import histories
from tests.domain.scenario import NOW, Scenario, record
from tests.domain.strategies import events
from tests.projections.log_of import Log

EMPTY = Log()


@for_any(events)
def test_the_legs_of_every_event_sum_to_zero(event: Event) -> None:
    legs = postings(event)
    assert imbalance(legs) == {}
    assert len(legs) % 2 == 0


@for_any(events, st.sampled_from(sorted(KINDS)), st.none() | st.integers(1, 9))
def test_every_state_takes_every_event(event: Event, stream: str, corrects: int | None) -> None:
    state = initial_state(stream)
    recorded = record(1, Draft(stream, event, corrects=corrects))
    assert evolve(state, recorded) == evolve(state, recorded)
    assert type(evolve(state, recorded)) is type(state)


@settings(max_examples=200)
@for_any(histories(30))
def test_every_command_is_decided_and_alike_each_time(history: list[Command]) -> None:
    scenario = Scenario()
    for command in history:
        situation = scenario.situation()
        drafts = decide(situation, command)
        assert drafts == decide(situation, command)
        assert drafts
        refused = [draft for draft in drafts if isinstance(draft.event, CommandRejected)]
        assert not refused or (len(drafts) == 1 and drafts[0].stream == command.stream())
        scenario.happen(*drafts)
    _check_books(scenario)


@settings(max_examples=100)
@for_any(histories(30))
def test_whatever_is_decided_keeps_the_laws_of_changes(history: list[Command]) -> None:
    scenario, head = Scenario(), Head(0, NOW)
    approvals, exemptions = Approvals(EMPTY, head), Exemptions(EMPTY, head)
    for place, command in enumerate(history):
        before = len(scenario.records)
        scenario.happen(*decide(scenario.situation(), command))
        for recorded in _as_asked(command, f"c-{place}", scenario.records[before:]):
            row = CompleteRow(recorded.sequence, recorded.stream, recorded.version, "", 0, 0, b"")
            for law in (approvals, exemptions):
                assert law.observe(row, recorded, ()) is None
    changes = sum(isinstance(recorded.event, ChangeApproved) for recorded in scenario.records)
    assert approvals.conclude()[0].startswith(f"{changes} changes by two people")


def _as_asked(command: Command, command_id: str, records: list[Recorded]) -> list[Recorded]:
    """Give the records of one command as the log would hold them, the first with its request."""
    actor, entity = command.actor.as_actor(), command.legal_entity
    asked = Request(
        type="", digest="", actor=actor, legal_entity=entity, ruleset="as of today", reads={}
    )
    first, *others = [replace(recorded, command=command_id) for recorded in records]
    return [replace(first, request_record=request_record(asked)), *others]


def _check_books(scenario: Scenario) -> None:
    sums: dict[tuple[str, str], Amount] = {}
    for recorded in scenario.records:
        for leg in postings(recorded.event):
            key = (leg.account, leg.asset)
            sums[key] = add(sums.get(key, ZERO), leg.amount)
    for (name, asset), balance in sums.items():
        assert not name.startswith("CLEARING") or not balance, "clearing is not flat"
        state = scenario.states.get(f"account-{name}")
        if isinstance(state, Account) and state.segregation is not None:
            assert state.balance(asset) == negate(balance)


def test_every_event_that_can_exist_is_named_by_its_class() -> None:
    assert all(name == kind.__name__ for name, kind in CATALOGUE.items())


def test_every_reason_has_a_meaning_in_words() -> None:
    assert set(MEANING) == set(Reason)
    assert {flag.value for flag in Flag} - {reason.value for reason in Reason} == {
        "late",
        "not_a_mirror",
        "order_not_pending",
        "wrong_instrument",
        "wrong_side",
        "overfilled",
        "not_triggered",
        "no_stop",
        "worse_than_limit",
        "self_trade",
        "value_differs",
        "cost_unknown",
        "too_large",
        "before_terms",
        "enlarged",
        "post_only_took",
        "after_expiry",
        "samples_missing",
        "interval_skipped",
    }


def test_a_holder_reads_his_deposit_as_positive() -> None:
    for segregation in Segregation:
        side = segregation.normal_side
        credit = in_holders_favour(segregation, amount("-5"))
        assert credit == amount("5" if side is Side.CREDIT else "-5")


def test_only_holders_are_named_by_their_id_alone() -> None:
    assert account_name(Segregation.CLIENT_TRUST, "A7") == "A7"
    assert account_name(Segregation.MIRROR, "A7") == "A7"
    assert account_name(Segregation.SUSPENSE, "A7") == "SUSPENSE:A7"
