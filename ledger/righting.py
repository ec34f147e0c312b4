"""What puts a fill right: what it says now, what is posted, and what that leaves of the account."""

from typing import NamedTuple

from ledger.chart import Segregation
from ledger.contract import fee, is_inverse, is_spot, signed, value
from ledger.events import InstrumentSpecified, OrderFilled, OrderStatus
from ledger.holding import AS_BOOKED, Account
from ledger.numbers import ZERO, Amount, add, negate, subtract
from ledger.order import Step, status_of
from ledger.position import Position, book, take_back
from ledger.reasons import Flag


class Standing(NamedTuple):
    """What a fill says: as it was booked and put right since, or as it should be."""

    quantity: Amount
    price: Amount
    cost: Amount
    realized_profit: Amount
    fee: Amount


class Posted(NamedTuple):
    """What is posted to put one fill right, where, and what it leaves of order and position."""

    taken: Amount
    cost: Amount
    realized_profit: Amount
    fee: Amount
    status: OrderStatus | None
    cumulative: Amount | None
    position: Position | None
    segregation: Segregation
    flags: tuple[Flag, ...]


def standing(fill: OrderFilled, sequence: int, account: Account) -> Standing:
    """Give what a fill says, as its account remembers that it was put right."""
    righted = account.righted.get(sequence, AS_BOOKED)
    return Standing(
        quantity=subtract(fill.last_quantity, righted.quantity),
        price=fill.last_price if righted.price is None else righted.price,
        cost=add(fill.cost, righted.cost),
        realized_profit=add(fill.realized_profit, righted.realized_profit),
        fee=add(fill.fee, righted.fee),
    )


def as_it_should_be(
    fill: OrderFilled, terms: InstrumentSpecified | None, quantity: Amount, price: Amount
) -> Standing:
    """Give what a fill of this quantity and price is worth and costs; nothing for no quantity."""
    if not quantity or terms is None:
        return Standing(quantity, price, ZERO, ZERO, ZERO)
    cost = value(terms, signed(fill.side, quantity), price)
    charged = fee(terms, cost, fill.liquidity) if _is_booked(fill) else ZERO
    return Standing(quantity, price, cost, ZERO, charged)


def _is_booked(fill: OrderFilled) -> bool:
    """Tell whether a fill moved its account; one in suspense did not."""
    return fill.segregation is not Segregation.SUSPENSE


def posted(
    fill: OrderFilled,
    account: Account,
    terms: InstrumentSpecified | None,
    before: Standing,
    after: Standing,
) -> Posted:
    """Post the difference; against suspense where the account was closed since."""
    taken = subtract(before.quantity, after.quantity)
    if _is_booked(fill) and account.closed:
        return _in_suspense(taken, before, after)
    position, realized = None, ZERO
    if _is_booked(fill) and terms is not None and not is_spot(terms):
        position, realized = _rebooked(fill, account, terms, before, after)
    status, cumulative = _of_order(fill, account, taken)
    difference = Posted(
        taken,
        subtract(after.cost, before.cost),
        realized,
        subtract(after.fee, before.fee),
        status,
        cumulative,
        position,
        fill.segregation,
        (),
    )
    return difference._replace(flags=_short(fill, account, difference))


def _in_suspense(taken: Amount, before: Standing, after: Standing) -> Posted:
    """Post against suspense what an account that was closed since can no longer bear."""
    return Posted(
        taken,
        subtract(after.cost, before.cost),
        ZERO,
        subtract(after.fee, before.fee),
        None,
        None,
        None,
        Segregation.SUSPENSE,
        (Flag.ACCOUNT_CLOSED,),
    )


def _rebooked(
    fill: OrderFilled,
    account: Account,
    terms: InstrumentSpecified,
    before: Standing,
    after: Standing,
) -> tuple[Position, Amount]:
    """Take the fill out of the position as it stands, and book what it should have been."""
    out = take_back(
        account.position(fill.instrument),
        signed(fill.side, before.quantity),
        before.cost,
        before.realized_profit,
        unit=terms.value_unit,
        inverse=is_inverse(terms),
    )
    if not after.quantity:
        return out.position, out.realized
    again = book(out.position, signed(fill.side, after.quantity), after.cost, terms.value_unit)
    return again.position, add(out.realized, again.realized)


def _of_order(
    fill: OrderFilled, account: Account, taken: Amount
) -> tuple[OrderStatus | None, Amount | None]:
    """Say where the order stands afterwards; nothing of one that is not known any more."""
    order = account.orders.find(fill.order_id)
    step = Step.BUSTED if taken else Step.CORRECTED
    stage = order.after(step) if order is not None and _is_booked(fill) else None
    if order is None or stage is None:
        return None, None
    cumulative = subtract(order.cumulative, taken)
    return status_of(stage, cumulative), cumulative


def _short(fill: OrderFilled, account: Account, difference: Posted) -> tuple[Flag, ...]:
    """Flag what leaves less cash on the account than is held for its orders."""
    if not _is_booked(fill):
        return ()
    moved = {fill.asset: subtract(difference.realized_profit, difference.fee)}
    if fill.base is not None:
        moved[fill.asset] = negate(add(difference.cost, difference.fee))
        moved[fill.base] = negate(signed(fill.side, difference.taken))
    lacking = [
        asset
        for asset, amount in moved.items()
        if amount < ZERO and add(account.unreserved(asset), amount) < ZERO
    ]
    return (Flag.INSUFFICIENT_FUNDS,) if lacking else ()
