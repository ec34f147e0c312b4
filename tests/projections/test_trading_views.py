"""On random trading days every view agrees with the accounts, the books and the other views."""

import os
from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, settings

from ledger.events import PRICED, OrderFilled, OrderReceived, OrderType, Recorded, TimeInForce
from ledger.numbers import ZERO, Amount, add, negate, subtract, total
from ledger.order import Order
from projections.replay import AsKnown, as_of, columns_of
from projections.views import all_views, stored_views
from tests.domain.exchange import ACCOUNTS, INSTRUMENTS, Exchange
from tests.domain.test_trading_days import STEPS, TradingDay
from tests.projections.log_of import Log

DAYS = int(os.environ.get("LEDGER_DAYS", "60"))
VIEWS = all_views()

Rows = list[dict[str, Any]]


def rows(log: Log, view: str) -> Rows:
    """Read a view as rows by column."""
    names = columns_of(VIEWS[view])
    return [dict(zip(names, row, strict=True)) for row in as_of(log, VIEWS[view], AsKnown())]


def check_orders(exchange: Exchange, log: Log) -> None:
    """The blotter shows every order where its account has it."""
    received = {r.event.order_id for r in log.records if isinstance(r.event, OrderReceived)}
    shown = {row["order_id"]: row for row in rows(log, "orders")}
    assert set(shown) == received
    for order_id, row in shown.items():
        order = exchange.order(row["account"], order_id)
        assert order is not None
        assert row["status"] == order.status.value
        assert (row["cumulative_quantity"], row["leaves_quantity"]) == (
            order.cumulative,
            order.leaves,
        )
        assert row["hold"] == order.hold
        assert (row["quantity"], row["price"]) == (order.quantity, order.price)
        if row["status"] != "rejected":
            assert row["canceled_quantity"] == order.canceled
        assert (row["closed_at"] is None) is order.works


def check_holds(exchange: Exchange, log: Log) -> None:
    """What is reserved for orders is what each account has reserved."""
    held: defaultdict[tuple[str, str], Amount] = defaultdict(lambda: ZERO)
    for row in rows(log, "holds"):
        assert row["amount"] > ZERO
        key = (row["account"], row["asset"])
        held[key] = add(held[key], row["amount"])
    known = {(n, a): h for n in ACCOUNTS for a, h in exchange.account(n).orders.held.items() if h}
    assert held == known


def check_positions(exchange: Exchange, log: Log) -> None:
    """Average cost and lots hold what the accounts hold, and differ by what is not realized."""
    average = {(row["account"], row["instrument"]): row for row in rows(log, "positions")}
    lots: defaultdict[tuple[str, str], Rows] = defaultdict(list)
    for row in rows(log, "positions_fifo"):
        lots[row["account"], row["instrument"]].append(row)
    for name in ACCOUNTS:
        for instrument in INSTRUMENTS:
            held = exchange.account(name).position(instrument)
            shown = average.get((name, instrument))
            if shown is None:
                assert not held.quantity
                continue
            assert (shown["quantity"], shown["cost"]) == (held.quantity, held.cost)
            assert (shown["average_cost"] is None) is (not held.quantity)
    assert set(lots) == set(average)
    for key, of_position in lots.items():
        check_lots(average[key], of_position)


def check_lots(average: dict[str, Any], lots: Rows) -> None:
    assert total(lot["remaining_quantity"] for lot in lots) == average["quantity"]
    remaining = total(lot["remaining_cost"] for lot in lots)
    realized = total(lot["realized_profit"] for lot in lots)
    paid = subtract(average["cost"], average["realized_profit"])
    assert subtract(remaining, realized) == paid
    signs = {lot["remaining_quantity"] > ZERO for lot in lots if lot["remaining_quantity"]}
    assert len(signs) <= 1, "lots of one position stand against each other"


