"""Controls of the order itself: its terms, its price and size, the position and the funds.

They bind whoever places or changes an order; whoever only asks whether he may trade has none.
"""

from ledger.contract import is_spot
from ledger.controls.attempt import Attempt, Breach
from ledger.events import ProductKind, Side
from ledger.instants import write_instant
from ledger.numbers import (
    ONE,
    PERCENT,
    ZERO,
    Amount,
    add,
    is_multiple,
    magnitude,
    product,
    subtract,
)
from ledger.reasons import Reason
from ledger.requirements import upholds


@upholds("R23")
def instrument_specified(attempt: Attempt) -> Breach | None:
    """The terms of the contract are in force, of the kind and the asset that were approved."""
    terms, contract = attempt.terms, attempt.contract
    if attempt.wish is None or terms is None:
        return None
    if contract is None:
        return Breach(Reason.INSTRUMENT_UNKNOWN, attempted=attempt.product_id)
    if is_spot(contract) is not (terms.kind is ProductKind.SPOT):
        return Breach(Reason.INSTRUMENT_UNKNOWN, terms.kind, contract.kind)
    followed = contract.base or contract.reference
    if followed not in terms.references:
        return Breach(Reason.INSTRUMENT_UNKNOWN, " ".join(terms.references), followed)
    return None


@upholds("R29")
def in_steps(attempt: Attempt) -> Breach | None:
    """Prices are multiples of the tick and the quantity of the lot."""
    wish, terms = attempt.wish, attempt.contract
    if wish is None or terms is None:
        return None
    for price in (wish.price, wish.stop_price):
        if price is not None and not is_multiple(price, terms.tick):
            return Breach(Reason.PRICE_OFF_TICK, terms.tick, price)
    if not is_multiple(wish.quantity, terms.lot):
        return Breach(Reason.QUANTITY_OFF_LOT, terms.lot, wish.quantity)
    return None


@upholds("R29")
def not_expired(attempt: Attempt) -> Breach | None:
    """An order good till a date ends later than now."""
    ends = attempt.wish.expires_at if attempt.wish else None
    if ends is None or ends > attempt.now:
        return None
    return Breach(Reason.ALREADY_EXPIRED, write_instant(attempt.now), write_instant(ends))


@upholds("R29")
def price_known(attempt: Attempt) -> Breach | None:
    """A prevailing price is known and not too old, so that prices can be held to a band."""
    if attempt.wish is None or attempt.reference_price is not None:
        return None
    reason = Reason.PRICE_STALE if attempt.price_stale else Reason.REFERENCE_PRICE_MISSING
    return Breach(reason, attempted=attempt.product_id)


@upholds("R27", "R29")
def size_limited(attempt: Attempt) -> Breach | None:
    """The order is not larger than any may be, and a lot of it is worth at least a unit."""
    wish, terms = attempt.wish, attempt.contract
    if wish is None or terms is None:
        return None
    if wish.whole > terms.quantity_max:
        return Breach(Reason.ORDER_TOO_LARGE, terms.quantity_max, wish.whole)
    if attempt.reference_price is None:
        return None
    worth = attempt.worth
    if worth is None or worth > terms.value_max:
        return Breach(Reason.ORDER_TOO_LARGE, terms.value_max, worth or wish.quantity)
    if product(worth, terms.lot) < product(wish.quantity, terms.value_unit):
        return Breach(Reason.ORDER_TOO_SMALL, terms.value_unit, worth)
    return None


@upholds("R29")
def price_in_band(attempt: Attempt) -> Breach | None:
    """A limit lies within the band around the prevailing price, or that of a stop that waits.

    And that stop lies where the market has not been yet: above it to buy, below it to sell.
    """
    wish, terms, reference = attempt.wish, attempt.contract, attempt.reference_price
    if wish is None or terms is None or reference is None:
        return None
    stop = wish.stop_price if wish.waits else None
    if wish.price is not None:
        around = reference if stop is None else stop
        apart = product(subtract(wish.price, around).copy_abs(), PERCENT)
        if apart > product(terms.band, around):
            return Breach(Reason.PRICE_OUTSIDE_BAND, around, wish.price)
    if stop is not None and (stop < reference if wish.side is Side.BUY else stop > reference):
        return Breach(Reason.STOP_REACHED, reference, stop)
    return None


