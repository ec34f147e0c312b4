"""How a position that its account cannot keep is closed: for how much, how much of it, at what fee.

Pure. Cash is signed as its account sees it, received above zero and paid below; it and what is
worth anything is in the settlement asset, rates are in percent, and each rounding is said. After
dYdX v4 (bankruptcy, fillable price, insurance) and Drift v2 (how much to close or to convert).
"""

from decimal import Decimal

from ledger.contract import is_inverse
from ledger.events import InstrumentSpecified
from ledger.numbers import (
    ONE,
    PERCENT,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    less,
    magnitude,
    negate,
    product,
    round_to,
    share,
    subtract,
)


def bankruptcy_quote(
    equity: Amount,
    maintenance: Amount,
    worth_change: Amount,
    maintenance_change: Amount,
    unit: Amount,
) -> Amount:
    """Give the cash for which a change of a position takes its share of the account's equity.

    -worth change - equity x |maintenance change| / maintenance, all in one currency: equity is
    shared over positions by what each must maintain, and rounded down, so that to close them all
    leaves less than a unit for each and lacks nothing (dYdX). Where nothing is to be maintained,
    the change takes equity whole.
    """
    taken: Decimal = equity
    if maintenance:
        taken = share(equity, magnitude(maintenance_change), maintenance)
    return subtract(negate(worth_change), round_to(taken, unit, Rounding.DOWN))


def bankruptcy_price_of(
    terms: InstrumentSpecified, quantity: Amount, quote: Amount
) -> Amount | None:
    """Give the price at which a change of so much, sold below zero, brings in the cash or more.

    Rounded to the tick for the account, up where it sells and down where it buys, so that a trade
    at that price never leaves it with less. None where no price above zero is it: then any brings
    in as much, or none does.
    """
    size = magnitude(quantity)
    if terms.contract_unit is None:
        return _price(terms, quantity, quote, size)
    one = round_to(share(quote, ONE, size), terms.contract_unit, Rounding.UP)
    return _price(terms, quantity, one, ONE)


def _price(
    terms: InstrumentSpecified, quantity: Amount, cash: Decimal, size: Decimal
) -> Amount | None:
    """Give the price of a change of which so many contracts bring in this cash; one division."""
    sells = quantity < ZERO
    receives = sells is not is_inverse(terms)
    if not cash or (cash > ZERO) is not receives:
        return None
    whole, of = product(size, terms.multiplier), cash.copy_abs()
    exact = share(whole, ONE, of) if is_inverse(terms) else share(of, ONE, whole)
    try:
        price = round_to(exact, terms.tick, Rounding.UP if sells else Rounding.DOWN)
    except OutOfRange:
        return None
    return price or None


def fillable_price(
    terms: InstrumentSpecified,
    quantity: Amount,
    worth: Amount,
    equity: Amount,
    maintenance: Amount,
    position_maintenance: Amount,
    adjustment: Amount,
    spread: Amount,
) -> Amount | None:
    """Give the price at which a position of a quantity, long above zero, is offered to the market.

    (worth - ABR x spread x its maintenance) / quantity, where ABR = adjustment x (1 - equity /
    maintenance) within 0 and 1: the further below its margin, the further from the mark (dYdX).
    `adjustment` is a ratio, `spread` percent, `worth` signed; equity and maintenance of the account
    are in one currency. Rounded, and None, as the price of bankruptcy is.
    """
    whole = maintenance or ONE  # where there is none, the position needs none either
    lacking = product(adjustment, subtract(whole, equity))
    bankrupt = max(Decimal(0), min(Decimal(whole), lacking))
    given = product(product(position_maintenance, spread), bankrupt)
    scale = product(whole, PERCENT)
    cash, size = less(product(worth, scale), given), product(magnitude(quantity), scale)
    return _price(terms, negate(quantity), cash, size)


def liquidation_fee(
    proceeds: Amount, bankruptcy: Amount, percent_max: Amount, unit: Amount
) -> Amount:
    """Give what the reserve fund receives of a liquidation, or below zero the loss it pays.

    The cash that came in less that of bankruptcy; of a surplus at most so many percent of the
    size of what came in, rounded down to a unit (dYdX, insurance fund delta).
    """
    surplus = subtract(proceeds, bankruptcy)
    if surplus <= ZERO:
        return surplus
    most = round_to(share(magnitude(proceeds), percent_max, PERCENT), unit, Rounding.DOWN)
    return min(most, surplus)


def to_reduce(
    shortage: Amount, worth: Decimal, rate: Amount, fee: Amount, fund_fee: Amount
) -> Decimal | None:
    """Give what quantity to close so that a shortage of maintenance margin is cured, to 76 digits.

    shortage / (worth x (rate - fee) - worth x fund fee): `worth` is the size of what one contract
    is worth, `rate` its maintenance, and the fees are of what is closed (Drift). None where the
    fees eat up all that closing frees.
    """
    freed = subtract(subtract(rate, fee), fund_fee)
    if freed <= ZERO or not worth:
        return None
    return share(max(ZERO, shortage), PERCENT, product(worth, freed))


def lots_to_cure(wanted: Decimal | None, quantity: Amount, lot: Amount) -> Amount:
    """Give what of a position to close for a wanted quantity: up to a lot, and at most all of it.

    All of it where nothing less will do.
    """
    held = magnitude(quantity)
    if wanted is None or wanted >= held:
        return held
    return min(held, round_to(wanted, lot, Rounding.UP))


def liability_to_transfer(
    shortage: Amount,
    price: Amount,
    liability_weight: Amount,
    asset_weight: Decimal,
    fund_fee: Amount,
) -> Decimal | None:
    """Give what quantity of a liability to take over for collateral that cures a shortage.

    shortage / (price x (liability weight - weight given) - price x fund fee x liability weight),
    weights and fee in percent, to 76 digits (Drift). None where what is given counted for as much
    as what is taken over, so that no conversion cures anything.
    """
    kept = subtract(PERCENT, fund_fee)
    freed = less(share(liability_weight, kept, PERCENT), asset_weight)
    if freed <= ZERO or not price:
        return None
    return share(max(ZERO, shortage), PERCENT, product(price, freed))