def check_fees(exchange: Exchange, log: Log) -> None:
    """Fees without rebates are the platform's income, and those of the positions."""
    charged: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
    for row in rows(log, "fees"):
        assert row["fees"] >= ZERO
        assert row["rebates"] >= ZERO
        assert row["liquidity"] in {"maker", "taker"}
        net = subtract(row["fees"], row["rebates"])
        charged[row["asset"]] = add(charged[row["asset"]], net)
    for asset in ("USD", "BTC"):
        assert charged[asset] == negate(exchange.sums["FEE_INCOME:trading", asset])


def rests(order: Order) -> bool:
    """Tell whether an order stands in the book, by what its account knows of it."""
    at_once = order.time_in_force in {TimeInForce.IOC, TimeInForce.FOK}
    awake = order.order_type is OrderType.LIMIT or order.triggered
    return order.works and order.order_type in PRICED and awake and not at_once


def check_book(exchange: Exchange, log: Log) -> None:
    """The book is the sum over all orders that rest."""
    levels: defaultdict[tuple[str, str, Amount], tuple[Amount, int]] = defaultdict(
        lambda: (ZERO, 0)
    )
    for name in ACCOUNTS:
        for order in exchange.account(name).orders.open.values():
            if rests(order):
                assert order.price is not None
                key = (order.instrument, order.side.value, order.price)
                quantity, count = levels[key]
                levels[key] = (add(quantity, order.leaves), count + 1)
    shown = {
        (row["instrument"], row["side"], row["price"]): (row["quantity"], row["orders"])
        for row in rows(log, "book_at")
    }
    assert shown == levels


def check_trades(log: Log) -> None:
    """Every trade has both sides; what executions add up to is what the blotter shows of it."""
    fills = [r.event for r in log.records if isinstance(r.event, OrderFilled)]
    trades = {row["trade_id"]: row for row in rows(log, "trade_blotter")}
    assert set(trades) == {fill.trade_id for fill in fills}
    executed = rows(log, "executions")
    for trade_id, trade in trades.items():
        sides = [row for row in executed if row["trade_id"] == trade_id]
        for side, who in (("buy", "buyer"), ("sell", "seller")):
            of_side = [row for row in sides if row["side"] == side]
            assert {row["execution_id"] for row in of_side} == {f"{trade_id}/{side}"}
            assert total(row["fee"] for row in of_side) == trade[f"fee_{who}"]
            stands = total(row["last_quantity"] for row in of_side)
            assert stands == (ZERO if trade["status"] == "BUSTED" else trade["quantity"])
        if trade["status"] != "BUSTED":
            bought = total(row["cost"] for row in sides if row["side"] == "buy")
            assert bought == trade["cost"]


def check_audit(log: Log) -> None:
    """Every event of an order has its row, with the terms of the order that came here."""
    about = [r for r in log.records if hasattr(r.event, "order_id")]
    shown = rows(log, "order_audit_log")
    assert [row["sequence"] for row in shown] == [r.sequence for r in about]
    known = {(r.event.account, r.event.order_id) for r in about if is_received(r)}  # type: ignore[attr-defined] # as asked above
    for row in shown:
        assert (row["quantity"] is not None) is ((row["account"], row["order_id"]) in known)


def is_received(recorded: Recorded) -> bool:
    return isinstance(recorded.event, OrderReceived)


def check_pages(log: Log) -> None:
    """It does not matter where the pages are cut."""
    for view in stored_views():
        whole = list(as_of(log, view, AsKnown()))
        log.page = 7
        assert list(as_of(log, view, AsKnown())) == whole
        log.page = 1_000


class ViewsOfADay(TradingDay):
    """The same random days, read through every view once they are over."""

    def teardown(self) -> None:
        log = Log(records=self.exchange.scenario.records)
        check_orders(self.exchange, log)
        check_holds(self.exchange, log)
        check_positions(self.exchange, log)
        check_fees(self.exchange, log)
        check_book(self.exchange, log)
        check_trades(log)
        check_audit(log)
        check_pages(log)


TestViewsOfADay = ViewsOfADay.TestCase
TestViewsOfADay.settings = settings(
    max_examples=DAYS,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
