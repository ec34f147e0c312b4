"""Cases of the review that warns and calls: by which evaluation, for how much, and its end."""

from typing import Any

from msgspec.structs import replace

from ledger import margin_call
from ledger.commands import (
    EvaluateMargin,
    ReviewMargin,
)
from ledger.coverage.case import NOW, Case, History, Refused
from ledger.coverage.in_order import ENGINE, ask, figure
from ledger.coverage.market import CASH
from ledger.coverage.priced_market import (
    APART,
    BEFORE_THEN,
    MARK,
    PRICED,
    SECURED,
    held,
    priced,
)
from ledger.decider import decide
from ledger.events import MarginCallExpired, MarginCallIssued, MarginWarningIssued, Unit
from ledger.instants import MINUTE, Instant, write_instant
from ledger.numbers import amount
from ledger.reasons import Reason

AT_NOW = write_instant(NOW)
DUE = Instant(NOW + 60 * MINUTE)
LEVELS = (
    figure("margin.level", "150", Unit.PERCENT, "warning"),
    figure("margin.level", "120", Unit.PERCENT, "call"),
)
DEADLINE = figure("margin.call.deadline", "60", Unit.MINUTES)


def evaluated(history: History) -> History:
    """Let account A have been evaluated now."""
    command = ask(ENGINE, EvaluateMargin, account="A", at=AT_NOW)
    (draft,) = decide(history.situation(NOW), command)
    return history.then("margin-A", draft.event, at=NOW)


def marked(price: str, history: History = SECURED) -> History:
    """Let the mark have moved, levels and a deadline be recorded, and nothing be evaluated."""
    return history.changed(MARK, price=amount(price)).then("rules", *LEVELS, DEADLINE)


HEALTHY = marked("1000")
"""Account A holds 5 contracts, and its 3 BTC count for 2,400 USD; 1,000 must be maintained."""
WARY = marked("700")
"""900 USD are left, of 700 that must be maintained."""
CALLED = marked("680")
"""800 USD are left, of 680 that must be maintained: 220 less than one and a half times that."""
RUINED = marked("640")
LONELY = marked("700", APART)
"""The 5 contracts that are on their own have 500 USD left, and must maintain 700."""

WARNING = MarginWarningIssued(
    account="A",
    evaluation=0,
    currency="USD",
    equity=amount("900"),
    maintenance=amount("700"),
    level=amount("150"),
    level_source=0,
)
CALL = MarginCallIssued(
    account="A",
    call=1,
    evaluation=0,
    currency="USD",
    amount=amount("220"),
    equity=amount("800"),
    maintenance=amount("680"),
    level=amount("120"),
    level_source=0,
    due_at=DUE,
    deadline_source=0,
)
OVERDUE = replace(CALL, due_at=NOW)
EXPIRED = MarginCallExpired(account="A", call=1, evaluation=0, left=amount("220"), due_at=NOW)


def review(**fields: Any) -> ReviewMargin:
    """Let a program review account A by the evaluation of now."""
    return ask(ENGINE, ReviewMargin, **{"account": "A", "at": AT_NOW, **fields})


def tells(title: str, history: History, **says: object) -> Case:
    """Tell a case in which a review leads to something."""
    return Case(margin_call.review, title, history, review(), says=says)


def unchanged(title: str, rung: str, history: History) -> Case:
    """Tell a case in which nothing is to be told."""
    refused = Refused(Reason.MARGIN_UNCHANGED, attempted=rung)
    return Case(margin_call.review, title, history, review(), refused)


def refuses(title: str, refused: Refused, history: History, **asked: Any) -> Case:
    """Tell a case in which an account is not reviewed."""
    return Case(margin_call.review, title, history, review(**asked), refused)


OUTDATED = Refused(Reason.EVALUATION_OUTDATED, attempted=AT_NOW)

