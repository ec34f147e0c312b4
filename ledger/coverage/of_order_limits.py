"""Cases of the limits on an order: what may be reduced, leverage, orders, position and funds."""

from ledger.controls.of_order import (
    funds_available,
    leverage_capped,
    only_reduces,
    orders_limited,
    position_limited,
)
from ledger.coverage.case import Case, Refused
from ledger.coverage.in_order import INITIAL_MARGIN
from ledger.coverage.market import (
    CASH,
    COINS,
    CONTRACT,
    LONG,
    MARKET,
    PAIR,
    WORKING,
    accepted,
    declines,
    received,
    takes,
)
from ledger.coverage.priced_market import (
    BEFORE_THEN,
    HELD,
    MARK,
    PLEDGED,
    PRICED,
    WORTH,
    priced,
)
from ledger.events import Side
from ledger.numbers import amount
from ledger.reasons import Reason

CROWDED = WORKING.then("account-A", received("V", "1"), accepted("V", "1", "333.9"))
CROWDED_LONG = LONG.then("account-A", received("W", "1"), accepted("W", "1", "333.9")).then(
    "account-A", received("V", "1"), accepted("V", "1", "333.9")
)
LEAVING = LONG.then(
    "account-A",
    received("R", "3", Side.SELL, reduce_only=True),
    accepted("R", "3", "0"),
)
"""Of the 5 contracts that account A holds an order sells 3, and may only reduce."""

BACKED = PRICED.without(CASH).then("account-A", PLEDGED)
"""Account A has no cash, and 3 BTC pledged that count for 2,400 USD."""
UNPRICED = priced(worth=BEFORE_THEN).then("account-A", PLEDGED)
LOSING = HELD.changed(MARK, price=amount("900"))
"""The 5 contracts that account A holds have lost 500 USD of its 10,000."""

