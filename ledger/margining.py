"""How a client wants his positions margined, and what a program finds: one event, all its figures.

What he chooses is never more than his class may have, and never leaves a position short.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from ledger.account import unusable
from ledger.commands import AllocateMargin, EvaluateMargin, SelectMargin
from ledger.contract import is_spot
from ledger.events import (
    CollateralValue,
    Draft,
    MarginAllocated,
    MarginEvaluated,
    MarginMode,
    MarginSelected,
    Recorded,
    Side,
)
from ledger.funds import free_cash, isolated_excess, lack_of
from ledger.holding import Account
from ledger.instrument import Instrument, Specification
from ledger.leverage import leverage_cap
from ledger.liquidation_price import ON_THE_EDGE, bankruptcy_price, price_at
from ledger.margin import (
    RATIO_UNIT,
    Book,
    Line,
    collateral_of,
    line_of,
    position_margin,
    ratio_of,
    rung_of,
    standing,
    totals_of,
)
from ledger.margin_book import book_of, levels_of
from ledger.numbers import PERCENT, ZERO, Amount, Rounding, add, plus, product, round_to, share
from ledger.owner import owner_of
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R84", "R90")
def select(situation: Situation, command: SelectMargin) -> list[Draft]:
    """Choose the mode while there is nothing yet, and a leverage up to the cap."""
    account = situation.of(Account, command.account)
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if refusal := _unmarginable(command, account, known):
        return refusal
    cap = leverage_cap(situation, owner_of(situation, account), command.instrument)
    if cap is None:
        missing = f"leverage.cap {command.instrument}"
        return refuse(command, Reason.PARAMETER_MISSING, attempted=missing)
    if command.leverage is not None and command.leverage > cap:
        return refuse(command, Reason.LEVERAGE_EXCEEDED, limit=cap, attempted=command.leverage)
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
    return held or ordered or bool(account.allocated.get(name, ZERO))


def _too_little(
    situation: Situation, command: SelectMargin, account: Account, event: MarginSelected
) -> list[Draft]:
    """Refuse a leverage at which what is held would need more margin than there is."""
    if not account.position(command.instrument).quantity:
        return []
    if lack := lack_of(situation, account):
        return refuse(command, lack.reason, attempted=lack.attempted)
    record = _unplaced(situation, command, event)
    after = replace(account, margins={**account.margins, command.instrument: record})
    book = book_of(situation, after, situation.now).book
    assert book is not None
    left = _left(book, command.instrument)
    if left >= ZERO:
        return []
    return refuse(command, Reason.MARGIN_SHORT, limit=ZERO, attempted=left)


def _left(book: Book, instrument: str) -> Amount:
    """Give what is left of margin: of the whole account or, isolated, of the position's own."""
    holding = next(h for h in book.holdings if h.terms.instrument == instrument)
    if holding.mode is MarginMode.ISOLATED:
        return isolated_excess(holding)
    return standing(book).available


def _unplaced(situation: Situation, command: SelectMargin, event: MarginSelected) -> Recorded:
    """Put a choice that is yet to be recorded in an envelope, to see what it would lead to."""
    return Recorded(
        id="",
        stream=command.stream(),
        version=0,
        type=type(event).__name__,
        schema=1,
        at=situation.now,
        recorded_at=situation.now,
        command=command.command_id,
        event=event,
    )


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
    there = _movable(situation, command, account, asset)
    wanted = command.amount if command.amount > ZERO else Amount(command.amount.copy_negate())
    if lack := lack_of(situation, account):
        return refuse(command, lack.reason, attempted=lack.attempted)
    if wanted > there:
        return refuse(command, Reason.INSUFFICIENT_FUNDS, limit=there, attempted=wanted)
    event = MarginAllocated(
        account=command.account,
        instrument=command.instrument,
        asset=asset,
        amount=command.amount,
        allocated=add(account.allocated.get(command.instrument, ZERO), command.amount),
    )
    return [Draft(command.stream(), event)]


