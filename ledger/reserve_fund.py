"""The reserve fund of an asset: an account of its own, that bears what the bankrupt cannot.

What is published of it is its balance in the books, and nothing else.
"""

from msgspec.structs import replace

from ledger.account import unusable
from ledger.asset import Asset, misfit
from ledger.chart import Segregation, account_name
from ledger.commands import ContributeToReserveFund
from ledger.events import (
    CashTransferred,
    Draft,
    FundSource,
    Recorded,
    ReserveFundContributed,
    ReserveFundDrawn,
)
from ledger.holding import Account
from ledger.numbers import ZERO, Amount, add, negate
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State


class ReserveFund(State, frozen=True):
    """What the reserve fund of an asset holds."""

    STREAM = "fund"

    balance: Amount = ZERO


def evolve(state: ReserveFund, recorded: Recorded) -> ReserveFund:
    """Transcribe an event into the state."""
    match recorded.event:
        case ReserveFundContributed(balance=balance) | ReserveFundDrawn(balance=balance):
            return replace(state, balance=balance)
        case _:
            return state


def contributed(
    fund: ReserveFund,
    asset: str,
    amount: Amount,
    source: FundSource,
    counterparty: str,
    of_case: tuple[int, int] | None = None,
) -> ReserveFundContributed:
    """Say that the fund received so much, and what it holds then; `of_case` is a case's step."""
    case, step = of_case or (None, None)
    return ReserveFundContributed(
        asset=asset,
        amount=amount,
        balance=add(fund.balance, amount),
        source=source,
        counterparty=counterparty,
        case=case,
        step=step,
    )


@upholds("R88")
def contribute(situation: Situation, command: ContributeToReserveFund) -> list[Draft]:
    """Move cash of the house into the fund."""
    account = situation.of(Account, command.account)
    if reason := unusable(account) or misfit(situation.of(Asset, command.asset), command.amount):
        return refuse(command, reason, attempted=command.account)
    if account.segregation is not Segregation.HOUSE:
        limit, attempted = Segregation.HOUSE, account.segregation
        return refuse(command, Reason.SEGREGATION_CROSSED, limit=limit, attempted=attempted)
    there = account.spendable(command.asset)
    if command.amount > there:
        return refuse(command, Reason.INSUFFICIENT_FUNDS, limit=there, attempted=command.amount)
    left = CashTransferred(
        account=command.account,
        asset=command.asset,
        amount=negate(command.amount),
        counterparty=account_name(Segregation.RESERVE_FUND, command.asset),
        segregation=account.segregation,
    )
    fund = situation.of(ReserveFund, command.asset)
    source = FundSource.RECOVERY if command.recovery else FundSource.CAPITAL
    came = contributed(fund, command.asset, command.amount, source, command.account)
    came = replace(came, reference=command.reference)
    return [Draft(f"account-{command.account}", left), Draft(command.stream(), came)]


RULES: Rules = {ContributeToReserveFund: contribute}
