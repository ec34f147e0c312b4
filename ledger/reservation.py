"""What is reserved for an order before it is accepted, and what of that stays after each fill."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ledger.contract import fee, is_inverse
from ledger.events import ContractKind, InstrumentSpecified, Liquidity, MarginTier, Side
from ledger.numbers import (
    FINEST,
    ONE,
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    less,
    plus,
    round_to,
    share,
    subtract,
)
from ledger.order import Order
from ledger.tiers import requirement


class Ask(NamedTuple):
    """What an order asks for, as far as its price goes."""

    side: Side
    price: Amount | None
    stop_price: Amount | None


class Reserved(NamedTuple):
    """So much of an asset."""

    asset: str
    amount: Amount


def reserve(
    terms: InstrumentSpecified,
    worth: Amount,
    beside: Amount,
    *,
    tiers: Sequence[MarginTier],
    leverage: Amount,
) -> Reserved:
    """Give what a purchase, or a contract of either side, needs that is worth so much.

    Spot is paid in full. A contract needs its initial margin on top of what is held `beside` it, by
    the tiers, or one part in its leverage, whichever is more. The fee of who takes is included,
    which is never below that of who waits.
    """
    charged = fee(terms, worth, Liquidity.TAKER)
    behind: Decimal = worth
    if terms.kind is not ContractKind.SPOT:
        needs = requirement(tiers, plus(worth, beside), initial=True)
        if beside:
            needs = less(needs, requirement(tiers, beside, initial=True))
        behind = max(needs, share(worth, ONE, leverage))
    return Reserved(
        terms.settlement, add(round_to(behind, terms.value_unit, Rounding.UP), max(charged, ZERO))
    )


def dearest(terms: InstrumentSpecified, ask: Ask, reference: Amount) -> Amount:
    """Give the price at which an order is worth most, if it is filled within the band.

    A limit is a bound on one side only: a sale may be filled above it, so the prevailing price
    counts where that is higher; and so does the price at which a stop order wakes. An inverse
    contract is worth more the lower its price.
    """
    inverse = is_inverse(terms)
    prevailing = reference
    if ask.stop_price is not None:
        prevailing = min(reference, ask.stop_price) if inverse else max(reference, ask.stop_price)
    if ask.price is None:
        edge = subtract(PERCENT, terms.band) if inverse else add(PERCENT, terms.band)
        return round_to(share(prevailing, edge, PERCENT), FINEST, Rounding.UP)
    if ask.side is (Side.SELL if inverse else Side.BUY):
        return ask.price
    return min(ask.price, prevailing) if inverse else max(ask.price, prevailing)


def unit_of(terms: InstrumentSpecified, asset: str) -> Amount:
    """Give the smallest part of an asset that is reserved: of money a unit, of coins a lot."""
    return terms.value_unit if asset == terms.settlement else terms.lot


def part(hold: Amount, leaves: Amount, of: Amount, unit: Amount) -> Amount:
    """Give what a hold for `of` is for `leaves` of it, and never more than all of it.

    Rounded up to a unit, so that it does not wear away fill by fill.
    """
    if leaves >= of:
        return hold
    if not leaves or not hold:
        return ZERO
    return min(hold, round_to(share(hold, leaves, of), unit, Rounding.UP))


def after_fill(order: Order, leaves: Amount, spent: Amount, unit: Amount) -> Amount:
    """Give what stays reserved for an order after a fill: its part, and never what was spent.

    Of an order whose change waits for the venue, the larger part of before and after the change.
    """
    if not leaves:
        return ZERO
    stays, asked = part(order.hold, leaves, order.leaves, unit), order.asked
    if asked is not None:
        now = subtract(order.leaves, leaves)
        filled = add(subtract(order.cumulative, asked.cumulative), now)
        left = max(ZERO, subtract(asked.leaves, filled))
        stays = max(
            part(asked.hold_before, leaves, asked.leaves_before, unit),
            part(asked.hold, left, asked.leaves, unit),
        )
    return max(ZERO, min(stays, subtract(order.hold, spent)))
