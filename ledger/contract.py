"""What a contract is worth and what trading it costs: exact, rounded only as its terms say.

Rounding is part of the terms. Of a real inverse contract, 885 pieces are worth 885 times the value
of one, rounded to a whole satoshi first: another order of the two steps is off by hundreds.
"""

from decimal import Decimal

from ledger.events import ContractKind, InstrumentSpecified, Liquidity, Side
from ledger.numbers import (
    ONE,
    ZERO,
    Amount,
    magnitude,
    negate,
    product,
    round_to,
    share,
)


def is_inverse(terms: InstrumentSpecified) -> bool:
    """Tell whether a long position is worth less than nothing: `quantity` of it is the quote."""
    return terms.kind is ContractKind.INVERSE


def is_spot(terms: InstrumentSpecified) -> bool:
    """Tell whether a trade delivers what is bought, so that it leaves no position."""
    return terms.kind is ContractKind.SPOT


def signed(side: Side, quantity: Amount) -> Amount:
    """Sign a quantity: bought above zero, sold below."""
    return quantity if side is Side.BUY else negate(quantity)


def value(terms: InstrumentSpecified, quantity: Amount, price: Amount) -> Amount:
    """Give what a signed quantity is worth at a price, in units of the settlement asset.

    Linear, spot and quanto: quantity x multiplier x price. Inverse: -quantity x multiplier / price
    (BitMEX, Perpetual Contracts Guide). Rounded by magnitude, so that both sides of a trade agree.
    """
    size = round_to(worth(terms, quantity, price), terms.value_unit, terms.value_rounding)
    return size if (quantity > ZERO) is not is_inverse(terms) else negate(size)


def worth(terms: InstrumentSpecified, quantity: Amount, price: Amount) -> Decimal:
    """Give the size of what a quantity is worth at a price, before it is rounded to a unit.

    The value of one contract is rounded where the terms say so.
    """
    inverse = is_inverse(terms)
    one = share(terms.multiplier, ONE, price) if inverse else product(terms.multiplier, price)
    if terms.contract_unit is not None:
        one = round_to(one, terms.contract_unit, terms.value_rounding)
    return product(magnitude(quantity), one)


def fee(terms: InstrumentSpecified, traded: Amount, liquidity: Liquidity) -> Amount:
    """Give the fee for a traded value, in units of the settlement asset; below zero: a rebate.

    BitMEX: 0.025 % of 12,125,385 is 3,031, cut towards zero for rebates and charges alike.
    """
    rate = terms.maker_fee if liquidity is Liquidity.MAKER else terms.taker_fee
    return round_to(product(magnitude(traded), rate), terms.fee_unit, terms.fee_rounding)
