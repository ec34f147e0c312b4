"""The toy venue beside a ledger in memory: whatever clients ask, both tell of every order alike."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.commands import COMMANDS, Command
from ledger.coverage.in_order import DORA, ENGINE
from ledger.events import (
    CancelReason,
    Liquidity,
    OrderCanceled,
    OrderFilled,
    OrderReportQuarantined,
)
from ledger.numbers import Amount, magnitude, total
from ledger.outcome import Outcome, Status, outcome_of
from projections.replay import AsKnown, as_of
from projections.toy_venue.order import Order
from projections.toy_venue.venue import Venue
from projections.views import all_views
from tests.domain.exchange import ACCOUNTS, Exchange
from tests.domain.scenario import NOW
from tests.projections.log_of import Log

INSTRUMENTS = ("BTC-PERP", "BTC-SPOT")
VIEWS = all_views()


class Pair:
    """A ledger in memory, held to its own laws at every step, and the venue that it mirrors."""

    def __init__(self) -> None:
        self.exchange = Exchange()
        self.venue = Venue(self._ask, lambda: NOW, ENGINE)
        self.seen: dict[str, Order] = {}
        self.answers: list[Outcome] = []

    def _ask(self, command: Command) -> Outcome:
        return outcome_of(tuple(self.exchange.happen(command)))

    def ask(self, kind: str, command_id: str, **fields: Any) -> Outcome:
        """Let a client ask, and hold what both then know of every order beside each other."""
        said = {"command_id": command_id, "actor": DORA, **fields}
        answers = list(self.venue.take(COMMANDS[kind].model_validate(said)))
        self.answers += answers
        self.agree(answers)
        return answers[0]

    def place(self, command_id: str, account: str, side: str, **fields: Any) -> Outcome:
        """Let a client place an order for BTC-PERP."""
        usual = {"instrument": "BTC-PERP", "quantity": "1", "price": "1000"}
        said = {name: value for name, value in {**usual, **fields}.items() if value is not None}
        reckoned = {"exposure": "1", "concentration": "1"}
        given = {"account": account, "side": side}
        return self.ask("PlaceOrder", command_id, **given, **reckoned, **said)

    def working(self) -> list[Order]:
        """List the orders that work at the venue."""
        return [o for matcher in self.venue.matchers.values() for o in matcher.working.values()]

    def agree(self, answers: list[Outcome]) -> None:
        """Hold every order that works, and every position, to what the ledger says."""
        open_orders = [set(self.exchange.account(name).orders.open) for name in ACCOUNTS]
        assert set().union(*open_orders) == {order.order_id for order in self.working()}
        self.seen |= {order.order_id: order for order in self.working()}
        for order in self.seen.values():
            known = self.exchange.order(order.account, order.order_id)
            assert known is not None
            assert (known.leaves, known.cumulative) == (order.leaves, order.cumulative)
            if known.works:
                assert (known.quantity, known.price) == (order.quantity, order.price)
        for account in ACCOUNTS:
            held = self.exchange.account(account).position("BTC-PERP").quantity
            assert held == self.venue.matchers["BTC-PERP"].positions[account]
            self.reduces_at_most(account, "BTC-PERP")
        for event in (recorded.event for answer in answers for recorded in answer.records):
            assert not isinstance(event, OrderReportQuarantined)
            assert not isinstance(event, OrderFilled) or not event.flags

    def reduces_at_most(self, account: str, instrument: str) -> None:
        """Hold what may only reduce to what there is to reduce."""
        matcher = self.venue.matchers[instrument]
        waits = [o for o in matcher.working.values() if o.reduce_only and o.account == account]
        assert total(o.leaves for o in waits) <= magnitude(matcher.positions[account])


@pytest.fixture
def pair() -> Pair:
    """Let A offer 1 contract at 1,000."""
    pair = Pair()
    pair.place("a1", "A", "sell")
    return pair


def test_what_the_ledger_rejects_never_enters_the_book(pair: Pair) -> None:
    refused = pair.place("e1", "E", "buy", price="1000.3")
    assert refused.status is Status.REJECTED
    assert "e1" not in pair.venue.matchers["BTC-PERP"].working


def test_a_trade_is_named_by_the_order_that_led_to_it(pair: Pair) -> None:
    pair.place("e1", "E", "buy")
    fills = [r.event for r in pair.answers[-1].records]
    assert [event.trade_id for event in fills if isinstance(event, OrderFilled)] == ["e1/1"] * 2


@pytest.mark.parametrize(("side", "price"), [("buy", "1000"), ("sell", "995")])
def test_whoever_waited_is_the_maker(pair: Pair, side: str, price: str) -> None:
    pair.place("a2", "A", "buy", price="995")
    pair.place("e1", "E", side, price=price)
    fills = [record.event for record in pair.answers[-1].records]
    liquidity = {fill.account: fill.liquidity for fill in fills if isinstance(fill, OrderFilled)}
    assert liquidity == {"A": Liquidity.MAKER, "E": Liquidity.TAKER}


def test_an_order_that_comes_again_is_not_placed_again(pair: Pair) -> None:
    first = pair.answers[0]
    again = Outcome(Status.DUPLICATE, first.records)
    venue = Venue(lambda _: again, lambda: NOW, ENGINE)
    said = {"account": "A", "instrument": "BTC-PERP", "side": "sell", "quantity": "1"}
    placed = {"command_id": "a1", "price": "1000", **said}
    assert list(venue.take(COMMANDS["PlaceOrder"].model_validate(placed))) == [again]
    assert not venue.matchers


@pytest.mark.parametrize(
    ("kind", "asked", "answered"),
    [
        ("AmendOrder", {"quantity": "2", "price": "1000"}, "OrderAmendRejected"),
        ("CancelOrder", {}, "OrderCancelRejected"),
    ],
)
def test_a_venue_that_started_anew_does_not_know_the_order(
    pair: Pair, kind: str, asked: dict[str, str], answered: str
) -> None:
    pair.venue.matchers.clear()
    reckoned = {"exposure": "1", "concentration": "1"} if asked else {}
    said = {"command_id": "x", "actor": DORA, "account": "A", "order_id": "a1"}
    answers = list(pair.venue.take(COMMANDS[kind].model_validate(said | asked | reckoned)))
    assert answers[-1].records[-1].type == answered
    order = pair.exchange.order("A", "a1")
    assert order is not None
    assert order.works


SEEDS = (3, 15, 16)
SHAPES: list[dict[str, Any]] = [
    {},
    {},
    {"post_only": True},
    {"time_in_force": "ioc"},
    {"time_in_force": "fok"},
    {"order_type": "market", "price": None},
    {"order_type": "stop", "price": None, "stop_price": "1005"},
    {"order_type": "stop_limit", "stop_price": "995"},
    {"reduce_only": True},
    {"reduce_only": True, "quantity": "0.5", "price": "1010"},
    {"reduce_only": True, "quantity": "0.5", "price": "990"},
]
PLACING: list[Any] = [
    ACCOUNTS,
    INSTRUMENTS,
    ("buy", "sell"),
    ("0.5", "1", "2"),
    ("990", "995", "1000", "1005", "1010"),
    SHAPES,
]
CHANGING: list[Any] = [
    ("AmendOrder", "CancelOrder"),
    range(20),
    ("0.5", "1", "3"),
    ("995", "1000", "1005"),
]
placing, changing = (
    st.tuples(*(st.sampled_from(words) for words in kinds)) for kinds in (PLACING, CHANGING)
)


@given(st.lists(placing | placing | changing, min_size=10, max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
def test_ledger_and_venue_agree_on_every_order(morning: list[tuple[Any, ...]]) -> None:
    pair = Pair()
    for number, said in enumerate(morning):
        _happen(pair, number, said)


def test_they_agree_on_long_mornings_on_which_everything_happens() -> None:
    """The law above would hold of a venue where nothing happens: here everything does."""
    answers = [answer for seed in SEEDS for answer in _long_morning(seed).answers]
    events = [recorded.event for answer in answers for recorded in answer.records]
    assert {type(event).__name__ for event in events} >= {
        *("OrderFilled", "OrderTriggered", "OrderAmended", "OrderRestated", "OrderRejected"),
    }
    assert {event.reason for event in events if isinstance(event, OrderCanceled)} == {
        CancelReason.REQUESTED,
        CancelReason.POST_ONLY_WOULD_TAKE,
        CancelReason.NOT_FILLED_AT_ONCE,
        CancelReason.NOT_FILLED_WHOLE,
        CancelReason.SELF_TRADE_PREVENTED,
        CancelReason.NOTHING_TO_REDUCE,
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_book_that_the_log_shows_is_the_one_at_the_venue(seed: int) -> None:
    pair = _long_morning(seed)
    shown = as_of(Log(pair.exchange.scenario.records), VIEWS["book_at"], AsKnown())
    assert {tuple(row) for row in shown} == {
        (instrument, side.value, price, total(o.leaves for o in level), len(level))
        for instrument, matcher in pair.venue.matchers.items()
        for side, queue in matcher.book.items()
        for price, level in _levels(queue)
    }


def _levels(queue: list[Order]) -> Iterator[tuple[Amount | None, list[Order]]]:
    for price, level in groupby(queue, key=attrgetter("price")):
        yield price, list(level)


@cache
def _long_morning(seed: int) -> Pair:
    chance, pair = Random(seed), Pair()  # noqa: S311 - dice of a test keep no secret
    for number in range(600):
        kinds = CHANGING if chance.randrange(3) == 0 else PLACING
        _happen(pair, number, tuple(chance.choice(words) for words in kinds))
    return pair


def _happen(pair: Pair, number: int, said: tuple[Any, ...]) -> None:
    if len(said) == 6:
        account, instrument, side, quantity, price, shape = said
        fields = {"instrument": instrument, "quantity": quantity, "price": price, **shape}
        pair.place(f"o{number}", account, side, **fields)
    elif known := pair.working():
        kind, place, quantity, price = said
        _change(pair, f"o{number}", kind, known[place % len(known)], quantity, price)


def _change(
    pair: Pair, command_id: str, kind: str, order: Order, quantity: str, price: str
) -> None:
    """Ask to change an order that works: in what way, the ledger may still refuse."""
    named = {"account": order.account, "order_id": order.order_id}
    if kind == "CancelOrder":
        pair.ask(kind, command_id, **named)
        return
    asked = {"quantity": quantity, "exposure": "1", "concentration": "1"}
    if order.price is not None:
        asked["price"] = price
    if order.waits_for_its_stop:
        asked["stop_price"] = "1005"
    pair.ask(kind, command_id, **named, **asked)
