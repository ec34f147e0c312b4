"""What a fill breaks of what its order bears, or of the cash behind other orders: flagged."""

from collections.abc import Mapping

from ledger.commands import ReportTrade
from ledger.events import InstrumentSpecified, Liquidity, Side
from ledger.holding import Account
from ledger.numbers import ZERO, Amount, add, is_multiple
from ledger.order import Order
from ledger.reasons import Flag


def broken(
    command: ReportTrade,
    liquidity: Liquidity,
    order: Order,
    terms: InstrumentSpecified,
    *,
    grows: bool,
) -> tuple[Flag, ...]:
    """Flag what an order does not bear, and what is no multiple of a step."""
    limit, price = order.price, command.price
    worse = limit is not None and (price > limit if order.side is Side.BUY else price < limit)
    ended = order.expires_at is not None and command.at >= order.expires_at
    return tuple(
        flag
        for flag, raised in (
            (Flag.ORDER_CLOSED, not order.works),
            (Flag.NOT_TRIGGERED, not order.triggered),
            (Flag.WORSE_THAN_LIMIT, worse),
            (Flag.NOT_REDUCING, order.reduce_only and grows),
            (Flag.POST_ONLY_TOOK, order.post_only and liquidity is Liquidity.TAKER),
            (Flag.AFTER_EXPIRY, ended),
            (Flag.PRICE_OFF_TICK, not is_multiple(price, terms.tick)),
            (Flag.QUANTITY_OFF_LOT, not is_multiple(command.quantity, terms.lot)),
        )
        if raised
    )


def short(
    account: Account, moved: Mapping[str, Amount], order: Order, released: Amount
) -> tuple[Flag, ...]:
    """Flag a fill after which there is less cash than is held for orders, and no collateral."""
    if account.pledged:
        return ()
    for asset, amount in moved.items():
        freed = released if order.held_asset == asset else ZERO
        if amount and add(account.unreserved(asset), add(amount, freed)) < ZERO:
            return (Flag.INSUFFICIENT_FUNDS,)
    return ()
