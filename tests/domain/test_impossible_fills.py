"""Fills that nobody could have made: each is booked or waits in suspense, flagged, never lost."""

from typing import Any

import pytest

from ledger.chart import Segregation
from ledger.events import CommandRejected, FillBusted, OrderRestated
from ledger.numbers import ZERO, amount
from ledger.reasons import Flag
from tests.domain.exchange import Exchange
from tests.domain.officers import DORA, OTTO
from tests.domain.test_engine_messages import BOUGHT, at_work, in_suspense, placed, traded


@pytest.mark.parametrize(
    ("asked", "reported", "flag"),
    [
        ({}, {"price": "999.75"}, Flag.PRICE_OFF_TICK),
        ({}, {"quantity": "0.005"}, Flag.QUANTITY_OFF_LOT),
        ({"post_only": True}, {"aggressor": "buy"}, Flag.POST_ONLY_TOOK),
        (
            {"time_in_force": "gtd", "expires_at": "2026-02-11T08:00:00.5Z"},
            {"at": "2026-02-11T08:00:00.5Z"},
            Flag.AFTER_EXPIRY,
        ),
    ],
)
def test_a_fill_that_its_order_does_not_bear_is_booked_and_flagged(
    asked: dict[str, Any], reported: dict[str, Any], flag: Flag
) -> None:
    exchange = at_work(**asked)
    buyer, _ = traded(exchange, **reported)
    assert buyer.flags == (flag,)
    assert exchange.account("A").position("BTC-PERP").quantity == buyer.last_quantity


def test_a_trade_from_before_the_terms_is_booked_by_the_first_of_them() -> None:
    buyer, _ = traded(at_work(), at="2026-01-01T00:00:00Z")
    assert buyer.flags == (Flag.LATE, Flag.BEFORE_TERMS)
    assert buyer.cost == amount("2000")


def test_a_trade_that_is_worth_more_than_any_amount_waits_in_suspense() -> None:
    exchange = at_work()
    buyer, seller = traded(exchange, price="9" * 18)
    assert in_suspense(buyer, Flag.TOO_LARGE)
    assert in_suspense(seller, Flag.TOO_LARGE)


def test_a_trade_of_another_reporter_than_a_program_is_refused() -> None:
    exchange = at_work()
    said = {"instrument": "BTC-PERP", "quantity": "2", "price": "1000", "actor": DORA}
    sides = {"buyer": BOUGHT, "seller": {"account": "E", "order_id": "c-2"}}
    (recorded,) = exchange.ask("ReportTrade", **said, **sides)
    assert isinstance(recorded.event, CommandRejected)
    assert not exchange.account("A").position("BTC-PERP").quantity


def test_a_venue_that_makes_an_order_larger_than_its_client_asked_is_flagged() -> None:
    exchange = at_work()
    (recorded,) = exchange.ask("ReportOrderRestated", **BOUGHT, quantity="3", reason="repriced")
    assert isinstance(recorded.event, OrderRestated)
    assert recorded.event.flags == (Flag.ENLARGED,)


def test_a_trade_on_an_account_that_was_closed_since_is_taken_back_in_suspense() -> None:
    exchange = at_work()
    bought, _ = traded(exchange)
    sequence = len(exchange.scenario.records) - 1
    placed(exchange, "A", "sell")
    placed(exchange, "E", "buy")
    sides = {"account": "A", "order_id": "c-4"}, {"account": "E", "order_id": "c-5"}
    traded(exchange, seller=sides[0], buyer=sides[1])
    account = exchange.account("E")
    for asset in ("USD", "BTC"):
        rest = str(account.unreserved(asset))
        exchange.ask("WithdrawCash", account="E", asset=asset, amount=rest, reference="w")
    exchange.ask("CloseAccount", account="E", actor=OTTO)
    named = {"buyer": "A", "seller": "E", "instrument": "BTC-PERP", "trade_id": bought.trade_id}
    busted = exchange.put_right("BustTrade", **named, corrects=sequence)
    mine, theirs = (recorded.event for recorded in busted)
    assert isinstance(mine, FillBusted)
    assert isinstance(theirs, FillBusted)
    assert (theirs.segregation, theirs.flags) == (Segregation.SUSPENSE, (Flag.ACCOUNT_CLOSED,))
    assert mine.segregation is Segregation.CLIENT_TRUST
    assert exchange.account("E").balance("USD") == ZERO


def test_a_stop_that_is_worth_less_when_it_wakes_holds_for_the_market_of_today() -> None:
    stop = {"order_type": "stop_limit", "stop_price": "995", "price": "990"}
    waiting, now = Exchange(), Exchange()
    placed(waiting, "A", "sell", **stop)
    placed(now, "A", "sell", price="990")
    held = waiting.account("A").orders.held["USD"]
    assert held == now.account("A").orders.held["USD"]
