"""A holder's account, from its opening to its close: START HERE.

Each rule is a function of the situation and the command, and returns the events that follow, or one
refusal. What it may know of the account is `Account` in `ledger.holding`.
"""

from ledger.asset import Asset, misfit, misfit_flags
from ledger.chart import Segregation
from ledger.client import Client, absent
from ledger.commands import (
    CloseAccount,
    OpenAccount,
    ReportDeposit,
    TransferCash,
    WithdrawCash,
)
from ledger.events import (
    AccountAssigned,
    AccountClosed,
    AccountOpened,
    CashDeposited,
    CashTransferred,
    CashWithdrawn,
    Draft,
    Relation,
)
from ledger.funds import held_back, releasable
from ledger.holding import Account
from ledger.margin_book import book_of
from ledger.numbers import ZERO, negate, write_amount
from ledger.reasons import Flag, Reason, precedes
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R40", "R69")
def open_account(situation: Situation, command: OpenAccount) -> list[Draft]:
    """Open an account, once; a client's becomes his one account, or a part of it."""
    if situation.of(Account, command.account).segregation is not None:
        return refuse(command, Reason.ACCOUNT_EXISTS)
    if refusal := _unassignable(situation, command) or _misplaced(situation, command):
        return refusal
    opened = AccountOpened(
        account=command.account,
        segregation=command.segregation,
        holder=command.holder,
        client=command.client,
        parent=command.parent,
    )
    drafts = [Draft(command.stream(), opened)]
    if command.client is not None:
        assigned = AccountAssigned(
            client=command.client, account=command.account, parent=command.parent
        )
        drafts.append(Draft(f"client-{command.client}", assigned))
    return drafts


def _unassignable(situation: Situation, command: OpenAccount) -> list[Draft]:
    """Refuse, in the order of `reasons`, an account that cannot be this client's."""
    if command.client is None:
        foreign = command.parent is not None
        return refuse(command, Reason.PARENT_NOT_HIS, attempted=command.parent) if foreign else []
    client, parent = situation.of(Client, command.client), command.parent
    if parent is not None and situation.of(Account, parent).closed:
        return refuse(command, Reason.ACCOUNT_CLOSED, attempted=parent)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    if parent is not None:
        is_his = parent in client.accounts and client.accounts[parent] is None
        return [] if is_his else refuse(command, Reason.PARENT_NOT_HIS, attempted=parent)
    for account in sorted(client.accounts):
        if not situation.of(Account, account).closed:
            return refuse(
                command, Reason.CLIENT_HAS_ACCOUNT, limit=account, attempted=command.account
            )
    return []


def _misplaced(situation: Situation, command: OpenAccount) -> list[Draft]:
    """Refuse a client's account apart from client money, but for an affiliate's among his like."""
    if command.client is None or command.segregation is Segregation.CLIENT_TRUST:
        return []
    client = situation.of(Client, command.client)
    among_affiliates = command.segregation is Segregation.AFFILIATE
    if among_affiliates and client.is_a(Relation.AFFILIATE, situation.now):
        return []
    limit, attempted = Segregation.CLIENT_TRUST, command.segregation
    return refuse(command, Reason.SEGREGATION_CROSSED, limit=limit, attempted=attempted)


def close(situation: Situation, command: CloseAccount) -> list[Draft]:
    """Close an account that holds nothing."""
    account = situation.of(Account, command.account)
    if reason := unusable(account):
        return refuse(command, reason)
    for asset, balance in sorted((*account.balances.items(), *account.pledged.items())):
        if balance:
            return refuse(
                command,
                Reason.BALANCE_NOT_ZERO,
                limit=ZERO,
                attempted=f"{write_amount(balance)} {asset}",
            )
    if account.orders.open:
        return refuse(command, Reason.ORDERS_OPEN, limit=0, attempted=len(account.orders.open))
    for instrument, position in sorted(account.positions.items()):
        if position.quantity:
            return refuse(command, Reason.POSITION_OPEN, limit=ZERO, attempted=instrument)
    return [Draft(stream=command.stream(), event=AccountClosed(account=command.account))]


