"""The toy venue's rules, by examples and by laws that hold for whatever orders come."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.events import Side, TimeInForce
from ledger.numbers import ZERO, Amount, add, amount, subtract, total
from projections.toy_venue.order import Order
from tests.projections.toy_market import Market


@pytest.fixture
def market() -> Market:
    """Open a market in which a and b sell 2 and 3 at 101, c sells 1 at 100."""
    market = Market()
    for order_id, quantity, price in (("a1", "2", "101"), ("b1", "3", "101"), ("c1", "1", "100")):
        assert market.place(order_id, "sell", quantity, price) == []
    return market


def test_the_best_price_comes_first_and_then_who_came_first(market: Market) -> None:
    assert market.place("d1", "buy", "4", "101") == [
        "d1 buys 1 at 100 from c1",
        "d1 buys 2 at 101 from a1",
        "d1 buys 1 at 101 from b1",
    ]
    assert market.book("sell") == ["b1 2 at 101"]


def test_what_a_limit_order_cannot_have_it_waits_for(market: Market) -> None:
    assert market.place("d1", "buy", "3", "100.5") == ["d1 buys 1 at 100 from c1"]
    assert market.book("buy") == ["d1 2 at 100.5"]


def test_a_market_order_takes_what_there_is_and_never_waits(market: Market) -> None:
    said = market.place("d1", "buy", "7")
    assert len(said) == 4
    assert said[-1] == "d1 not_filled_at_once"
    assert market.book("buy") == market.book("sell") == []


def test_an_order_for_at_once_does_not_wait_either(market: Market) -> None:
    said = market.place("d1", "buy", "3", "100", time_in_force="ioc")
    assert said == ["d1 buys 1 at 100 from c1", "d1 not_filled_at_once"]


def test_an_order_for_all_or_nothing_is_filled_whole_or_not_at_all(market: Market) -> None:
    before = market.book("sell")
    said = market.place("d1", "buy", "7", "101", time_in_force="fok")
    assert (said, market.book("sell")) == (["d1 not_filled_whole"], before)
    said = market.place("d2", "buy", "6", "101", time_in_force="fok")
    assert len(said) == 3
    assert market.book("sell") == []


def test_all_or_nothing_does_not_count_on_ones_own_orders(market: Market) -> None:
    said = market.place("a2", "buy", "2", "101", time_in_force="fok")
    assert said == ["a2 not_filled_whole"]


def test_a_post_only_order_waits_or_goes(market: Market) -> None:
    assert market.place("d1", "buy", "1", "100", post_only=True) == ["d1 post_only_would_take"]
    assert market.place("d2", "buy", "1", "99.5", post_only=True) == []
    assert market.book("buy") == ["d2 1 at 99.5"]


def test_nobody_trades_with_himself(market: Market) -> None:
    assert market.place("a2", "buy", "4", "101") == [
        "a2 buys 1 at 100 from c1",
        "a2 self_trade_prevented a1",
    ]
    assert market.book("sell") == ["a1 2 at 101", "b1 3 at 101"]


def test_a_stop_waits_beside_the_book_until_the_last_price_is_there(market: Market) -> None:
    market.place("e1", "sell", "1", order_type="stop", stop_price="100")
    market.place("f1", "sell", "1", "99", order_type="stop_limit", stop_price="100")
    market.place("d1", "buy", "1", "98")
    assert market.place("d2", "buy", "1", "100") == [
        "d2 buys 1 at 100 from c1",
        "e1 triggered at 100",
        "d1 buys 1 at 98 from e1",
        "f1 triggered at 98",
    ]
    assert market.book("sell")[0] == "f1 1 at 99"


def test_a_stop_that_is_reached_already_is_triggered_at_once(market: Market) -> None:
    market.place("d1", "buy", "1", "100")
    said = market.place("e1", "buy", "1", order_type="stop", stop_price="99")
    assert said == ["e1 triggered at 100", "e1 buys 1 at 101 from a1"]


def test_orders_that_only_reduce_shrink_with_the_position(market: Market) -> None:
    market.place("d1", "buy", "4", "101")
    market.place("d2", "sell", "2", "110", reduce_only=True)
    market.place("d3", "sell", "2", "109", reduce_only=True)
    market.place("e1", "buy", "3", "99")
    assert market.place("d4", "sell", "1", "99") == [
        "e1 buys 1 at 99 from d4",
        "d3 reduced_to_position 1",
    ]
    assert market.place("d5", "sell", "2", "99") == [
        "e1 buys 2 at 99 from d5",
        "d2 reduced_to_position 1",
        "d3 nothing_to_reduce",
    ]


def test_they_shrink_as_well_where_others_meet_ones_order(market: Market) -> None:
    market.place("d1", "buy", "4", "101")
    market.place("d2", "sell", "4", "110", reduce_only=True)
    market.place("d3", "sell", "3", "100")
    assert market.place("e1", "buy", "3", "100") == [
        "e1 buys 3 at 100 from d3",
        "d2 reduced_to_position 1",
    ]


def test_an_order_that_becomes_smaller_keeps_its_place(market: Market) -> None:
    assert market.amend("a1", "1", "101") == ["a1 amended"]
    assert market.book("sell") == ["c1 1 at 100", "a1 1 at 101", "b1 3 at 101"]


@pytest.mark.parametrize(("quantity", "price"), [("3", "101"), ("2", "102")])
def test_an_order_that_becomes_anything_else_queues_anew(
    market: Market, quantity: str, price: str
) -> None:
    market.amend("a1", quantity, price)
    assert market.book("sell")[-1] == f"a1 {quantity} at {price}"


def test_an_order_may_trade_by_what_it_becomes(market: Market) -> None:
    market.place("d1", "buy", "2", "99")
    assert market.amend("d1", "2", "100") == ["d1 amended", "d1 buys 1 at 100 from c1"]


def test_a_canceled_order_is_gone(market: Market) -> None:
    assert market.cancel("c1") == ["c1 requested"]
    assert market.book("sell") == ["a1 2 at 101", "b1 3 at 101"]


shapes: list[dict[str, Any]] = [
    {},
    {},
    {"post_only": True},
    {"time_in_force": "ioc"},
    {"time_in_force": "fok"},
    {"price": None},
    {"price": None, "order_type": "stop", "stop_price": "101"},
    {"order_type": "stop_limit", "stop_price": "100"},
    {"reduce_only": True},
]
placing = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from(["0.5", "1", "2", "3"]),
    st.sampled_from(["99", "100", "101", "102"]),
    st.sampled_from(shapes),
)
changing = st.tuples(
    st.sampled_from(["amend", "cancel"]),
    st.integers(0, 30),
    st.sampled_from(["1", "4"]),
    st.sampled_from(["100", "101"]),
)
mornings = st.lists(placing | changing, min_size=5, max_size=40)

Morning = list[tuple[Any, ...]]
Queues = dict[Side, list[Order]]


def play(morning: Morning) -> Iterator[tuple[Market, Queues]]:
    """Play a morning: give the market after every order, and the book as it was before."""
    market = Market()
    for number, said in enumerate(morning):
        before = {side: list(queue) for side, queue in market.matcher.book.items()}
        market.happened = []
        _happen(market, number, said)
        yield market, before


def _happen(market: Market, number: int, said: tuple[Any, ...]) -> None:
    if len(said) == 5:
        letter, side, quantity, price, shape = said
        market.place(f"{letter}{number}", side, quantity, **{"price": price, **shape})
        return
    what, place, quantity, price = said
    known = [order for order in market.matcher.working.values() if order.price is not None]
    if not known:
        return
    order = known[place % len(known)]
    if what == "cancel":
        market.cancel(order.order_id)
    elif order.cumulative < amount(quantity):
        market.amend(order.order_id, quantity, price)


@given(mornings)
def test_the_book_never_crosses_and_is_always_in_order(morning: Morning) -> None:
    for market, _ in play(morning):
        bids, asks = ([o.price or ZERO for o in market.matcher.book[side]] for side in Side)
        assert bids == sorted(bids, reverse=True)
        assert asks == sorted(asks)
        assert not bids or not asks or bids[0] < asks[0]


AMENDED_TO_TAKE: Morning = [
    ("b", "buy", "0.5", "100", {}),
    ("a", "sell", "0.5", "102", {}),
    ("a", "sell", "0.5", "101", {}),
    ("amend", 1, "1", "100"),
]
"""The seller at 102 asks for 100 and trades at once: whoever waits at 101 would not have."""


@example(AMENDED_TO_TAKE)
@given(mornings)
def test_nobody_in_the_book_is_passed_over(morning: Morning) -> None:
    for market, before in play(morning):
        # Whoever takes is not where he was in the book: an order that was amended gave that up.
        waited = [t.seller if t.aggressor is Side.BUY else t.buyer for t in market.trades()]
        traded = {order.order_id for order in waited}
        for queue in before.values():
            last = max((n for n, order in enumerate(queue) if order.order_id in traded), default=0)
            assert not [o for o in queue[:last] if o.order_id in market.matcher.working]


@given(mornings)
def test_quantities_are_conserved(morning: Morning) -> None:
    for market, _ in play(morning):
        bought: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
        for order in market.orders.values():
            sign = add if order.side is Side.BUY else subtract
            bought[order.account] = sign(bought[order.account], order.cumulative)
            works = order.order_id in market.matcher.working
            assert works is bool(order.leaves)
            assert not works or add(order.cumulative, order.leaves) == order.quantity
            assert order.cumulative <= order.quantity
        assert total(market.matcher.positions.values()) == ZERO
        assert bought == {name: market.matcher.positions[name] for name in bought}


@given(mornings)
def test_nobody_ever_meets_himself(morning: Morning) -> None:
    for market, _ in play(morning):
        assert all(said.buyer.owner != said.seller.owner for said in market.trades())


@given(mornings)
def test_all_or_nothing_is_kept_whatever_comes(morning: Morning) -> None:
    for market, _ in play(morning):
        for order in market.orders.values():
            if order.time_in_force is TimeInForce.FOK:
                assert order.cumulative in (ZERO, order.quantity)


@given(mornings)
def test_the_same_orders_lead_to_the_same_trades(morning: Morning) -> None:
    first, again = ([list(market.told) for market, _ in play(morning)] for _ in range(2))
    assert first == again
