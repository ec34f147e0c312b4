"""What a value needs tier by tier: continuous, rising, and rounded only by whoever asks."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ledger.events import MarginTier
from ledger.numbers import ONE, PERCENT, ZERO, Amount, add, less, plus, product, share, subtract


def tier_at(tiers: Sequence[MarginTier], worth: Decimal) -> MarginTier:
    """Give the tier in which a value lies; one on an edge lies in the tier below it."""
    found = tiers[0]
    for tier in tiers[1:]:
        if worth <= tier.floor:
            break
        found = tier
    return found


def requirement(tiers: Sequence[MarginTier], worth: Decimal, *, initial: bool) -> Decimal:
    """Give what a value of zero or more needs: each tier's percent of what lies within it.

    The same as value x rate - cumulative (Binance, maintenance amount), to 76 digits.
    """
    if len(tiers) == 1:
        return share(worth, tiers[0].initial if initial else tiers[0].maintenance, PERCENT)
    needed = Decimal(0)
    for place, tier in enumerate(tiers):
        if worth <= tier.floor and place:
            break
        above = tiers[place + 1].floor if place + 1 < len(tiers) else worth
        within = less(min(worth, above), tier.floor)
        rate = tier.initial if initial else tier.maintenance
        needed = plus(needed, share(within, rate, PERCENT))
    return needed


def cumulatives(rates: Sequence[tuple[Amount, Amount]]) -> Iterator[Amount]:
    """Give, for each floor and percent, by how much value x rate is more than what is needed.

    cum(n) = cum(n-1) + floor(n) x (rate(n) - rate(n-1)), with nothing for the first (Binance).
    """
    cumulative, before = ZERO, rates[0][1]
    for floor, rate in rates:
        step = share(product(floor, subtract(rate, before)), ONE, PERCENT)
        cumulative, before = add(cumulative, Amount(step)), rate
        yield cumulative