def deposit(situation: Situation, command: ReportDeposit) -> list[Draft]:
    """Record cash that arrived; into suspense where the account cannot take it."""
    account, asset = situation.of(Account, command.account), situation.of(Asset, command.asset)
    flags = situation.flags(command)
    reason = unusable(account)
    event = CashDeposited(
        account=command.account,
        asset=command.asset,
        amount=command.amount,
        source=command.source,
        segregation=account.segregation
        if account.segregation and not reason
        else Segregation.SUSPENSE,
        reference=command.reference,
        flags=flags + ((Flag(reason),) if reason else ()) + misfit_flags(asset, command.amount),
    )
    return [Draft(stream=command.stream(), event=event, at=command.at)]


def withdraw(situation: Situation, command: WithdrawCash) -> list[Draft]:
    """Let cash leave that the account holds."""
    account, asset = situation.of(Account, command.account), situation.of(Asset, command.asset)
    refusal = _unpayable(situation, account, asset, command)
    if refusal or account.segregation is None:
        return refusal
    event = CashWithdrawn(
        account=command.account,
        asset=command.asset,
        amount=command.amount,
        destination=command.destination,
        segregation=account.segregation,
        reference=command.reference,
    )
    return [Draft(stream=command.stream(), event=event)]


def transfer(situation: Situation, command: TransferCash) -> list[Draft]:
    """Move cash between two accounts of one class: one event a side, through CLEARING."""
    source, target = (
        situation.of(Account, command.account),
        situation.of(Account, command.to_account),
    )
    asset = situation.of(Asset, command.asset)
    refusal = _untransferable(situation, source, target, asset, command)
    if refusal or source.segregation is None:
        return refusal
    return [
        _side(command, source.segregation, command.account, command.to_account),
        _side(command, source.segregation, command.to_account, command.account),
    ]


def _untransferable(
    situation: Situation, source: Account, target: Account, asset: Asset, command: TransferCash
) -> list[Draft]:
    """Refuse, in the order of `reasons`, a transfer that the two accounts cannot make."""
    of_source, of_target = unusable(source), unusable(target)
    if of_target and (of_source is None or precedes(of_target, of_source)):
        return refuse(command, of_target, attempted=command.to_account)
    if reason := of_source or misfit(asset, command.amount):
        return refuse(command, reason, attempted=command.amount)
    if command.account == command.to_account:
        return refuse(command, Reason.SAME_ACCOUNT)
    if source.segregation is not target.segregation:
        limit, attempted = source.segregation, target.segregation
        return refuse(command, Reason.SEGREGATION_CROSSED, limit=limit, attempted=attempted)
    return _unpayable(situation, source, asset, command)


def _side(
    command: TransferCash, segregation: Segregation, account: str, counterparty: str
) -> Draft:
    leaves = account == command.account
    event = CashTransferred(
        account=account,
        asset=command.asset,
        amount=negate(command.amount) if leaves else command.amount,
        counterparty=counterparty,
        segregation=segregation,
    )
    return Draft(stream=f"account-{account}", event=event)


def _unpayable(
    situation: Situation, account: Account, asset: Asset, command: WithdrawCash | TransferCash
) -> list[Draft]:
    """Refuse, in the order of `reasons`, a payment that the account cannot make.

    What is reserved for its orders, and what its positions need, cannot leave.
    """
    if reason := unusable(account) or misfit(asset, command.amount):
        return refuse(command, reason, attempted=command.amount)
    if hindrance := kept_back(account):
        return refuse(command, hindrance, attempted=account.unmet)
    found = book_of(situation, account)
    if lack := held_back(found, command.asset):
        return refuse(command, lack.reason, attempted=lack.attempted)
    available = releasable(account, found.book, command.asset, command.amount)
    if command.amount > available:
        return refuse(command, Reason.INSUFFICIENT_FUNDS, limit=available, attempted=command.amount)
    return []


def kept_back(account: Account) -> Reason | None:
    """Say why nothing may leave an account: it is being liquidated, or a margin call is unmet."""
    if account.liquidations:
        return Reason.LIQUIDATION_OPEN
    return Reason.MARGIN_CALL_OPEN if account.calls else None


def unusable(account: Account) -> Reason | None:
    """Say why cash cannot be booked on this account by a holder, if it cannot."""
    if account.segregation is None:
        return Reason.ACCOUNT_UNKNOWN
    if account.closed:
        return Reason.ACCOUNT_CLOSED
    return Reason.ACCOUNT_MIRRORED if account.mirror_of else None


RULES: Rules = {
    OpenAccount: open_account,
    CloseAccount: close,
    ReportDeposit: deposit,
    WithdrawCash: withdraw,
    TransferCash: transfer,
}
