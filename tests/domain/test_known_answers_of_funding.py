"""What others have published of premiums, rates and payments, through our own functions."""

import pytest
from msgspec.structs import replace

from ledger.contract import value
from ledger.coverage.case import BEGINNING
from ledger.coverage.in_order import APPROVAL
from ledger.events import Averaging, FundingRuleSet
from ledger.funding_rate import (
    NO_SAMPLES,
    Samples,
    accrual,
    average,
    payment,
    premium_of,
    rate_of,
)
from ledger.numbers import ONE, ZERO, Amount, Rounding, amount, write_amount
from tests.domain.margin_books import SATOSHI, inverse

RATE_UNIT = amount("0.00000001")


def rule(**said: object) -> FundingRuleSet:
    """Set the usual rule: eight hours, 0.01 % interest, a damper of 0.05 %, no cap."""
    usual = FundingRuleSet(
        instrument="BTC-PERP",
        interval=28_800,
        period=28_800,
        averaging=Averaging.MEAN,
        samples_min=1,
        interest=amount("0.0001"),
        damper=amount("0.0005"),
        cap=None,
        rate_unit=RATE_UNIT,
        rounding=Rounding.DOWN,
        effective_from=BEGINNING,
        approval=APPROVAL,
    )
    return replace(usual, **said)


def sampled(*premiums: str) -> Samples:
    samples = NO_SAMPLES
    for premium in premiums:
        samples = samples.with_sample(amount(premium))
    return samples


@pytest.mark.parametrize(
    ("price", "rate_ppm", "elapsed", "expected"),
    [
        # price = 1,000 x 10^(atomic resolution + exponent + 6), in quanta of quote per quantum
        ("0.001", "1001999", 28_800, "1001"),
        ("0.001", "-1001999", 28_800, "-1001"),
        ("10000000", "-1001999", 14_400, "-5009995000000"),
        ("1000", "-1001999", 3_600, "-125249875"),
    ],
)
def test_a_funding_index_grows_as_that_of_dydx(
    price: str, rate_ppm: str, elapsed: int, expected: str
) -> None:
    # dYdX v4, funding_test.go; it cuts twice towards zero, which is the same as once.
    grown = accrual(amount(price), amount(rate_ppm), elapsed, 28_800, ONE)
    assert write_amount(grown) == expected


@pytest.mark.parametrize(("quantity", "paid"), [("100000", "-0.05"), ("-100000", "0.05")])
def test_twenty_bitcoin_at_a_quarter_percent_pay_what_bitmex_says(quantity: str, paid: str) -> None:
    # BitMEX, Perpetual Contracts Guide: 20 XBT x 0.25 % = 0.05 XBT; 100,000 contracts at 5,000.
    size = amount(quantity)
    worth = value(inverse(), size, amount("5000"))
    assert worth.copy_abs() == amount("20")
    due = payment(size, worth, amount("0.0025"), SATOSHI, Rounding.DOWN)
    assert write_amount(due) == paid


def test_a_negative_rate_pays_the_longs() -> None:
    due = payment(ONE, amount("20"), amount("-0.0025"), SATOSHI, Rounding.DOWN)
    assert write_amount(due) == "0.05"


@pytest.mark.parametrize(("quantity", "paid"), [("1", "-0.04"), ("-1", "0.03")])
def test_the_payer_pays_up_and_the_receiver_gets_less(quantity: str, paid: str) -> None:
    # dYdX, updates.go: Euclidean floor. 1.4 x 0.025 = 0.035.
    worth, rate = amount("1.4"), amount("0.025")
    due = payment(amount(quantity), worth, rate, amount("0.01"), Rounding.DOWN)
    assert write_amount(due) == paid


def test_a_linear_average_is_that_of_whitebit() -> None:
    samples = sampled("0.0001", "0.004", "0.008", "-0.0001")
    assert average(Averaging.LINEAR, samples, 1) == amount("0.00317")


def test_a_mean_counts_missing_samples_as_zeros() -> None:
    # dYdX: the mean over the hour, padded with zeros up to the least number of samples.
    samples = sampled("0.003", "0.003")
    assert average(Averaging.MEAN, samples, 2) == amount("0.003")
    assert average(Averaging.MEAN, samples, 60) == amount("0.0001")
    assert average(Averaging.LAST, sampled("0.003", "0.001"), 60) == amount("0.001")
    assert average(Averaging.LINEAR, NO_SAMPLES, 60) == ZERO


@pytest.mark.parametrize(
    ("premium", "rate"),
    [("0", "0"), ("0.00025", "0"), ("0.001", "0.00075"), ("-0.001", "-0.00075")],
)
def test_a_damper_without_interest_is_that_of_deribit(premium: str, rate: str) -> None:
    # max(0.025 %, P) + min(-0.025 %, P)
    damped = rule(interest=ZERO, damper=amount("0.00025"))
    assert rate_of(damped, amount(premium)) == amount(rate)


@pytest.mark.parametrize(
    ("premium", "rate"),
    [
        # P + clamp(0.01 % - P, -0.05 %, 0.05 %): near the interest the rate is the interest.
        ("0", "0.0001"),
        ("0.0006", "0.0001"),
        ("-0.0004", "0.0001"),
        ("0.002", "0.0015"),
        ("-0.002", "-0.0015"),
    ],
)
def test_a_rate_leans_towards_the_interest_as_binance_says(premium: str, rate: str) -> None:
    assert rate_of(rule(), amount(premium)) == amount(rate)


def test_an_hour_has_an_eighth_of_the_rate_of_eight_hours() -> None:
    # Binance from 2025-09-18: divided by 8/N; Hyperliquid pays an eighth every hour.
    assert rate_of(rule(interval=3_600), amount("0.002")) == amount("0.0001875")


@pytest.mark.parametrize(("premium", "rate"), [("0.05", "0.012"), ("-0.05", "-0.012")])
def test_a_rate_is_capped_at_six_tenths_of_the_margins_apart(premium: str, rate: str) -> None:
    # dYdX: |F| <= clamp factor x (IMF - MMF); here 0.6 x (5 % - 3 %).
    assert rate_of(rule(cap=amount("0.012")), amount(premium)) == amount(rate)


@pytest.mark.parametrize(
    ("bid", "ask", "premium"),
    [
        ("10010", "10020", "0.001"),
        ("9970", "9980", "-0.002"),
        ("9990", "10010", "0"),
    ],
)
def test_a_premium_is_how_far_the_whole_book_stands_off(bid: str, ask: str, premium: str) -> None:
    # (max(0, bid - I) - max(0, I - ask)) / I, by hand for an index of 10,000
    found: Amount = premium_of(amount(bid), amount(ask), amount("10000"))
    assert found == amount(premium)
