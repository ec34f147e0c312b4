"""Collateral: pledged, released and substituted, each by a standing authority of the client.

A client's assets are encumbered only by his authority (Guidelines 10.6(b), 10.17). What is pledged
is still his, in an account of its own, and can be neither sold nor sent away.
"""

from msgspec.structs import replace

from ledger.account import kept_back, unusable
from ledger.asset import Asset, misfit
from ledger.commands import PledgeCollateral, ReleaseCollateral, SubstituteCollateral
from ledger.events import (
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    Draft,
    Unit,
)
from ledger.holding import Account
from ledger.instants import months_after
from ledger.mandate import TERM
from ledger.margin import Book, available
from ledger.margin_book import book_of
from ledger.numbers import ZERO, Amount, add, negate, subtract
from ledger.owner import owner_of
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation
from ledger.standing import Authority

Pledge = PledgeCollateral | ReleaseCollateral | SubstituteCollateral

SCOPE = "margin"
"""The scope of the standing authority by which a client's assets secure his positions."""


@upholds("R107")
def pledge(situation: Situation, command: PledgeCollateral) -> list[Draft]:
    """Pledge what is free of an asset, unless margin could not be reckoned for want of a price."""
    account = situation.of(Account, command.account)
    if refusal := _barred(situation, command, account):
        return refusal
    if refusal := _lacking(situation, command, account, command.asset, command.amount):
        return refusal
    after = _after(account, {command.asset: negate(command.amount)})
    if (lack := book_of(situation, after).lack) and not book_of(situation, account).lack:
        return refuse(command, lack.reason, attempted=lack.attempted)
    pledged = add(account.pledged.get(command.asset, ZERO), command.amount)
    return _moved(CollateralPledged, command, account, pledged)


@upholds("R107")
def release(situation: Situation, command: ReleaseCollateral) -> list[Draft]:
    """Let go of what is pledged, as far as the margin can do without it."""
    account = situation.of(Account, command.account)
    if refusal := _barred(situation, command, account):
        return refusal
    left = subtract(account.pledged.get(command.asset, ZERO), command.amount)
    if refusal := _unreleasable(situation, command, account, {command.asset: command.amount}):
        return refusal
    return _moved(CollateralReleased, command, account, left)


def _moved(
    kind: type[CollateralPledged | CollateralReleased],
    command: PledgeCollateral | ReleaseCollateral,
    account: Account,
    pledged: Amount,
) -> list[Draft]:
    assert account.segregation is not None
    event = kind(
        account=command.account,
        asset=command.asset,
        amount=command.amount,
        pledged=pledged,
        authority=command.authority,
        segregation=account.segregation,
    )
    return [Draft(command.stream(), event)]


@upholds("R107")
def substitute(situation: Situation, command: SubstituteCollateral) -> list[Draft]:
    """Let one pledge take the place of another, at once: no moment lies between them."""
    account = situation.of(Account, command.account)
    if refusal := _barred(situation, command, account):
        return refusal
    come = (command.with_asset, command.with_amount)
    if refusal := _lacking(situation, command, account, *come):
        return refusal
    left = subtract(account.pledged.get(command.asset, ZERO), command.amount)
    more = add(account.pledged.get(command.with_asset, ZERO), command.with_amount)
    moved = {command.asset: command.amount, command.with_asset: negate(command.with_amount)}
    if refusal := _unreleasable(situation, command, account, moved):
        return refusal
    assert account.segregation is not None
    event = CollateralSubstituted(
        account=command.account,
        asset=command.asset,
        amount=command.amount,
        pledged=left,
        with_asset=command.with_asset,
        with_amount=command.with_amount,
        with_pledged=more,
        authority=command.authority,
        segregation=account.segregation,
    )
    return [Draft(command.stream(), event)]


def _barred(situation: Situation, command: Pledge, account: Account) -> list[Draft]:
    """Refuse for an account that cannot, an asset unknown, and without the client's authority."""
    if reason := unusable(account):
        return refuse(command, reason, attempted=command.account)
    if account.client is None:
        return refuse(command, Reason.ACCOUNT_WITHOUT_CLIENT, attempted=command.account)
    authority = owner_of(situation, account).authorities.get(command.authority)
    fits = authority is not None and authority.scope == SCOPE
    frees = isinstance(command, ReleaseCollateral)
    if authority is None or not fits or not (frees or _serves(situation, account, authority)):
        return refuse(command, Reason.AUTHORITY_UNKNOWN, attempted=command.authority)
    reason = misfit(situation.of(Asset, command.asset), command.amount)
    return refuse(command, reason, attempted=command.amount) if reason else []


def _serves(situation: Situation, account: Account, authority: Authority) -> bool:
    """Tell whether an authority is in force, and was agreed to lately by who is no professional."""
    now = situation.now
    if not authority.term.covers(now):
        return False
    if owner_of(situation, account).treated_as_professional(now):
        return True
    months = situation.the(Parameters).count(TERM, Unit.MONTHS, now)
    return months is not None and now < months_after(authority.agreed_at, months)


def _lacking(
    situation: Situation, command: Pledge, account: Account, asset: str, amount: Amount
) -> list[Draft]:
    """Refuse to pledge what is not free, or not there."""
    if reason := misfit(situation.of(Asset, asset), amount):
        return refuse(command, reason, attempted=amount)
    there = account.spendable(asset)
    if amount <= there:
        return []
    return refuse(command, Reason.INSUFFICIENT_FUNDS, limit=there, attempted=amount)


def _unreleasable(
    situation: Situation, command: Pledge, account: Account, moved: dict[str, Amount]
) -> list[Draft]:
    """Refuse to let go of more than is pledged, and of what the margin needs.

    `moved` is what goes free of each asset; below zero what is pledged instead.
    """
    if command.amount > account.pledged.get(command.asset, ZERO):
        limit = account.pledged.get(command.asset, ZERO)
        return refuse(command, Reason.NOT_PLEDGED, limit=limit, attempted=command.amount)
    then, now = book_of(situation, _after(account, moved)), book_of(situation, account)
    if hindrance := kept_back(account):
        return refuse(command, hindrance, attempted=account.unmet)
    if lack := then.lack:
        return refuse(command, lack.reason, attempted=lack.attempted)
    left = _left(then.book)
    if left >= ZERO or (now.lack is None and left >= _left(now.book)):
        return []
    return refuse(command, Reason.MARGIN_SHORT, limit=ZERO, attempted=left)


def _after(account: Account, moved: dict[str, Amount]) -> Account:
    """Give the account once so much went free of each asset; below zero what was pledged."""
    pledged, balances = dict(account.pledged), dict(account.balances)
    for asset, amount in moved.items():
        pledged[asset] = subtract(pledged.get(asset, ZERO), amount)
        balances[asset] = add(balances.get(asset, ZERO), amount)
    some = {asset: amount for asset, amount in pledged.items() if amount}
    return replace(account, pledged=some, balances=balances)


def _left(book: Book | None) -> Amount:
    return ZERO if book is None else available(book)


RULES: Rules = {
    PledgeCollateral: pledge,
    ReleaseCollateral: release,
    SubstituteCollateral: substitute,
}
