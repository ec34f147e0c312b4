"""What the engine reports out of order, twice or in contradiction: each has its outcome."""

from typing import Any

import pytest
from pydantic import ValidationError

from ledger.chart import Segregation
from ledger.commands import COMMANDS
from ledger.events import (
    FillBusted,
    OrderAmendRejected,
    OrderCanceled,
    OrderFilled,
    OrderReportQuarantined,
    OrderStatus,
    OrderTriggered,
    Recorded,
)
from ledger.numbers import ZERO, amount
from ledger.order import Stage
from ledger.reasons import Flag
from tests.domain.exchange import Exchange

BOUGHT = {"account": "A", "order_id": "c-1"}
SOLD = {"account": "E", "order_id": "c-2"}


def placed(exchange: Exchange, account: str, side: str, **fields: Any) -> list[Recorded]:
    usual = {"instrument": "BTC-PERP", "quantity": "2", "price": "1000"}
    reckoned = {"exposure": "1", "concentration": "1"}
    said = {**usual, **reckoned, **fields}
    known = {name: value for name, value in said.items() if value is not None}
    return exchange.ask("PlaceOrder", account=account, side=side, **known)


def at_work(**fields: Any) -> Exchange:
    """Let A buy 2 at 1,000, which is order c-1, and E sell as many, order c-2."""
    exchange = Exchange()
    placed(exchange, "A", "buy", **fields)
    placed(exchange, "E", "sell")
    return exchange


def traded(exchange: Exchange, **fields: Any) -> tuple[OrderFilled, OrderFilled]:
    usual = {"instrument": "BTC-PERP", "quantity": "2", "price": "1000"}
    said = {**usual, "buyer": BOUGHT, "seller": SOLD, **fields}
    buyer, seller = (recorded.event for recorded in exchange.ask("ReportTrade", **said))
    assert isinstance(buyer, OrderFilled)
    assert isinstance(seller, OrderFilled)
    return buyer, seller


def quarantined(exchange: Exchange, report: str, **fields: Any) -> OrderReportQuarantined:
    (recorded,) = exchange.ask(report, **{**BOUGHT, **fields})
    assert isinstance(recorded.event, OrderReportQuarantined)
    return recorded.event


def in_suspense(fill: OrderFilled, flag: Flag) -> bool:
    """Tell whether a side waits in suspense for this: it moved no position, and paid no fee."""
    waits = fill.segregation is Segregation.SUSPENSE and fill.flags[-1] is flag
    return waits and fill.position_quantity is None and fill.fee == ZERO and fill.status is None


CANCEL = {"initiator": "client"}


def test_a_fill_before_its_order_came_waits_in_suspense_and_the_order_is_placed_in_full() -> None:
    exchange = Exchange()
    buyer, seller = traded(exchange)
    assert in_suspense(buyer, Flag.ORDER_UNKNOWN)
    assert in_suspense(seller, Flag.ORDER_UNKNOWN)
    records = exchange.ask(
        "PlaceOrder",
        command_id="c-1",
        account="A",
        instrument="BTC-PERP",
        side="buy",
        quantity="2",
        price="1000",
        exposure="1",
        concentration="1",
    )
    assert getattr(records[-1].event, "leaves_quantity", None) == amount("2")


def test_what_waits_in_suspense_is_cleared_when_the_trade_is_taken_back() -> None:
    exchange = Exchange()
    buyer, seller = traded(exchange)
    assert exchange.sums["SUSPENSE:A/BTC-PERP", "USD"] == buyer.cost
    named = {"buyer": "A", "seller": "E", "instrument": "BTC-PERP", "trade_id": buyer.trade_id}
    sequence = len(exchange.scenario.records) - 1
    busted = exchange.put_right("BustTrade", **named, corrects=sequence)
    assert all(isinstance(recorded.event, FillBusted) for recorded in busted)
    assert exchange.sums["SUSPENSE:A/BTC-PERP", "USD"] == ZERO
    assert exchange.sums["SUSPENSE:E/BTC-PERP", "BTC-PERP"] == ZERO
    assert seller.cost == -buyer.cost


def test_a_fill_on_a_rejected_order_waits_in_suspense() -> None:
    exchange = at_work(price="2000")
    buyer, seller = traded(exchange)
    assert in_suspense(buyer, Flag.ORDER_CLOSED)
    assert seller.status is OrderStatus.FILLED


