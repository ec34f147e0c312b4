"""Laws of positions: nothing is gained or lost but what is realized, and what is taken back is."""

from hypothesis import assume
from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.contract import signed, value
from ledger.coverage.market import CONTRACT
from ledger.events import Side
from ledger.numbers import ZERO, Amount, add, as_amount, negate, subtract
from ledger.position import FLAT, Position, book, take_back

UNIT = CONTRACT.value_unit
quantities = st.integers(1, 500).map(lambda n: as_amount(ZERO + n))
prices = st.integers(1, 4_000).map(lambda n: as_amount((ZERO + n) / 2))
trades = st.tuples(st.sampled_from(Side), quantities, prices)
days = st.lists(trades, max_size=12)


def cost_of(side: Side, quantity: Amount, price: Amount) -> tuple[Amount, Amount]:
    size = signed(side, quantity)
    return size, value(CONTRACT, size, price)


def after(day: list[tuple[Side, Amount, Amount]]) -> Position:
    position = FLAT
    for trade in day:
        position = book(position, *cost_of(*trade), UNIT).position
    return position


@for_any(days, trades)
def test_cost_changes_by_what_was_paid_and_what_was_realized(
    day: list[tuple[Side, Amount, Amount]], trade: tuple[Side, Amount, Amount]
) -> None:
    before = after(day)
    quantity, cost = cost_of(*trade)
    booked = book(before, quantity, cost, UNIT)
    assert booked.position.quantity == add(before.quantity, quantity)
    assert booked.position.cost == add(add(before.cost, cost), booked.realized)


@for_any(days)
def test_a_position_is_flat_without_cost_or_has_cost_on_its_own_side(
    day: list[tuple[Side, Amount, Amount]],
) -> None:
    position = after(day)
    assert (position.quantity > ZERO) is (position.cost > ZERO)
    assert (position.quantity < ZERO) is (position.cost < ZERO)


@for_any(days, trades)
def test_a_reduction_keeps_the_average_entry_to_the_unit(
    day: list[tuple[Side, Amount, Amount]], trade: tuple[Side, Amount, Amount]
) -> None:
    before = after(day)
    quantity, cost = cost_of(*trade)
    left = add(before.quantity, quantity)
    assume(before.quantity and left and (left > ZERO) is (before.quantity > ZERO))
    assume((quantity > ZERO) is not (before.quantity > ZERO))
    booked = book(before, quantity, cost, UNIT).position
    exact = before.cost * left / before.quantity
    assert abs(booked.cost - exact) <= UNIT


@for_any(days, trades)
def test_what_is_taken_back_at_once_was_never_there(
    day: list[tuple[Side, Amount, Amount]], trade: tuple[Side, Amount, Amount]
) -> None:
    before = after(day)
    quantity, cost = cost_of(*trade)
    booked = book(before, quantity, cost, UNIT)
    back = take_back(booked.position, quantity, cost, booked.realized, unit=UNIT, inverse=False)
    assert back.position == before
    assert back.realized == negate(booked.realized)


@for_any(days, trades, days)
def test_what_is_taken_back_later_leaves_a_sound_position_and_loses_nothing(
    day: list[tuple[Side, Amount, Amount]],
    trade: tuple[Side, Amount, Amount],
    later: list[tuple[Side, Amount, Amount]],
) -> None:
    quantity, cost = cost_of(*trade)
    booked = book(after(day), quantity, cost, UNIT)
    position = booked.position
    for one in later:
        position = book(position, *cost_of(*one), UNIT).position
    back = take_back(position, quantity, cost, booked.realized, unit=UNIT, inverse=False)
    assert back.position.quantity == subtract(position.quantity, quantity)
    assert back.position.quantity or not back.position.cost
    assert back.position.cost == add(subtract(position.cost, cost), back.realized)
