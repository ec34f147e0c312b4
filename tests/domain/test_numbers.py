"""Numbers: exact at any size that exists, one text for one number, rounding only by name."""

import re
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.numbers import (
    AMOUNT_PATTERN,
    EXACT,
    ZERO,
    OutOfRange,
    Rounding,
    add,
    amount,
    as_amount,
    as_balance,
    as_total,
    decimals,
    from_minor,
    is_normal,
    negate,
    read_amount,
    round_to,
    subtract,
    total,
    write_amount,
)
from tests.domain.strategies import amounts

LARGEST = "9" * 18 + "." + "9" * 18


@given(amounts)
def test_the_text_of_an_amount_reads_back_as_itself(value: Decimal) -> None:
    text = write_amount(as_amount(value))
    assert is_normal(text)
    assert re.match(AMOUNT_PATTERN, text)
    assert amount(text) == read_amount(text) == value
    assert write_amount(read_amount(f"{'' if text[0] == '-' else '+'}{text}")) == text


@given(amounts, amounts, amounts)
def test_addition_is_exact_in_any_order(one: Decimal, two: Decimal, three: Decimal) -> None:
    a, b, c = as_amount(one), as_amount(two), as_amount(three)
    assert add(a, b) == add(b, a)
    assert add(add(a, b), c) == add(a, add(b, c)) == total([a, b, c])
    assert subtract(add(a, b), b) == a
    assert add(a, negate(a)) == ZERO
    minor = sum(int(value.scaleb(18, EXACT)) for value in (a, b, c))
    assert write_amount(total([a, b, c])) == write_amount(as_total(Decimal(f"{minor}e-18")))


@given(st.text(max_size=50) | st.from_regex(r"[-+0-9.eE_NaInf ]{0,45}", fullmatch=True))
def test_whatever_else_is_read_is_no_surprise(text: str) -> None:
    with suppress(ValueError):
        assert is_normal(write_amount(read_amount(text)))


def test_thirty_six_digits_are_kept() -> None:
    largest = amount(LARGEST)
    assert write_amount(read_amount(LARGEST)) == LARGEST
    assert write_amount(add(largest, amount("0.000000000000000001"))) == "1" + "0" * 18
    assert write_amount(negate(largest)) == f"-{LARGEST}"


@pytest.mark.parametrize(
    "text",
    ["-0", "-0.0", "1E+5", "NaN", "Infinity", "007", "1,5", "1_0", " 1", "1 ", ".5", "5.", "", "٣"],
)
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"negative zero|not a plain decimal"):
        read_amount(text)


@pytest.mark.parametrize("text", ["1.50", "+1", "-0", "1E+5", "NaN", "00", "0.0"])
def test_another_form_is_not_the_normal_form(text: str) -> None:
    assert not is_normal(text)
    with pytest.raises(ValueError, match="normal form"):
        amount(text)


@pytest.mark.parametrize("text", ["1" + "0" * 18, "0." + "0" * 18 + "1"])
def test_what_is_too_large_or_too_fine_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"10\^18|more than 18 decimals"):
        read_amount(text)


@pytest.mark.parametrize("read", [amount, read_amount])
def test_a_million_digits_are_refused_before_a_number_is_made(
    read: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.numbers.Decimal", lambda _: pytest.fail("a number was made"))
    with pytest.raises(ValueError, match="1000000 characters"):
        read("9" * 1_000_000)


def test_a_sum_may_outgrow_an_amount_and_a_balance_but_not_without_end() -> None:
    largest = amount(LARGEST)
    assert total([largest] * 101) > largest
    with pytest.raises(OutOfRange, match=r"10\^20"):
        as_balance(total([largest] * 101))
    with pytest.raises(OutOfRange, match=r"10\^40"):
        as_total(Decimal(10) ** 40)
    with pytest.raises(ValueError, match="not a number"):
        as_total(Decimal("NaN"))


def test_less_than_a_millionth_is_written_without_an_exponent() -> None:
    assert write_amount(amount("-0.00000043")) == "-0.00000043"
    assert write_amount(from_minor(-43, 8)) == "-0.00000043"


def test_the_sign_of_zero_is_gone() -> None:
    assert write_amount(negate(ZERO)) == "0"
    assert write_amount(as_amount(Decimal("-0.00"))) == "0"
    assert write_amount(total([])) == "0"


def test_minor_units_are_scaled_exactly() -> None:
    assert write_amount(from_minor(1377939241, 8)) == "13.77939241"
    assert write_amount(from_minor(-120000, 6)) == "-0.12"
    assert [decimals(amount(text)) for text in ("0", "100", "0.05", "1.000001")] == [0, 0, 2, 6]


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.TOWARD_ZERO, ["2", "2", "3", "-2", "-3"]),
        (Rounding.AWAY_FROM_ZERO, ["3", "3", "4", "-3", "-4"]),
        (Rounding.UP, ["3", "3", "4", "-2", "-3"]),
        (Rounding.DOWN, ["2", "2", "3", "-3", "-4"]),
        (Rounding.HALF_EVEN, ["2", "3", "4", "-2", "-4"]),
    ],
)
def test_each_way_of_rounding_does_what_its_name_says(
    rounding: Rounding, expected: list[str]
) -> None:
    values = [Decimal(text) for text in ("2.5", "2.51", "3.5", "-2.5", "-3.5")]
    assert [write_amount(round_to(value, amount("1"), rounding)) for value in values] == expected


def test_rounding_goes_to_a_whole_number_of_any_unit() -> None:
    assert write_amount(round_to(Decimal("1.07"), amount("0.05"), Rounding.TOWARD_ZERO)) == "1.05"
    assert write_amount(round_to(Decimal("3031.35"), amount("1"), Rounding.TOWARD_ZERO)) == "3031"
