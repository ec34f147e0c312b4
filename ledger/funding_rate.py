"""The formulas of funding: premium, average, rate, and what a holder pays; pure and exact.

Binance, Bybit and others publish the premium and the rate, BitMEX the payment at the mark; dYdX the
index that never draws on rounding.
"""

from decimal import Decimal

import msgspec

from ledger.events import Averaging, FundingRuleSet
from ledger.numbers import (
    FINEST,
    ONE,
    ZERO,
    Amount,
    Rounding,
    add,
    negate,
    product,
    round_to,
    share,
    subtract,
)


class Samples(msgspec.Struct, frozen=True, gc=False):
    """What is left of the samples of an interval: their number, two sums, and the last of them.

    In `weighted` the i-th counts i times.
    """

    count: int = 0
    total: Amount = ZERO
    weighted: Amount = ZERO
    last: Amount = ZERO

    def with_sample(self, premium: Amount) -> "Samples":
        """Add the next sample."""
        count = self.count + 1
        weighted = round_to(product(premium, Decimal(count)), FINEST, Rounding.HALF_EVEN)
        return Samples(count, add(self.total, premium), add(self.weighted, weighted), premium)


NO_SAMPLES = Samples()


def premium_of(bid: Amount, ask: Amount, index: Amount) -> Amount:
    """Give (max(0, bid - index) - max(0, index - ask)) / index as a ratio, half-even."""
    above, below = max(ZERO, subtract(bid, index)), max(ZERO, subtract(index, ask))
    return round_to(share(subtract(above, below), ONE, index), FINEST, Rounding.HALF_EVEN)


def average(averaging: Averaging, samples: Samples, samples_min: int) -> Amount:
    """Give the premium of an interval, half-even; of no samples it is zero.

    Mean: the missing ones up to `samples_min` are zeros (dYdX). Linear: sum(i x P) / sum(i)
    (Binance, WhiteBIT).
    """
    if not samples.count:
        return ZERO
    match averaging:
        case Averaging.MEAN:
            whole, of = samples.total, max(samples.count, samples_min)
        case Averaging.LINEAR:
            whole, of = samples.weighted, samples.count * (samples.count + 1) // 2
        case Averaging.LAST:
            return samples.last
    return round_to(share(whole, ONE, Decimal(of)), FINEST, Rounding.HALF_EVEN)


def rate_of(rule: FundingRuleSet, premium: Amount) -> Amount:
    """Give the rate of one interval for an average premium, half-even to the rule's unit.

    P + clamp(interest - P, -damper, +damper), for the part of the period that an interval is, and
    within the cap. Deribit's damper is the same with an interest of zero.
    """
    towards = ZERO
    if rule.damper is not None:
        apart = subtract(rule.interest, premium)
        towards = max(negate(rule.damper), min(rule.damper, apart))
    whole = add(premium, towards)
    rate = round_to(
        share(whole, Decimal(rule.interval), Decimal(rule.period)),
        rule.rate_unit,
        Rounding.HALF_EVEN,
    )
    return rate if rule.cap is None else max(negate(rule.cap), min(rule.cap, rate))


def payment(
    quantity: Amount, worth: Decimal, rate: Amount, unit: Amount, rounding: Rounding
) -> Amount:
    """Give what a holder receives, or pays below zero: -sign(quantity) x |worth| x rate.

    Longs pay while the rate is above zero. Rounded once, to a unit of money as its holder sees it:
    of a worth that was rounded before, many small holders could pay less than a large one gets.
    """
    due = product(worth.copy_abs(), rate)
    signed = due if quantity < ZERO else due.copy_negate()
    return round_to(signed, unit, rounding)


def accrual(price: Amount, rate: Amount, elapsed: int, period: int, unit: Amount) -> Amount:
    """Give price x rate x elapsed / period, cut towards zero: what an index of funding grows by.

    Multiplied first and divided last, as dYdX does.
    """
    whole = product(price, product(rate, Decimal(elapsed)))
    return round_to(share(whole, ONE, Decimal(period)), unit, Rounding.TOWARD_ZERO)
