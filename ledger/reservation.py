"""What is reserved for an order before it is accepted, and what of that stays after each fill."""

from typing import NamedTuple

from ledger.contract import fee, is_inverse, value
from ledger.events import ContractKind, InstrumentSpecified, Liquidity, Side
from ledger.numbers import (
    FINEST,
    ONE,
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    magnitude,
    round_to,
    share,
    subtract,
)
from ledger.order import Order


class Ask(NamedTuple):
    """What an order asks for, as far as its price and its funds go.

    `rate` is what a perpetual contract must be backed with, in percent of its value.
    """

    side: Side
    quantity: Amount
    price: Amount | None
    stop_price: Amount | None
    reduce_only: bool
    rate: Amount


class Reserved(NamedTuple):
    """So much of an asset."""

    asset: str
    amount: Amount


def reserve(terms: InstrumentSpecified, ask: Ask, reference: Amount) -> Reserved:
    """Give what an order needs at the price that costs most, the taker's fee included.

    A spot sale needs what it delivers. What only reduces a position needs nothing.
    """
    if terms.base is not None and ask.side is Side.SELL:
        return Reserved(terms.base, ask.quantity)
    if ask.reduce_only:
        return Reserved(terms.settlement, ZERO)
    worth = magnitude(value(terms, ask.quantity, dearest(terms, ask, reference)))
    rate = PERCENT if terms.kind is ContractKind.SPOT else ask.rate
    backing = round_to(share(worth, rate, PERCENT), terms.value_unit, Rounding.UP)
    charged = max(fee(terms, worth, Liquidity.TAKER), ZERO)
    return Reserved(terms.settlement, add(backing, charged))


def dearest(terms: InstrumentSpecified, ask: Ask, reference: Amount) -> Amount:
    """Give the price at which an order is worth most, if it is filled within the band.

    A limit is a bound on one side only: a sale may be filled above it, so the prevailing price
    counts where that is higher. An inverse contract is worth more the lower its price.
    """
    prevailing = reference if ask.stop_price is None else ask.stop_price
    inverse = is_inverse(terms)
    if ask.price is None:
        edge = subtract(PERCENT, terms.band) if inverse else add(PERCENT, terms.band)
        return round_to(share(prevailing, edge, PERCENT), FINEST, Rounding.UP)
    if ask.side is (Side.SELL if inverse else Side.BUY):
        return ask.price
    return min(ask.price, prevailing) if inverse else max(ask.price, prevailing)


def part(hold: Amount, leaves: Amount, of: Amount) -> Amount:
    """Give what a hold for `of` is for `leaves` of it, and never more than all of it.

    Rounded down to 18 decimals, so that no hold outlasts the cash behind it.
    """
    if leaves >= of:
        return hold
    if not leaves or not hold:
        return ZERO
    return round_to(share(hold, leaves, of), FINEST, Rounding.TOWARD_ZERO)


def after_fill(order: Order, leaves: Amount, spent: Amount) -> Amount:
    """Give what stays reserved for an order after a fill: its part, and never what was spent.

    Of an order whose change waits for the venue, the larger part of before and after the change.
    """
    if not leaves:
        return ZERO
    stays, asked = part(order.hold, leaves, order.leaves), order.asked
    if asked is not None:
        filled = subtract(asked.leaves_before, leaves)
        left = max(ZERO, subtract(asked.leaves, filled))
        stays = max(
            part(asked.hold_before, leaves, asked.leaves_before),
            part(asked.hold, left, asked.leaves),
        )
    return max(ZERO, min(stays, subtract(order.hold, spent)))


def rate_of(margin: Amount, leverage: Amount) -> Amount:
    """Give the percentage that backs a contract: its initial margin, or one part of the leverage.

    Whichever is more.
    """
    return max(margin, round_to(share(PERCENT, ONE, leverage), FINEST, Rounding.UP))
