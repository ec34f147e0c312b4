"""What others have published of closing a position, through our own functions.

dYdX v4: `liquidations_test.go`; Drift v2: `math/liquidation/tests.rs`. At which prices the examples
of Bybit and Kraken are liquidated is told with the margin; here the same bankruptcy from cash.
"""

import pytest

from ledger.events import InstrumentSpecified
from ledger.liquidation import (
    bankruptcy_price_of,
    bankruptcy_quote,
    fillable_price,
    liability_to_transfer,
    liquidation_fee,
    lots_to_cure,
    to_reduce,
)
from ledger.numbers import ONE, ZERO, Rounding, amount, negate, round_to, share, write_amount
from tests.domain.dydx_books import QUANTUM, TERMS, Subaccount, subaccount
from tests.domain.margin_books import inverse

LONG, SHORT = subaccount("-5100", BTC="0.1"), subaccount("4900", BTC="-0.1")


@pytest.mark.parametrize(
    ("account", "coin", "change", "expected"),
    [
        (subaccount("-4501", BTC="0.1"), "BTC", "-0.1", "4501"),
        (subaccount("5499", BTC="-0.1"), "BTC", "0.1", "-5499"),
        (subaccount("-5000", BTC="0.1"), "BTC", "-0.1", "5000"),
        (subaccount("-5000", BTC="0.1"), "BTC", "-0.05", "2500"),
        (subaccount("5000", BTC="-0.1"), "BTC", "0.05", "-2500"),
        (subaccount("5000", BTC="-0.1"), "BTC", "0.1", "-5000"),
        (LONG, "BTC", "-0.1", "5100"),
        (SHORT, "BTC", "0.1", "-4900"),
        (subaccount("-490", BTC="0.004", ETH="0.1"), "ETH", "-0.1", "294"),
        (subaccount("510", BTC="-0.004", ETH="-0.1"), "ETH", "0.1", "-306"),
        (subaccount("110", BTC="0.004", ETH="-0.1"), "ETH", "0.1", "-306"),
        (subaccount("-13", BTC="1"), "BTC", "-0.00021347", "0.002776"),
        (subaccount("13", BTC="-1"), "BTC", "0.00021347", "-0.002775"),
        (subaccount("1", BTC="1"), "BTC", "-1", "-1"),
    ],
)
def test_a_change_is_bankrupt_at_the_cash_that_dydx_says(
    account: Subaccount, coin: str, change: str, expected: str
) -> None:
    assert write_amount(account.quote(coin, amount(change))) == expected


def test_what_need_not_be_maintained_takes_equity_whole() -> None:
    quote = bankruptcy_quote(amount("10.5"), ZERO, amount("-100"), ZERO, ONE)
    assert quote == amount("90")


@pytest.mark.parametrize(
    ("account", "change", "proceeds", "percent_max", "expected"),
    [
        (LONG, "-0.1", "5610", "0.5", "28.05"),
        (LONG, "-0.1", "5610", "2.5", "140.25"),
        (LONG, "-0.1", "5610", "100", "510"),
        (SHORT, "0.1", "-4410", "0.5", "22.05"),
        (SHORT, "0.1", "-4410", "2.5", "110.25"),
        (SHORT, "0.1", "-4410", "100", "490"),
        (LONG, "-0.1", "5105.1", "0.5", "5.1"),
    ],
)
def test_the_reserve_fund_receives_what_dydx_says(
    account: Subaccount, change: str, proceeds: str, percent_max: str, expected: str
) -> None:
    bankruptcy = account.quote("BTC", amount(change))
    fee = liquidation_fee(amount(proceeds), bankruptcy, amount(percent_max), QUANTUM)
    assert write_amount(fee) == expected


def test_the_reserve_fund_pays_all_that_lacks() -> None:
    # 5,100 dollars were owed and 5,000 came in: no percentage limits a loss.
    bankruptcy = LONG.quote("BTC", amount("-0.1"))
    assert liquidation_fee(amount("5000"), bankruptcy, amount("0.5"), QUANTUM) == amount("-100")


@pytest.mark.parametrize(
    ("account", "adjustment", "spread", "expected"),
    [
        (subaccount("-4501", BTC="0.1"), "1", "10", "49999"),
        (subaccount("-4501", BTC="0.1"), "2", "10", "49998"),
        (subaccount("-4501", BTC="0.1"), "1", "20", "49998"),
        (subaccount("5499", BTC="-0.1"), "1", "10", "50001"),
        (subaccount("5499", BTC="-0.1"), "2", "10", "50002"),
        (subaccount("5499", BTC="-0.1"), "1", "20", "50002"),
        (subaccount("-5000", BTC="0.1"), "1", "10", "49500"),
        # Ours: no further than its maintenance, however far below zero the account is.
        (subaccount("-5400", BTC="0.1"), "1", "10", "49500"),
    ],
)
def test_a_position_is_offered_at_the_price_that_dydx_says(
    account: Subaccount, adjustment: str, spread: str, expected: str
) -> None:
    held = account.coins["BTC"]
    price = fillable_price(
        TERMS,
        held,
        account.worth("BTC", held),
        account.equity,
        account.maintenance,
        account.maintenance,
        amount(adjustment),
        amount(spread),
    )
    assert price == amount(expected)


