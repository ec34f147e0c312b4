"""A mirror, by example: it repeats what a venue says, guesses nothing and drops nothing."""

from typing import Any

from ledger.chart import Segregation
from ledger.events import (
    LineStatus,
    MirrorAccountOpened,
    MovementKind,
    VenueLineNoted,
    VenueLineQuarantined,
    VenueMovement,
)
from ledger.journal import postings
from ledger.numbers import amount
from ledger.reasons import Flag, Reason
from tests.domain.happened import A_OPEN, BTC, M_OPEN, ask
from tests.domain.scenario import given

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