CASES: tuple[Case, ...] = (
    refuses(
        "an account that is not there is not reviewed",
        Refused(Reason.ACCOUNT_UNKNOWN, attempted="N"),
        HEALTHY,
        account="N",
    ),
    refuses(
        "nobody is called at a mark one nanosecond too old",
        Refused(Reason.PRICE_STALE, attempted="BTC-PERP"),
        held(priced(mark=BEFORE_THEN)),
    ),
    refuses("without an evaluation of that moment nobody is called", OUTDATED, CALLED),
    refuses(
        "nor is anybody whose account has changed since",
        OUTDATED,
        evaluated(CALLED).then("account-A", replace(CASH, amount=amount("1"))),
    ),
    refuses(
        "a position that is not on its own is not called on its own",
        OUTDATED,
        evaluated(CALLED),
        instrument="BTC-PERP",
    ),
    unchanged("of an account in order nothing is told", "healthy", evaluated(HEALTHY)),
    tells(
        "whoever falls below the level of a warning is warned",
        evaluated(WARY),
        equity=amount("900"),
        level=amount("150"),
    ),
    unchanged("he is warned once", "warning", evaluated(WARY.then("account-A", WARNING))),
    tells(
        "a warning is lifted when the account is in order again",
        evaluated(HEALTHY.then("account-A", WARNING)),
        evaluation=len(HEALTHY.drafts) + 2,
        instrument=None,
    ),
    tells(
        "whoever falls below the level of a call is called for what he lacks to that of a warning",
        evaluated(CALLED),
        call=1,
        amount=amount("220"),
        due_at=DUE,
    ),
    tells(
        "where the call begins above the warning, what that lacks is asked for",
        evaluated(CALLED.changed(LEVELS[1], after="200")),
        amount=amount("560"),
    ),
    tells(
        "where it begins below the maintenance margin, what that lacks is asked for",
        evaluated(RUINED.without(LEVELS[0]).changed(LEVELS[1], after="80")),
        amount=amount("40"),
    ),
    refuses(
        "without a deadline nobody is called",
        Refused(Reason.PARAMETER_MISSING, attempted="margin.call.deadline"),
        evaluated(CALLED.without(DEADLINE)),
    ),
    tells(
        "whoever is to be liquidated is called as well",
        evaluated(RUINED.then("account-A", WARNING)),
        amount=amount("360"),
        equity=amount("600"),
    ),
    Case(
        margin_call.review,
        "a position that is on its own is called for what is its own",
        evaluated(LONELY),
        review(instrument="BTC-PERP"),
        says={"instrument": "BTC-PERP", "amount": amount("550"), "currency": "USD"},
    ),
    unchanged(
        "who is called is not called again",
        "call",
        evaluated(CALLED.then("account-A", CALL)),
    ),
    unchanged(
        "nothing is met in part by a price that rose",
        "call",
        evaluated(marked("682").then("account-A", CALL)),
    ),
    tells(
        "what was paid in is told, and what is still missing",
        evaluated(
            CALLED.then("account-A", CALL).then("account-A", replace(CASH, amount=amount("100")))
        ),
        call=1,
        left=amount("120"),
    ),
    tells(
        "a call is met when nothing is missing any more",
        evaluated(
            CALLED.then("account-A", CALL).then("account-A", replace(CASH, amount=amount("220")))
        ),
        call=1,
        late=False,
    ),
    tells(
        "a call is met as well when nothing is held any more",
        marked("680", PRICED).then("account-A", CALL),
        evaluation=0,
        late=False,
    ),
    tells(
        "a call expires in the very moment in which it was due",
        evaluated(CALLED.then("account-A", OVERDUE)),
        left=amount("220"),
        due_at=NOW,
    ),
    unchanged("it expires once", "call", evaluated(CALLED.then("account-A", OVERDUE, EXPIRED))),
    tells(
        "what is met after that is met late",
        evaluated(HEALTHY.then("account-A", OVERDUE, EXPIRED)),
        call=1,
        late=True,
    ),
)
