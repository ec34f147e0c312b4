"""A manual journal, by example: balanced, within its classes, by two people, and each refusal."""

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.chart import Segregation
from ledger.commands import Command
from ledger.events import (
    CommandRejected,
    Draft,
    Event,
    JournalOpened,
    JournalPosted,
    Purpose,
)
from ledger.holding import Account
from ledger.instants import read_instant
from ledger.journal import imbalance, postings
from ledger.numbers import Amount, amount, write_amount
from ledger.reasons import Reason
from tests.domain.happened import A_CLOSED, A_OPEN, B_OPEN, BTC, HOUSE_OPEN, M_OPEN, USD, deposited
from tests.domain.officers import APPROVAL, FAY, FOUNDED, ask_as
from tests.domain.scenario import Scenario, given

CLIENT, HOUSE = Segregation.CLIENT_TRUST, Segregation.HOUSE
SUSPENSE, OUTSIDE = Segregation.SUSPENSE, Segregation.EXTERNAL
FEES = Segregation.FEE_INCOME
OPEN = (*FOUNDED, USD, A_OPEN, B_OPEN, HOUSE_OPEN)

Line = tuple[str, Segregation, str]


def journal(*lines: Line, purpose: Purpose = Purpose.CORRECTION, **said: object) -> Command:
    """Ask for a journal about US dollars, unless it says of what."""
    asset = said.pop("asset", "USD")
    told = [
        {"owner": owner, "segregation": segregation, "asset": asset, "amount": figure}
        for owner, segregation, figure in lines
    ]
    fields = {"journal": "j-1", "reason": "as agreed", "purpose": purpose, "lines": told}
    return ask_as(FAY, "PostJournal", **(fields | said))


def posted(
    line: int, owner: str, segregation: Segregation, figure: str, purpose: Purpose
) -> JournalPosted:
    return JournalPosted(
        journal="j-1",
        line=line,
        owner=owner,
        segregation=segregation,
        asset="USD",
        amount=amount(figure),
        purpose=purpose,
        reason="as agreed",
        approval=APPROVAL,
    )


def begun(purpose: Purpose, lines: int = 2) -> JournalOpened:
    return JournalOpened(
        journal="j-1", purpose=purpose, reason="as agreed", lines=lines, approval=APPROVAL
    )


def when_agreed(scenario: Scenario, command: Command) -> Scenario:
    return scenario.when_approved(command, APPROVAL)


def refused(history: tuple[Event, ...], command: Command) -> tuple[Reason, str | None, str | None]:
    """Say why a journal is refused, with the limit and the attempt."""
    (draft,) = when_agreed(given(*history), command).drafts
    assert draft.stream == "journal-j-1"
    assert isinstance(draft.event, CommandRejected)
    return draft.event.reason, draft.event.limit, draft.event.attempted


def test_a_journal_between_two_clients_moves_what_they_hold() -> None:
    scenario = given(*OPEN, deposited("10"))
    command = journal(("A", CLIENT, "-4"), ("B", CLIENT, "4"))
    scenario = when_agreed(scenario, command)
    assert [draft.stream for draft in scenario.drafts] == ["journal-j-1", "account-A", "account-B"]
    correction = Purpose.CORRECTION
    scenario.then(
        begun(correction),
        posted(1, "A", CLIENT, "-4", correction),
        posted(2, "B", CLIENT, "4", correction),
    )
    assert held(scenario, "A") == amount("6")
    assert held(scenario, "B") == amount("4")


def held(scenario: Scenario, account: str) -> Amount:
    state = scenario.states[f"account-{account}"]
    assert isinstance(state, Account)
    return state.balance("USD")


def test_what_stands_in_suspense_is_given_to_the_client_whose_it_is() -> None:
    purpose = Purpose.SUSPENSE_CLEARED
    scenario = when_agreed(
        given(*OPEN), journal(("A9", SUSPENSE, "-7"), ("A", CLIENT, "7"), purpose=purpose)
    )
    assert [draft.stream for draft in scenario.drafts] == ["journal-j-1"] * 2 + ["account-A"]
    scenario.then(
        begun(purpose),
        posted(1, "A9", SUSPENSE, "-7", purpose),
        posted(2, "A", CLIENT, "7", purpose),
    )
    assert held(scenario, "A") == amount("7")


def test_the_world_outside_is_debited_by_plus_as_it_is_shown() -> None:
    scenario = when_agreed(given(*OPEN), journal(("H", HOUSE, "3"), ("bank", OUTSIDE, "3")))
    legs = [leg for draft in scenario.drafts for leg in postings(draft.event)]
    sums = {leg.account: leg.amount for leg in legs if leg.segregation is not Segregation.CLEARING}
    assert sums == {"H": amount("-3"), "EXTERNAL:bank": amount("3")}


def test_a_journal_may_count_from_the_past_and_never_from_the_future() -> None:
    lines = (("H", HOUSE, "3"), ("bank", OUTSIDE, "3"))
    past, future = "2026-01-31T16:00:00Z", "2026-02-11T08:00:00.000000001Z"
    scenario = when_agreed(given(*OPEN), journal(*lines, effective_from=past))
    assert {draft.at for draft in scenario.drafts} == {read_instant(past)}
    when_agreed(given(*OPEN), journal(*lines, effective_from="2026-02-11T08:00:00Z")).then(
        begun(Purpose.CORRECTION),
        posted(1, "H", HOUSE, "3", Purpose.CORRECTION),
        posted(2, "bank", OUTSIDE, "3", Purpose.CORRECTION),
    )
    said = refused(OPEN, journal(*lines, effective_from=future))
    assert said == (Reason.AT_IN_FUTURE, "2026-02-11T08:00:00.000000000Z", f"{future}")