def _movable(situation: Situation, command: AllocateMargin, account: Account, asset: str) -> Amount:
    """Give what may be allocated of the account's cash, or taken back from the position's own."""
    if command.amount > ZERO:
        return free_cash(situation, account, asset)
    book = book_of(situation, account, situation.now, also=command.instrument).book
    assert book is not None
    allocated = account.allocated.get(command.instrument, ZERO)
    return max(ZERO, min(allocated, _left(book, command.instrument)))


@upholds("R83", "R84", "R85")
def evaluate(situation: Situation, command: EvaluateMargin) -> list[Draft]:
    """Evaluate an account at the prices that serve; refused where one is missing or too old."""
    account = situation.of(Account, command.account)
    if account.segregation is None or account.mirror_of:
        return refuse(command, unusable(account) or Reason.ACCOUNT_UNKNOWN)
    found = book_of(situation, account, command.at)
    if found.lacks:
        lack = found.lacks[0]
        return refuse(command, lack.reason, attempted=lack.attempted)
    if found.book is None:
        return refuse(command, Reason.NO_POSITION, attempted=command.account)
    book = found.book._replace(levels=levels_of(situation, command.at))
    event = evaluated(book, account=command.account, client=account.client)
    return [Draft(command.stream(), event, at=command.at)]


def evaluated(book: Book, *, account: str, client: str | None) -> MarginEvaluated:
    """Say all that follows from a book."""
    lines = [line_of(holding) for holding in book.holdings]
    collateral = collateral_of(book, lines)
    totals = totals_of(book, lines, collateral)
    exposed = _exposures(book, lines, collateral)
    exposure = _sum(exposed.values())
    top = max(exposed, key=lambda name: (exposed[name], name), default=None)
    return MarginEvaluated(
        account=account,
        currency=book.currency,
        equity=totals.equity,
        initial=totals.initial,
        maintenance=totals.maintenance,
        available=totals.available,
        ratio=ratio_of(totals.equity, totals.maintenance),
        rung=rung_of(totals.equity, totals.maintenance, book.levels),
        positions=tuple(
            position_margin(
                line,
                book.levels,
                liquidation=price_at(book, line.holding, ON_THE_EDGE),
                bankruptcy=bankruptcy_price(book, line.holding),
            )
            for line in lines
        ),
        collateral=collateral,
        levels={rung: level.figure for rung, level in book.levels.items()},
        rungs={rung: level.source for rung, level in book.levels.items()},
        currency_source=book.currency_source,
        exposure=round_to(exposure, book.unit, Rounding.UP),
        concentration=ZERO
        if top is None or not exposure
        else round_to(share(exposed[top], PERCENT, exposure), RATIO_UNIT, Rounding.UP),
        top=top,
        client=client,
    )


def _exposures(
    book: Book, lines: list[Line], collateral: tuple[CollateralValue, ...]
) -> dict[str, Decimal]:
    """Give what stands in each reference, whole: positions by value, and coins that are pledged."""
    prices = {asset.asset: asset.price.figure for asset in book.assets}
    exposed: dict[str, Decimal] = {}
    for line in lines:
        terms = line.holding.terms
        worth = product(line.worth, prices[terms.settlement])
        exposed[terms.reference] = plus(exposed.get(terms.reference, Decimal(0)), worth)
    for value in collateral:
        if value.pledged and value.asset != book.currency:
            worth = product(value.pledged, value.price)
            exposed[value.asset] = plus(exposed.get(value.asset, Decimal(0)), worth)
    return exposed


def _sum(worths: Iterable[Decimal]) -> Decimal:
    whole = Decimal(0)
    for worth in worths:
        whole = plus(whole, worth)
    return whole


RULES: Rules = {SelectMargin: select, AllocateMargin: allocate, EvaluateMargin: evaluate}
