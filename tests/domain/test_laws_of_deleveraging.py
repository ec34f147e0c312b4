"""Laws of deleveraging: all is taken, nobody gives more than they hold, order does not count."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.contract import is_inverse, value
from ledger.deleveraging import (
    Candidate,
    by_queue,
    largest_remainder,
    needed,
    overlaps,
    pro_rata,
    ranked,
)
from ledger.events import InstrumentSpecified
from ledger.liquidation import bankruptcy_quote
from ledger.numbers import (
    ZERO,
    Amount,
    add,
    amount,
    as_amount,
    magnitude,
    negate,
    subtract,
    total,
)
from tests.domain.margin_books import CENT, SATOSHI, inverse, linear

LOT = amount("0.03")
"""No power of ten, so that a count of lots is not a matter of decimals."""


def steps(smallest: int, largest: int, unit: Amount) -> st.SearchStrategy[Amount]:
    """Draw an amount of whole units."""
    return st.integers(smallest, largest).map(lambda count: as_amount(count * unit))


AMOUNTS = st.one_of(steps(-(10**9), 10**9, CENT), steps(-5, 5, as_amount(Decimal(10) ** 17)))
NAMES = [f"account {number}" for number in range(8)]
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(NAMES),
        steps(-(10**4), -1, LOT),
        AMOUNTS,
        AMOUNTS,
        st.none() | AMOUNTS,
    ),
    unique_by=lambda each: each.account,
    max_size=8,
)
TAKEN = steps(0, 10**5, LOT)
TERMS = st.sampled_from([linear(lot=LOT), inverse(lot=LOT)])
PRICE = steps(100, 10**7, CENT)
SIZE = steps(-(10**4), 10**4, LOT).filter(bool)


@for_any(CANDIDATES.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_a_ranking_does_not_depend_on_the_order_of_the_accounts(
    orders: tuple[list[Candidate], list[Candidate]],
) -> None:
    assert ranked(orders[0]) == ranked(orders[1])


@for_any(CANDIDATES)
def test_a_ranking_is_total_and_never_rises(some: list[Candidate]) -> None:
    ranking = ranked(some)
    assert [each.rank for each in ranking] == list(range(1, len(some) + 1))
    keys = [(negate(each.score), each.account) for each in ranking]
    assert keys == sorted(keys)
    for each in ranking:
        assert (each.score > ZERO) <= (each.profit > ZERO)
        assert each.leverage > ZERO


@for_any(CANDIDATES, TAKEN)
def test_all_is_taken_and_by_nobody_more_than_they_hold(
    some: list[Candidate], quantity: Amount
) -> None:
    ranking = ranked(some)
    held = {each.account: magnitude(each.quantity) for each in some}
    for rule in (by_queue, pro_rata):
        taken = rule(ranking, quantity, LOT)
        assert total(taken.values()) == min(quantity, total(held.values()))
        for account, part in taken.items():
            assert ZERO < part <= held[account]
            assert not part % LOT


@for_any(CANDIDATES, TAKEN)
def test_in_a_queue_nobody_gives_before_all_before_them_have_given_all(
    some: list[Candidate], quantity: Amount
) -> None:
    ranking = ranked(some)
    taken = by_queue(ranking, quantity, LOT)
    assert list(taken) == [each.account for each in ranking[: len(taken)]]
    holders = [magnitude(each.quantity) for each in ranking[: len(taken)]]
    assert list(taken.values())[:-1] == holders[:-1]


@for_any(CANDIDATES, TAKEN)
def test_a_part_by_holding_is_off_by_less_than_a_lot(
    some: list[Candidate], quantity: Amount
) -> None:
    taken = pro_rata(ranked(some), quantity, LOT)
    whole = total(magnitude(each.quantity) for each in some)
    for each in some:
        of = Fraction(magnitude(each.quantity)) / Fraction(whole)
        part = Fraction(taken.get(each.account, ZERO))
        assert abs(part - min(Fraction(quantity), Fraction(whole)) * of) < Fraction(LOT)


WEIGHTS = st.dictionaries(st.sampled_from(NAMES), steps(0, 10**9, SATOSHI), min_size=1).filter(
    lambda weights: any(weights.values())
)


@for_any(steps(-(10**9), 10**9, LOT), WEIGHTS)
def test_parts_sum_to_the_whole_and_the_largest_remainders_are_served_first(
    whole: Amount, weights: dict[str, Decimal]
) -> None:
    parts = largest_remainder(whole, weights, LOT)
    assert list(parts) == sorted(weights)
    assert total(parts.values()) == whole
    of = sum(map(Fraction, weights.values()))
    exact = {name: Fraction(whole) * Fraction(weights[name]) / of / Fraction(LOT) for name in parts}
    more = {name: Fraction(part) / Fraction(LOT) - exact[name] // 1 for name, part in parts.items()}
    served = [name for name in parts if more[name]]
    assert all(more[name] == 1 for name in served)
    first = sorted(parts, key=lambda name: (exact[name] // 1 - exact[name], name))
    assert sorted(first[: len(served)]) == served


@for_any(TERMS, SIZE, PRICE, PRICE, steps(1, 10**9, CENT))
def test_what_is_needed_meets_the_deficit_and_a_lot_less_does_not(
    terms: InstrumentSpecified, quantity: Amount, mark: Amount, bankruptcy: Amount, deficit: Amount
) -> None:
    found = needed(terms, quantity, mark, bankruptcy, deficit)
    at, now = Fraction(bankruptcy), Fraction(mark)
    apart = (1 / now - 1 / at) if is_inverse(terms) else at - now
    one = apart if quantity > ZERO else -apart
    if one <= 0:
        assert found == ZERO
        return
    assert ZERO < found <= magnitude(quantity)
    assert not found % LOT
    if found < magnitude(quantity):
        assert Fraction(found) * one >= Fraction(deficit)
    assert (Fraction(found) - Fraction(LOT)) * one < Fraction(deficit)


@for_any(TERMS, SIZE, PRICE, PRICE, steps(-(10**6), 10**6, CENT))
def test_whoever_overlaps_has_something_left_and_nobody_else(
    terms: InstrumentSpecified, quantity: Amount, mark: Amount, price: Amount, equity: Amount
) -> None:
    worth = value(terms, quantity, mark)
    size = magnitude(worth)
    bankrupt = bankruptcy_quote(equity, size, negate(worth), size, SATOSHI)
    other = Candidate("A", quantity, worth, worth, bankrupt)
    left = add(equity, subtract(value(terms, quantity, price), worth))
    assert overlaps(other, terms, negate(quantity), price) is (left >= ZERO)
    assert overlaps(other._replace(bankrupt=None), terms, negate(quantity), price)
    assert not overlaps(other, terms, quantity, price)
