"""Cases of the limits on an order: what may be reduced, leverage, orders and position."""

from ledger.controls.of_order import (
    leverage_capped,
    only_reduces,
    orders_limited,
    position_limited,
)
from ledger.coverage.case import Case, Refused
from ledger.coverage.market import (
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
)
