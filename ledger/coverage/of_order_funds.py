"""Cases of the funds behind an order: what is held for it is there; whoever is short reduces."""

from ledger.commands import AmendOrder
from ledger.controls.of_order import funds_available
from ledger.coverage.case import BEGINNING, Case, Refused
from ledger.coverage.in_order import APPROVAL, DORA, INITIAL_MARGIN, ask
from ledger.coverage.market import (
    CASH,
    COINS,
    LONG,
    MARKET,
    WORKING,
    accepted,
    declines,
    received,
    takes,
)
from ledger.coverage.priced_market import (
    ALLOCATED,
    BEFORE_THEN,
    CAPPED,
    HELD,
    ISOLATED,
    MARK,
    PLEDGED,
    PRICED,
    WORTH,
    held,
    priced,
)
from ledger.events import MarginScheduleSet, MarginTier, Side
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason

BACKED = PRICED.without(CASH).then("account-A", PLEDGED)
"""Account A has no cash, and 3 BTC pledged that count for 2,400 USD."""
UNPRICED = priced(worth=BEFORE_THEN).then("account-A", PLEDGED)
LOSING = HELD.changed(MARK, price=amount("900"))
"""The 5 contracts that account A holds have lost 500 USD of its 10,000."""
SHORT = LOSING.without(CASH)
"""Account A holds 5 contracts, has lost 500 USD, and has no cash at all."""
LEAVING = SHORT.then(
    "account-A", received("W", "2", Side.SELL, reduce_only=True), accepted("W", "2", "0")
)
"""An order W sells 2 of them, and may only reduce."""
TIERED = PRICED.then(
    "schedule-BTC-PERP",
    MarginScheduleSet(
        "BTC-PERP",
        (
            MarginTier(ZERO, amount("30"), amount("20")),
            MarginTier(amount("5000"), amount("50"), amount("20")),
        ),
        effective_from=BEGINNING,
        approval=APPROVAL,
    ),
)
"""What is worth more than 5,000 USD needs 50 percent of what lies above."""
HALF = TIERED.then("account-A", received("W", "5"), accepted("W", "5", "1669.17"))
"""An order W to buy 5 works, and fills the lower tier."""
APART = PRICED.then("account-A", ISOLATED, ALLOCATED)
"""Account A holds nothing, and 2,000 of its USD are set aside for what it may hold."""

CASES: tuple[Case, ...] = (
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
        "coins that secure nothing are sold though the margin of a contract is unknown",
        held(priced(mark=BEFORE_THEN)),
        instrument="BTC-SPOT",
        side="sell",
        quantity="3",
    ),
    declines(
        funds_available,
        "cash that secures a contract pays for nothing while its margin is unknown",
        Refused(Reason.MARGIN_UNKNOWN, "price_stale", "BTC-PERP"),
        held(priced(mark=BEFORE_THEN)),
        instrument="BTC-SPOT",
    ),
    takes(
        funds_available,
        "coins are sold by whoever has them",
        instrument="BTC-SPOT",
        side="sell",
        quantity="3",
    ),
    takes(
        funds_available,
        "whoever is short of margin may reduce",
        SHORT,
        side="sell",
        quantity="5",
        price="900",
        reduce_only=True,
    ),
    declines(
        funds_available,
        "and may not add to what is short",
        Refused(Reason.INSUFFICIENT_FUNDS, "-2000.3", "300.51"),
        SHORT,
        price="900",
    ),
    Case(
        funds_available,
        "an order that only reduces is changed by whoever is short of margin",
        LEAVING,
        ask(DORA, AmendOrder, account="A", order_id="W", quantity="3", price="900"),
        says={"hold": ZERO},
    ),
    declines(
        funds_available,
        "an order needs what its tier asks above the orders beside it",
        Refused(Reason.INSUFFICIENT_FUNDS, "8330.83", "8333.32"),
        HALF,
        quantity="16.65",
    ),
    takes(
        funds_available,
        "an order that needs just what the orders beside it leave is accepted",
        HALF,
        quantity="16.64",
    ),
    declines(
        funds_available,
        "what is set aside for a contract does not pay for coins, though none is held",
        Refused(Reason.INSUFFICIENT_FUNDS, "8000", "8004"),
        APART,
        instrument="BTC-SPOT",
        quantity="8",
    ),
    takes(
        funds_available,
        "what is not set aside pays for coins",
        APART,
        instrument="BTC-SPOT",
        quantity="7.99",
    ),
    declines(
        funds_available,
        "coins are not paid by cash beside which a pledge counts for more",
        Refused(Reason.INSUFFICIENT_FUNDS, "2888.66", "2891.44"),
        CAPPED,
        instrument="BTC-SPOT",
        quantity="2.89",
    ),
    takes(
        funds_available,
        "coins are paid by cash beside which a pledge counts for just enough",
        CAPPED,
        instrument="BTC-SPOT",
        quantity="2.88",
    ),
)
