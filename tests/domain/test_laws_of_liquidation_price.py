"""Laws of the liquidation price: the nearest at which equity passes its level, and no other."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from ledger.liquidation_price import ON_THE_EDGE, bankruptcy_price, price_at
from ledger.margin import NO_CUT, Asset, Book, Holding, Sourced
from ledger.numbers import ZERO, Amount, amount, as_amount
from tests.domain.margin_books import (
    CENT,
    book,
    cash,
    holding,
    inverse,
    linear,
    pledge,
    standing,
    tier,
)
from tests.domain.random_books import FINE, books, excess


def crosses(
    of: Book, held: Holding, price: Amount, percent: Fraction, within: Decimal = 2 * FINE
) -> bool:
    """Tell whether equity passes its level within a few ticks of a price."""
    mark, near = Fraction(held.mark.figure), Fraction(within)
    low, high = (
        excess(of, held.terms.reference, (Fraction(price) + step) / mark, percent)
        for step in (-near, near)
    )
    return min(low, high) <= 0 <= max(low, high)


@for_any(books, st.sampled_from(["100", "120", "150"]))
def test_at_the_liquidation_price_equity_is_what_must_be_maintained(of: Book, level: str) -> None:
    for held in of.holdings:
        price = price_at(of, held, amount(level))
        if price is not None and price > 4 * FINE:
            assert crosses(of, held, price, Fraction(level))


@for_any(books)
def test_at_the_bankruptcy_price_nothing_is_left(of: Book) -> None:
    whole = tuple(a._replace(tiers=NO_CUT, concentration=None) for a in of.assets)
    for held in of.holdings:
        price = bankruptcy_price(of, held)
        if price is not None and price > 4 * FINE:
            assert crosses(of._replace(assets=whole), held, price, Fraction(0))


@settings(max_examples=1000)
@for_any(books, st.integers(-99, 99))
def test_no_nearer_price_liquidates_an_account_that_is_safe(of: Book, part: int) -> None:
    for held in of.holdings:
        reference = held.terms.reference
        price = price_at(of, held, ON_THE_EDGE)
        if price is None or excess(of, reference, Fraction(1)) <= 0:
            continue
        scale = Fraction(price) / Fraction(held.mark.figure)
        between = 1 + (scale - 1) * Fraction(part, 100)
        if between > 0:
            assert excess(of, reference, between) > 0


def test_the_nearer_of_two_prices_is_told() -> None:
    # 9 long at 1,000 and 10,000 dollars short of inverse: ruin is near above, and far below.
    long = holding(linear(), "9", "1000", tiers=(tier("0", "5"),))
    short = holding(inverse(instrument="BTC-INV"), "-10000", "1000", tiers=(tier("0", "5"),))
    of = book(
        "USDT", [long, short], cash("USDT", "1150"), pledge("BTC", "0", "1000", [("0", "20")])
    )
    for held in of.holdings:
        price = price_at(of, held, ON_THE_EDGE)
        assert price is not None
        assert crosses(of, held, price, Fraction(100), 2 * CENT)
        assert amount("1100") < price < amount("1200")


@for_any(books)
def test_an_account_that_is_safe_at_every_price_has_no_liquidation_price(of: Book) -> None:
    for held in of.holdings:
        if price_at(of, held, ON_THE_EDGE) is None:
            signs = {
                excess(of, held.terms.reference, Fraction(2) ** power) > 0
                for power in range(-10, 11)
            }
            assert len(signs) == 1


def dollars_in_bitcoin(mark: str) -> Book:
    """Measure in bitcoin what is settled in dollars, each worth so much less as bitcoin rises."""
    held = holding(linear(), "1", "60000", mark=mark, tiers=(tier("0", "5"),))
    one = as_amount(round(1 / amount(mark), 18))
    dollars = Asset("USDT", ZERO, ZERO, Sourced(one, 4), NO_CUT)
    return book("BTC", [held], cash("BTC", "0.2"), dollars, unit=amount("0.00000001"))


def test_where_the_measure_itself_is_the_reference_all_else_moves_against_it() -> None:
    # 0.2 + (P - 60,000)/P = 0.05, so P = 60,000/1.15; dollars are worth 1/P bitcoin then.
    of = dollars_in_bitcoin("60000")
    assert price_at(of, of.holdings[0], ON_THE_EDGE) == amount("52173.91")


def test_there_the_account_is_on_the_edge_indeed() -> None:
    totals = standing(dollars_in_bitcoin("52173.91"))
    assert abs(totals.equity - totals.maintenance) < amount("0.000001")
