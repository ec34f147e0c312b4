"""What others have published of entry, profit, fees and rounding, through our own functions."""

from typing import Any

import pytest
from msgspec.structs import replace

from ledger.contract import fee, value
from ledger.coverage.market import CONTRACT
from ledger.events import ContractKind, InstrumentSpecified, Liquidity
from ledger.numbers import ZERO, Amount, Rounding, amount, negate, subtract, write_amount
from ledger.position import FLAT, Position, book

SATOSHI = amount("0.00000001")


def terms(**said: Any) -> InstrumentSpecified:
    """Specify a contract that is rounded to 8 decimals, half to even, as venues show it."""
    usual: dict[str, Any] = {
        "value_unit": SATOSHI,
        "value_rounding": Rounding.HALF_EVEN,
        "fee_unit": SATOSHI,
        "fee_rounding": Rounding.HALF_EVEN,
    }
    return replace(CONTRACT, **{**usual, **said})


LINEAR = terms()
INVERSE = terms(kind=ContractKind.INVERSE, settlement="BTC")


def profit(contract: InstrumentSpecified, quantity: str, entry: str, exit_price: str) -> str:
    """Open a position and close it whole; give what it realized."""
    size = amount(quantity)
    opened = book(FLAT, size, value(contract, size, amount(entry)), contract.value_unit)
    back = negate(size)
    cost = value(contract, back, amount(exit_price))
    closed = book(opened.position, back, cost, contract.value_unit)
    assert opened.realized == ZERO
    assert closed.position == FLAT
    return write_amount(closed.realized)


@pytest.mark.parametrize(
    ("contract", "quantity", "entry", "exit_price", "expected"),
    [
        pytest.param(INVERSE, "15000", "750", "800", "1.25", id="BitMEX guide, long 15,000"),
        pytest.param(INVERSE, "1000", "1000", "1250", "0.2", id="BitMEX guide, marked at 1,250"),
        pytest.param(INVERSE, "-100000", "10000", "11000", "-0.90909091", id="nautilus, short"),
        pytest.param(INVERSE, "100000", "10500", "11505.6", "0.83238969", id="nautilus, long"),
        pytest.param(
            INVERSE, "-1250000", "15500", "12506.65", "19.301667", id="nautilus, large short"
        ),
        pytest.param(LINEAR, "4", "10500", "11505.6", "4022.4", id="nautilus, linear"),
        pytest.param(LINEAR, "-4", "10500", "11505.6", "-4022.4", id="and the short beside it"),
    ],
)
def test_a_round_trip_realizes_what_its_venue_says(
    contract: InstrumentSpecified, quantity: str, entry: str, exit_price: str, expected: str
) -> None:
    assert profit(contract, quantity, entry, exit_price) == expected


XBTUSD = terms(
    kind=ContractKind.INVERSE,
    contract_unit=SATOSHI,
    value_rounding=Rounding.HALF_UP,
    fee_rounding=Rounding.TOWARD_ZERO,
    maker_fee=amount("-0.00025"),
    taker_fee=amount("0.00075"),
)
"""The inverse contract of a public puzzle: each piece is worth a whole number of satoshi."""


def test_the_885_contracts_of_a_public_puzzle_are_right_to_the_satoshi() -> None:
    # 885 contracts bought at 7,299 and sold at 6,635.5, for rebates; rebate, funding and a fee of
    # the same day are the venue's own figures. Its wallet moved by -1,208,157 satoshi.
    assert write_amount(value(XBTUSD, amount("885"), amount("7299"))) == "-0.12125385"
    lost = amount(profit(XBTUSD, "885", "7299", "6635.5"))
    assert lost == amount("-0.01211565")
    maker = Liquidity.MAKER
    sold = value(XBTUSD, amount("-885"), amount("6635.5"))
    bought = value(XBTUSD, amount("885"), amount("7299"))
    rebates = [fee(XBTUSD, traded, maker) for traded in (bought, sold)]
    assert [write_amount(rebate) for rebate in rebates] == ["-0.00003031", "-0.00003334"]
    day = subtract(subtract(lost, rebates[1]), amount("-0.00000074"))
    assert day == amount("-0.01208157")


def test_without_rounding_each_contract_first_the_same_day_is_off_by_hundreds() -> None:
    whole = replace(XBTUSD, contract_unit=None)
    lost = amount(profit(whole, "885", "7299", "6635.5"))
    assert lost != amount("-0.01211565")
    assert 100 < abs(subtract(lost, amount("-0.01211565")) / SATOSHI) < 1_000


def test_a_hundredth_of_a_satoshi_a_contract_gives_the_mark_value_of_a_real_account() -> None:
    # BitMEX, snapshot of 2026-07-19: 998,000 contracts, markValue 1,551,400,980, cost
    # 1,386,445,811, unrealised 164,955,169 (satoshi). A contract was worth 1,554.51 satoshi: any
    # mark says so whose reciprocal rounds to that, such as this one.
    today = replace(XBTUSD, contract_unit=amount("0.0000000001"))
    held = Position(amount("-998000"), amount("13.86445811"))
    mark = amount("64328.95")
    worth = value(today, held.quantity, mark)
    assert write_amount(worth) == "15.5140098"
    assert write_amount(subtract(worth, held.cost)) == "1.64955169"


def test_a_taker_pays_three_quarters_of_a_permille_to_the_eighth_decimal() -> None:
    rate = replace(INVERSE, taker_fee=amount("0.00075"))
    traded = value(rate, amount("100000"), amount("10500"))
    assert write_amount(fee(rate, traded, Liquidity.TAKER)) == "0.00714286"


def test_the_average_entry_of_an_inverse_contract_is_the_harmonic_mean() -> None:
    # 100 at 10,000 and 100 at 20,000: 200 / (100/10,000 + 100/20,000) = 13,333.33...
    position = FLAT
    for price in ("10000", "20000"):
        cost = value(INVERSE, amount("100"), amount(price))
        position = book(position, amount("100"), cost, SATOSHI).position
    assert write_amount(position.cost) == "-0.015"
    assert round(position.quantity / -position.cost, 2) == amount("13333.33")


def test_a_reduction_keeps_the_average_entry_and_the_last_one_takes_the_rest() -> None:
    position = Position(amount("3"), amount("1000"))
    sold = value(LINEAR, amount("-1"), amount("400"))
    first = book(position, amount("-1"), sold, amount("0.01"))
    assert first.position == Position(amount("2"), amount("666.67"))
    assert first.realized == amount("66.67")
    second = book(first.position, amount("-1"), sold, amount("0.01"))
    third = book(second.position, amount("-1"), sold, amount("0.01"))
    assert third.position == FLAT
    gained: Amount = amount("200")
    assert first.realized + second.realized + third.realized == gained


@pytest.mark.parametrize(("held", "trade"), [("2", "-5"), ("-2", "5")])
def test_a_flip_closes_all_and_opens_the_rest_at_its_own_price(held: str, trade: str) -> None:
    before = Position(amount(held), value(LINEAR, amount(held), amount("100")))
    cost = value(LINEAR, amount(trade), amount("110"))
    flipped = book(before, amount(trade), cost, SATOSHI)
    rest = "-3" if trade == "-5" else "3"
    assert flipped.position == Position(amount(rest), amount(f"{rest}30"))
    assert flipped.realized == amount("20" if held == "2" else "-20")
