"""The controls before the trade: each case of each gate, and how the controls speak together."""

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger import controls
from ledger.commands import CheckEligibility, Command, PlaceOrder
from ledger.controls import CONTROLS, Control
from ledger.coverage import CASES, Case, gates, name_of
from ledger.coverage.case import JUST_AFTER, NOW, History
from ledger.coverage.in_order import (
    AGREED,
    APPROVAL,
    CONSENTED,
    IN_ORDER,
    LIMITED,
    PROFILED,
)
from ledger.coverage.trades import may_trade
from ledger.decider import decide
from ledger.events import (
    CommandRejected,
    Effect,
    EligibilityConfirmed,
    Event,
    OrderReceived,
    OrderRejected,
    OverrideGranted,
    Side,
)
from ledger.instants import Instant
from ledger.reasons import Reason, precedes
from tests.domain.papers import TAKEN_AWAY, asked_without, history_without, speaking

OF_CONTROLS = [case for case in CASES if case.gate in {c.examine for c in CONTROLS}]


def refusing(control: Control) -> list[Case]:
    """Give the cases in which a control refuses."""
    return [case for case in CASES if case.gate is control.examine and case.refused]


def still_true(case: Case) -> bool:
    """Tell whether a case comes true; what cannot even be decided does not."""
    try:
        return case.comes_true()
    except AssertionError:
        return False


def answer(history: History, **asked: object) -> Event:
    """Ask whether account A may trade, and give the one event that answers."""
    (draft,) = decide(history.situation(NOW), may_trade(**asked))
    return draft.event


def refused_for(history: History, **asked: object) -> tuple[str | None, str]:
    """Give the control and the reason of a refusal."""
    said = answer(history, **asked)
    assert isinstance(said, CommandRejected), said
    return said.control, said.reason


def confirmed(history: History, **asked: object) -> EligibilityConfirmed:
    said = answer(history, **asked)
    assert isinstance(said, EligibilityConfirmed), said
    return said


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_the_example_comes_true(case: Case) -> None:
    assert case.comes_true(), f"{case.title}: wanted {case.refused}, got {case.outcome()}"


@pytest.mark.parametrize("gate", gates(), ids=name_of)
def test_a_gate_is_proved_from_both_sides(gate: object) -> None:
    refuses = {case.refused is not None for case in CASES if case.gate is gate}
    assert refuses == {True, False}


