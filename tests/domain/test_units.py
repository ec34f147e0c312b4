"""A figure in another unit than a rule reads it in is as good as none: nothing is guessed.

And however large it is, the rule answers.
"""

from dataclasses import replace

import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger import controls
from ledger.commands import Command
from ledger.coverage import of_assessment, of_authority, of_conduct
from ledger.coverage.case import NOW, Case, History
from ledger.coverage.in_order import (
    APPROVAL,
    ASSESSMENT,
    AUTHORITY_NOTICE,
    AUTHORITY_TERM,
    IN_ORDER,
    INITIAL_MARGIN,
    LEVERAGE_CAP,
    MAINTENANCE_MARGIN,
    OVERRIDE_DURATION,
    PORTFOLIO,
    RETENTION,
    TRANSACTIONS,
    VALIDITY,
    WATERFALL,
    WINDOW,
)
from ledger.coverage.of_investor import CORPORATION
from ledger.coverage.trades import may_trade
from ledger.decider import decide
from ledger.events import (
    ClientClassified,
    CommandRejected,
    CorporateAssessed,
    ParameterChanged,
    Unit,
)
from ledger.instants import INSTANT_MAX, Instant
from ledger.reasons import Reason

READERS: list[tuple[ParameterChanged, History, Command]] = [
    (VALIDITY, IN_ORDER, of_assessment.classify()),
    (VALIDITY, IN_ORDER, of_assessment.CONFIRM),
    (PORTFOLIO, IN_ORDER, of_assessment.classify()),
    (ASSESSMENT, CORPORATION, of_assessment.CRITERIA),
    (TRANSACTIONS, IN_ORDER, of_assessment.knowledge()),
    (WINDOW, IN_ORDER, of_assessment.knowledge()),
    (AUTHORITY_TERM, of_conduct.RETAIL, of_conduct.authority("2026-03-01")),
    (AUTHORITY_TERM, of_conduct.RETAIL, of_conduct.renewal(NOW)),
    (AUTHORITY_NOTICE, of_conduct.RETAIL, of_conduct.renewal(NOW)),
    (OVERRIDE_DURATION, IN_ORDER, of_conduct.waiver()),
    (RETENTION, of_conduct.left(of_conduct.SEVEN_YEARS_AGO), of_conduct.DESTROY),
    (AUTHORITY_TERM, of_authority.agreed_to(NOW), may_trade(product="BTC-SPOT")),
    *((figure, IN_ORDER, may_trade()) for figure in (LEVERAGE_CAP, WATERFALL)),
    *((figure, IN_ORDER, may_trade()) for figure in (INITIAL_MARGIN, MAINTENANCE_MARGIN)),
]
"""Every figure that a rule reads, and a command for which it does."""


def missing(history: History, command: Command) -> str | None:
    """Name the parameter for the lack of which a command is refused; None where it is not."""
    said = Case(controls.clear, "", history, command).outcome()[0]
    if not isinstance(said, CommandRejected):
        return None
    assert said.reason is Reason.PARAMETER_MISSING
    return said.attempted


@pytest.mark.parametrize(
    ("figure", "history", "command"),
    READERS,
    ids=[f"{type(command).__name__} {figure.name}" for figure, _, command in READERS],
)
def test_a_figure_counts_in_its_own_unit_and_in_no_other(
    figure: ParameterChanged, history: History, command: Command
) -> None:
    assert missing(history, command) is None
    name = f"{figure.name} {figure.scope}".rstrip()
    for other in set(Unit) - {figure.unit}:
        assert missing(history.changed(figure, unit=other), command) == name


@for_any(st.sampled_from(READERS), st.integers(0, 10**18 - 1), st.integers(NOW, INSTANT_MAX))
@settings(max_examples=300)
def test_however_large_a_figure_is_and_however_late_it_is_asked_for_there_is_an_answer(
    reader: tuple[ParameterChanged, History, Command], value: int, now: int
) -> None:
    figure, history, command = reader
    situation = history.changed(figure, after=str(value)).situation(Instant(now))
    drafts = decide(replace(situation, approval=APPROVAL), command)
    refused = [isinstance(draft.event, CommandRejected) for draft in drafts]
    assert drafts
    assert refused == [True] or not any(refused)


def test_a_term_beyond_the_last_moment_lasts_until_that_moment() -> None:
    for figure, history, command, says in (
        (VALIDITY, IN_ORDER, of_assessment.classify(), ClientClassified),
        (ASSESSMENT, CORPORATION, of_assessment.CRITERIA, CorporateAssessed),
    ):
        endless = history.changed(figure, after=str(10**17))
        (event,) = Case(controls.clear, "", endless, command).outcome()
        assert isinstance(event, says)
        assert event.valid_until == INSTANT_MAX