def test_a_fill_that_is_told_after_the_cancel_is_the_clients_and_flagged() -> None:
    exchange = at_work()
    exchange.ask("ReportOrderCanceled", **BOUGHT, **CANCEL)
    buyer, _ = traded(exchange, quantity="1.5")
    assert buyer.flags == (Flag.ORDER_CLOSED,)
    assert (buyer.status, buyer.leaves_quantity) == (OrderStatus.CANCELED, ZERO)
    order = exchange.order("A", "c-1")
    assert order is not None
    assert (order.cumulative, order.canceled) == (amount("1.5"), amount("0.5"))
    assert exchange.account("A").position("BTC-PERP").quantity == amount("1.5")


def test_after_the_cancel_no_more_is_filled_than_was_canceled() -> None:
    exchange = at_work()
    traded(exchange, quantity="1")
    exchange.ask("ReportOrderCanceled", **BOUGHT, **CANCEL)
    buyer, seller = traded(exchange, quantity="1.01")
    assert in_suspense(buyer, Flag.OVERFILLED)
    assert in_suspense(seller, Flag.OVERFILLED)


def test_an_overfill_waits_in_suspense_whole_and_the_order_works_on() -> None:
    exchange = at_work()
    buyer, _ = traded(exchange, quantity="2.01")
    assert in_suspense(buyer, Flag.OVERFILLED)
    order = exchange.order("A", "c-1")
    assert order is not None
    assert (order.stage, order.leaves) == (Stage.OPEN, amount("2"))


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"instrument": "ETH-PERP"}, Flag.INSTRUMENT_UNKNOWN),
        ({"instrument": "BTC-INV"}, Flag.WRONG_INSTRUMENT),
        ({"buyer": {"account": "X", "order_id": "c-1"}}, Flag.ACCOUNT_UNKNOWN),
        ({"buyer": {"account": "A", "order_id": "c-2"}}, Flag.ORDER_UNKNOWN),
        ({"buyer": SOLD, "seller": BOUGHT}, Flag.WRONG_SIDE),
    ],
)
def test_a_side_that_fits_nothing_waits_in_suspense(fields: dict[str, Any], flag: Flag) -> None:
    buyer, _ = traded(at_work(), **fields)
    assert in_suspense(buyer, flag)


def test_of_an_unknown_symbol_only_the_quantity_is_known() -> None:
    exchange = at_work()
    buyer, seller = traded(exchange, instrument="ETH-PERP")
    assert (buyer.cost, buyer.asset) == (ZERO, "")
    assert exchange.sums["SUSPENSE:A/ETH-PERP", "ETH-PERP"] == amount("-2")
    assert in_suspense(seller, Flag.INSTRUMENT_UNKNOWN)


@pytest.mark.parametrize("field", ["price", "quantity"])
@pytest.mark.parametrize("figure", ["-1000", "0", "1E+3", "NaN", "", 1000])
def test_a_price_or_quantity_that_is_no_amount_above_zero_does_not_pass_the_door(
    field: str, figure: object
) -> None:
    said = {"command_id": "t", "at": "2026-02-11T08:00:00Z", "instrument": "BTC-PERP"}
    sides = {"buyer": BOUGHT, "seller": SOLD, "quantity": "1", "price": "1", field: figure}
    with pytest.raises(ValidationError, match=field):
        COMMANDS["ReportTrade"].model_validate(said | sides)


def test_a_fill_through_its_limit_is_booked_and_flagged() -> None:
    buyer, seller = traded(at_work(), price="1000.5")
    assert buyer.flags == (Flag.WORSE_THAN_LIMIT,)
    assert seller.flags == ()


def test_a_fill_of_a_stop_that_was_not_triggered_is_booked_and_flagged() -> None:
    stop = {"order_type": "stop", "price": None, "stop_price": "1000"}
    buyer, _ = traded(at_work(**stop))
    assert buyer.flags == (Flag.NOT_TRIGGERED,)


def test_a_stop_is_triggered_once_and_nothing_else_ever_is() -> None:
    exchange = at_work(order_type="stop", price=None, stop_price="1000")
    (recorded,) = exchange.ask("ReportOrderTriggered", **BOUGHT, price="1001")
    assert isinstance(recorded.event, OrderTriggered)
    assert quarantined(exchange, "ReportOrderTriggered", price="1001").flags == (Flag.NO_STOP,)
    buyer, _ = traded(exchange)
    assert buyer.flags == ()


def test_a_trade_of_a_client_with_himself_is_booked_and_flagged_on_both_sides() -> None:
    exchange = at_work()
    placed(exchange, "B", "sell")
    fills = traded(exchange, seller={"account": "B", "order_id": "c-3"})
    assert [fill.flags for fill in fills] == [(Flag.SELF_TRADE,), (Flag.SELF_TRADE,)]