def test_no_two_cases_have_one_title_and_every_case_proves_what_its_gate_upholds() -> None:
    assert len({case.title for case in CASES}) == len(CASES)
    known = set(gates())
    assert all(case.gate in known and case.proves for case in CASES)


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_without_a_control_its_own_cases_fail_and_no_others(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = tuple(other for other in CONTROLS if other is not control)
    monkeypatch.setattr(controls, "CONTROLS", rest)
    failing = [case.title for case in OF_CONTROLS if not still_true(case)]
    assert failing == [case.title for case in refusing(control)]
    assert failing


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_a_refusal_is_recorded_with_its_control_and_figures_on_the_account(
    control: Control,
) -> None:
    for case in refusing(control):
        *received, refused = decide(case.history.situation(NOW), case.command)
        assert {draft.stream for draft in (*received, refused)} == {case.command.stream()}
        assert isinstance(refused.event, OrderRejected if received else CommandRejected)
        assert all(isinstance(draft.event, OrderReceived) for draft in received)
        assert refused.event.control == control.name
        said = refused.event.reason, refused.event.limit, refused.event.attempted
        assert case.refused
        assert said == case.refused[:3]


def test_controls_speak_in_the_order_of_their_reasons() -> None:
    spoken: list[Reason] = []
    for control in CONTROLS:
        reasons = {case.refused.reason for case in refusing(control) if case.refused}
        own = sorted(reasons - set(spoken), key=list(Reason).index)
        assert own
        assert all(precedes(earlier, own[0]) for earlier in spoken)
        spoken.extend(own)


def only_reduces(command: Command) -> bool:
    """Tell whether somebody asks only to take risk away."""
    match command:
        case CheckEligibility(effect=effect):
            return effect is Effect.REDUCE
        case PlaceOrder():
            sells_coins = command.instrument == "BTC-SPOT" and command.side is Side.SELL
            return command.reduce_only or sells_coins
        case _:
            return False


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_whoever_only_reduces_is_bound_by_the_controls_that_say_so(control: Control) -> None:
    reducing = [
        case.refused is not None
        for case in CASES
        if case.gate is control.examine and only_reduces(case.command)
    ]
    assert control.binds_reducing or not any(reducing)
    assert any(reducing) or not control.binds_reducing
    of_orders = {
        "instrument",
        "steps",
        "expiry",
        "size",
        "prevailing_price",
        "price_band",
        "open_orders",
        "liquidation",
    }
    binding = {"product_approved", "account", "suspension", "reducing", "funds"} | of_orders
    assert control.binds_reducing == (control.name in binding)


def test_of_two_breaches_the_first_is_named() -> None:
    history = IN_ORDER.without(CONSENTED).without(AGREED)
    assert refused_for(history) == ("agreement", Reason.AGREEMENT_MISSING)
    assert refused_for(history.then("client-C", AGREED)) == ("consent", Reason.CONSENT_MISSING)


def test_a_reduction_passes_and_lists_what_would_have_stopped_an_increase() -> None:
    history = IN_ORDER.without(PROFILED).without(AGREED)
    stopped = (Reason.AGREEMENT_MISSING, Reason.RISK_PROFILE_MISSING, Reason.EXPOSURE_EXCEEDED)
    said = confirmed(history, effect="reduce", exposure="1000000.01")
    assert said.lapsed == stopped
    assert confirmed(IN_ORDER, effect="reduce").lapsed == ()


def test_a_reduction_need_not_say_what_remains() -> None:
    said = confirmed(IN_ORDER, effect="reduce", exposure=None, concentration=None)
    assert said.lapsed == ()


def overridden(
    control: str = "exposure",
    since: Instant = NOW,
    until: Instant = JUST_AFTER,
    client: str = "C",
) -> History:
    """Let two people have waived a control for a client."""
    event = OverrideGranted(
        client=client,
        override="O-1",
        control=control,
        reason="a hedge",
        effective_from=since,
        until=until,
        approval=APPROVAL,
    )
    return IN_ORDER.then(f"client-{client}", event)


EXCEEDED = ("exposure", Reason.EXPOSURE_EXCEEDED)


def test_an_override_waives_its_control_and_is_named() -> None:
    said = confirmed(overridden(), exposure="1000000.01")
    assert (said.overrides, said.lapsed) == (("O-1",), ())
    assert confirmed(overridden(), exposure="1000000").overrides == ()


def test_an_override_waives_from_its_beginning_until_its_end() -> None:
    assert refused_for(overridden(since=JUST_AFTER), exposure="1000000.01") == EXCEEDED
    assert refused_for(overridden(until=NOW), exposure="1000000.01") == EXCEEDED


def test_an_override_lets_a_limit_be_exceeded_and_never_stands_in_for_one() -> None:
    missing = ("exposure", Reason.EXPOSURE_LIMIT_MISSING)
    assert refused_for(overridden().without(LIMITED)) == missing
    overdue = ("exposure", Reason.EXPOSURE_REVIEW_OVERDUE)
    due = overridden().changed(LIMITED, review_due=NOW)
    assert refused_for(due, exposure="1000000.01") == overdue
    assert refused_for(overridden(), exposure=None) == ("exposure", Reason.EXPOSURE_UNSTATED)
    unstated = ("concentration", Reason.EXPOSURE_UNSTATED)
    assert refused_for(overridden("concentration"), concentration=None) == unstated


def test_a_limit_due_for_review_stops_no_reduction() -> None:
    due = IN_ORDER.changed(LIMITED, review_due=NOW)
    said = confirmed(due, effect="reduce", exposure=None, concentration=None)
    assert said.lapsed == (Reason.EXPOSURE_REVIEW_OVERDUE,)


def test_an_override_waives_no_other_control() -> None:
    for_concentration = overridden("concentration")
    assert refused_for(for_concentration, exposure="1000000.01") == EXCEEDED
    other = ("concentration", Reason.CONCENTRATION_EXCEEDED)
    assert refused_for(overridden(), exposure="1000000.01", concentration="60.01") == other


def test_an_override_waives_for_no_other_client() -> None:
    assert refused_for(overridden(client="D"), exposure="1000000.01") == EXCEEDED


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_what_cannot_be_waived_is_not_waived_even_by_an_override_on_record(
    control: Control,
) -> None:
    for case in refusing(control):
        granted = overridden(control.name).drafts[-1]
        history = History((*case.history.drafts, granted))
        said = decide(history.situation(NOW), case.command)[-1].event
        refused = isinstance(said, CommandRejected | OrderRejected) and said.control == control.name
        assert refused is (case.refused is None or case.refused.reason not in control.waivable)


@for_any(taken=st.sets(st.sampled_from(sorted(TAKEN_AWAY))))
@settings(max_examples=200)
def test_of_any_breaches_the_first_in_order_refuses(taken: set[str]) -> None:
    said = answer(history_without(taken), **asked_without(taken))
    breached = speaking(taken)
    if not breached:
        assert isinstance(said, EligibilityConfirmed)
    else:
        assert isinstance(said, CommandRejected)
        assert said.control == breached[0].name


@for_any(taken=st.sets(st.sampled_from(sorted(TAKEN_AWAY))))
@settings(max_examples=200)
def test_only_what_binds_a_reduction_refuses_it(taken: set[str]) -> None:
    said = answer(history_without(taken), effect="reduce", **asked_without(taken))
    breached = speaking(taken)
    binding = [control for control in breached if control.binds_reducing]
    if binding:
        assert isinstance(said, CommandRejected)
        assert said.control == binding[0].name
    else:
        assert isinstance(said, EligibilityConfirmed)
        assert said.lapsed == tuple(TAKEN_AWAY[control.name].reason for control in breached)


@for_any(case=st.sampled_from(CASES), data=st.data())
@settings(max_examples=300)
def test_whatever_has_happened_there_is_an_answer(case: Case, data: st.DataObject) -> None:
    happened = [draft for draft in case.history.drafts if data.draw(st.booleans())]
    drafts = decide(History(tuple(happened)).situation(NOW), case.command)
    assert drafts
    refused = [isinstance(draft.event, CommandRejected) for draft in drafts]
    assert refused == [True] or not any(refused)


def test_a_limit_binds_to_the_smallest_unit() -> None:
    assert refused_for(IN_ORDER, exposure="1000000.000000000000000001") == EXCEEDED
