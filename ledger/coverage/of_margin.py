"""Cases of the rules for margin: what a client may choose, set aside and take back."""

from typing import Any

from msgspec.structs import replace

from ledger import margining
from ledger.commands import AllocateMargin, SelectMargin
from ledger.coverage.case import JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import (
    DORA,
    LEVERAGE_CAP,
    ask,
)
from ledger.coverage.market import CONTRACT, accepted, received
from ledger.coverage.priced_market import (
    ALLOCATED,
    APART,
    BEFORE_THEN,
    CAPPED,
    HELD,
    ISOLATED,
    MARK,
    PRICED,
    held,
    priced,
)
from ledger.events import AccountClosed, MarginMode
from ledger.numbers import amount
from ledger.reasons import Reason


def select(**fields: Any) -> SelectMargin:
    """Choose how account A's position is margined."""
    usual = {"account": "A", "instrument": "BTC-PERP"}
    return ask(DORA, SelectMargin, **{**usual, **fields})


def allocate(figure: str, **fields: Any) -> AllocateMargin:
    """Allocate cash of account A to its position, or take some back."""
    usual = {"account": "A", "instrument": "BTC-PERP", "amount": figure}
    return ask(DORA, AllocateMargin, **{**usual, **fields})


def chooses(title: str, history: History, **fields: Any) -> Case:
    """Tell a case in which a choice is recorded."""
    return Case(margining.select, title, history, select(**fields), says=_as_said(fields))


def _as_said(fields: dict[str, Any]) -> dict[str, object]:
    leverage = fields.get("leverage")
    mode = MarginMode(fields.get("mode", "cross"))
    return {"mode": mode, "leverage": None if leverage is None else amount(leverage)}


def chooses_not(title: str, refused: Refused, history: History, **fields: Any) -> Case:
    """Tell a case in which a choice is refused."""
    return Case(margining.select, title, history, select(**fields), refused)


def moves(title: str, figure: str, history: History, allocated: str) -> Case:
    """Tell a case in which cash is allocated or taken back, and how much then is."""
    said = {"amount": amount(figure), "allocated": amount(allocated)}
    return Case(margining.allocate, title, history, allocate(figure), says=said)


def moves_not(
    title: str, figure: str, refused: Refused, history: History = PRICED, **fields: Any
) -> Case:
    """Tell a case in which nothing is allocated or taken back."""
    return Case(margining.allocate, title, history, allocate(figure, **fields), refused)


CLOSED = PRICED.then("account-A", AccountClosed(account="A"))
UNMARKED = held(priced(mark=BEFORE_THEN))
ORDERED = PRICED.then("account-A", received("W", "2"), accepted("W", "2", "667.8"))
"""An order W to buy 2 works, and account A holds nothing."""
SPLIT = PRICED.then("account-A", ISOLATED)
GIVEN = SPLIT.then("account-A", ALLOCATED)
"""Account A holds nothing, and 2,000 USD are set aside for what it may hold."""
SPARED = CAPPED.then("instrument-ETH-PERP", replace(CONTRACT, instrument="ETH-PERP")).then(
    "account-A", replace(ISOLATED, instrument="ETH-PERP")
)
"""Account A lacks 1,667 USD for what it holds, but for 3,000 and half as much again in BTC."""
NO_SPOT = Refused(Reason.INSTRUMENT_UNKNOWN, attempted="BTC-SPOT")
NO_MARK = Refused(Reason.PRICE_STALE, attempted="BTC-PERP")
FIXED = Refused(Reason.MARGIN_MODE_FIXED, attempted="isolated")

