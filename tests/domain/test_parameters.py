"""Parameters, by example: a pack of figures, one of them changed, and what is in force when."""

from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.events import ParameterChanged, RulePackAdopted, Unit
from ledger.instants import DAY, Instant, write_instant
from ledger.numbers import amount
from ledger.parameters import Parameters
from ledger.reasons import Reason
from tests.domain.officers import APPROVAL, CAROL, FOUNDED, ask_as, by_two
from tests.domain.scenario import NOW, Scenario, given

THRESHOLD = "client.professional.portfolio"
MARGIN = "margin.initial"
TOMORROW = Instant(NOW + DAY)
NEXT_WEEK = Instant(NOW + 7 * DAY)

FIGURE: dict[str, Any] = {
    "name": THRESHOLD,
    "scope": "individual",
    "value": "8000000",
    "unit": "hkd",
    "source": "Cap. 571D s.5",
    "verified": False,
}
VALIDITY: dict[str, Any] = {
    "name": "client.professional.validity",
    "value": "12",
    "unit": "months",
    "source": "Guidelines Schedule 1",
    "verified": True,
}
CHANGE: dict[str, Any] = {
    "name": MARGIN,
    "scope": "BTC-PERP",
    "value": "20",
    "unit": "percent",
    "source": "risk committee 2026-02",
    "rationale": "as agreed",
}


def adopt(scenario: Scenario, *figures: dict[str, Any], **said: Any) -> Scenario:
    fields = {"pack": "hk", "version": "2026.1", "file_digest": "a" * 64, **said}
    return by_two(scenario, "AdoptRulePack", figures=list(figures), **fields)


def adopted(figures: int, effective_from: Instant = NOW) -> RulePackAdopted:
    return RulePackAdopted(
        pack="hk",
        version="2026.1",
        file_digest="a" * 64,
        figures=figures,
        effective_from=effective_from,
        approval=APPROVAL,
    )


def threshold(after: str = "8000000", before: str | None = None, **said: Any) -> ParameterChanged:
    fields: dict[str, Any] = {"source": "Cap. 571D s.5", "verified": False, **said}
    return ParameterChanged(
        name=THRESHOLD,
        scope="individual",
        after=after,
        before=before,
        unit=Unit.HKD,
        effective_from=NOW,
        pack="hk",
        approval=APPROVAL,
        **fields,
    )


def validity(effective_from: Instant = NOW) -> ParameterChanged:
    return ParameterChanged(
        name="client.professional.validity",
        after="12",
        unit=Unit.MONTHS,
        source="Guidelines Schedule 1",
        verified=True,
        effective_from=effective_from,
        pack="hk",
        approval=APPROVAL,
    )


def margin(
    after: str | None, before: str | None = None, effective_from: Instant = NOW
) -> ParameterChanged:
    return ParameterChanged(
        name=MARGIN,
        scope="BTC-PERP",
        after=after,
        before=before,
        unit=Unit.PERCENT,
        source="risk committee 2026-02",
        verified=False,
        effective_from=effective_from,
        rationale="as agreed",
        approval=APPROVAL,
    )


def parameters(scenario: Scenario) -> Parameters:
    return scenario.situation().the(Parameters)


def test_a_pack_is_adopted_with_every_figure_that_is_new() -> None:
    scenario = adopt(given(*FOUNDED), FIGURE, VALIDITY)
    assert {draft.stream for draft in scenario.drafts} == {"rules"}
    scenario.then(adopted(2), threshold(), validity())
    assert parameters(scenario).amount(THRESHOLD, Unit.HKD, NOW, "individual") == amount("8000000")
    assert parameters(scenario).count("client.professional.validity", Unit.MONTHS, NOW) == 12


def test_a_pack_changes_only_what_differs_and_says_what_was_before() -> None:
    scenario = given(*FOUNDED, threshold(), validity())
    adopt(scenario, {**FIGURE, "value": "8000000.01"}, VALIDITY).then(
        adopted(2), threshold("8000000.01", before="8000000")
    )


@pytest.mark.parametrize("said", [{"source": "Cap. 571D s.5(1)"}, {"verified": True}])
def test_a_better_source_is_a_change_too(said: dict[str, Any]) -> None:
    scenario = adopt(given(*FOUNDED, threshold()), {**FIGURE, **said})
    scenario.then(adopted(1), threshold(before="8000000", **said))


def test_a_pack_that_changes_nothing_is_refused() -> None:
    scenario = given(*FOUNDED, threshold(), validity())
    adopt(scenario, FIGURE, VALIDITY).then_refused(Reason.PACK_UNCHANGED, attempted="hk 2026.1")


def test_a_pack_is_compared_with_what_is_in_force_on_its_own_date() -> None:
    scenario = given(*FOUNDED, validity(TOMORROW))
    early = adopt(scenario, VALIDITY, effective_from=write_instant(Instant(TOMORROW - 1)))
    early.then(adopted(1, Instant(TOMORROW - 1)), validity(Instant(TOMORROW - 1)))
    late = adopt(
        given(*FOUNDED, validity(TOMORROW)), VALIDITY, effective_from=write_instant(TOMORROW)
    )
    late.then_refused(Reason.PACK_UNCHANGED, attempted="hk 2026.1")


def test_a_figure_that_a_pack_leaves_out_stays_in_force() -> None:
    scenario = adopt(given(*FOUNDED, threshold()), VALIDITY).then(adopted(1), validity())
    assert parameters(scenario).amount(THRESHOLD, Unit.HKD, NOW, "individual") == amount("8000000")


