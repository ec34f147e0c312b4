"""Cases of the rule that evaluates an account: by which figures, and how it stands."""

from ledger import margining
from ledger.commands import EvaluateMargin
from ledger.coverage.case import JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import ENGINE, INITIAL_MARGIN, MAINTENANCE_MARGIN, ask, figure
from ledger.coverage.market import PREVAILING
from ledger.coverage.of_margin import NO_MARK, ORDERED, UNMARKED
from ledger.coverage.priced_market import (
    BEFORE_THEN,
    HELD,
    MARK,
    METHODS,
    PLEDGED,
    PRICED,
    SECURED,
    WORTH,
    held,
    priced,
)
from ledger.events import MirrorAccountOpened, Rung, Unit
from ledger.instants import write_instant
from ledger.numbers import amount
from ledger.reasons import Reason


def evaluate(account: str = "A") -> EvaluateMargin:
    """Evaluate an account, as of now."""
    return ask(ENGINE, EvaluateMargin, account=account, at=write_instant(NOW))


def finds(title: str, history: History, **says: object) -> Case:
    """Tell a case in which an account is evaluated."""
    return Case(margining.evaluate, title, history, evaluate(), says=says)


def finds_not(title: str, refused: Refused, history: History, account: str = "A") -> Case:
    """Tell a case in which an account cannot be evaluated."""
    return Case(margining.evaluate, title, history, evaluate(account), refused)


CALL_LEVEL = figure("margin.level", "120", Unit.PERCENT, "call")
CALLED = SECURED.then("rules", CALL_LEVEL)

CASES: tuple[Case, ...] = (
    finds_not(
        "an account that is not there is not evaluated",
        Refused(Reason.ACCOUNT_UNKNOWN),
        PRICED,
        "N",
    ),
    finds_not(
        "a mirror of another venue is not evaluated",
        Refused(Reason.ACCOUNT_MIRRORED),
        PRICED.then("account-M", MirrorAccountOpened(account="M", venue="bitmex")),
        "M",
    ),
    finds_not(
        "an account that holds nothing is not evaluated",
        Refused(Reason.NO_POSITION, attempted="A"),
        PRICED,
    ),
    finds("an account that only has orders is", ORDERED, initial=amount("667.8")),
    finds_not("no account is evaluated at a mark one nanosecond too old", NO_MARK, UNMARKED),
    finds_not(
        "no account is evaluated without any mark",
        Refused(Reason.PRICE_MISSING, attempted="BTC-PERP"),
        held(METHODS.without(PREVAILING)),
    ),
    finds_not(
        "no account is evaluated at a price of what it pledged that is one nanosecond too old",
        Refused(Reason.PRICE_STALE, attempted="BTC"),
        held(priced(worth=BEFORE_THEN).then("account-A", PLEDGED)),
    ),
    finds_not(
        "no account is evaluated without any price of what it pledged",
        Refused(Reason.PRICE_MISSING, attempted="BTC"),
        SECURED.without(WORTH),
    ),
    *(
        finds_not(
            f"no account is evaluated one nanosecond before {needed.name} is in force",
            Refused(Reason.PARAMETER_MISSING, attempted=f"{needed.name} BTC-PERP"),
            HELD.changed(needed, effective_from=JUST_AFTER),
        )
        for needed in (INITIAL_MARGIN, MAINTENANCE_MARGIN)
    ),
    finds(
        "an account is evaluated at prices that serve for the last time",
        SECURED.changed(INITIAL_MARGIN, effective_from=NOW),
        equity=amount("2400"),
        initial=amount("1667"),
        maintenance=amount("1000"),
        available=amount("733"),
        rung=Rung.HEALTHY,
    ),
    finds(
        "who has just what he must maintain is not liquidated",
        SECURED.changed(MARK, price=amount("650")),
        equity=amount("650"),
        maintenance=amount("650"),
        rung=Rung.HEALTHY,
    ),
    finds(
        "who has less than he must maintain is",
        SECURED.changed(MARK, price=amount("649.5")),
        equity=amount("647.5"),
        maintenance=amount("649.5"),
        rung=Rung.LIQUIDATION,
    ),
    finds(
        "who has more than the percent of it below which a call begins is not called",
        CALLED.changed(MARK, price=amount("684.5")),
        rung=Rung.HEALTHY,
    ),
    finds(
        "who has less than that percent is called",
        CALLED.changed(MARK, price=amount("684")),
        rung=Rung.CALL,
    ),
)
