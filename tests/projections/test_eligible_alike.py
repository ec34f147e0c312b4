"""The question of eligibility and its decision never differ, whatever has happened before."""

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger.commands import Command
from ledger.decider import States, decide, evolve
from ledger.eligibility import RULES
from ledger.events import CommandRejected, EligibilityConfirmed, Event
from ledger.instants import DAY, Instant
from ledger.reasons import Reason
from ledger.situation import Situation
from projections.eligible import Answer, May, eligible
from projections.replay import AsKnown, AsOf, as_of, fold
from projections.views import all_views, stored_views
from tests.domain.histories import histories
from tests.domain.officers import DORA, ask_as
from tests.domain.scenario import NOW, Scenario
from tests.domain.strategies import events
from tests.projections.log_of import Log, log_of

OF_AN_ORDER = {Reason.EXPOSURE_EXCEEDED, Reason.CONCENTRATION_EXCEEDED, Reason.UNSUITABLE}


def happened(history: list[Command]) -> Scenario:
    """Decide commands one after another."""
    scenario = Scenario()
    for command in history:
        scenario.happen(*decide(scenario.situation(), command))
    return scenario


@settings(max_examples=100)
@for_any(histories(20), st.sampled_from(["increase", "reduce", "increase as solicited"]))
def test_what_is_answered_is_what_is_decided(history: list[Command], how: str) -> None:
    scenario, (effect, *rest) = happened(history), how.split()
    solicited = bool(rest)
    log = Log(scenario.records)
    for answer in eligible(log, "P", AsKnown(), NOW, solicited=solicited):
        asked = {"account": answer.account, "product": "P", "solicited": solicited}
        figures = {"exposure": "0.5", "concentration": "0"}
        command = ask_as(DORA, "CheckEligibility", effect=effect, **asked, **figures)
        [draft] = decide(scenario.situation(), command)
        match draft.event:
            case CommandRejected(reason=reason):
                assert reason in OF_AN_ORDER or _refuses(answer, effect, reason)
            case EligibilityConfirmed(lapsed=lapsed):
                assert lapsed == answer.missing
                assert answer.may is May.INCREASE or effect == "reduce"
                assert answer.may is not May.NOTHING


def _refuses(answer: Answer, effect: str, reason: Reason) -> bool:
    """Tell whether an answer foretells a refusal: an increase fails at the first reason."""
    if effect == "increase":
        return answer.may is not May.INCREASE and answer.missing[0] is reason
    return answer.may is May.NOTHING and reason in answer.missing


@settings(max_examples=50)
@for_any(histories(20), st.sampled_from([-1, 0, 1, DAY - 1, DAY, DAY + 1, 400 * DAY]))
def test_on_the_clock_at_too_it_is_what_the_gate_decides(
    history: list[Command], later: int
) -> None:
    scenario, then = happened(history), Instant(NOW + later)
    states = States()
    for recorded in scenario.records:
        if recorded.at <= then:
            states[recorded.stream] = evolve(states[recorded.stream], recorded)
    for answer in eligible(Log(scenario.records), "P", AsOf(then), then):
        asked = {"account": answer.account, "product": "P", "exposure": "0.5"}
        command = ask_as(DORA, "CheckEligibility", concentration="0", **asked)
        [draft] = RULES[type(command)](Situation(then, states), command)
        if isinstance(draft.event, CommandRejected):
            reason = draft.event.reason
            assert reason in OF_AN_ORDER or _refuses(answer, "increase", reason)
        else:
            assert answer.may is May.INCREASE


@for_any(st.lists(events, max_size=20), st.integers(1, 5))
def test_every_view_takes_every_event_however_pages_are_cut(story: list[Event], page: int) -> None:
    for view in all_views().values():
        whole = list(as_of(log_of(*story), view, AsKnown()))
        assert list(as_of(log_of(*story, page=page), view, AsKnown())) == whole


@settings(max_examples=50)
@for_any(histories(20))
def test_every_view_takes_every_history(history: list[Command]) -> None:
    log = Log(happened(history).records)
    for view in stored_views():
        rows = list(fold(view, log.read()).rows(view.tables[0]))
        log.page = 3
        assert rows == list(fold(view, log.read()).rows(view.tables[0]))
