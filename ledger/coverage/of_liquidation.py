"""Cases of liquidation: when a case is opened, what holds it back, and what is offered first."""

from typing import Any

from msgspec.structs import replace

from ledger import liquidating, reduction
from ledger.commands import (
    OverrideLiquidation,
    ReducePosition,
    WithdrawCash,
)
from ledger.controls.of_order import not_in_liquidation
from ledger.coverage.bankrupt_market import (
    AT_NOW,
    BACKSTOP,
    LOST,
    OFFERED,
    OPEN,
    PUBLISHED,
    SHORT,
    SPREAD,
    evaluated,
    marked,
    start,
    step,
)
from ledger.coverage.case import CAROL, NOW, Case, History, Refused
from ledger.coverage.in_order import APPROVAL, OTTO, OVERRIDE_DURATION, ask
from ledger.coverage.market import declines, order
from ledger.events import (
    LiquidationOverridden,
    Unit,
)
from ledger.instants import MINUTE, Instant, write_instant
from ledger.numbers import amount
from ledger.reasons import Reason

HOUR = 60 * MINUTE
LATER = Instant(NOW + HOUR)
WEEK = 7 * 24 * HOUR
HELD_BACK = LiquidationOverridden(
    account="A", until=LATER, reason="the index is wrong", approval=APPROVAL
)
NOT_DUE = Refused(Reason.LIQUIDATION_NOT_DUE, "1000", "1700")
CASE_2 = Refused(Reason.LIQUIDATION_UNKNOWN, attempted="2")


def opens_not(title: str, refused: Refused, history: History, **fields: Any) -> Case:
    """Tell a case in which no case is opened."""
    return Case(liquidating.start, title, history, start(**fields), refused)


def override(**fields: Any) -> OverrideLiquidation:
    """Ask to hold account A back for an hour."""
    usual = {"account": "A", "until": write_instant(LATER), "reason": "the index is wrong"}
    return ask(CAROL, OverrideLiquidation, **usual | fields)


STARTS: tuple[Case, ...] = (
    opens_not(
        "an account that is not there is not liquidated",
        Refused(Reason.ACCOUNT_UNKNOWN, attempted="N"),
        SHORT,
        account="N",
    ),
    opens_not(
        "nobody is liquidated by an evaluation of another moment",
        Refused(Reason.EVALUATION_OUTDATED, attempted=AT_NOW),
        marked("700"),
    ),
    opens_not("who has what he must maintain is left alone", NOT_DUE, evaluated(marked("1000"))),
    opens_not(
        "an account is liquidated once at a time",
        Refused(Reason.LIQUIDATION_OPEN, attempted="1"),
        OPEN,
    ),
    opens_not(
        "two people may hold an account back, for a time",
        Refused(Reason.LIQUIDATION_OVERRIDDEN, write_instant(LATER)),
        SHORT.then("account-A", HELD_BACK),
    ),
    Case(
        liquidating.start,
        "once that time is over an account is liquidated",
        SHORT.then("account-A", replace(HELD_BACK, until=NOW)),
        start(),
        says={"case": 1, "equity": amount("200"), "maintenance": amount("700")},
    ),
    opens_not(
        "without a published waterfall nobody is liquidated",
        Refused(Reason.PARAMETER_MISSING, attempted="liquidation.waterfall"),
        SHORT.changed(PUBLISHED, name="another.name"),
    ),
    opens_not(
        "only an account of the house takes over",
        Refused(Reason.BACKSTOP_UNUSABLE, attempted="H"),
        SHORT.changed(BACKSTOP, after="H"),
    ),
    Case(
        liquidating.start,
        "a case says which waterfall was published, and cancels what is open",
        SHORT,
        start(),
        says={"waterfall": "reserve_fund deleveraging allocation", "backstop": "B"},
    ),
    Case(
        liquidating.override,
        "nobody is held back for longer than an override may last",
        SHORT,
        override(until=write_instant(Instant(NOW + WEEK + HOUR))),
        Refused(
            Reason.OVERRIDE_TOO_LONG,
            write_instant(Instant(NOW + WEEK)),
            write_instant(Instant(NOW + WEEK + HOUR)),
        ),
    ),
    Case(
        liquidating.override,
        "an override is not over before it begins",
        SHORT,
        override(until=AT_NOW),
        Refused(Reason.ENDS_BEFORE_IT_BEGINS, AT_NOW, AT_NOW),
    ),
    Case(
        liquidating.override,
        "nobody is held back while nobody said for how long one may be",
        SHORT.without(OVERRIDE_DURATION),
        override(),
        Refused(Reason.PARAMETER_MISSING, attempted="override.duration"),
    ),
    Case(
        liquidating.override,
        "two people hold an account back, and that stands in the record",
        SHORT,
        override(),
        says={"until": LATER, "reason": "the index is wrong"},
    ),
)

REDUCTIONS: tuple[Case, ...] = (
    Case(
        reduction.reduce,
        "no step is taken in a case that is not open",
        OPEN,
        step(ReducePosition, case=2),
        CASE_2,
    ),
    Case(
        reduction.reduce,
        "one offer at a time",
        OFFERED,
        step(ReducePosition),
        Refused(Reason.ORDER_PENDING, attempted="R-1"),
    ),
    Case(
        reduction.reduce,
        "nothing is offered without a rule for its price",
        OPEN.changed(SPREAD, unit=Unit.RATIO),
        step(ReducePosition),
        Refused(Reason.PARAMETER_MISSING, attempted="liquidation.spread"),
    ),
    Case(
        reduction.reduce,
        "of less than nothing no sale preserves anything",
        LOST,
        step(ReducePosition),
        Refused(Reason.NOTHING_LEFT, "0", "-300"),
    ),
    Case(
        reduction.reduce,
        "what is offered lies between the mark and bankruptcy",
        OPEN,
        step(ReducePosition),
        says={"price": amount("690"), "bankruptcy_price": amount("660"), "shortage": amount("500")},
    ),
)

FROZEN: tuple[Case, ...] = (
    Case(
        not_in_liquidation,
        "whoever is not may reduce what he holds",
        SHORT,
        order(price="700", reduce_only=True, side="sell", quantity="5"),
        says={"order_id": "O-1"},
    ),
    declines(
        not_in_liquidation,
        "whoever is being liquidated gives no orders",
        Refused(Reason.LIQUIDATION_OPEN, attempted="1"),
        OPEN,
        price="700",
        reduce_only=True,
        side="sell",
    ),
    Case(
        liquidating.start,
        "while an account is liquidated nothing leaves it",
        OPEN,
        ask(OTTO, WithdrawCash, account="A", asset="USD", amount="1"),
        Refused(Reason.LIQUIDATION_OPEN, attempted="1"),
    ),
)

CASES = (*STARTS, *REDUCTIONS, *FROZEN)
