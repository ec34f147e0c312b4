"""What others have published of taking over a bankrupt position, through our own functions.

dYdX v4: `deleveraging_test.go`; BitMEX: its ranking, with numbers of our own.
"""

from fractions import Fraction

import pytest

from ledger.contract import value
from ledger.deleveraging import (
    FIGURE_MAX,
    FIGURE_UNIT,
    Candidate,
    by_queue,
    largest_remainder,
    needed,
    overlaps,
    pro_rata,
    ranked,
)
from ledger.numbers import ONE, ZERO, Amount, add, amount, negate, subtract, write_amount
from tests.domain.dydx_books import ODD_PRICES, QUANTUM, TERMS, Subaccount, subaccount
from tests.domain.margin_books import inverse, linear

CARL = {dollars: subaccount(dollars, BTC="-1") for dollars in ("54999", "50000", "49999")}
"""Short of one coin at 50,000: with more than nothing left, with nothing, and with less."""

DAVE = {
    dollars: subaccount(dollars, BTC="1") for dollars in ("50000", "-45001", "-50000", "-50001")
}
"""Long of one coin: well off, and as badly off as the other."""


@pytest.mark.parametrize(
    ("carl", "dave", "ends_with"),
    [
        ("54999", "50000", "104999"),
        ("54999", "-45001", "9998"),
        ("54999", "-50000", "4999"),
        ("54999", "-50001", "4998"),
        ("50000", "50000", "100000"),
        ("50000", "-45001", "4999"),
        ("50000", "-50000", "0"),
        ("50000", "-50001", None),
        ("49999", "50000", "99999"),
        ("49999", "-45001", "4998"),
        ("49999", "-50000", None),
        ("49999", "-50001", None),
    ],
)
def test_whoever_takes_over_ends_with_what_dydx_says(
    carl: str, dave: str, ends_with: str | None
) -> None:
    bankrupt, other = CARL[carl], DAVE[dave]
    price = bankrupt.bankruptcy_price("BTC")
    assert overlaps(other.candidate("Dave", "BTC"), TERMS, amount("-1"), price) is (
        ends_with is not None
    )
    if ends_with is not None:
        paid = bankrupt.quote("BTC", ONE)
        assert write_amount(add(bankrupt.dollars, paid)) == "0"
        assert write_amount(subtract(other.dollars, paid)) == ends_with


def test_a_tenth_is_taken_over_at_the_price_of_all() -> None:
    tenth = CARL["54999"].quote("BTC", amount("0.1"))
    assert tenth == amount("-5499.9")
    assert value(TERMS, amount("0.1"), CARL["54999"].bankruptcy_price("BTC")) == negate(tenth)


def test_one_of_two_positions_takes_its_part_of_equity() -> None:
    # 800 dollars are left, 5,000 to be maintained for bitcoin and 3,000 for ether.
    carl = subaccount("80800", BTC="-1", ETH="-10")
    assert carl.quote("BTC", ONE) == amount("-50500")
    assert carl.bankruptcy_price("BTC") == amount("50500")
    assert overlaps(DAVE["50000"].candidate("Dave", "BTC"), TERMS, amount("-1"), amount("50500"))


def test_nobody_takes_over_from_their_own_side() -> None:
    short = subaccount("100000", BTC="-1").candidate("Carl", "BTC")
    assert not overlaps(short, TERMS, amount("-1"), amount("54999"))


def test_nobody_takes_over_more_than_they_hold() -> None:
    (dave,) = ranked([subaccount("50000", BTC="0.1").candidate("Dave", "BTC")])
    assert by_queue([dave], ONE, TERMS.lot) == {"Dave": amount("0.1")}


@pytest.mark.parametrize(
    ("bankrupt", "other"),
    [
        (subaccount("54999", ODD_PRICES, BTC="-1"), subaccount("50000", ODD_PRICES, BTC="1")),
        (subaccount("-45001", ODD_PRICES, BTC="1"), subaccount("100000", ODD_PRICES, BTC="-1")),
        (subaccount("45001", ODD_PRICES, BTC="-1"), subaccount("50000", ODD_PRICES, BTC="1")),
        (subaccount("-54999", ODD_PRICES, BTC="1"), subaccount("100000", ODD_PRICES, BTC="-1")),
    ],
)
def test_odd_prices_and_parts_are_taken_over_all_the_same(
    bankrupt: Subaccount, other: Subaccount
) -> None:
    held = bankrupt.coins["BTC"]
    part = amount("0.49999991") if held < ZERO else amount("-0.49999991")
    price = bankrupt.bankruptcy_price("BTC")
    assert overlaps(other.candidate("other", "BTC"), TERMS, held, price)
    quote = bankrupt.quote("BTC", part)
    after = Subaccount(add(bankrupt.dollars, quote), {"BTC": add(held, part)}, ODD_PRICES)
    # What is left keeps its part of equity, above or below zero, and less than a quantum more.
    keeps = Fraction(bankrupt.equity) * Fraction(after.maintenance) / Fraction(bankrupt.maintenance)
    assert 0 <= Fraction(after.equity) - keeps < Fraction(QUANTUM)
    kept = subtract(other.dollars, quote), subtract(other.coins["BTC"], part)
    assert Subaccount(kept[0], {"BTC": kept[1]}, ODD_PRICES).equity > ZERO


