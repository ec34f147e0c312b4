"""Laws of prices: the order of quotes is nothing, nor is what is stale or far away."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from hypothesis import assume
from hypothesis import given as for_any
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.commands import ReckonPrice
from ledger.coverage.case import NOW
from ledger.coverage.in_order import ENGINE, ask
from ledger.decider import RULES, States, evolve, initial_state
from ledger.events import (
    Draft,
    Event,
    IndexPriceComputed,
    MarkKind,
    PriceMethodSet,
    PriceRefused,
    PriceSource,
    Quote,
    ReferencePriceReported,
)
from ledger.instants import SECOND, Instant, write_instant
from ledger.numbers import ZERO, Amount, amount, as_amount, write_amount
from ledger.price import RECENT, Index, Price
from ledger.pricing import fair_price, mark_of, median, moved_average, price_of, weigh
from ledger.situation import TOLERANCE, Situation
from tests.domain.priced_day import INDEX, MARK
from tests.domain.scenario import record

NAMES = ("a", "b", "c", "d", "e", "ours")


def cents(number: int) -> Amount:
    return as_amount(Decimal(number).scaleb(-2))


weights = st.integers(1, 500).map(cents)
prices = st.integers(1, 10**8).map(cents)
near = st.integers(9_900, 10_100).map(cents)
moments = st.integers(-5, 120).map(lambda ago: Instant(NOW - ago * SECOND))
quotes_of = st.lists(
    st.tuples(st.sampled_from([*NAMES, "unknown"]), near | prices, moments),
    unique_by=lambda said: said[0],
    max_size=7,
).map(lambda said: [Quote(*each) for each in said])
methods = st.lists(weights, min_size=len(NAMES), max_size=len(NAMES)).map(
    lambda each: replace(
        INDEX,
        sources=tuple(
            PriceSource(name, weight, own=name == "ours")
            for name, weight in zip(NAMES, each, strict=True)
        ),
    )
)


@dataclass
class Asked:
    """A method, and what was said of the price."""

    method: PriceMethodSet
    quotes: list[Quote]

    def event(self) -> Event:
        """Reckon the price by its rule."""
        said = [
            {"source": q.source, "price": write_amount(q.price), "at": write_instant(q.at)}
            for q in self.quotes
        ]
        states = States()
        set_ = record(1, Draft("index-BTCUSD", self.method))
        states["index-BTCUSD"] = evolve(states["index-BTCUSD"], set_)
        command = ask(ENGINE, ReckonPrice, name="BTCUSD", quotes=said, at=write_instant(NOW))
        (draft,) = RULES[ReckonPrice](Situation(NOW, states), command)
        return draft.event


asked_for = st.builds(Asked, methods, quotes_of)


@for_any(asked_for, st.randoms(use_true_random=False))
def test_the_order_of_quotes_changes_nothing(asked: Asked, dice: Random) -> None:
    shuffled = list(asked.quotes)
    dice.shuffle(shuffled)
    assert Asked(asked.method, shuffled).event() == asked.event()


@for_any(asked_for)
def test_a_price_lies_among_the_quotes_that_count(asked: Asked) -> None:
    event = asked.event()
    if isinstance(event, IndexPriceComputed):
        live = [quote.price for quote in event.quotes if quote.excluded is None]
        assert min(live) <= event.price <= max(live)
        assert len(live) >= asked.method.sources_min


@for_any(asked_for)
def test_no_price_is_that_of_our_own_book_alone(asked: Asked) -> None:
    event = asked.event()
    assert isinstance(event, IndexPriceComputed | PriceRefused)
    counted = {quote.source for quote in event.quotes if quote.excluded is None}
    if counted <= {"ours"}:
        assert isinstance(event, PriceRefused)


@for_any(asked_for)
def test_every_quote_is_on_record_and_every_price_can_be_made_again(asked: Asked) -> None:
    event = asked.event()
    assert isinstance(event, IndexPriceComputed | PriceRefused)
    plain = [Quote(quote.source, quote.price, quote.at) for quote in event.quotes]
    assert sorted(plain, key=str) == sorted(asked.quotes, key=str)
    assert weigh(asked.method, plain, NOW) == event.quotes
    if isinstance(event, IndexPriceComputed):
        assert price_of(asked.method, event.quotes) == event.price


@for_any(asked_for)
def test_what_is_stale_or_unknown_changes_nothing(asked: Asked) -> None:
    stale = [q for q in asked.quotes if q.at > NOW or NOW - q.at > 60 * SECOND]
    unknown = [q for q in asked.quotes if q.source == "unknown"]
    assume(stale or unknown)
    others = [q for q in asked.quotes if q not in stale and q not in unknown]
    bare, event = Asked(asked.method, others).event(), asked.event()
    assert type(bare) is type(event)
    if isinstance(event, IndexPriceComputed):
        assert isinstance(bare, IndexPriceComputed)
        assert bare.price == event.price


@for_any(
    methods,
    st.lists(near, min_size=3, max_size=5),
    st.sampled_from(["0.01", "0.5", "94", "107", "65000"]),
)
def test_an_outlier_changes_nothing(method: PriceMethodSet, said: list[Amount], far: str) -> None:
    # All that is near lies within 2 % of 100, so its median does too, and 5 % away is far.
    sound = [Quote(name, price, NOW) for name, price in zip(NAMES, said, strict=False)]
    outlier = Quote("ours", amount(far), NOW)
    bare, event = Asked(method, sound).event(), Asked(method, [*sound, outlier]).event()
    assert isinstance(bare, IndexPriceComputed)
    assert isinstance(event, IndexPriceComputed)
    assert event.price == bare.price


@for_any(st.lists(prices, min_size=1, max_size=9))
def test_as_many_are_above_the_median_as_below(said: list[Amount]) -> None:
    middle = median(said)
    assert 2 * sum(price < middle for price in said) <= len(said)
    assert 2 * sum(price > middle for price in said) <= len(said)
    assert median(sorted(said, reverse=True)) == middle


@for_any(prices, prices, st.integers(0, 200 * SECOND))
def test_a_moved_average_lies_between_what_was_and_what_is(
    before: Amount, now: Amount, elapsed: int
) -> None:
    found = moved_average(before, now, elapsed, 60)
    assert min(before, now) <= found <= max(before, now)
    if elapsed >= 60 * SECOND:
        assert found == now
    if not elapsed:
        assert found == before


@for_any(prices, prices, prices)
def test_a_median_mark_is_one_of_its_three_and_never_the_farthest(
    fair: Amount, moving: Amount, last: Amount
) -> None:
    found = mark_of(MARK, amount("1"), fair=fair, moving=moving, last=last)
    assert found == sorted([fair, moving, last])[1]
    assert mark_of(MARK, amount("1"), fair=fair, moving=moving) is None


@for_any(prices, st.integers(-(10**6), 10**6), st.integers(0, 28_800))
def test_a_fair_price_nears_the_index_as_funding_nears(
    index: Amount, rate: int, seconds: int
) -> None:
    # BitMEX: index x (1 + rate x time to funding / interval)
    ratio, left, whole = as_amount(Decimal(rate).scaleb(-8)), seconds * SECOND, 28_800 * SECOND
    found = fair_price(index, ratio, left, whole, amount("0.01"))
    exact = index * (1 + ratio * seconds / 28_800)
    assert abs(found - exact) <= amount("0.005001")
    assert fair_price(index, ratio, 0, whole, amount("0.01")) == index
    assert mark_of(replace(MARK, kind=MarkKind.FAIR), index, fair=found) == (found or None)


def test_no_price_is_nothing() -> None:
    quotes = [Quote(name, amount("0.3"), NOW) for name in ("a", "b")]
    event = Asked(replace(INDEX, unit=amount("1")), quotes).event()
    assert not isinstance(event, IndexPriceComputed) or event.price > ZERO


def test_a_report_serves_no_moment_long_before_it_was_made() -> None:
    told = record(1, Draft("price-P", ReferencePriceReported("P", amount("7"))), NOW)
    state = evolve(initial_state("price-P"), told)
    assert isinstance(state, Price)
    assert state.serving(NOW) == told
    assert state.serving(Instant(NOW - TOLERANCE.future)) == told
    assert state.serving(Instant(NOW - TOLERANCE.future - 1)) is None


def test_a_price_after_a_moment_serves_it_only_while_none_is_forgotten() -> None:
    state = initial_state("index-BTCUSD")
    state = evolve(state, record(1, Draft("index-BTCUSD", INDEX), Instant(NOW - 60 * SECOND)))
    made = IndexPriceComputed(name="BTCUSD", price=amount("7"), method=1, quotes=())
    for number in range(RECENT):
        assert isinstance(state, Index)
        first = None if number == 0 else state.recent[0]
        assert state.serving(NOW) == first
        told = Draft("index-BTCUSD", made, at=Instant(NOW + SECOND))
        state = evolve(state, record(number + 2, told, Instant(NOW + SECOND)))
    assert isinstance(state, Index)
    assert state.serving(NOW) is None
