"""What others have published of tiers, haircuts, margin and liquidation prices, through ours.

Our maintenance is of the value at the mark, as Kraken's numbers are. Where a venue reckons it at
entry, or counts the fee of closing, the book of the example is given the same. What dYdX and Drift
say of liquidation is told apart; answers on interest are left out until there are loans.
"""

import pytest

from ledger.coverage.case import NOW
from ledger.coverage.market import CONTRACT
from ledger.events import HaircutTier
from ledger.haircut import counted
from ledger.liquidation_price import ON_THE_EDGE, bankruptcy_price, price_at
from ledger.margin import Book, Holding, collateral_of, line_of
from ledger.numbers import ONE, ZERO, Amount, Rounding, add, amount, subtract, write_amount
from ledger.tiers import cumulatives, requirement
from tests.domain.margin_books import (
    SATOSHI,
    book,
    cash,
    fixed,
    holding,
    inverse,
    linear,
    pledge,
    standing,
    tier,
)
from tests.domain.one_account import evaluated, long_of_five

FIVE_PERCENT = (tier("0", "5"),)


def test_eleven_million_count_for_what_okx_says() -> None:
    # OKX: 5m x 1 + 5m x 0.975 + 1m x 0.95
    cuts = (("0", "0"), ("5000000", "2.5"), ("10000000", "5"))
    tiers = [HaircutTier(amount(floor), amount(haircut)) for floor, haircut in cuts]
    assert counted(amount("11000000"), tiers) == amount("10825000")


def test_thirty_thousand_need_what_the_multipliers_of_okx_say() -> None:
    # OKX portfolio margin, MR7: 10,000 x 1 + 20,000 x 2
    tiers = (tier("0", "100"), tier("10000", "200"))
    assert requirement(tiers, amount("30000"), initial=False) == amount("50000")


def test_the_maintenance_amount_of_level_five_is_that_of_binance() -> None:
    # Binance COIN-M: 50 x (5 % - 2.5 %) + 0.56 = 1.81. The levels below it, whose amount is 0.56
    # in all, stand here as one that comes to the same: 22.4 x 2.5 %.
    levels = [(ZERO, ZERO), (amount("22.4"), amount("2.5")), (amount("50"), amount("5"))]
    assert [write_amount(found) for found in cumulatives(levels)] == ["0", "0.56", "1.81"]


def test_the_first_tiers_of_bitcoin_need_what_binance_takes_off() -> None:
    # mechanics.md 1.7: 0.4 % to 50,000, 0.5 % to 600,000 (cum 50), 0.65 % above (cum 950)
    tiers = (tier("0", "0.4"), tier("50000", "0.5"), tier("600000", "0.65"))
    needs = [requirement(tiers, amount(w), initial=False) for w in ("50000", "600000", "1000000")]
    assert needs == [amount("200"), amount("2950"), amount("5550")]


XBTUSD = inverse(contract_unit=amount("0.0000000001"), value_rounding=Rounding.HALF_UP)
"""BitMEX, snapshot of 2026-07-19: 998,000 contracts short that cost 1,386,445,811 satoshi."""
COST = amount("13.86445811")


def test_the_maintenance_of_a_real_position_is_rounded_up_as_bitmex_does() -> None:
    # 0.5 % of 1,386,445,811 is 6,932,229.06, and the venue says 6,932,230. It reckons at entry, so
    # the position is marked where it is worth what it cost.
    plain = inverse(value_rounding=Rounding.HALF_UP)
    entry = holding(plain, "-998000", "71982.61858357", tiers=(tier("0", "0.5"),), cost=COST)
    line = line_of(entry)
    assert line.worth == COST
    assert line.maintenance == amount("0.0693223")


def test_the_margin_balance_of_a_real_account_is_wallet_and_profit() -> None:
    # Wallet 3,215,808,985 + unrealised 164,955,169 = 3,380,764,154 satoshi, at a mark whose
    # contract is worth 1,554.51 satoshi.
    held = holding(
        XBTUSD, "-998000", "64328.95", mark="64328.95", cost=COST, tiers=(tier("0", "0.5"),)
    )
    account = book("BTC", [held], cash("BTC", "32.15808985"), unit=SATOSHI)
    (value,) = collateral_of(account, [line_of(held)])
    assert value.unrealized_profit == amount("1.64955169")
    assert standing(account).equity == amount("33.80764154")


def isolated(held: Holding) -> Book:
    """Put one isolated position into a book with no cash beside it."""
    return book(held.terms.settlement, [held], cash(held.terms.settlement, "0"))


def test_an_isolated_linear_position_is_liquidated_where_bybit_says() -> None:
    # Bybit: 20,000 - (20,000/50 - 20,000 x 0.5 %) = 19,700; its maintenance is of the entry.
    at_entry = fixed(amount("100"))
    held = holding(linear(), "1", "20000", tiers=at_entry, allocated=amount("400"))
    assert price_at(isolated(held), held, ON_THE_EDGE) == amount("19700")
    # Of the mark, as ours is, the same is 19,600 / 0.995.
    marked = held._replace(tiers=(tier("0", "0.5"),))
    assert price_at(isolated(marked), marked, ON_THE_EDGE) == amount("19698.49")


