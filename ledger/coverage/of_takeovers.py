"""Cases of what the market did not take: converted, taken over, and how a case is closed."""

from msgspec.structs import replace

from ledger import conversion, liquidating, takeover
from ledger.commands import (
    CloseLiquidation,
    ConvertCollateral,
    ReducePosition,
    TakeOverPosition,
)
from ledger.coverage.bankrupt_market import (
    FEE,
    LOST,
    OFFERED,
    OPEN,
    TAKEN,
    after,
    evaluated,
    ruled,
    start,
    step,
)
from ledger.coverage.case import Case, Refused
from ledger.coverage.priced_market import MARK, SECURED
from ledger.events import (
    AccountClosed,
    CancelReason,
    Initiator,
    LiquidationOutcome,
    OrderCanceled,
    Unit,
)
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason

UNFILLED = OrderCanceled(
    account="A",
    order_id="R-1",
    initiator=Initiator.VENUE,
    reason=CancelReason.NOT_FILLED_AT_ONCE,
    canceled_quantity=amount("5"),
    cumulative_quantity=ZERO,
)
TRIED = OFFERED.then("account-A", UNFILLED)
"""The offer met nobody."""

TAKEOVERS: tuple[Case, ...] = (
    Case(
        takeover.take_over,
        "what may still be sold is offered before it is taken over",
        OPEN,
        step(TakeOverPosition),
        Refused(Reason.REDUCTION_NOT_TRIED, attempted="BTC-PERP"),
    ),
    Case(
        takeover.take_over,
        "nothing is taken over while it is offered",
        OFFERED,
        step(TakeOverPosition),
        Refused(Reason.ORDER_PENDING, attempted="R-1"),
    ),
    Case(
        takeover.take_over,
        "nothing is taken over without a rule for the fee",
        TRIED.changed(FEE, unit=Unit.RATIO),
        step(TakeOverPosition),
        Refused(Reason.PARAMETER_MISSING, attempted="liquidation.fee"),
    ),
    Case(
        takeover.take_over,
        "a backstop that was closed takes nothing over",
        TRIED.then("account-B", AccountClosed("B")),
        step(TakeOverPosition),
        Refused(Reason.BACKSTOP_UNUSABLE, attempted="B"),
    ),
    Case(
        takeover.take_over,
        "a position is taken over at its bankruptcy price",
        TRIED,
        step(TakeOverPosition),
        says={"price": amount("660"), "surplus": amount("200"), "position_quantity": ZERO},
    ),
    Case(
        takeover.take_over,
        "what it is worth more at the mark goes back to its holder",
        TRIED,
        step(TakeOverPosition),
        says={"instrument": "BTC-PERP", "amount": amount("200"), "backstop": "B"},
    ),
    Case(
        takeover.take_over,
        "of that the fee goes to the reserve fund",
        TRIED,
        step(TakeOverPosition),
        says={"amount": amount("35"), "balance": amount("135")},
    ),
    Case(
        takeover.take_over,
        "what it is worth less at the mark is a deficit, and not its holder's",
        LOST,
        step(TakeOverPosition),
        says={"amount": amount("300"), "price": amount("660"), "mark_price": amount("600")},
    ),
)

COINS_ONLY = evaluated(ruled(SECURED.changed(MARK, price=amount("600"))))
"""Account A has 3 BTC that count for 2,400 USD, and lost 2,000 of them: 600 must be maintained."""
COINS_OPEN = after(COINS_ONLY, start())

CONVERSIONS: tuple[Case, ...] = (
    Case(
        conversion.convert,
        "where there is cash alone nothing is converted",
        LOST,
        step(ConvertCollateral),
        Refused(Reason.NOTHING_TO_CONVERT),
    ),
    Case(
        conversion.convert,
        "as much collateral is converted as cures by being cut no longer",
        COINS_OPEN,
        step(ConvertCollateral),
        says={"asset": "BTC", "quantity": amount("1"), "proceeds": amount("1000")},
    ),
    Case(
        takeover.take_over,
        "collateral is converted before a position is taken over",
        after(COINS_OPEN, step(ReducePosition, command_id="R-1")).then(
            "account-A", replace(UNFILLED, canceled_quantity=amount("2.09"))
        ),
        step(TakeOverPosition),
        Refused(Reason.COLLATERAL_UNCONVERTED, attempted="BTC"),
    ),
)

CLOSES: tuple[Case, ...] = (
    Case(
        liquidating.close,
        "a case is not closed while a deficit is not covered",
        TAKEN,
        step(CloseLiquidation),
        Refused(Reason.DEFICIT_UNCOVERED, "0", "300"),
    ),
    Case(
        liquidating.close,
        "a case is not closed while margin is short",
        TRIED,
        step(CloseLiquidation),
        Refused(Reason.MARGIN_SHORT, "700", "200"),
    ),
    Case(
        liquidating.close,
        "a case is not closed while something is offered",
        OFFERED,
        step(CloseLiquidation),
        Refused(Reason.ORDER_PENDING, attempted="R-1"),
    ),
    Case(
        liquidating.close,
        "what nothing is left of is closed",
        after(TRIED, step(TakeOverPosition)),
        step(CloseLiquidation),
        says={"outcome": LiquidationOutcome.TAKEN_OVER, "step": 8},
    ),
    Case(
        liquidating.close,
        "who is cured keeps what he has",
        after(COINS_OPEN, step(ConvertCollateral)),
        step(CloseLiquidation),
        says={"outcome": LiquidationOutcome.CURED, "equity": amount("600")},
    ),
)

CASES = (*TAKEOVERS, *CONVERSIONS, *CLOSES)
