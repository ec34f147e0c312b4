"""What collateral counts for after its haircut: by size, and never more than its part of all."""

from collections.abc import Sequence
from decimal import Decimal

from ledger.events import HaircutTier
from ledger.numbers import PERCENT, Amount, less, plus, product, share, subtract


def counted(quantity: Decimal, tiers: Sequence[HaircutTier]) -> Decimal:
    """Give how much of a quantity counts, slice by slice; nothing without tiers.

    What is below zero is owed, and counts whole (Binance, Portfolio Margin).
    """
    if quantity <= 0:
        return quantity
    found = Decimal(0)
    for place, tier in enumerate(tiers):
        if quantity <= tier.floor:
            break
        above = tiers[place + 1].floor if place + 1 < len(tiers) else quantity
        within = less(min(quantity, above), tier.floor)
        found = plus(found, share(within, subtract(PERCENT, tier.haircut), PERCENT))
    return found


def capped(worth: Decimal, concentration: Amount | None, whole: Decimal) -> Decimal:
    """Cut what counts to so many percent of a whole, where that is bounded."""
    if concentration is None or worth <= 0:
        return worth
    return min(worth, share(product(whole, concentration), Decimal(1), PERCENT))