def test_two_orders_of_one_account_that_meet_leave_it_flat() -> None:
    exchange = at_work()
    placed(exchange, "A", "sell")
    buyer, seller = traded(exchange, seller={"account": "A", "order_id": "c-3"})
    assert (buyer.position_quantity, seller.position_quantity) == (amount("2"), ZERO)
    assert seller.position_cost == ZERO


@pytest.mark.parametrize(
    ("report", "fields", "flag"),
    [
        ("ReportOrderAmended", {}, Flag.ORDER_NOT_PENDING),
        ("ReportAmendRejected", {"reason": "too_late"}, Flag.ORDER_NOT_PENDING),
        ("ReportCancelRejected", {"reason": "too_late"}, Flag.ORDER_NOT_PENDING),
        ("ReportOrderTriggered", {"price": "1000"}, Flag.NO_STOP),
        ("ReportOrderCanceled", {**CANCEL, "order_id": "c-9"}, Flag.ORDER_UNKNOWN),
        ("ReportOrderExpired", {"account": "E"}, Flag.ORDER_UNKNOWN),
        ("ReportOrderRestated", {"quantity": "1", "reason": "repriced", "account": "X"},
         Flag.ORDER_UNKNOWN),
    ],
)  # fmt: skip
def test_a_report_that_fits_no_order_as_it_stands_is_quarantined(
    report: str, fields: dict[str, Any], flag: Flag
) -> None:
    said = quarantined(at_work(), report, **fields)
    assert (said.report, said.flags) == (report, (flag,))


@pytest.mark.parametrize("report", ["ReportOrderCanceled", "ReportOrderExpired"])
def test_what_is_closed_is_not_closed_again(report: str) -> None:
    exchange = at_work()
    traded(exchange)
    fields = CANCEL if report == "ReportOrderCanceled" else {}
    said = quarantined(exchange, report, **fields)
    assert (said.flags, said.status) == ((Flag.ORDER_CLOSED,), OrderStatus.FILLED)


def test_a_venue_restates_no_order_to_less_than_was_executed() -> None:
    exchange = at_work()
    traded(exchange, quantity="1")
    said = quarantined(exchange, "ReportOrderRestated", quantity="1", reason="repriced")
    assert said.flags == (Flag.OVERFILLED,)


AMENDMENT = {"quantity": "3", "price": "1000.5", "exposure": "1", "concentration": "1"}


def test_an_order_can_be_filled_while_its_change_waits_and_then_be_changed() -> None:
    exchange = at_work()
    exchange.ask("AmendOrder", **BOUGHT, **AMENDMENT)
    buyer, _ = traded(exchange, quantity="1.5")
    assert buyer.status is OrderStatus.PENDING_REPLACE
    (recorded,) = exchange.ask("ReportOrderAmended", **BOUGHT)
    order = exchange.order("A", "c-1")
    assert order is not None
    assert (order.quantity, order.leaves) == (amount("3"), amount("1.5"))
    assert getattr(recorded.event, "status", None) is OrderStatus.PARTIALLY_FILLED


def test_an_order_that_was_filled_whole_before_its_change_is_told_stays_filled() -> None:
    exchange = at_work()
    exchange.ask("AmendOrder", **BOUGHT, **AMENDMENT)
    traded(exchange)
    said = quarantined(exchange, "ReportOrderAmended")
    assert (said.flags, said.status) == ((Flag.ORDER_CLOSED,), OrderStatus.FILLED)
    assert exchange.account("A").orders.held["USD"] == ZERO


def test_a_change_that_the_venue_refuses_frees_what_was_held_for_it() -> None:
    exchange = at_work()
    before = exchange.account("A").orders.held["USD"]
    exchange.ask("AmendOrder", **BOUGHT, **AMENDMENT)
    assert exchange.account("A").orders.held["USD"] > before
    (recorded,) = exchange.ask("ReportAmendRejected", **BOUGHT, reason="too_late")
    assert isinstance(recorded.event, OrderAmendRejected)
    assert exchange.account("A").orders.held["USD"] == before


def test_an_order_can_be_canceled_while_its_change_waits() -> None:
    exchange = at_work()
    exchange.ask("AmendOrder", **BOUGHT, **AMENDMENT)
    exchange.ask("CancelOrder", **BOUGHT)
    (recorded,) = exchange.ask("ReportOrderCanceled", **BOUGHT, **CANCEL)
    assert isinstance(recorded.event, OrderCanceled)
    assert exchange.account("A").orders.held["USD"] == ZERO