CASES: tuple[Case, ...] = (
    declines(
        only_reduces,
        "an order that may only reduce needs a position",
        Refused(Reason.NOT_REDUCING, "0", "1"),
        side="sell",
        reduce_only=True,
    ),
    declines(
        only_reduces,
        "it is refused on the side of the position",
        Refused(Reason.NOT_REDUCING, "0", "1"),
        LONG,
        reduce_only=True,
    ),
    declines(
        only_reduces,
        "with the others of its kind it is at most as large as the position",
        Refused(Reason.NOT_REDUCING, "2", "2.01"),
        LEAVING,
        side="sell",
        quantity="2.01",
        reduce_only=True,
    ),
    takes(
        only_reduces,
        "what the others leave of the position may be reduced",
        LEAVING,
        side="sell",
        quantity="2",
        reduce_only=True,
    ),
    declines(
        leverage_capped,
        "a leverage above the cap of the client's class is refused",
        Refused(Reason.LEVERAGE_EXCEEDED, "3", "3.01"),
        leverage="3.01",
    ),
    declines(
        leverage_capped,
        "coins are bought without any leverage",
        Refused(Reason.LEVERAGE_EXCEEDED, "1", "1.01"),
        instrument="BTC-SPOT",
        leverage="1.01",
    ),
    takes(leverage_capped, "the leverage of the cap is accepted", leverage="3"),
    declines(
        orders_limited,
        "one order more than an account may have open is refused",
        Refused(Reason.TOO_MANY_ORDERS, "2", "3"),
        CROWDED,
    ),
    declines(
        orders_limited,
        "one that may only reduce is none the less one order more",
        Refused(Reason.TOO_MANY_ORDERS, "2", "3"),
        CROWDED_LONG,
        side="sell",
        reduce_only=True,
    ),
    takes(orders_limited, "the last order that an account may have open is accepted", WORKING),
    declines(
        position_limited,
        "an order is refused with which the position could become too large",
        Refused(Reason.POSITION_EXCEEDED, "6.99", "7"),
        LONG.changed(CONTRACT, position_max=amount("6.99")),
        quantity="2",
    ),
    declines(
        position_limited,
        "what works already counts as if it were filled",
        Refused(Reason.POSITION_EXCEEDED, "2.5", "3"),
        WORKING.changed(CONTRACT, position_max=amount("2.5")),
    ),
    declines(
        position_limited,
        "what would be sold beyond the position counts as well",
        Refused(Reason.POSITION_EXCEEDED, "5", "5.01"),
        LONG.changed(CONTRACT, position_max=amount("5")),
        side="sell",
        quantity="10.01",
    ),
    declines(
        position_limited,
        "coins that are held count towards what may be bought",
        Refused(Reason.POSITION_EXCEEDED, "3.99", "4"),
        MARKET.changed(PAIR, position_max=amount("3.99")),
        instrument="BTC-SPOT",
    ),
    takes(
        position_limited,
        "a position may become just as large as it may be",
        LONG.changed(CONTRACT, position_max=amount("7")),
        quantity="2",
    ),
    takes(
        position_limited,
        "a position that is too large already may become smaller",
        LONG.changed(CONTRACT, position_max=amount("1")),
        side="sell",
    ),
    declines(
        funds_available,
        "an order that needs a cent more than is there is refused",
        Refused(Reason.INSUFFICIENT_FUNDS, "10000", "10000.3"),
        quantity="29.95",
    ),
    declines(
        funds_available,
        "what is held for another order is not there",
        Refused(Reason.INSUFFICIENT_FUNDS, "9332.2", "9683.1"),
        WORKING,
        quantity="29",
    ),
    declines(
        funds_available,
        "nor is what a position needs",
        Refused(Reason.INSUFFICIENT_FUNDS, "8333", "8681.4"),
        LONG,
        quantity="26",
    ),
    declines(
        funds_available,
        "a contract is backed by its initial margin where that is more than the leverage asks",
        Refused(Reason.INSUFFICIENT_FUNDS, "10000", "10010"),
        MARKET.changed(INITIAL_MARGIN, after="50"),
        quantity="20",
        leverage="3",
    ),
    declines(
        funds_available,
        "coins are sold only by whoever has them",
        Refused(Reason.INSUFFICIENT_FUNDS, "3", "3.01"),
        instrument="BTC-SPOT",
        side="sell",
        quantity="3.01",
    ),
    declines(
        funds_available,
        "coins are paid in full, at the edge of the band where no limit says less",
        Refused(Reason.INSUFFICIENT_FUNDS, "10000", "11005.5"),
        MARKET.without(COINS),
        instrument="BTC-SPOT",
        quantity="10",
        order_type="market",
        price=None,
    ),
    declines(
        funds_available,
        "a contract is backed by what is pledged after its haircut, and by no cent more",
        Refused(Reason.INSUFFICIENT_FUNDS, "2400", "2400.74"),
        BACKED,
        quantity="7.19",
    ),
    takes(
        funds_available,
        "a contract is backed by what is pledged after its haircut",
        BACKED,
        quantity="7.18",
    ),
    declines(
        funds_available,
        "coins are not paid by what is pledged",
        Refused(Reason.INSUFFICIENT_FUNDS, "0", "1000.5"),
        BACKED,
        instrument="BTC-SPOT",
    ),
    declines(
        funds_available,
        "what is pledged backs nothing at a price one nanosecond too old",
        Refused(Reason.MARGIN_UNKNOWN, "price_stale", "BTC"),
        UNPRICED,
    ),
    declines(
        funds_available,
        "without any price what is pledged backs nothing",
        Refused(Reason.MARGIN_UNKNOWN, "price_missing", "BTC"),
        BACKED.without(WORTH),
    ),
    declines(
        funds_available,
        "what a position has lost at its mark backs nothing",
        Refused(Reason.INSUFFICIENT_FUNDS, "7999.7", "8002.58"),
        LOSING,
        quantity="26.63",
        price="900",
    ),
    takes(
        funds_available,
        "an order that needs just what a position has not lost is accepted",
        LOSING,
        quantity="26.62",
        price="900",
    ),
    takes(funds_available, "an order that needs just what is there is accepted", quantity="29.94"),
    takes(
        funds_available,
        "an order that only reduces needs nothing",
        LONG,
        side="sell",
        quantity="5",
        reduce_only=True,
    ),
    takes(
        funds_available,
        "coins are sold by whoever has them",
        instrument="BTC-SPOT",
        side="sell",
        quantity="3",
    ),
)
