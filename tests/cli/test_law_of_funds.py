"""`ledger check funded`: a journal that takes from a class what it does not hold is named."""

import pytest

from ledger.chart import Segregation
from ledger.events import CashDeposited, Draft, JournalPosted, Purpose, VenueLineQuarantined
from ledger.laws.of_books import FUNDS
from ledger.numbers import amount
from tests.cli.forging import Forger, approval_of, breach_of, figure_of, proposed
from tests.cli.shell import Shell

SUSPENSE, FEES = Segregation.SUSPENSE, Segregation.FEE_INCOME
CLIENT = Segregation.CLIENT_TRUST


def put(forger: Forger, figure: str, owner: str = "x") -> None:
    """Let cash arrive for somebody whom nobody knows."""
    arrived = CashDeposited(
        account=owner, asset="USD", amount=amount(figure), source="bank", segregation=SUSPENSE
    )
    forger.write(Draft(f"account-{owner}", arrived))


def post(forger: Forger, *lines: tuple[str, Segregation, str]) -> None:
    """Post a manual journal, whatever it takes."""
    approval = approval_of(proposed(), forger.stamp())
    entries = [
        JournalPosted(
            journal="j-1",
            line=number,
            owner=owner,
            segregation=segregation,
            asset="USD",
            amount=amount(figure),
            purpose=Purpose.SUSPENSE_CLEARED,
            reason="the sender was found",
            approval=approval,
        )
        for number, (owner, segregation, figure) in enumerate(lines, start=1)
    ]
    forger.write(*(Draft("journal-j-1", entry) for entry in entries))


def test_a_journal_may_take_all_that_is_there(sqlite: Shell) -> None:
    def write(forger: Forger) -> None:
        put(forger, "5")
        post(forger, ("x", SUSPENSE, "-5"), ("A", CLIENT, "5"))

    assert figure_of("funded", sqlite, write) == "2 journal lines"


@pytest.mark.parametrize("segregation", sorted(FUNDS))
def test_money_out_of_an_empty_account_of_a_class_is_found(
    sqlite: Shell, segregation: Segregation
) -> None:
    def write(forger: Forger) -> None:
        post(forger, ("A", CLIENT, "1000000"), ("x", segregation, "-1000000"))

    breach = breach_of("funded", sqlite, write)
    assert breach == f"sequence 4: journal j-1 leaves {segregation}:x at -1000000 USD"


def test_the_first_journal_that_takes_too_much_is_named(sqlite: Shell) -> None:
    def write(forger: Forger) -> None:
        put(forger, "5")
        put(forger, "7", owner="y")
        post(forger, ("x", SUSPENSE, "-5"), ("A", CLIENT, "5"))
        post(forger, ("x", SUSPENSE, "-0.01"), ("ops", FEES, "0.01"))
        post(forger, ("x", SUSPENSE, "-1"), ("A", CLIENT, "1"))

    breach = breach_of("funded", sqlite, write)
    assert breach == "sequence 7: journal j-1 leaves SUSPENSE:x at -0.01 USD"


def test_a_venues_line_may_leave_suspense_below_zero_and_a_journal_may_clear_it(
    sqlite: Shell,
) -> None:
    def write(forger: Forger) -> None:
        quarantined = VenueLineQuarantined(
            account="M",
            venue="bitmex",
            asset="USD",
            amount=amount("5"),
            balance=amount("5"),
            venue_kind="Unheard",
            reference="r-1",
        )
        forger.write(Draft("account-M", quarantined))
        post(forger, ("bitmex", SUSPENSE, "2"), ("bank", Segregation.EXTERNAL, "2"))

    assert figure_of("funded", sqlite, write) == "2 journal lines"
