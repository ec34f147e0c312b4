"""`ledger monitor` in a crash: who cannot keep his position loses what he had, and no more."""

from decimal import Decimal
from pathlib import Path

import pytest

from ledger.commands import (
    ContributeToReserveFund,
    OpenAccount,
    ReportDeposit,
    ReportReferencePrice,
)
from projections.cli.lines import ENGINE
from projections.cli.margin_noon import RULES_FILE
from tests.cli.shell import Shell
from tests.cli.test_late_funding import asked, now, opened
from tests.cli.test_margin_commands import play
from tests.cli.test_monitor import WATCH, agree, parameter

OLI = {"id": "oli", "kind": "human", "role": "operations"}
FIFI = {"id": "fifi", "kind": "human", "role": "finance"}
RULES = (
    ("liquidation.backstop", "BACKSTOP", "words"),
    ("liquidation.fee", "1", "percent"),
    ("liquidation.spread", "10", "percent"),
    ("liquidation.adjustment", "1", "ratio"),
    ("liquidation.deleveraging", "queue", "words"),
    ("liquidation.waterfall", "reserve_fund deleveraging allocation", "words"),
    ("margin.call.deadline", "60", "minutes"),
)


@pytest.fixture
def ruled(folder: Path) -> Shell:
    """Play the demo's morning, whose prices do not age, and say how accounts are liquidated."""
    del folder
    shell = play(RULES_FILE)
    grants = (("watch", "service", "risk"), ("fifi", "human", "finance"))
    for number, (name, kind, function) in enumerate(grants, start=1):
        role = {"grantee": name, "kind": kind, "function": function, "entity": "VATP"}
        agree(shell, number, {"type": "GrantRole", **role})
    for number, (name, value, unit) in enumerate(RULES, start=3):
        agree(shell, number, parameter(name, "", value, unit))
    with opened(shell) as ledger:
        house = {"account": "BACKSTOP", "segregation": "HOUSE"}
        asked(ledger, OpenAccount, "open", actor=OLI, **house)
        cash = {"account": "BACKSTOP", "asset": "USDT", "amount": "100000", "at": now()}
        asked(ledger, ReportDeposit, "capital", actor=OLI, **cash)
        paid = {"account": "BACKSTOP", "asset": "USDT", "amount": "500"}
        asked(ledger, ContributeToReserveFund, "fund", actor=FIFI, **paid)
    return shell


def crash(shell: Shell, price: str) -> None:
    with opened(shell) as ledger:
        asked(ledger, ReportReferencePrice, f"at-{price}", actor=ENGINE, price=price, at=now())


def holdings(shell: Shell) -> dict[str, Decimal]:
    rows = shell.json("show", "positions")
    return {row["account"]: Decimal(row["quantity"]) for row in rows if Decimal(row["quantity"])}


def cash(shell: Shell, account: str) -> Decimal:
    rows = shell.json("show", "balances", "--where", f"account={account}")
    (row,) = (row for row in rows if row["asset"] == "USDT")
    return Decimal(row["amount"])


def test_in_a_crash_who_is_bankrupt_loses_what_he_had_and_others_bear_the_rest(
    ruled: Shell,
) -> None:
    before = holdings(ruled)
    crash(ruled, "20000")
    told = ruled.json(*WATCH, "--once")
    assert [row["event"] for row in told if row["account"] == "C3-1"] == [
        "LiquidationOrdersCanceled",
        "DeficitRecognized",
        "DeficitCovered",
        "DeficitCovered",
        "LiquidationClosed",
    ]
    after = holdings(ruled)
    assert "C3-1" not in after
    # What is left of his cash is less than a tick of half a dollar on what he held.
    assert 0 <= cash(ruled, "C3-1") < before["C3-1"] / 2
    # Cash 19,997.90 and a cost of 32,673.25: at 20,000 0.55 of it are worth 11,000.
    deficit = Decimal("32673.25") - 11_000 - Decimal("19997.90")
    (lacking,) = (Decimal(row["amount"]) for row in told if row["event"] == "DeficitRecognized")
    assert deficit <= lacking <= deficit + before["C3-1"] / 2
    assert cash(ruled, "RESERVE_FUND:USDT") == 0
    assert sum(after.values()) == sum(before.values())
    assert ruled.laws() == {}
    assert ruled("views", "check").code == 0


def test_what_is_done_is_not_done_again(ruled: Shell) -> None:
    crash(ruled, "20000")
    ruled.json(*WATCH, "--once")
    size = ruled.head()
    assert ruled.json(*WATCH, "--once") == []
    assert ruled.head() == size


def test_who_is_only_short_is_offered_to_the_market_first(ruled: Shell) -> None:
    crash(ruled, "25000")
    ruled.json(*WATCH, "--once")
    orders = ruled.json("show", "orders", "--where", "account=C3-1")
    (offer,) = (row for row in orders if row["time_in_force"] == "ioc" and row["status"] == "new")
    assert (offer["side"], offer["reduce_only"]) == ("sell", "yes")
    assert Decimal(offer["price"]) < 25_000
    assert ruled.json(*WATCH, "--once") == []
    assert ruled.laws() == {}
