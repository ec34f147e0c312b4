"""A position: signed quantity and signed cost, by average cost; the average price is derived.

Cost is what was paid for what is held, signed as its value: above zero for a long position of a
linear contract, below zero for a short one, and the other way round for an inverse contract.
"""

from typing import NamedTuple

import msgspec

from ledger.numbers import (
    ZERO,
    Amount,
    Rounding,
    add,
    magnitude,
    negate,
    round_to,
    share,
    subtract,
)


class Position(msgspec.Struct, frozen=True, gc=False):
    """What an account holds of an instrument, and what it cost in the settlement asset."""

    quantity: Amount = ZERO
    cost: Amount = ZERO


FLAT = Position()


class Booked(NamedTuple):
    """A position after a trade, and the profit that left its cost for cash."""

    position: Position
    realized: Amount


def book(position: Position, quantity: Amount, cost: Amount, unit: Amount) -> Booked:
    """Book a signed quantity at a signed cost; what is split is rounded towards zero to `unit`.

    A reduction keeps the average entry and realizes -(cost + its part of the cost); the last one
    takes the rest exactly. Beyond flat the trade is split by quantity: all of what is held is
    closed, the rest opens at the trade's own price (Kraken and Hyperliquid book it likewise).
    """
    held = position.quantity
    after = add(held, quantity)
    if not held or (held > ZERO) is (quantity > ZERO):
        return Booked(Position(after, add(position.cost, cost)), ZERO)
    if after and (after > ZERO) is not (held > ZERO):
        closing = _part(cost, held, quantity, unit)
        realized = negate(add(closing, position.cost))
        return Booked(Position(after, subtract(cost, closing)), realized)
    closed = _part(position.cost, quantity, held, unit) if after else position.cost
    return Booked(Position(after, subtract(position.cost, closed)), negate(add(cost, closed)))


def take_back(
    position: Position,
    quantity: Amount,
    cost: Amount,
    realized: Amount,
    *,
    unit: Amount,
    inverse: bool,
) -> Booked:
    """Take back a trade of signed quantity and cost that had realized so much.

    Exactly as it was booked, where that leaves a sound position: flat without cost, or cost of the
    sign of its quantity. Later trades may have closed at another average; then it is booked the
    other way round at its own value, so that no cost is left without a position.
    """
    after = Position(
        subtract(position.quantity, quantity), subtract(position.cost, add(cost, realized))
    )
    if _is_sound(after, inverse=inverse):
        return Booked(after, negate(realized))
    return book(position, negate(quantity), negate(cost), unit)


def _is_sound(position: Position, *, inverse: bool) -> bool:
    if not position.quantity or not position.cost:
        return not position.quantity and not position.cost
    return (position.cost > ZERO) is ((position.quantity > ZERO) is not inverse)


def _part(whole: Amount, part: Amount, of: Amount, unit: Amount) -> Amount:
    """Give the part of a cost that a part of a quantity has."""
    return round_to(share(whole, magnitude(part), magnitude(of)), unit, Rounding.TOWARD_ZERO)
