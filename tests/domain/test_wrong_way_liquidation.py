"""Coins that fall with the position they secure: the case is opened at the right cent."""

import pytest

from ledger.commands import StartLiquidation
from ledger.coverage.bankrupt_market import BACKSTOP, CAPITAL, HOUSE, PUBLISHED, after
from ledger.coverage.case import NOW, History, Refused, refusal_in
from ledger.coverage.in_order import ENGINE, ask
from ledger.decider import decide
from ledger.events import (
    CollateralPriceComputed,
    LiquidationDetected,
    LiquidationStarted,
    ReferencePriceReported,
)
from ledger.instants import write_instant
from ledger.numbers import amount
from ledger.reasons import Reason
from tests.domain.one_account import evaluated, long_of_five

AT = {"account": "A", "at": write_instant(NOW)}


def fallen(price: str, usd: str, coins: str | None) -> History:
    """Let bitcoin have fallen to a price, in the mark and as collateral, and A be evaluated."""
    history = long_of_five(usd, coins).then("rules", PUBLISHED, BACKSTOP)
    history = history.then("account-B", HOUSE, CAPITAL)
    for draft in history.drafts:
        if isinstance(draft.event, ReferencePriceReported | CollateralPriceComputed):
            history = history.changed(draft.event, price=amount(price))
    return history.then("margin-A", evaluated(history, NOW), at=NOW)


@pytest.mark.parametrize(
    ("usd", "coins", "safe", "due", "figures"),
    [
        # 5 BTC from 60,000, 5 percent to be maintained: 295,000 / 5.65 = 52,212.39.
        ("5000", "1", "52212.39", "52212.38", ("13053.1", "13053.1")),
        # The same equity in cash: 241,000 / 4.75 = 50,736.84.
        ("59000", None, "50736.85", "50736.84", ("12684.25", "12684.22")),
    ],
)
def test_a_case_is_opened_at_the_cent_at_which_equity_no_longer_covers_what_is_needed(
    usd: str, coins: str | None, safe: str, due: str, figures: tuple[str, str]
) -> None:
    command = ask(ENGINE, StartLiquidation, **AT)
    before = fallen(safe, usd, coins)
    events = [draft.event for draft in decide(before.situation(NOW), command)]
    equity, maintenance = figures
    assert refusal_in(events) == Refused(Reason.LIQUIDATION_NOT_DUE, maintenance, equity)
    opened = after(fallen(due, usd, coins), command)
    (detected,) = (d.event for d in opened.drafts if isinstance(d.event, LiquidationDetected))
    assert detected.equity < detected.maintenance
    assert any(isinstance(draft.event, LiquidationStarted) for draft in opened.drafts)