def test_a_parameter_is_changed_with_what_it_was_and_whom_it_was_told() -> None:
    scenario = by_two(
        given(*FOUNDED, margin("10")),
        "ChangeParameter",
        **CHANGE,
        clients_notified_at=write_instant(Instant(NOW - DAY)),
        regulator_notice="notice-3",
    )
    (draft,) = scenario.drafts
    changed = draft.event
    assert isinstance(changed, ParameterChanged)
    assert (changed.before, changed.after) == ("10", "20")
    assert changed.clients_notified_at == NOW - DAY
    assert changed.regulator_notice == "notice-3"
    assert changed.rationale == "as agreed"


def test_a_parameter_that_has_this_value_already_is_not_changed() -> None:
    scenario = by_two(given(*FOUNDED), "ChangeParameter", **CHANGE).then(margin("20"))
    again = by_two(scenario, "ChangeParameter", **CHANGE)
    again.then_refused(Reason.PARAMETER_UNCHANGED, "20", "margin.initial BTC-PERP")
    elsewhere = by_two(scenario, "ChangeParameter", **{**CHANGE, "scope": "ETH-PERP"})
    assert isinstance(elsewhere.drafts[0].event, ParameterChanged)


def test_a_parameter_that_is_in_force_can_end_after_which_nothing_has_it() -> None:
    scenario = given(*FOUNDED, margin("20"))
    ending = {**CHANGE, "value": None}
    by_two(scenario, "ChangeParameter", **ending).then(margin(None, before="20"))
    assert parameters(scenario).find(MARGIN, NOW, "BTC-PERP") is None
    by_two(scenario, "ChangeParameter", **ending).then_refused(
        Reason.PARAMETER_MISSING, attempted="margin.initial BTC-PERP"
    )


def test_what_applies_at_a_moment_is_the_version_in_force_then() -> None:
    scenario = given(*FOUNDED, margin("20"))
    date = write_instant(TOMORROW)
    changed = by_two(scenario, "ChangeParameter", **{**CHANGE, "value": "25"}, effective_from=date)
    assert [draft.at for draft in changed.drafts] == [TOMORROW]
    changed.then(margin("25", "20", TOMORROW))
    in_force = parameters(scenario)
    assert in_force.amount(MARGIN, Unit.PERCENT, Instant(NOW - 1), "BTC-PERP") is None
    assert in_force.amount(MARGIN, Unit.PERCENT, NOW, "BTC-PERP") == amount("20")
    assert in_force.amount(MARGIN, Unit.PERCENT, Instant(TOMORROW - 1), "BTC-PERP") == amount("20")
    assert in_force.amount(MARGIN, Unit.PERCENT, TOMORROW, "BTC-PERP") == amount("25")
    assert in_force.amount(MARGIN, Unit.PERCENT, NEXT_WEEK, "BTC-PERP") == amount("25")


def test_a_parameter_of_another_scope_is_another_parameter() -> None:
    in_force = parameters(given(*FOUNDED, margin("20")))
    assert in_force.amount(MARGIN, Unit.PERCENT, NOW) is None
    assert in_force.amount(MARGIN, Unit.PERCENT, NOW, "ETH-PERP") is None


_units = st.sampled_from([unit for unit in Unit if unit not in {Unit.WORDS, Unit.DATES}])


@for_any(st.integers(0, 10**18 - 1), _units, st.sampled_from(Unit))
def test_a_number_is_read_as_it_was_written_and_in_no_other_unit(
    value: int, unit: Unit, asked: Unit
) -> None:
    in_force = parameters(changed(value=str(value), unit=unit.value))
    whole = unit not in {Unit.HKD, Unit.PERCENT, Unit.RATIO}
    known = asked is unit
    number = amount(str(value)) if known else None
    assert in_force.amount(MARGIN, asked, NOW, "BTC-PERP") == number
    assert in_force.count(MARGIN, asked, NOW, "BTC-PERP") == (value if known and whole else None)
    assert in_force.text(MARGIN, asked, NOW, "BTC-PERP") == (str(value) if known else None)


@pytest.mark.parametrize(
    ("unit", "value"),
    [("words", "first to last"), ("words", "7 or 8"), ("dates", "2026-02-17")],
)
def test_what_is_no_number_is_none_to_whoever_asks_for_one(unit: str, value: str) -> None:
    in_force = parameters(changed(unit=unit, value=value))
    assert in_force.amount(MARGIN, Unit(unit), NOW, "BTC-PERP") is None
    assert in_force.count(MARGIN, Unit(unit), NOW, "BTC-PERP") is None
    assert in_force.text(MARGIN, Unit(unit), NOW, "BTC-PERP") == value


def changed(**said: Any) -> Scenario:
    """Let the usual parameter have been changed, otherwise than usual."""
    scenario = by_two(given(*FOUNDED), "ChangeParameter", **{**CHANGE, **said})
    return scenario.happen(*scenario.drafts)


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("months", "1.5"),
        ("count", "-1"),
        ("years", "07"),
        ("hkd", "8,000,000"),
        ("percent", "1.50"),
        ("dates", "2026-02-30"),
        ("dates", "2026-02-17  2026-02-18"),
    ],
)
def test_a_value_that_does_not_fit_its_unit_never_gets_in(unit: str, value: str) -> None:
    with pytest.raises(ValidationError, match="ChangeParameter"):
        ask_as(CAROL, "ChangeParameter", **{**CHANGE, "unit": unit, "value": value})


def test_a_pack_states_each_figure_once() -> None:
    with pytest.raises(ValidationError, match="individual stands twice"):
        adopt(given(*FOUNDED), FIGURE, {**FIGURE, "value": "9000000"})
