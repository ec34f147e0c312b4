"""The book at any moment on both clocks, and as `ledger replay book` lays it out."""

from typing import Any

import pytest

from ledger.events import (
    OrderExpired,
    OrderStatus,
    OrderTriggered,
    OrderType,
    Side,
    TimeInForce,
)
from ledger.numbers import ZERO, amount
from projections.cli.book import Level, best, ladder
from projections.replay import AsKnown, AsOf, Moment
from tests.projections.inspected import NOW, record, rows, told
from tests.projections.log_of import Log, day
from tests.projections.traded import accepted, canceled, changed_to, filled, received

STOP_LIMIT: dict[str, Any] = {"order_type": OrderType.STOP_LIMIT, "stop_price": amount("101")}


def levels(log: Log, moment: Moment = NOW) -> list[tuple[str, str, str, int]]:
    """Read the book as side, price, quantity and count."""
    return [
        (row["side"], str(row["price"]), str(row["quantity"]), row["orders"])
        for row in rows(log, "book_at", moment)
    ]


def test_what_rests_at_one_price_is_one_level() -> None:
    sale: dict[str, Any] = {"side": Side.SELL, "price": amount("9.5"), "quantity": amount("2.5")}
    log = told(
        *(received(), accepted()),
        *(received("o-2"), accepted("o-2")),
        *(received("o-3", **sale), accepted("o-3")),
        *(received("o-4", price=amount("9")), accepted("o-4")),
        received("o-5"),
    )
    assert levels(log) == [
        ("buy", "9", "10", 1),
        ("buy", "100", "20", 2),
        ("sell", "9.5", "2.5", 1),
    ]


def test_a_level_that_is_empty_is_hidden() -> None:
    log = told(received(), accepted(), canceled())
    assert levels(log, AsKnown(2)) == [("buy", "100", "10", 1)]
    assert levels(log) == []
    expired = OrderExpired("A", "o-2", amount("10"), ZERO)
    assert levels(told(received("o-2"), accepted("o-2"), expired)) == []


@pytest.mark.parametrize(
    "said",
    [
        {"order_type": OrderType.MARKET, "price": None},
        {"order_type": OrderType.STOP, "price": None, "stop_price": amount("101")},
        {"time_in_force": TimeInForce.IOC},
        {"time_in_force": TimeInForce.FOK},
        STOP_LIMIT,
    ],
)
def test_what_never_waits_at_a_price_is_not_in_the_book(said: dict[str, Any]) -> None:
    assert levels(told(received(**said), accepted())) == []


def test_a_stop_limit_order_rests_once_it_is_triggered() -> None:
    triggered = OrderTriggered("A", "o-1", OrderStatus.NEW, amount("101"))
    log = told(received(**STOP_LIMIT), accepted(), triggered)
    assert levels(log) == [("buy", "100", "10", 1)]
    record(log, filled("4", "99"))
    assert levels(log) == [("buy", "100", "6", 1)]


def test_a_change_moves_an_order_to_its_new_level() -> None:
    log = told(received(), accepted(), filled("4", "100"), changed_to("12", "101"))
    assert levels(log) == [("buy", "101", "8", 1)]
    record(log, changed_to("12", "101", leaves_quantity=amount("8")))
    assert levels(log) == [("buy", "101", "8", 1)]


def test_a_fill_that_fits_no_order_leaves_the_book_alone() -> None:
    stray = filled("4", "100", status=None, cumulative_quantity=None, leaves_quantity=None)
    assert levels(told(received(), accepted(), stray)) == [("buy", "100", "10", 1)]


def test_a_late_fill_leaves_the_book_when_it_happened_and_when_it_was_known() -> None:
    """The order came on day 1; 3 were filled on day 3, and 4 on day 2, known on day 4."""
    log = told(received(), accepted())
    log.record(filled("3", "100"), recorded_at=day(3))
    log.record(filled("4", "100"), recorded_at=day(4), at=day(2.5))
    log.record(canceled(), recorded_at=day(6))
    log.record(filled("2", "100"), recorded_at=day(7), at=day(5))
    known = [levels(log, AsKnown(s)) for s in range(1, 7)]
    assert [found[0][2] if found else None for found in known] == [
        None,
        "10",
        "7",
        "3",
        None,
        None,
    ]
    true = [levels(log, AsOf(day(d))) for d in (1, 2, 2.5, 3, 5, 6)]
    assert [found[0][2] if found else None for found in true] == [None, "10", "6", "3", "1", None]
    assert levels(log, AsOf(day(2.5), known=3)) == [("buy", "100", "10", 1)]


def test_a_fill_that_is_dated_before_its_order_counts_once_the_order_rests() -> None:
    log = told(received(), accepted())
    log.record(filled("4", "100"), recorded_at=day(3), at=day(0.5))
    assert levels(log, AsOf(day(0.5))) == []
    assert levels(log, AsOf(day(2))) == [("buy", "100", "6", 1)]


def test_the_ladder_begins_with_the_best_prices_and_adds_up() -> None:
    log = told(
        *(received(), accepted()),
        *(received("o-2", price=amount("99.5")), accepted("o-2")),
        *(received("o-3", side=Side.SELL, price=amount("102")), accepted("o-3")),
    )
    found = [tuple(row.values()) for row in rows(log, "book_at")]
    bids, asks = ladder(found, Side.BUY), ladder(found, Side.SELL)
    ten, twenty = amount("10"), amount("20")
    assert bids == [Level(amount("100"), ten, ten, 1), Level(amount("99.5"), ten, twenty, 1)]
    assert asks == [Level(amount("102"), ten, ten, 1)]
    assert best("BTC-PERP", bids, asks) == "BTC-PERP: best bid 100, best ask 102, spread 2"
    assert best("BTC-PERP", bids, []) == "BTC-PERP: best bid 100"
    assert best("X", [], []) == "X: no order rests"
