"""What may leave an account that holds positions: never what they need, at a price that serves."""

from typing import Any

import pytest

from ledger.commands import CloseAccount, Command, PostJournal, TransferCash, WithdrawCash
from ledger.coverage.case import (
    CAROL,
    NOW,
    History,
    Refused,
    approval_of,
    proposed,
    refusal_in,
)
from ledger.coverage.in_order import OTTO, ask
from ledger.coverage.market import CASH, accepted, received
from ledger.coverage.priced_market import (
    ALLOCATED,
    APART,
    BEFORE_THEN,
    CAPPED,
    HELD,
    ISOLATED,
    MARK,
    PLEDGED,
    PRICED,
    SECURED,
    held,
    priced,
)
from ledger.decider import decide
from ledger.events import CashTransferred, CashWithdrawn, CommandRejected, Event
from ledger.numbers import amount
from ledger.reasons import Reason

Said = tuple[Reason, str | None, str | None]


def withdraw(figure: str, asset: str = "USD") -> WithdrawCash:
    return ask(OTTO, WithdrawCash, account="A", asset=asset, amount=figure)


def transfer(figure: str) -> TransferCash:
    return ask(OTTO, TransferCash, account="A", asset="USD", amount=figure, to_account="H")


def follows(history: History, command: Command) -> list[Event]:
    return [draft.event for draft in decide(history.situation(NOW), command)]


def refused(history: History, command: Command) -> Said:
    (event,) = follows(history, command)
    assert isinstance(event, CommandRejected), event
    return event.reason, event.limit, event.attempted


def leaves(history: History, command: Command) -> bool:
    """Tell whether cash leaves, on each side."""
    return all(isinstance(e, CashWithdrawn | CashTransferred) for e in follows(history, command))


@pytest.mark.parametrize("command", [withdraw, transfer])
@pytest.mark.parametrize(
    ("history", "most", "a_cent_more"),
    [
        (PRICED, "10000", "10000.01"),
        (HELD, "8333", "8333.01"),
        (HELD.changed(MARK, price=amount("900")), "7999.7", "7999.71"),
        (HELD.changed(MARK, price=amount("1100")), "8666.3", "8666.31"),
        (HELD.changed(MARK, price=amount("1500")), "9999.5", "9999.51"),
        (HELD.changed(MARK, price=amount("1600")), "10000", "10000.01"),
        (APART, "8000", "8000.01"),
        (APART.changed(MARK, price=amount("900")), "8000", "8000.01"),
        (APART.then("account-A", received("W", "1"), accepted("W", "1", "333")), "8000", "8000.01"),
        (PRICED.then("account-A", ISOLATED, ALLOCATED), "8000", "8000.01"),
        (CAPPED, "2888.66", "2888.67"),
    ],
    ids=[
        "flat",
        "held",
        "lost",
        "earned",
        "earned_more",
        "all_earned",
        "isolated",
        "apart",
        "ordered",
        "set_aside",
        "capped",
    ],
)
def test_what_a_position_needs_at_its_mark_cannot_leave(
    command: Any, history: History, most: str, a_cent_more: str
) -> None:
    assert leaves(history, command(most))
    assert refused(history, command(a_cent_more)) == (
        Reason.INSUFFICIENT_FUNDS,
        most,
        a_cent_more,
    )


def test_who_has_less_than_his_position_needs_withdraws_nothing() -> None:
    lost = HELD.without(CASH).changed(MARK, price=amount("900"))
    assert refused(lost, withdraw("0.01")) == (Reason.INSUFFICIENT_FUNDS, "-2000.3", "0.01")


@pytest.mark.parametrize("command", [withdraw, transfer])
def test_at_a_price_one_nanosecond_too_old_nothing_leaves(command: Any) -> None:
    unmarked = held(priced(mark=BEFORE_THEN))
    assert refused(unmarked, command("0.01")) == (Reason.PRICE_STALE, None, "BTC-PERP")
    unpriced = held(priced(worth=BEFORE_THEN).then("account-A", PLEDGED))
    assert refused(unpriced, command("0.01")) == (Reason.PRICE_STALE, None, "BTC")


def test_without_a_position_cash_leaves_at_any_price() -> None:
    unpriced = priced(worth=BEFORE_THEN, mark=BEFORE_THEN).then("account-A", PLEDGED)
    assert leaves(unpriced, withdraw("10000"))


def test_coins_that_secure_nothing_leave_at_any_price() -> None:
    assert leaves(held(priced(mark=BEFORE_THEN)), withdraw("3", "BTC"))


def test_what_is_pledged_neither_leaves_nor_lets_the_account_be_closed() -> None:
    pledged = PRICED.then("account-A", PLEDGED).without(CASH)
    least = "0.00000001"
    assert refused(pledged, withdraw(least, "BTC")) == (Reason.INSUFFICIENT_FUNDS, "0", least)
    close = ask(OTTO, CloseAccount, account="A")
    assert refused(pledged, close) == (Reason.BALANCE_NOT_ZERO, "0", "3 BTC")


def test_what_is_pledged_secures_a_position_and_is_not_cash() -> None:
    assert refused(SECURED, withdraw("0.01")) == (Reason.INSUFFICIENT_FUNDS, "0", "0.01")


def journal(*lines: tuple[str, str, str]) -> PostJournal:
    """Let two people move cash between clients: account, asset and figure."""
    told = [
        {"owner": owner, "segregation": "CLIENT_TRUST", "asset": asset, "amount": figure}
        for owner, asset, figure in lines
    ]
    said = {"journal": "J", "purpose": "correction", "reason": "as agreed", "lines": told}
    return ask(CAROL, PostJournal, **said)


def journaled(history: History, command: PostJournal) -> Refused | None:
    """Give why a journal is refused that two people agreed on; None where it is posted."""
    told = proposed(history, command)
    return refusal_in(follows(told, approval_of(command)))


def test_two_people_take_out_no_more_than_a_position_leaves() -> None:
    assert journaled(HELD, journal(("A", "USD", "-8333"), ("H", "USD", "8333"))) is None
    more = journal(("A", "USD", "-8333.01"), ("H", "USD", "8333.01"))
    assert journaled(HELD, more) == Refused(Reason.INSUFFICIENT_FUNDS, "8333", "8333.01")


def test_two_people_take_out_nothing_at_a_price_too_old() -> None:
    move = journal(("A", "USD", "-1"), ("H", "USD", "1"))
    unmarked = held(priced(mark=BEFORE_THEN))
    assert journaled(unmarked, move) == Refused(Reason.PRICE_STALE, attempted="BTC-PERP")
