"""Cases of the rule that pays whoever was left out of a funding interval, by what he held then."""

from typing import Any

from msgspec.structs import replace

from ledger import funding_settlement
from ledger.chart import Segregation
from ledger.commands import SettleFundingLate
from ledger.coverage.case import Case, History, Refused
from ledger.coverage.in_order import ENGINE, ask
from ledger.coverage.market import accepted, filled, received
from ledger.coverage.of_funding import AT_NOW
from ledger.coverage.of_funding_payments import OWED, settled
from ledger.coverage.priced_market import HELD
from ledger.events import AccountClosed, FundingSettled, OrderFilled, Side
from ledger.instants import read_instant
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason

FILLS = {
    draft.event.account: place
    for place, draft in enumerate(OWED.drafts, start=1)
    if isinstance(draft.event, OrderFilled)
}
A, H = FILLS["A"], FILLS["H"]
"""The fills by which account A holds 5 contracts, and account H as many the other way."""
LEFT_OUT = settled(OWED)
"""The interval was closed, and nobody was paid."""
A_PAID = FundingSettled(
    account="A",
    instrument="BTC-PERP",
    until=read_instant(AT_NOW),
    quantity=amount("5"),
    mark_price=amount("1000"),
    rate=amount("0.0001"),
    amount=amount("-0.5"),
    asset="USD",
    fixed=len(OWED.drafts),
    segregation=Segregation.CLIENT_TRUST,
)
SOLD = replace(
    filled("Z", "5", Side.SELL), cost=amount("-5000"), position_quantity=ZERO, position_cost=ZERO
)
GONE = LEFT_OUT.then("account-A", received("Z", "5", Side.SELL), accepted("Z", "5", "0"), SOLD)
"""Account A has sold its contracts since."""
CLOSED = GONE.then("account-A", AccountClosed(account="A"))
WAITED = settled(OWED.then("account-A", A_PAID), suspended=amount("-5"))
"""Account A paid to what was said to wait in suspense, and account H holds it."""


def late(*records: int, **fields: Any) -> SettleFundingLate:
    """Pay those who were left out of the interval that ended now, by their fills."""
    said = {"instrument": "BTC-PERP", "records": records, "at": AT_NOW, **fields}
    return ask(ENGINE, SettleFundingLate, **said)


def pays(title: str, command: SettleFundingLate, history: History, **says: object) -> Case:
    """Tell a case in which whoever was left out is paid."""
    return Case(funding_settlement.settle_late, title, history, command, says=says)


def pays_none(
    title: str, refused: Refused, command: SettleFundingLate, history: History = LEFT_OUT
) -> Case:
    """Tell a case in which nobody is paid who was left out."""
    return Case(funding_settlement.settle_late, title, history, command, refused)


CASES: tuple[Case, ...] = (
    pays_none(
        "nobody is left out of an interval that is not paid yet",
        Refused(Reason.FUNDING_UNPAID, attempted=AT_NOW),
        late(A, H),
        OWED,
    ),
    pays_none(
        "nor of one whose rate is not fixed",
        Refused(Reason.FUNDING_NOT_FIXED, attempted=AT_NOW),
        late(A, H),
        HELD,
    ),
    pays_none(
        "nobody held anything by what is no fill",
        Refused(Reason.RECORD_UNKNOWN, attempted="1"),
        late(1, H),
    ),
    pays_none(
        "nobody was left out who came to hold it only after the others were paid",
        Refused(Reason.RECORD_UNKNOWN, attempted=str(len(GONE.drafts))),
        late(len(GONE.drafts), H),
        GONE.changed(SOLD, position_quantity=amount("5")),
    ),
    pays_none(
        "whoever was paid is not paid again",
        Refused(Reason.FUNDING_SETTLED, attempted="A"),
        late(A, H),
        settled(OWED.then("account-A", A_PAID)),
    ),
    pays_none(
        "nobody pays while somebody who held the other side is missing",
        Refused(Reason.FUNDING_INCOMPLETE, "0", "5"),
        late(A),
    ),
    pays_none(
        "nobody is paid whose account is closed since",
        Refused(Reason.ACCOUNT_CLOSED, attempted="A"),
        late(A, H),
        CLOSED,
    ),
    pays(
        "what he would have paid waits in suspense",
        late(H, suspended="5"),
        CLOSED,
        accounts=1,
        received=amount("0.5"),
        suspended=amount("5"),
    ),
    pays(
        "what was put in suspense by mistake is taken back for whoever it was due to",
        late(H, suspended="5"),
        WAITED,
        accounts=1,
        received=amount("0.5"),
        suspended_amount=amount("-0.5"),
    ),
    pays(
        "whoever was left out is paid later", late(A, H), LEFT_OUT, accounts=2, paid=amount("0.5")
    ),
    pays(
        "also where he has sold since, by what he held then",
        late(A, H),
        GONE,
        account="A",
        quantity=amount("5"),
        amount=amount("-0.5"),
    ),
)
