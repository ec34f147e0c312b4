"""A mirror, by example: it repeats what a venue says, guesses nothing and drops nothing."""

from typing import Any

import pytest

from ledger.chart import Segregation
from ledger.events import (
    Draft,
    Event,
    ExecutionKind,
    LineStatus,
    MirrorAccountOpened,
    MovementKind,
    VenueExecution,
    VenueLineNoted,
    VenueLineQuarantined,
    VenueMovement,
)
from ledger.instants import Instant
from ledger.journal import postings
from ledger.laws.of_books import Stated
from ledger.log.batch import CompleteRow
from ledger.log.reader import Head
from ledger.numbers import amount, write_amount
from ledger.reasons import Flag, Reason
from tests.domain.happened import A_OPEN, BTC, M_OPEN, ask
from tests.domain.scenario import Scenario, given, record
from tests.projections.log_of import Log

LINE = ask("ReportVenueLine", amount="1.5", kind="deposit")
SAID: dict[str, Any] = {
    "account": "M",
    "venue": "bitmex",
    "asset": "BTC",
    "amount": amount("1.5"),
    "venue_kind": "Deposit",
    "reference": "36f8f6c5",
}
MOVED = {**SAID, "balance": amount("1.5"), "kind": MovementKind.DEPOSIT}


def test_a_mirror_is_opened_once_and_never_over_an_account() -> None:
    command = ask("OpenMirrorAccount")
    scenario = given().when(command).then(MirrorAccountOpened(account="M", venue="bitmex"))
    scenario.when(command).then_refused(Reason.ACCOUNT_EXISTS, "bitmex")
    over = given(A_OPEN).when(ask("OpenMirrorAccount", account="A"))
    over.then_refused(Reason.ACCOUNT_EXISTS)


def test_a_completed_line_moves_the_mirror_against_the_venue() -> None:
    scenario = given(BTC, M_OPEN).when(LINE).then(VenueMovement(**MOVED))
    legs = postings(scenario.drafts[0].event)
    assert [leg.account for leg in legs] == ["M", "EXTERNAL:bitmex"]
    assert given(BTC, M_OPEN).when(LINE).drafts == scenario.drafts


def test_a_line_whose_kind_is_not_known_is_quarantined_against_suspense() -> None:
    scenario = given(BTC, M_OPEN).when(ask("ReportVenueLine", amount="1.5", venue_kind="Odd"))
    said = {**SAID, "venue_kind": "Odd", "balance": amount("1.5")}
    scenario.then(VenueLineQuarantined(**said))
    legs = postings(scenario.drafts[0].event)
    assert [leg.account for leg in legs] == ["M", "SUSPENSE:bitmex"]


def test_a_line_that_is_not_completed_moves_nothing() -> None:
    for status in LineStatus:
        scenario = given(BTC, M_OPEN).when(ask("ReportVenueLine", amount="1.5", status=status))
        scenario.then(VenueLineNoted(**SAID, balance=MOVED["balance"], status=status))
        assert postings(scenario.drafts[0].event) == ()


def test_a_line_of_an_account_that_is_no_mirror_of_the_venue_stands_in_suspense() -> None:
    suspense, flags = Segregation.SUSPENSE, (Flag.NOT_A_MIRROR,)
    expected = VenueMovement(**MOVED, segregation=suspense, flags=flags)
    given(BTC).when(LINE).then(expected)
    other = given(BTC, MirrorAccountOpened(account="M", venue="bybit"))
    other.when(LINE).then(expected)
    assert [leg.account for leg in postings(expected)] == ["SUSPENSE:M", "EXTERNAL:bitmex"]


def test_a_line_in_an_asset_that_does_not_fit_is_flagged() -> None:
    given(M_OPEN).when(LINE).then(VenueMovement(**MOVED, flags=(Flag.ASSET_UNKNOWN,)))
    finer = ask("ReportVenueLine", amount="0.000000001", kind="fee")
    event = given(BTC, M_OPEN).when(finer).drafts[0].event
    assert isinstance(event, VenueMovement)
    assert event.flags == (Flag.FINER_THAN_SCALE,)


def test_the_digest_of_the_raw_line_is_evidence_and_no_content() -> None:
    with_digest = ask("ReportVenueLine", amount="1.5", kind="deposit", line="a" * 64)
    assert with_digest.digest() == LINE.digest()
    assert ask("ReportVenueLine", amount="1.6", kind="deposit").digest() != LINE.digest()


