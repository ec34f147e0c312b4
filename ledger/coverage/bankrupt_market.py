"""A market in which account A cannot keep what it holds: the rules of liquidation are recorded."""

from typing import Any

from ledger.chart import Segregation
from ledger.commands import (
    DrawReserveFund,
    EvaluateMargin,
    ReducePosition,
    StartLiquidation,
    TakeOverPosition,
)
from ledger.commands.command import Command
from ledger.coverage.case import NOW, History
from ledger.coverage.in_order import ENGINE, WATERFALL, ask, figure
from ledger.coverage.market import CASH
from ledger.coverage.priced_market import HELD, MARK
from ledger.decider import decide
from ledger.events import (
    AccountOpened,
    CashDeposited,
    CashTransferred,
    FundSource,
    MarginEvaluated,
    ReserveFundContributed,
    Unit,
)
from ledger.instants import write_instant
from ledger.numbers import amount

AT_NOW = write_instant(NOW)
PUBLISHED = figure("liquidation.waterfall", "reserve_fund deleveraging allocation", Unit.WORDS)
BACKSTOP = figure("liquidation.backstop", "B", Unit.WORDS)
FEE = figure("liquidation.fee", "1", Unit.PERCENT)
SPREAD = figure("liquidation.spread", "10", Unit.PERCENT)
ADJUSTMENT = figure("liquidation.adjustment", "1", Unit.RATIO)
POLICY = figure("liquidation.deleveraging", "queue", Unit.WORDS)
HOUSE = AccountOpened(account="B", segregation=Segregation.HOUSE)
CAPITAL = CashDeposited(
    account="B", asset="USD", amount=amount("100000"), source="bank", segregation=Segregation.HOUSE
)
PAID_IN = CashTransferred(
    account="B",
    asset="USD",
    amount=amount("-100"),
    counterparty="RESERVE_FUND:USD",
    segregation=Segregation.HOUSE,
)
FUND = ReserveFundContributed(
    asset="USD",
    amount=amount("100"),
    balance=amount("100"),
    source=FundSource.CAPITAL,
    counterparty="B",
)


def ruled(history: History) -> History:
    """Let the rules of liquidation be published, a backstop have capital, and a fund 100 USD."""
    return (
        history.without(WATERFALL)
        .then("rules", PUBLISHED, BACKSTOP, FEE, SPREAD, ADJUSTMENT, POLICY)
        .then("account-B", HOUSE, CAPITAL, PAID_IN)
        .then("fund-USD", FUND)
    )


def marked(price: str, cash: str = "1700") -> History:
    """Let account A have so much cash behind its 5 contracts, and the mark stand elsewhere."""
    return ruled(HELD.changed(CASH, amount=amount(cash)).changed(MARK, price=amount(price)))


def evaluated(history: History, account: str = "A") -> History:
    """Let an account have been evaluated now."""
    command = ask(ENGINE, EvaluateMargin, account=account, at=AT_NOW)
    (draft,) = decide(history.situation(NOW), command)
    assert isinstance(draft.event, MarginEvaluated), draft.event
    return history.then(f"margin-{account}", draft.event, at=NOW)


def after(history: History, command: Command) -> History:
    """Let a command be decided, and whatever follows have happened."""
    for draft in decide(history.situation(NOW), command):
        history = history.then(draft.stream, draft.event, at=NOW)
    return history


def start(**fields: Any) -> StartLiquidation:
    """Ask for a case on account A."""
    return ask(ENGINE, StartLiquidation, **{"account": "A", "at": AT_NOW, **fields})


def step(kind: type[Command], **fields: Any) -> Command:
    """Ask for a step of the first case of account A."""
    usual: dict[str, Any] = {"account": "A", "case": 1, "at": AT_NOW}
    if "instrument" in kind.model_fields:
        usual["instrument"] = "BTC-PERP"
    if "accounts" in kind.model_fields:
        usual["accounts"] = ("B", "H")
    return ask(ENGINE, kind, **usual | fields)


SHORT = evaluated(marked("700"))
"""Account A has 200 USD left of 700 that it must maintain."""
BANKRUPT = evaluated(marked("600"))
"""Account A has 300 USD less than nothing."""
OPEN = after(SHORT, start())
OFFERED = after(OPEN, step(ReducePosition, command_id="R-1"))
"""Its 5 contracts were offered to the market."""
LOST = after(BANKRUPT, start())
TAKEN = after(LOST, step(TakeOverPosition))
"""They were taken over at 660: 300 USD are not covered."""
DRAWN = after(TAKEN, step(DrawReserveFund))
"""The fund bore 100 of them."""