@upholds("R23")
def only_reduces(attempt: Attempt) -> Breach | None:
    """An order that may only reduce does, together with the others of its kind."""
    wish = attempt.wish
    if wish is None or not wish.reduce_only:
        return None
    held = attempt.account.position(attempt.product_id).quantity
    against = held < ZERO if wish.side is Side.BUY else held > ZERO
    others = attempt.account.orders.working_on(attempt.product_id, wish.side).reducing
    left = subtract(magnitude(held), subtract(others, _before(attempt))) if against else ZERO
    return Breach(Reason.NOT_REDUCING, left, wish.quantity) if wish.quantity > left else None


@upholds("R27")
def leverage_capped(attempt: Attempt) -> Breach | None:
    """The leverage is at most what the client's class may have; spot is paid in full."""
    leverage = attempt.wish.leverage if attempt.wish else None
    if leverage is None:
        return None
    cap = attempt.leverage_cap if attempt.is_perpetual else ONE
    return Breach(Reason.LEVERAGE_EXCEEDED, cap, leverage) if cap and leverage > cap else None


@upholds("R27")
def orders_limited(attempt: Attempt) -> Breach | None:
    """The account has fewer orders open than it may."""
    wish, terms = attempt.wish, attempt.contract
    if wish is None or terms is None or wish.replaces is not None:
        return None
    orders, name = attempt.account.orders, attempt.product_id
    count = orders.working_on(name, Side.BUY).count + orders.working_on(name, Side.SELL).count
    if count < terms.open_orders_max:
        return None
    return Breach(Reason.TOO_MANY_ORDERS, terms.open_orders_max, count + 1)


@upholds("R27")
def position_limited(attempt: Attempt) -> Breach | None:
    """The position stays within its limit, even if all orders on this side are filled."""
    wish, terms = attempt.wish, attempt.contract
    if wish is None or terms is None or wish.reduce_only:
        return None
    account = attempt.account
    held = account.position(attempt.product_id).quantity
    if terms.base is not None:
        held = account.balance(terms.base)
    more = add(attempt.others, wish.quantity)
    after = add(held, more) if wish.side is Side.BUY else subtract(held, more)
    size = magnitude(after)
    shrinks = size < magnitude(held) and (after > ZERO) is (held > ZERO)
    if size <= terms.position_max or shrinks:
        return None
    return Breach(Reason.POSITION_EXCEEDED, terms.position_max, size)


@upholds("R86")
def not_in_liquidation(attempt: Attempt) -> Breach | None:
    """Whoever is being liquidated gives no orders: the account is out of his hands."""
    if attempt.wish is None or not attempt.account.liquidations:
        return None
    return Breach(Reason.LIQUIDATION_OPEN, attempted=attempt.account.unmet)


@upholds("R85")
def not_called(attempt: Attempt) -> Breach | None:
    """Nobody adds to his risk while a margin call is unmet; coins are sold to meet it."""
    wish, terms, unmet = attempt.wish, attempt.contract, attempt.account.unmet
    if wish is None or unmet is None:
        return None
    if terms is not None and is_spot(terms) and wish.side is Side.SELL:
        return None
    return Breach(Reason.MARGIN_CALL_OPEN, attempted=unmet)


@upholds("R28", "R34")
def funds_available(attempt: Attempt) -> Breach | None:
    """What the order needs is there, beyond what others reserve: it is held before acceptance.

    Whoever is short of margin may still reduce: who needs no more than is held needs nothing.
    """
    reserved = attempt.reserved
    if attempt.wish is None or reserved is None:
        return None
    if reserved.amount <= attempt.held:
        left = attempt.worsened
        return None if left is None else Breach(Reason.MARGIN_SHORT, ZERO, left)
    if lack := attempt.lack:
        return Breach(Reason.MARGIN_UNKNOWN, lack.reason, lack.attempted)
    there = attempt.available
    if reserved.amount <= there:
        return None
    return Breach(Reason.INSUFFICIENT_FUNDS, there, reserved.amount)


def _before(attempt: Attempt) -> Amount:
    """Give what could be executed of the order that this would change."""
    order = attempt.wish.replaces if attempt.wish else None
    return ZERO if order is None else order.exposed
