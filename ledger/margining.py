"""How a client wants his positions margined, and what a program finds: one event, all its figures.

What he chooses is never more than his class may have, and never leaves a position short.
"""

from msgspec.structs import replace

from ledger.account import unusable
from ledger.asset import Asset, misfit
from ledger.commands import AllocateMargin, EvaluateMargin, SelectMargin
from ledger.contract import is_spot
from ledger.evaluation import evaluated
from ledger.events import (
    Draft,
    MarginAllocated,
    MarginMode,
    MarginSelected,
    Side,
)
from ledger.funds import isolated_excess, releasable
from ledger.holding import Account
from ledger.instrument import Instrument, Specification
from ledger.leverage import LEVERAGE_CAP, cap_scope, leverage_cap
from ledger.margin import Book, available
from ledger.margin_book import book_of
from ledger.margin_terms import levels_of, leverage_of
from ledger.numbers import ZERO, Amount, add, magnitude
from ledger.owner import owner_of
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, unplaced


@upholds("R84", "R90")
def select(situation: Situation, command: SelectMargin) -> list[Draft]:
    """Choose the mode while there is nothing yet, and a leverage up to the cap."""
    account = situation.of(Account, command.account)
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if refusal := _unmarginable(command, account, known):
        return refusal
    owner = owner_of(situation, account)
    cap = leverage_cap(situation, owner, command.instrument)
    if cap is None:
        missing = f"{LEVERAGE_CAP} {cap_scope(owner, command.instrument, situation.now)}"
        return refuse(command, Reason.PARAMETER_MISSING, attempted=missing)
    if command.leverage is not None and command.leverage > cap:
        return refuse(command, Reason.LEVERAGE_EXCEEDED, limit=cap, attempted=command.leverage)
    if refusal := _below_orders(situation, command, account):
        return refusal
    if command.mode is not account.mode(command.instrument) and _is_used(account, command):
        return refuse(command, Reason.MARGIN_MODE_FIXED, attempted=command.mode)
    event = MarginSelected(
        account=command.account,
        instrument=command.instrument,
        mode=command.mode,
        leverage=command.leverage,
        cap=cap,
    )
    return _too_little(situation, command, account, event) or [Draft(command.stream(), event)]


def _below_orders(situation: Situation, command: SelectMargin, account: Account) -> list[Draft]:
    """Refuse a lower leverage while orders work that were reserved at a higher one."""
    name, owner, now = command.instrument, owner_of(situation, account), situation.now
    in_force = leverage_of(situation, account, owner, name, now)
    wanted = command.leverage
    if in_force is None or wanted is None or wanted >= in_force.figure:
        return []
    if not account.orders.hold_on(name):
        return []
    return refuse(command, Reason.LEVERAGE_RESERVED, limit=in_force.figure, attempted=wanted)


def _unmarginable(
    command: SelectMargin | AllocateMargin, account: Account, known: Specification | None
) -> list[Draft]:
    if reason := unusable(account):
        return refuse(command, reason, attempted=command.account)
    if known is None or is_spot(known.terms):
        return refuse(command, Reason.INSTRUMENT_UNKNOWN, attempted=command.instrument)
    return []


def _is_used(account: Account, command: SelectMargin) -> bool:
    """Tell whether the mode matters already: by a position, an order, or cash of its own."""
    name = command.instrument
    ordered = any(account.orders.working_on(name, side).count for side in Side)
    held = bool(account.position(name).quantity)
    return held or ordered or bool(account.own_cash(name))


def _too_little(
    situation: Situation, command: SelectMargin, account: Account, event: MarginSelected
) -> list[Draft]:
    """Refuse a leverage at which what is held would need more margin than there is."""
    if not account.position(command.instrument).quantity:
        return []
    found = book_of(situation, account)
    if lack := found.lack:
        return refuse(command, lack.reason, attempted=lack.attempted)
    record = unplaced(command.stream(), event, situation.now, command.command_id)
    after = replace(account, margins={**account.margins, command.instrument: record})
    book, before = book_of(situation, after).book, found.book
    assert book is not None
    assert before is not None
    left = _left(book, command.instrument)
    if left >= ZERO or left >= _left(before, command.instrument):
        return []
    return refuse(command, Reason.MARGIN_SHORT, limit=ZERO, attempted=left)


def _left(book: Book, instrument: str) -> Amount:
    """Give what is left of margin: of the whole account or, isolated, of the position's own."""
    holding = next(h for h in book.holdings if h.terms.instrument == instrument)
    if holding.mode is MarginMode.ISOLATED:
        return isolated_excess(holding)
    return available(book)


@upholds("R84")
def allocate(situation: Situation, command: AllocateMargin) -> list[Draft]:
    """Give an isolated position cash of its own, or take back what it can do without."""
    account = situation.of(Account, command.account)
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if refusal := _unmarginable(command, account, known):
        return refusal
    assert known is not None
    if account.mode(command.instrument) is not MarginMode.ISOLATED:
        return refuse(command, Reason.NOT_ISOLATED, attempted=command.instrument)
    asset = known.terms.settlement
    if reason := misfit(situation.of(Asset, asset), command.amount):
        return refuse(command, reason, attempted=command.amount)
    if account.liquidations:
        return refuse(command, Reason.LIQUIDATION_OPEN, attempted=account.unmet)
    gives, calls = command.amount > ZERO, account.calls
    meets = gives and command.instrument in calls and None not in calls
    if calls and not meets:
        return refuse(command, Reason.MARGIN_CALL_OPEN, attempted=account.unmet)
    found = book_of(situation, account)
    if lack := found.lack:
        return refuse(command, lack.reason, attempted=lack.attempted)
    wanted = magnitude(command.amount)
    if gives:
        there = releasable(account, found.book, asset, wanted)
    else:
        there = _returnable(situation, command, account)
    if wanted > there:
        return refuse(command, Reason.INSUFFICIENT_FUNDS, limit=there, attempted=wanted)
    event = MarginAllocated(
        account=command.account,
        instrument=command.instrument,
        asset=asset,
        amount=command.amount,
        allocated=add(account.own_cash(command.instrument), command.amount),
    )
    return [Draft(command.stream(), event)]


def _returnable(situation: Situation, command: AllocateMargin, account: Account) -> Amount:
    """Give what may be taken back of the position's own cash."""
    book = book_of(situation, account, also=command.instrument).book
    assert book is not None
    return max(ZERO, min(account.own_cash(command.instrument), _left(book, command.instrument)))


@upholds("R83", "R84", "R85")
def evaluate(situation: Situation, command: EvaluateMargin) -> list[Draft]:
    """Evaluate an account at the prices that serve; refused where one is missing or too old."""
    account = situation.of(Account, command.account)
    if account.segregation is None or account.mirror_of:
        return refuse(command, unusable(account) or Reason.ACCOUNT_UNKNOWN)
    found = book_of(situation, account, command.at)
    if lack := found.lack:
        return refuse(command, lack.reason, attempted=lack.attempted)
    if found.book is None:
        return refuse(command, Reason.NO_POSITION, attempted=command.account)
    book = found.book._replace(levels=levels_of(situation, command.at))
    event = evaluated(book, account=command.account, client=account.client)
    return [Draft(command.stream(), event, at=command.at)]


RULES: Rules = {SelectMargin: select, AllocateMargin: allocate, EvaluateMargin: evaluate}