def test_what_need_not_be_maintained_is_offered_at_its_mark() -> None:
    ten, nothing = amount("10"), (ZERO, ZERO)
    assert fillable_price(TERMS, ONE, ten, amount("-5"), *nothing, ONE, ten) == ten


def test_a_price_beyond_all_prices_is_none() -> None:
    most = amount("999999999999999999")
    assert bankruptcy_price_of(TERMS, amount("-0.000001"), most) is None


NANO = amount("0.000000001")


@pytest.mark.parametrize(
    ("price", "fee", "fund_fee", "expected"),
    [
        ("100", "0", "0", "1"),
        ("99", "0", "0", "1.01010101"),
        ("101", "0", "0", "0.990099009"),
        ("100", "1", "0", "1.111111111"),
        ("100", "1", "1", "1.25"),
    ],
)
def test_a_shortage_of_ten_dollars_needs_the_base_that_drift_says(
    price: str, fee: str, fund_fee: str, expected: str
) -> None:
    # 10 % to maintain. Drift cuts to a billionth; we close up to a lot, so that nothing lacks.
    ten = amount("10")
    found = to_reduce(ten, amount(price), ten, amount(fee), amount(fund_fee))
    assert found is not None
    assert round_to(found, NANO, Rounding.DOWN) == amount(expected)


def test_nothing_is_closed_or_transferred_where_nothing_lacks() -> None:
    surplus, ten = amount("-5"), amount("10")
    assert lots_to_cure(to_reduce(surplus, ten, ten, ZERO, ZERO), ten, ONE) == ZERO
    assert liability_to_transfer(surplus, ten, amount("120"), ten, ZERO) == ZERO


def test_what_fees_eat_up_is_closed_whole() -> None:
    eaten = to_reduce(ONE, amount("100"), amount("2"), ONE, ONE)
    assert eaten is None
    assert lots_to_cure(eaten, amount("-7"), ONE) == amount("7")


@pytest.mark.parametrize(
    ("asset_multiplier", "liability_multiplier", "fund_fee", "expected"),
    [
        ("1", "1", "0", "0.25"),
        ("1.1", "0.9", "0", "0.44998425"),
        ("1", "1", "1", "0.257731958"),
        ("1.1", "0.9", "1", "0.475669504"),
    ],
)
def test_ten_dollars_need_the_liability_that_drift_says(
    asset_multiplier: str, liability_multiplier: str, fund_fee: str, expected: str
) -> None:
    # 80 % against 120 % at 100. Drift cuts the weight given to a thousandth of a percent.
    given = share(amount("80"), amount(asset_multiplier), amount(liability_multiplier))
    cut = round_to(given, amount("0.001"), Rounding.DOWN)
    found = liability_to_transfer(amount("10"), amount("100"), amount("120"), cut, amount(fund_fee))
    assert found is not None
    assert round_to(found, NANO, Rounding.DOWN) == amount(expected)


def test_an_uncut_weight_transfers_what_cures_exactly() -> None:
    given = share(amount("80"), amount("1.1"), amount("0.9"))
    found = liability_to_transfer(amount("10"), amount("100"), amount("120"), given, ZERO)
    assert found is not None
    assert round_to(found, NANO, Rounding.UP) == amount("0.45")


def test_no_liability_is_transferred_for_what_counted_as_much() -> None:
    weight = amount("100")
    assert liability_to_transfer(amount("10"), amount("100"), weight, weight, ZERO) is None


@pytest.mark.parametrize(
    ("terms", "quantity", "cost", "equity", "price"),
    [
        # Bybit, isolated: 7,890.08 x 50/51 = 7,735.3725, by its tick of 0.5 up.
        pytest.param(inverse(tick=amount("0.5")), "78900.8", "-10", "0.2", "7735.5", id="isolated"),
        # Bybit, cross: 1.00075 x 10,000 / (10,000/8,000 + 0.5); 5,718.57 to the nearest cent.
        pytest.param(
            inverse(multiplier=amount("1.00075")), "10000", "-1.25", "0.5", "5718.58", id="cross"
        ),
        # Kraken: 1,000 / (0.01 + 1,000/8,000) = 7,407.407, which its page cuts.
        pytest.param(inverse(), "1000", "-0.125", "0.01", "7407.41", id="kraken"),
    ],
)
def test_cash_at_bankruptcy_says_the_prices_that_venues_do(
    terms: InstrumentSpecified, quantity: str, cost: str, equity: str, price: str
) -> None:
    # All are long of inverse contracts and marked at entry; alone, a position takes equity whole.
    margin = amount("0.5")
    closed = negate(amount(cost))
    quote = bankruptcy_quote(amount(equity), margin, closed, margin, terms.value_unit)
    assert bankruptcy_price_of(terms, negate(amount(quantity)), quote) == amount(price)
