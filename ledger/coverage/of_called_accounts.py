"""Cases of what an unmet margin call forbids, and of who gives more time or takes it back."""

from typing import Any

from msgspec.structs import replace

from ledger import collateral, margin_call, margining
from ledger.commands import AllocateMargin, CancelMarginCall, ExtendMarginCall, ReleaseCollateral
from ledger.controls.of_order import not_called
from ledger.coverage.case import CAROL, NOW, Case, Refused
from ledger.coverage.in_order import DORA, OTTO, ask
from ledger.coverage.market import COINS, declines, order
from ledger.coverage.of_margin_calls import (
    CALL,
    CALLED,
    DUE,
    EXPIRED,
    HEALTHY,
    LONELY,
    OVERDUE,
)
from ledger.instants import MINUTE, Instant, write_instant
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason

UNMET = Refused(Reason.MARGIN_CALL_OPEN, attempted="1")


def extension(**fields: Any) -> ExtendMarginCall:
    """Ask for an hour more for call 1."""
    due = write_instant(Instant(DUE + 60 * MINUTE))
    usual = {"account": "A", "call": 1, "due_at": due, "reason": "the bank is closed"}
    return ask(CAROL, ExtendMarginCall, **{**usual, **fields})


def cancellation(call: int) -> CancelMarginCall:
    """Ask to take a call back."""
    return ask(CAROL, CancelMarginCall, account="A", call=call, reason="the mark was wrong")


OPEN = CALLED.then("account-A", CALL)
NO_CALL = Refused(Reason.MARGIN_CALL_UNKNOWN, attempted="2")

CARE: tuple[Case, ...] = (
    Case(
        margin_call.extend,
        "more time is given only for a call that is unmet",
        OPEN,
        extension(call=2),
        NO_CALL,
    ),
    Case(
        margin_call.extend,
        "more time is never less time",
        OPEN,
        extension(due_at=write_instant(DUE)),
        Refused(Reason.NOT_LATER, write_instant(DUE), write_instant(DUE)),
    ),
    Case(
        margin_call.extend,
        "two people give more time for a call, also after it has expired",
        CALLED.then("account-A", OVERDUE, EXPIRED),
        extension(),
        says={"due_before": NOW, "reason": "the bank is closed"},
    ),
    Case(
        margin_call.cancel,
        "no call is taken back that is not unmet",
        OPEN,
        cancellation(2),
        NO_CALL,
    ),
    Case(
        margin_call.cancel,
        "two people take a call back",
        OPEN,
        cancellation(1),
        says={"call": 1, "reason": "the mark was wrong"},
    ),
)

FORBIDDEN: tuple[Case, ...] = (
    declines(not_called, "while a call is unmet no risk is added", UNMET, OPEN, price="700"),
    declines(
        not_called,
        "nor are coins bought",
        UNMET,
        OPEN,
        instrument="BTC-SPOT",
    ),
    Case(
        not_called,
        "while a call is unmet a position may be reduced",
        OPEN,
        order(side="sell", price="700", quantity="5", reduce_only=True),
        says={"order_id": "O-1", "hold": ZERO},
    ),
    Case(
        collateral.release,
        "while a call is unmet no pledge is let go",
        HEALTHY.then("account-A", CALL),
        ask(
            OTTO,
            ReleaseCollateral,
            account="A",
            asset="BTC",
            amount="0.01",
            authority="AUTH-1",
        ),
        UNMET,
    ),
    Case(
        margining.allocate,
        "while a call is unmet nothing is taken from a position of its own",
        LONELY.then("account-A", replace(CALL, instrument="BTC-PERP")),
        ask(DORA, AllocateMargin, account="A", instrument="BTC-PERP", amount="-1"),
        UNMET,
    ),
    Case(
        margining.allocate,
        "and more may be given to it, also while another is called as well",
        LONELY.then(
            "account-A",
            replace(CALL, instrument="BTC-PERP"),
            replace(CALL, call=2, instrument="ETH-PERP"),
        ),
        ask(DORA, AllocateMargin, account="A", instrument="BTC-PERP", amount="550"),
        says={"allocated": amount("2550")},
    ),
    Case(
        margining.allocate,
        "but not while all the rest is called",
        LONELY.then("account-A", replace(CALL, instrument="BTC-PERP"), replace(CALL, call=2)),
        ask(DORA, AllocateMargin, account="A", instrument="BTC-PERP", amount="550"),
        Refused(Reason.MARGIN_CALL_OPEN, attempted="1 2"),
    ),
    Case(
        not_called,
        "while a call is unmet coins are sold",
        HEALTHY.then("account-A", CALL, COINS),
        order(instrument="BTC-SPOT", side="sell"),
        says={"order_id": "O-1", "held_asset": "BTC"},
    ),
    Case(
        margining.allocate,
        "and more may be given to it",
        LONELY.then("account-A", replace(CALL, instrument="BTC-PERP")),
        ask(DORA, AllocateMargin, account="A", instrument="BTC-PERP", amount="550"),
        says={"allocated": amount("2550")},
    ),
)

CASES = CARE + FORBIDDEN
