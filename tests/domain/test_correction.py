"""Corrections, by example: the record stays, and what is posted is the difference."""

import pytest

from ledger.events import CorrectionKind, Event, MovementCorrected
from ledger.numbers import amount
from ledger.reasons import Reason
from tests.domain.happened import (
    A_OPEN,
    B_OPEN,
    BTC,
    M_OPEN,
    USD,
    ask,
    deposited,
    transferred,
    withdrawn,
)
from tests.domain.scenario import NOW, given


def corrected(before: str, after: str, difference: str, kind: str = "was_wrong") -> Event:
    return MovementCorrected(
        account="A",
        asset="USD",
        amount=amount(difference),
        before=amount(before),
        after=amount(after),
        kind=CorrectionKind(kind),
        counterparty="bank",
        reason="typed wrongly",
    )


@pytest.mark.parametrize("kind", list(CorrectionKind))
def test_a_correction_counts_from_now_or_from_the_start(kind: str) -> None:
    scenario = given(USD, A_OPEN, deposited("100"))
    scenario.when(ask("CorrectMovement", corrects=3, kind=kind, amount="10"))
    (draft,) = scenario.drafts
    assert draft.corrects == 3
    assert draft.at == (None if kind == CorrectionKind.BUSINESS_CHANGE else NOW)
    scenario.then(corrected("100", "10", "-90", kind))
    rest = scenario.when(ask("WithdrawCash", amount="10.01"))
    rest.then_refused(Reason.INSUFFICIENT_FUNDS, "10", "10.01")


def test_a_second_correction_starts_from_the_first() -> None:
    scenario = given(USD, A_OPEN, deposited("100"))
    scenario.when(ask("CorrectMovement", corrects=3, amount="10"))
    scenario.then(corrected("100", "10", "-90"))
    scenario.when(ask("CorrectMovement", corrects=3, amount="10"))
    scenario.then_refused(Reason.NOTHING_TO_CORRECT, "10", "10")
    scenario.when(ask("CorrectMovement", corrects=3, kind="never_existed"))
    scenario.then(corrected("10", "0", "-10", "never_existed"))
    scenario.when(ask("CloseAccount"))
    assert type(scenario.drafts[0].event).__name__ == "AccountClosed"


def test_a_withdrawal_is_corrected_by_what_it_took() -> None:
    scenario = given(USD, A_OPEN, deposited("100"), withdrawn("30"))
    scenario.when(ask("CorrectMovement", corrects=4, amount="-20"))
    scenario.then(corrected("-30", "-20", "10"))


def test_a_mirror_is_moved_by_its_statement_only_and_never_corrected() -> None:
    scenario = given(BTC, M_OPEN).when(ask("ReportVenueLine", amount="1.5", kind="deposit"))
    scenario.happen(*scenario.drafts)
    correction = ask("CorrectMovement", account="M", asset="BTC", corrects=3, amount="1")
    scenario.when(correction).then_refused(Reason.ACCOUNT_MIRRORED, "bitmex", None)


def test_a_correction_is_refused_for_the_first_reason_that_holds() -> None:
    finer = ask("CorrectMovement", corrects=9, amount="0.001")
    given().when(finer).then_refused(Reason.ASSET_UNKNOWN, None, "0.001")
    given(USD).when(finer).then_refused(Reason.FINER_THAN_SCALE, "2", "0.001")
    unknown = ask("CorrectMovement", corrects=9, amount="1")
    given(USD, A_OPEN).when(unknown).then_refused(Reason.RECORD_UNKNOWN, None, "9")
    same = ask("CorrectMovement", corrects=3, amount="100")
    scenario = given(USD, A_OPEN, deposited("100"))
    scenario.when(same).then_refused(Reason.NOTHING_TO_CORRECT, "100", "100")


def test_a_record_of_another_account_or_asset_is_unknown_here() -> None:
    scenario = given(USD, A_OPEN, deposited("100"), BTC)
    scenario.when(ask("CorrectMovement", account="B", corrects=3, amount="1"))
    scenario.then_refused(Reason.RECORD_UNKNOWN, None, "3")
    scenario.when(ask("CorrectMovement", asset="BTC", corrects=3, amount="1"))
    scenario.then_refused(Reason.RECORD_UNKNOWN, "USD", "BTC")


def test_only_a_movement_that_stands_alone_can_be_corrected() -> None:
    sides = (transferred("A", "-4", "B"), transferred("B", "4", "A"))
    scenario = given(USD, A_OPEN, B_OPEN, deposited("10"), *sides)
    for sequence, name in ((2, "AccountOpened"), (5, "CashTransferred")):
        scenario.when(ask("CorrectMovement", corrects=sequence, amount="1"))
        scenario.then_refused(Reason.RECORD_NOT_CORRECTABLE, None, name)