def test_a_journal_must_balance_to_the_last_decimal() -> None:
    lines = (("H", HOUSE, "3"), ("ops", FEES, "-2.99"))
    assert refused(OPEN, journal(*lines)) == (Reason.JOURNAL_UNBALANCED, "0", "-0.01 USD")


@pytest.mark.parametrize(
    ("purpose", "other", "may"),
    [
        (Purpose.SETTLEMENT, HOUSE, True),
        (Purpose.FEE_OWED, FEES, True),
        (Purpose.CLIENT_INSTRUCTION, OUTSIDE, True),
        (Purpose.CORRECTION, HOUSE, False),
        (Purpose.CORRECTION, SUSPENSE, False),
        (Purpose.SUSPENSE_CLEARED, SUSPENSE, True),
        (Purpose.SUSPENSE_CLEARED, HOUSE, False),
    ],
)
def test_client_money_leaves_its_class_only_for_its_own_purposes(
    purpose: Purpose, other: Segregation, *, may: bool
) -> None:
    owner, figure = "H", "1"
    if other is OUTSIDE:
        figure = "-1"
    history = (*OPEN, deposited("1"))
    command = journal(("A", CLIENT, "-1"), (owner, other, figure), purpose=purpose)
    if may:
        assert len(when_agreed(given(*history), command).drafts) == 3
    else:
        said = (Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "1 USD")
        assert refused(history, command) == said


def test_nobody_is_booked_below_zero() -> None:
    history = (*OPEN, deposited("10"))
    exactly = journal(("A", CLIENT, "-10"), ("B", CLIENT, "10"))
    assert len(when_agreed(given(*history), exactly).drafts) == 3
    more = journal(("A", CLIENT, "-10.01"), ("B", CLIENT, "10.01"))
    assert refused(history, more) == (Reason.INSUFFICIENT_FUNDS, "10", "10.01")


def test_a_journal_is_refused_for_the_first_reason_that_holds() -> None:
    swapped = journal(("A", CLIENT, "-0.001"), ("B", CLIENT, "0.001"))
    unknown, closed = Reason.ACCOUNT_UNKNOWN, Reason.ACCOUNT_CLOSED
    assert refused((*FOUNDED, A_OPEN), swapped) == (unknown, None, "B")
    assert refused((*FOUNDED, A_OPEN, A_CLOSED), swapped) == (unknown, None, "B")
    assert refused((*FOUNDED, A_OPEN, A_CLOSED, B_OPEN), swapped) == (closed, None, "A")
    mirror = journal(("A", CLIENT, "-1"), ("M", CLIENT, "1"))
    assert refused((*OPEN, M_OPEN), mirror) == (Reason.ACCOUNT_MIRRORED, None, "M")
    nowhere = (*FOUNDED, A_OPEN, B_OPEN)
    assert refused(nowhere, swapped) == (Reason.ASSET_UNKNOWN, None, "-0.001")
    assert refused(OPEN, swapped) == (Reason.FINER_THAN_SCALE, "2", "-0.001")
    misnamed = journal(("A", CLIENT, "-1"), ("H", CLIENT, "2"))
    assert refused(OPEN, misnamed) == (Reason.SEGREGATION_CROSSED, "HOUSE", "CLIENT_TRUST")
    doubled = journal(("A", CLIENT, "-1"), ("A", CLIENT, "1"))
    assert refused(OPEN, doubled) == (Reason.LINE_DOUBLED, "1", "A USD")


def test_a_journal_is_posted_once() -> None:
    command = journal(("H", HOUSE, "3"), ("ops", FEES, "-3"))
    once = given(*OPEN, deposited("3", account="H", segregation=HOUSE))
    again = when_agreed(once, journal(("H", HOUSE, "-3"), ("ops", FEES, "3")))
    again.happen(*again.drafts)
    when_agreed(again, command).then_refused(Reason.JOURNAL_EXISTS, None, "j-1")


def test_a_journal_needs_two_people() -> None:
    command = journal(("H", HOUSE, "3"), ("ops", FEES, "-3"))
    given(*OPEN).when(command).then_refused(Reason.FOUR_EYES_REQUIRED)


def test_a_client_in_another_asset_is_apart_from_the_house() -> None:
    history = (*OPEN, BTC, deposited("1", asset="BTC"))
    command = journal(("A", CLIENT, "-1"), ("H", HOUSE, "1"), asset="BTC")
    assert refused(history, command) == (Reason.SEGREGATION_CROSSED, "CLIENT_TRUST", "1 BTC")


@for_any(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(-(10**6), 10**6).filter(bool)),
        min_size=1,
        max_size=6,
        unique_by=lambda line: line[0],
    )
)
def test_clearing_is_flat_after_every_journal(figures: list[tuple[str, int]]) -> None:
    rest = -sum(figure for _, figure in figures)
    lines = [(owner, FEES, write_amount(amount(str(figure)))) for owner, figure in figures]
    if rest:
        lines.append(("rest", FEES, str(rest)))
    if len(lines) < 2:
        return
    drafts: list[Draft] = when_agreed(given(*OPEN), journal(*lines)).drafts
    legs = tuple(leg for draft in drafts for leg in postings(draft.event))
    clearing = tuple(leg for leg in legs if leg.segregation is Segregation.CLEARING)
    assert len(clearing) == len(lines)
    assert imbalance(clearing) == imbalance(legs) == {}
