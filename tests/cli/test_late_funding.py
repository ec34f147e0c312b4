"""`ledger funding` after its time: whoever was left out or has closed, and a mark long ago."""

import time
from decimal import Decimal
from typing import Any

import pytest

from ledger.api import Ledger
from ledger.chart import Segregation
from ledger.cli.settings import read_settings
from ledger.commands import (
    CloseAccount,
    PlaceOrder,
    ReckonMark,
    ReportOrderCanceled,
    ReportTrade,
    WithdrawCash,
)
from ledger.commands.command import Command
from ledger.events import AccountClosed, CashWithdrawn, OrderFilled, Recorded
from ledger.instants import Instant, write_instant
from ledger.price import RECENT
from projections import due_funding
from projections.cli.lines import ENGINE
from projections.holders import Holders, holders_of
from tests.cli.shell import Shell
from tests.cli.test_margin_commands import PAY, PRICING, closed_for_nobody, due

__all__ = ["due"]

GATEWAY = {"kind": "service", "id": "gateway", "role": "dealing"}


def opened(shell: Shell) -> Ledger:
    return Ledger(read_settings(shell.url, None).database)


def asked(ledger: Ledger, kind: type[Command], name: str, **fields: Any) -> Recorded:
    """Let somebody ask, and give the last record that follows."""
    said = {"command_id": name, "legal_entity": "VATP", **fields}
    if "instrument" in kind.model_fields:
        said["instrument"] = "BTC-PERP"
    return ledger.record(kind.model_validate(said)).records[-1]


def now() -> str:
    return write_instant(Instant(time.time_ns()))


def held(shell: Shell) -> dict[str, Decimal]:
    rows = {row["account"]: Decimal(row["quantity"]) for row in shell.json("show", "positions")}
    return {name: quantity for name, quantity in rows.items() if quantity}


def trade(shell: Shell, buyer: str, seller: str, quantity: str, **terms: Any) -> None:
    """Let two trade the contract with each other, for what their risk limits allow."""
    name = f"{buyer}-{seller}-{quantity}"
    usual = {"quantity": quantity, "price": "59400", "exposure": "1000", "concentration": "1"}
    sides = {"buyer": (buyer, "buy"), "seller": (seller, "sell")}
    told = {"quantity": quantity, "price": "59400", "at": now()}
    with opened(shell) as ledger:
        for account, side in sides.values():
            order = {"account": account, "side": side, **usual, **terms}
            asked(ledger, PlaceOrder, f"{name}-{account}", actor=GATEWAY, **order)
        named = {
            side: {"account": account, "order_id": f"{name}-{account}"}
            for side, (account, _) in sides.items()
        }
        filled = asked(ledger, ReportTrade, name, actor=ENGINE, **told, **named).event
    assert isinstance(filled, OrderFilled)
    assert (filled.segregation is Segregation.SUSPENSE) is (seller == "nobody")


def payments(shell: Shell) -> dict[str, tuple[Decimal, Decimal]]:
    """Give by account what each held and was paid."""
    rows = shell.json("show", "funding_payments")
    return {row["account"]: (Decimal(row["quantity"]), Decimal(row["amount"])) for row in rows}


def test_whoever_has_closed_since_is_paid_by_what_he_held(due: Shell) -> None:
    at, before = closed_for_nobody(due), held(due)
    trade(due, "C1-1", "C3-1", "0.1", reduce_only=True)
    assert "C1-1" not in held(due)
    (late,) = due.json(*PAY, "--at", at)
    assert late["accounts"] == 5
    assert {name: quantity for name, (quantity, _) in payments(due).items()} == before
    assert due.laws() == {}
    assert due("views", "check").code == 0


def test_where_all_who_were_left_out_are_closed_nobody_is_paid(due: Shell) -> None:
    at = closed_for_nobody(due, *(held(due).keys() - {"C4-1"}), suspended="-0.05")
    trade(due, "C4-1", "C3-1", "0.05", reduce_only=True)
    cashier = {"id": "oli", "kind": "human", "role": "operations"}
    with opened(due) as ledger:
        for row in due.json("show", "holds", "--where", "account=C4-1"):
            ended = {
                "account": "C4-1",
                "order_id": row["order_id"],
                "initiator": "venue",
                "at": now(),
            }
            asked(ledger, ReportOrderCanceled, f"end-{row['order_id']}", actor=ENGINE, **ended)
        for row in due.json("show", "balances", "--where", "account=C4-1"):
            leaves = {"asset": row["asset"], "amount": row["amount"]}
            left = asked(
                ledger, WithdrawCash, row["asset"], actor=cashier, account="C4-1", **leaves
            )
            assert isinstance(left.event, CashWithdrawn), left.event
        closed = asked(ledger, CloseAccount, "close", actor=cashier, account="C4-1")
        assert isinstance(closed.event, AccountClosed)
    size = due.head()
    refused = due(*PAY, "--at", at)
    assert (refused.code, refused.out) == (1, "")
    assert "funding_settled: it is paid already" in refused.err
    assert due.head() == size + 1


def looks_too_early(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, buyer: str, seller: str, **terms: Any
) -> None:
    """Let two trade right after the holders were looked up for the first time."""
    looked: list[Holders] = []

    def look(ledger: Ledger, instrument: str) -> Holders:
        found = holders_of(ledger, instrument)
        if not looked:
            trade(shell, buyer, seller, "0.1", **terms)
        looked.append(found)
        return found

    monkeypatch.setattr(due_funding, "holders_of", look)


def test_where_somebody_left_in_that_very_moment_the_holders_are_looked_up_again(
    due: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(due)
    looks_too_early(due, monkeypatch, "C1-1", "C3-1", reduce_only=True)
    (paid,) = due.json(*PAY)
    assert paid["accounts"] == len(before) - 1
    assert payments(due).keys() == held(due).keys() == before.keys() - {"C1-1"}
    assert due.laws() == {}


def test_whoever_came_in_that_very_moment_is_paid_right_after(
    due: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade(due, "C1-1", "AF-1", "0.1", reduce_only=True)
    trade(due, "C2-1", "C3-1", f"{held(due)['C3-1']:f}", reduce_only=True)
    assert held(due).keys().isdisjoint({"C1-1", "C3-1"})
    looks_too_early(due, monkeypatch, "C3-1", "C1-1")
    first, late = due.json(*PAY)
    assert (first["accounts"], late["accounts"]) == (len(held(due)) - 2, 2)
    assert payments(due).keys() == held(due).keys() >= {"C1-1", "C3-1"}
    assert due.laws() == {}


def test_whoever_came_against_what_waits_in_suspense_is_paid_as_well(
    due: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade(due, "C1-1", "AF-1", "0.1", reduce_only=True)
    looks_too_early(due, monkeypatch, "C1-1", "nobody")
    first, late = due.json(*PAY)
    assert (first["accounts"], late["accounts"]) == (len(held(due)) - 1, 1)
    assert Decimal(late["suspended_amount"]) > 0
    assert payments(due).keys() == held(due).keys()
    assert due.laws() == {}


def test_long_after_an_interval_is_paid_at_the_mark_of_its_end(due: Shell) -> None:
    with opened(due) as ledger:
        for number in range(RECENT + 1):
            later = write_instant(Instant(time.time_ns() + 2 * 10**9))
            book = {"bid": "59390", "ask": "59410", "last": "59400"}
            asked(ledger, ReckonMark, f"mark-{number}", actor=PRICING, at=later, **book)
    (paid,) = due.json(*PAY)
    assert paid["accounts"] == 5
    assert due.laws() == {}