def candidate(account: str, cost: str, worth: str, bankrupt: str | None) -> Candidate:
    ruin = None if bankrupt is None else amount(bankrupt)
    return Candidate(account, amount("10"), amount(cost), amount(worth), ruin)


def test_most_profit_by_most_leverage_is_first_as_bitmex_ranks() -> None:
    winner = candidate("gain at ten", "1000", "1100", "990")  # 10 % x 1,100 / 110
    slower = candidate("gain at two", "1000", "1100", "550")  # 10 % x 1,100 / 550
    loser = candidate("loss at ten", "1000", "900", "810")  # -10 % / 10
    worse = candidate("loss at two", "1000", "900", "450")  # -10 % / 2
    ranking = ranked([worse, winner, loser, slower])
    assert [(each.rank, each.account, write_amount(each.score)) for each in ranking] == [
        (1, "gain at ten", "100"),
        (2, "gain at two", "20"),
        (3, "loss at ten", "-1"),
        (4, "loss at two", "-5"),
    ]


@pytest.mark.parametrize(
    ("bankrupt", "leverage"),
    [(None, FIGURE_UNIT), ("1100", FIGURE_MAX), ("1200", FIGURE_MAX), ("0", ONE)],
)
def test_whoever_has_nothing_left_has_the_highest_leverage(
    bankrupt: str | None, leverage: Amount
) -> None:
    (alone,) = ranked([candidate("A", "1000", "1100", bankrupt)])
    assert alone.leverage == leverage


def test_what_cost_nothing_has_the_highest_profit() -> None:
    gain, loss = (candidate("A", "0", worth, "-2") for worth in ("1", "-1"))
    assert [each.profit for each in ranked([gain, loss])] == [FIGURE_MAX, negate(FIGURE_MAX)]
    assert ranked([candidate("A", "0", "0", None)])[0].score == ZERO


def test_equals_are_ranked_by_name() -> None:
    names = ["C", "A", "B"]
    ranking = ranked(candidate(name, "1000", "1100", "990") for name in names)
    assert [each.account for each in ranking] == ["A", "B", "C"]


HOLDERS = ranked(
    Candidate(account, amount(held), amount("1000"), amount(worth), ZERO)
    for account, held, worth in (("A", "-5", "1300"), ("B", "-3", "1200"), ("C", "-2", "1100"))
)


def test_a_queue_takes_the_first_whole_and_the_last_in_part() -> None:
    assert by_queue(HOLDERS, amount("7"), ONE) == {"A": amount("5"), "B": amount("2")}


def test_parts_by_holding_are_rounded_to_the_largest_remainder() -> None:
    # 7 of 10: 3.5, 2.1 and 1.4
    found = pro_rata(HOLDERS, amount("7"), ONE)
    assert found == {"A": amount("4"), "B": amount("2"), "C": amount("1")}


def test_equal_remainders_are_equal_whatever_they_are_the_remainder_of() -> None:
    # 4 of 12: three and a third, a third, and a third
    weights = {"A": amount("10"), "B": ONE, "C": ONE}
    assert largest_remainder(amount("4"), weights, ONE) == {"A": amount("4"), "B": ZERO, "C": ZERO}


def test_a_cent_too_many_goes_to_the_first_by_name() -> None:
    weights = {"C": ONE, "A": ONE, "B": ONE}
    cents = largest_remainder(amount("-1"), weights, amount("0.01"))
    assert cents == {"A": amount("-0.33"), "B": amount("-0.33"), "C": amount("-0.34")}


@pytest.mark.parametrize(
    ("quantity", "mark", "bankruptcy", "deficit", "expected"),
    [
        ("10", "90", "100", "35", "4"),  # 10 a contract, three and a half of them
        ("-10", "110", "100", "30", "3"),
        ("10", "90", "100", "1000", "10"),
        ("10", "100", "90", "35", "0"),
        ("10", "90", "100", "0", "0"),
    ],
)
def test_a_deficit_is_met_by_the_fewest_lots(
    quantity: str, mark: str, bankruptcy: str, deficit: str, expected: str
) -> None:
    prices = amount(mark), amount(bankruptcy)
    found = needed(linear(lot=ONE), amount(quantity), *prices, amount(deficit))
    assert write_amount(found) == expected


def test_a_deficit_in_coins_is_met_to_the_very_lot() -> None:
    # A contract at 30 instead of 27 brings in 1/270 of a coin, and no rounding makes it one more.
    bought = needed(inverse(lot=ONE), amount("900"), amount("27"), amount("30"), ONE)
    assert bought == amount("270")