def test_a_venue_may_state_no_balance_after_a_line() -> None:
    silent = ask("ReportVenueLine", amount="1.5", kind="deposit", balance=None)
    given(BTC, M_OPEN).when(silent).then(VenueMovement(**{**MOVED, "balance": None}))
    odd = ask("ReportVenueLine", amount="1.5", venue_kind="Odd", balance=None)
    said = {**SAID, "venue_kind": "Odd", "balance": None}
    given(BTC, M_OPEN).when(odd).then(VenueLineQuarantined(**said))
    assert "balance" not in silent.body()


@pytest.mark.parametrize(
    ("lines", "breach"),
    [
        ([(1, "1", "1"), (2, "2", None)], False),
        ([(1, "2", None), (2, "1", "3")], False),
        ([(1, "2", None), (2, "1", "1")], True),
        ([(1, "2", None), (2, "1", None)], False),
        ([(3, "1", None), (1, "1", "1"), (2, "1", "2")], False),
        ([(3, "1", None), (1, "1", "1"), (2, "1", "3")], True),
    ],
)
def test_what_is_not_stated_counts_once_a_later_line_states_it(
    lines: list[tuple[int, str, str | None]], *, breach: bool
) -> None:
    law = Stated(Log(), Head(0, Instant(0)))
    for sequence, (at, moved, stated) in enumerate(lines, start=1):
        balance = None if stated is None else amount(stated)
        event: Event = VenueMovement(**{**MOVED, "amount": amount(moved), "balance": balance})
        recorded = record(sequence, Draft("account-M", event, at=Instant(at)))
        row = CompleteRow(sequence, "account-M", sequence, "VenueMovement", at, at, b"")
        assert law.observe(row, recorded, postings(event)) is None
    assert (law.conclude()[1] is not None) is breach


def executed(scenario: Scenario) -> VenueExecution:
    """Give the execution that a scenario ends with."""
    event = scenario.drafts[0].event
    assert isinstance(event, VenueExecution)
    return event


def test_an_execution_moves_the_position_and_no_cash() -> None:
    bought = ask(
        "ReportVenueExecution", side="buy", quantity="45", price="23.6", cost="0.1", multiplier="1"
    )
    scenario = given(BTC, M_OPEN).when(bought)
    event = executed(scenario)
    assert event.flags == (Flag.VALUE_DIFFERS,)
    assert [(leg.account, leg.asset, write_amount(leg.amount)) for leg in postings(event)] == [
        ("M/LINKUSDT", "LINKUSDT", "-45"),
        ("EXTERNAL:bitmex", "LINKUSDT", "45"),
        ("M/LINKUSDT", "BTC", "0.1"),
        ("EXTERNAL:bitmex", "BTC", "-0.1"),
    ]
    sold = ask("ReportVenueExecution", side="sell", quantity="45", price="23.6", cost="-0.25")
    closed = executed(given(BTC, M_OPEN, event).when(sold))
    assert (closed.position_quantity, closed.position_cost) == (amount("0"), amount("0"))
    assert (write_amount(closed.realized_profit), closed.flags) == ("0.15", ())


def test_without_a_cost_an_execution_is_worth_what_its_price_says() -> None:
    fill = ask("ReportVenueExecution", side="sell", quantity="0.3", price="20", asset="BTC")
    event = executed(given(BTC, M_OPEN).when(fill))
    assert (write_amount(event.cost), event.flags) == ("-6", ())
    tenth = ask("ReportVenueExecution", side="sell", quantity="0.3", price="20", multiplier="0.1")
    assert write_amount(executed(given(BTC, M_OPEN).when(tenth)).cost) == "-0.6"


def test_a_position_that_is_taken_over_says_that_its_cost_is_not_known() -> None:
    opening = ask(
        "ReportVenueExecution", kind="opening_position", side="buy", quantity="2", price="3"
    )
    event = executed(given(BTC, M_OPEN).when(opening))
    assert (event.kind, event.flags) == (ExecutionKind.OPENING_POSITION, (Flag.COST_UNKNOWN,))


def test_an_execution_of_an_account_that_is_no_mirror_moves_no_position_of_it() -> None:
    fill = ask("ReportVenueExecution", side="buy", quantity="2", price="3")
    event = executed(given(BTC).when(fill))
    assert (event.segregation, event.flags) == (Segregation.SUSPENSE, (Flag.NOT_A_MIRROR,))
    assert postings(event)[0].account == "SUSPENSE:M/LINKUSDT"
