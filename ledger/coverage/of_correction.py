"""Cases of the rule by which a recorded movement is put right beside its record."""

from ledger import correction
from ledger.commands import CorrectMovement
from ledger.coverage.case import CAROL, Case, Refused
from ledger.coverage.in_order import IN_ORDER, OPENED, ask
from ledger.events import CashDeposited
from ledger.numbers import amount
from ledger.reasons import Reason

DEPOSITED = CashDeposited(account="A", asset="USD", amount=amount("100"), source="bank")
FUNDED = IN_ORDER.then("account-A", DEPOSITED)
ELSEWHERE = FUNDED.then("account-B", DEPOSITED)


def putting_right(sequence: int, figure: str = "10") -> CorrectMovement:
    """Say what a record of the client's account should have said."""
    return ask(
        CAROL,
        CorrectMovement,
        account="A",
        asset="USD",
        corrects=sequence,
        kind="was_wrong",
        amount=figure,
        reason="typed wrongly",
    )


LAST = len(ELSEWHERE.drafts)

CASES: tuple[Case, ...] = (
    Case(
        correction.correct,
        "a record of another account is not put right",
        ELSEWHERE,
        putting_right(LAST),
        Refused(Reason.RECORD_UNKNOWN, attempted=str(LAST)),
    ),
    Case(
        correction.correct,
        "what is no movement is not put right as one",
        FUNDED,
        putting_right(FUNDED.place_of(OPENED)),
        Refused(Reason.RECORD_NOT_CORRECTABLE, attempted="AccountOpened"),
    ),
    Case(
        correction.correct,
        "a record that already says so is not put right",
        FUNDED,
        putting_right(FUNDED.place_of(DEPOSITED), "100"),
        Refused(Reason.NOTHING_TO_CORRECT, "100", "100"),
    ),
    Case(
        correction.correct,
        "a deposit is put right beside its record, with what that says and what it should say",
        FUNDED,
        putting_right(FUNDED.place_of(DEPOSITED)),
        says={"before": amount("100"), "after": amount("10"), "reason": "typed wrongly"},
    ),
)