CHOICES: tuple[Case, ...] = (
    chooses_not(
        "an account that is not there chooses no margin",
        Refused(Reason.ACCOUNT_UNKNOWN, attempted="N"),
        PRICED,
        account="N",
    ),
    chooses_not(
        "nor does one that is closed",
        Refused(Reason.ACCOUNT_CLOSED, attempted="A"),
        CLOSED,
    ),
    chooses_not("coins are not margined", NO_SPOT, PRICED, instrument="BTC-SPOT"),
    chooses_not(
        "without a cap of leverage no margin is chosen",
        Refused(Reason.PARAMETER_MISSING, attempted="leverage.cap BTC-PERP/professional"),
        PRICED.changed(LEVERAGE_CAP, effective_from=JUST_AFTER),
        leverage="2",
    ),
    chooses_not(
        "no leverage above the cap of the client's class is chosen",
        Refused(Reason.LEVERAGE_EXCEEDED, "3", "3.01"),
        PRICED,
        leverage="3.01",
    ),
    chooses(
        "the leverage of the cap is chosen",
        PRICED.changed(LEVERAGE_CAP, effective_from=NOW),
        leverage="3",
    ),
    chooses_not("while an order works its mode is fixed", FIXED, ORDERED, mode="isolated"),
    chooses_not("while a position is open its mode is fixed", FIXED, HELD, mode="isolated"),
    chooses_not(
        "while it has cash of its own the mode of a position is fixed",
        Refused(Reason.MARGIN_MODE_FIXED, attempted="cross"),
        GIVEN,
        mode="cross",
    ),
    chooses("before there is anything the mode is chosen", PRICED, mode="isolated"),
    chooses("while an order works no lower leverage than its own is chosen", ORDERED, leverage="3"),
    chooses_not(
        "nor a lower one",
        Refused(Reason.LEVERAGE_RESERVED, "3", "2.99"),
        ORDERED,
        leverage="2.99",
    ),
    chooses_not(
        "no leverage is chosen that the account cannot bear",
        Refused(Reason.MARGIN_SHORT, "0", "-204.09"),
        HELD,
        leverage="0.49",
    ),
    chooses("a leverage is chosen that the account can just bear", HELD, leverage="0.5"),
    chooses_not(
        "no leverage is chosen that the cash of an isolated position cannot bear",
        Refused(Reason.MARGIN_SHORT, "0", "-8.04"),
        APART,
        mode="isolated",
        leverage="2.49",
    ),
    chooses(
        "a leverage is chosen that the cash of an isolated position can just bear",
        APART,
        mode="isolated",
        leverage="2.5",
    ),
    chooses_not(
        "no leverage is chosen for a position at a mark one nanosecond too old",
        NO_MARK,
        UNMARKED,
        leverage="2",
    ),
)

ALLOCATIONS: tuple[Case, ...] = (
    moves_not(
        "to an account that is not there nothing is allocated",
        "1",
        Refused(Reason.ACCOUNT_UNKNOWN, attempted="N"),
        account="N",
    ),
    moves_not("to coins nothing is allocated", "1", NO_SPOT, instrument="BTC-SPOT"),
    moves_not(
        "to a position that draws on the whole account nothing is allocated",
        "1",
        Refused(Reason.NOT_ISOLATED, attempted="BTC-PERP"),
        HELD,
    ),
    moves_not(
        "less than a cent is not allocated",
        "0.001",
        Refused(Reason.FINER_THAN_SCALE, attempted="0.001"),
        SPLIT,
    ),
    moves_not(
        "no cent more is allocated than is free",
        "10000.01",
        Refused(Reason.INSUFFICIENT_FUNDS, "10000", "10000.01"),
        SPLIT,
    ),
    moves("all that is free is allocated", "10000", SPLIT, "10000"),
    moves_not(
        "what is allocated already is not free",
        "8000.01",
        Refused(Reason.INSUFFICIENT_FUNDS, "8000", "8000.01"),
        APART,
    ),
    moves("what else is free is allocated", "8000", APART, "10000"),
    moves_not(
        "nor is it before there is a position",
        "8000.01",
        Refused(Reason.INSUFFICIENT_FUNDS, "8000", "8000.01"),
        GIVEN,
    ),
    moves("what else is free is allocated before there is a position", "8000", GIVEN, "10000"),
    moves_not(
        "no cent is allocated beside which a pledge counts for more",
        "2888.67",
        Refused(Reason.INSUFFICIENT_FUNDS, "2888.66", "2888.67"),
        SPARED,
        instrument="ETH-PERP",
    ),
    Case(
        margining.allocate,
        "all is allocated beside which a pledge counts for just enough",
        SPARED,
        allocate("2888.66", instrument="ETH-PERP"),
        says={"allocated": amount("2888.66")},
    ),
    moves_not(
        "no cent more is taken back than was allocated",
        "-2000.01",
        Refused(Reason.INSUFFICIENT_FUNDS, "2000", "2000.01"),
        GIVEN,
    ),
    moves("without a position all that was allocated is taken back", "-2000", GIVEN, "0"),
    moves_not(
        "no cent is taken back that a position needs",
        "-333.01",
        Refused(Reason.INSUFFICIENT_FUNDS, "333", "333.01"),
        APART,
    ),
    moves("what a position can do without is taken back", "-333", APART, "1667"),
    moves_not(
        "what a position has lost at its mark is not taken back",
        "-166.36",
        Refused(Reason.INSUFFICIENT_FUNDS, "166.35", "166.36"),
        APART.changed(MARK, price=amount("950")),
    ),
    moves_not(
        "nothing is taken back at a mark one nanosecond too old",
        "-1",
        NO_MARK,
        held(priced(mark=BEFORE_THEN).then("account-A", ISOLATED, ALLOCATED)),
    ),
)

CASES = CHOICES + ALLOCATIONS