@pytest.mark.parametrize(("tick", "price"), [("0.0001", "7735.3725"), ("0.5", "7735.5")])
def test_an_isolated_inverse_position_is_bankrupt_where_bybit_says(tick: str, price: str) -> None:
    # Bybit: 7,890.08 x 50/51 = 7,735.3725, which its tick of 0.5 makes 7,735.5. The contracts are
    # worth 10 coins at entry, so a fiftieth of that is 0.2.
    terms = inverse(tick=amount(tick))
    held = holding(terms, "78900.8", "7890.08", tiers=(tier("0", "0.5"),), allocated=amount("0.2"))
    assert bankruptcy_price(isolated(held), held) == amount(price)


HALF_A_COIN = cash("BTC", "0.5")


def test_a_cross_inverse_position_is_bankrupt_where_bybit_says() -> None:
    # Bybit: 1.00075 x 10,000 / (10,000/8,000 + 0.5) = 5,718.57. It counts the fee of closing, of
    # 0.075 %: the book carries it in the multiplier, while 1.25 coins stay what was paid.
    terms = inverse(multiplier=amount("1.00075"))
    held = holding(terms, "10000", "8000", cost=amount("-1.25"), tiers=(tier("0", "0.5"),))
    assert bankruptcy_price(book("BTC", [held], HALF_A_COIN), held) == amount("5718.57")


def test_a_cross_inverse_position_is_liquidated_where_bybit_says() -> None:
    # Bybit: 1 / (1/8,000 + (0.5 - 10,000/8,000 x 0.5 % - 10,000 x 0.075 % / 5,718.57) / 10,000),
    # which is 5,739.08, and 5,739.5 by its tick. Maintenance at entry and the fee at bankruptcy.
    at_entry, closing = amount("0.00625"), amount("0.001311516690361401")  # 7.5 / 5,718.57
    held = holding(inverse(), "10000", "8000", tiers=fixed(add(at_entry, closing)))
    found = price_at(book("BTC", [held], HALF_A_COIN), held, ON_THE_EDGE)
    assert found == amount("5739.08")


KRAKEN = holding(inverse(tick=ONE), "1000", "8000", tiers=(tier("0", "1"),))
"""1,000 contracts at 8,000; the page's numbers use 1 % of the value at the mark, as ours do."""


def test_a_position_is_liquidated_and_bankrupt_where_kraken_says() -> None:
    # 1,010 / (0.01 + 1,000/8,000) = 7,481.48 and 1,000 / (0.01 + 1,000/8,000) = 7,407.41
    account = book("BTC", [KRAKEN], cash("BTC", "0.01"))
    assert price_at(account, KRAKEN, ON_THE_EDGE) == amount("7481")
    assert bankruptcy_price(account, KRAKEN) == amount("7407")


FIVE = holding(linear(), "5", "60000", tiers=FIVE_PERCENT)
IN_CASH = book("USDT", [FIVE], cash("USDT", "59000"))
IN_COINS = book("USDT", [FIVE], cash("USDT", "5000"), pledge("BTC", "1", "60000", [("0", "10")]))


def test_both_accounts_begin_with_the_same_equity() -> None:
    assert standing(IN_CASH).equity == standing(IN_COINS).equity == amount("59000")


@pytest.mark.parametrize(
    ("account", "percent", "price"),
    [
        pytest.param(IN_CASH, "100", "50736.84", id="241,000 / 4.75"),
        pytest.param(IN_COINS, "100", "52212.39", id="295,000 / 5.65"),
        pytest.param(IN_COINS, "120", "52678.57", id="295,000 / 5.6"),
    ],
)
def test_coins_that_fall_with_the_position_liquidate_it_sooner(
    account: Book, percent: str, price: str
) -> None:
    assert price_at(account, FIVE, amount(percent)) == amount(price)


def test_at_bankruptcy_the_coins_are_taken_whole() -> None:
    # 295,000 / 6, and 241,000 / 5 with cash alone
    assert bankruptcy_price(IN_COINS, FIVE) == amount("49166.67")
    assert bankruptcy_price(IN_CASH, FIVE) == amount("48200")


def prices_of(usd: str, coins: str | None) -> tuple[Amount | None, Amount | None]:
    """Evaluate an account that is long of 5 BTC at 60,000; give both its prices."""
    event = evaluated(long_of_five(usd, coins), NOW)
    assert event.equity == amount("59000")
    (position,) = event.positions
    assert position.instrument == CONTRACT.instrument
    return position.liquidation_price, position.bankruptcy_price


def test_an_evaluation_says_the_same_prices_after_the_whole_way() -> None:
    assert prices_of("59000", None) == (amount("50736.84"), amount("48200"))
    assert prices_of("5000", "1") == (amount("52212.39"), amount("49166.67"))


def test_coins_cost_so_much_of_the_way_down() -> None:
    alone, beside = prices_of("59000", None)[0], prices_of("5000", "1")[0]
    assert alone is not None
    assert beside is not None
    assert subtract(beside, alone) == amount("1475.55")
