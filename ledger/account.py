"""A holder's account, from its opening to its close: START HERE.

Each rule is a function of the situation and the command, and returns the events that follow, or one
refusal. `evolve` only transcribes events. The log notes what a rule looked at, and checks under its
lock that none of it has moved since.
"""

from msgspec.structs import replace

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
    Event,
    MirrorAccountOpened,
    MovementCorrected,
    Recorded,
    Relation,
)
from ledger.journal import postings
from ledger.numbers import ZERO, Amount, as_balance, negate, subtract, write_amount
from ledger.reasons import Flag, Reason, precedes
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State


class Account(State, frozen=True):
    """All that a decision may know of an account.

    `balances` per asset are signed in the holder's favour; `corrected` says, by the sequence of a
    record that was put right, what it says now. `client` is whose account it is.
    """

    STREAM = "account"

    name: str = ""
    client: str | None = None
    segregation: Segregation | None = None
    mirror_of: str | None = None
    closed: bool = False
    balances: dict[str, Amount] = {}
    corrected: dict[int, Amount] = {}

    def balance(self, asset: str) -> Amount:
        """What the account holds of an asset."""
        return self.balances.get(asset, ZERO)


def evolve(state: Account, recorded: Recorded) -> Account:
    """Transcribe an event into the state."""
    event, corrects = recorded.event, recorded.corrects
    match event:
        case AccountOpened(account=name, segregation=segregation, client=client):
            return replace(state, name=name, segregation=segregation, client=client)
        case MirrorAccountOpened():
            mirror = Segregation.MIRROR
            return replace(state, name=event.account, segregation=mirror, mirror_of=event.venue)
        case AccountClosed():
            return replace(state, closed=True)
        case MovementCorrected() if corrects is not None:
            corrected = {**state.corrected, corrects: event.after}
            return replace(_moved(state, event), corrected=corrected)
        case _:
            return _moved(state, event)


def _moved(state: Account, event: Event) -> Account:
    """Add the legs that an event posts to this account; raises `OutOfRange` at 10^20."""
    balances = state.balances
    for leg in postings(event):
        if leg.account == state.name:
            balance = as_balance(subtract(balances.get(leg.asset, ZERO), leg.amount))
            balances = {**balances, leg.asset: balance}
    return state if balances is state.balances else replace(state, balances=balances)


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
    for asset, balance in sorted(account.balances.items()):
        if balance:
            return refuse(
                command,
                Reason.BALANCE_NOT_ZERO,
                limit=ZERO,
                attempted=f"{write_amount(balance)} {asset}",
            )
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
    refusal = _unpayable(account, asset, command)
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
    refusal = _untransferable(source, target, asset, command)
    if refusal or source.segregation is None:
        return refusal
    return [
        _side(command, source.segregation, command.account, command.to_account),
        _side(command, source.segregation, command.to_account, command.account),
    ]


def _untransferable(
    source: Account, target: Account, asset: Asset, command: TransferCash
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
    return _unpayable(source, asset, command)


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


def _unpayable(account: Account, asset: Asset, command: WithdrawCash | TransferCash) -> list[Draft]:
    """Refuse, in the order of `reasons`, a payment that the account cannot make."""
    if reason := unusable(account) or misfit(asset, command.amount):
        return refuse(command, reason, attempted=command.amount)
    held = account.balance(command.asset)
    if command.amount > held:
        return refuse(command, Reason.INSUFFICIENT_FUNDS, limit=held, attempted=command.amount)
    return []


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
