"""Cases of the rule that pays funding: every holder at once, and each interval once."""

from typing import Any

from ledger import funding_settlement
from ledger.commands import SettleFunding
from ledger.coverage.case import NOW, Case, History, Refused
from ledger.coverage.in_order import ENGINE, ask
from ledger.coverage.of_funding import AT_NOW, EARLIER, fixed
from ledger.coverage.priced_market import HELD
from ledger.events import FundingIntervalSettled, MirrorAccountOpened
from ledger.instants import Instant, write_instant
from ledger.numbers import ZERO, Amount, amount
from ledger.reasons import Reason


def settle(*accounts: str, at: Instant = NOW, **fields: Any) -> SettleFunding:
    """Pay the interval that ended at a moment, among these accounts."""
    said = {"instrument": "BTC-PERP", "accounts": accounts, "at": write_instant(at), **fields}
    return ask(ENGINE, SettleFunding, **said)


def settled(history: History, until: Instant = NOW, suspended: Amount = ZERO) -> History:
    """Let an interval have been closed."""
    event = FundingIntervalSettled(
        instrument="BTC-PERP",
        until=until,
        accounts=2,
        paid=amount("0.5"),
        received=amount("0.5"),
        residual=amount("0"),
        asset="USD",
        fixed=len(history.drafts),
        suspended=suspended,
    )
    return history.then("funding-BTC-PERP", event, at=until)


def pays(title: str, command: SettleFunding, history: History, **says: object) -> Case:
    """Tell a case in which an interval is paid."""
    return Case(funding_settlement.settle, title, history, command, says=says)


def pays_none(title: str, refused: Refused, command: SettleFunding, history: History) -> Case:
    """Tell a case in which nobody is paid."""
    return Case(funding_settlement.settle, title, history, command, refused)


OWED = fixed(HELD)
"""Account A owes account H the funding of 5 contracts."""
MIRRORED = OWED.then("account-M", MirrorAccountOpened(account="M", venue="bitmex"))

CASES: tuple[Case, ...] = (
    pays_none(
        "no interval is paid whose rate is not fixed",
        Refused(Reason.FUNDING_NOT_FIXED, attempted=AT_NOW),
        settle("A", "H"),
        HELD,
    ),
    pays_none(
        "nor is one after the last whose rate is fixed",
        Refused(Reason.FUNDING_NOT_FIXED, attempted=AT_NOW),
        settle("A", "H"),
        fixed(HELD, until=EARLIER),
    ),
    pays_none(
        "an interval is paid once",
        Refused(Reason.FUNDING_SETTLED, attempted=AT_NOW),
        settle("A", "H"),
        settled(OWED),
    ),
    pays_none(
        "who holds nothing is paid nothing",
        Refused(Reason.NO_POSITION, attempted="N"),
        settle("A", "H", "N"),
        OWED,
    ),
    pays_none(
        "a mirror of another venue is paid nothing",
        Refused(Reason.NO_POSITION, attempted="M"),
        settle("A", "H", "M"),
        MIRRORED,
    ),
    pays_none(
        "nobody pays while somebody who holds the other side is missing",
        Refused(Reason.FUNDING_INCOMPLETE, "0", "5"),
        settle("A"),
        OWED,
    ),
    pays_none(
        "nor while a part of what waits in suspense is missing",
        Refused(Reason.FUNDING_INCOMPLETE, "0", "0.01"),
        settle("A", suspended="-4.99"),
        OWED,
    ),
    pays(
        "what waits in suspense stands in for whoever holds the other side",
        settle("A", suspended="-5"),
        OWED,
        accounts=1,
        paid=amount("0.5"),
        suspended_amount=amount("0.5"),
    ),
    pays(
        "longs pay shorts what the rate says, and nobody else earns by it",
        settle("A", "H"),
        settled(OWED, until=EARLIER),
        paid=amount("0.5"),
        received=amount("0.5"),
        residual=amount("0"),
    ),
    pays(
        "an interval is paid also after a later one",
        settle("A", "H", at=EARLIER),
        settled(fixed(fixed(HELD, until=EARLIER))),
        until=EARLIER,
        paid=amount("0.5"),
    ),
    pays(
        "less than a cent is paid up and received down, and what is left is nobody's",
        settle("A", "H"),
        fixed(HELD, rate="0.000001"),
        paid=amount("0.01"),
        received=amount("0"),
        residual=amount("0.01"),
    ),
)
