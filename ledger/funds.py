"""What an account is free to spend, and what it has left to secure more positions.

Cash leaves only as far as it is there, is not reserved, and is not needed as margin.
"""

from decimal import Decimal

from ledger.events import MarginMode
from ledger.holding import Account
from ledger.margin import Asset, Book, Holding, available, isolated_equity, line_of, without
from ledger.margin_book import Found, Lack
from ledger.numbers import (
    ONE,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    as_amount,
    product,
    round_to,
    share,
    subtract,
)


def held_back(found: Found, asset: str) -> Lack | None:
    """Give why nothing of an asset may leave: the margin that it secures cannot be reckoned."""
    return found.lack if found.book is not None and _secures(found.book, asset) else None


def releasable(account: Account, book: Book | None, asset: str, wanted: Amount) -> Amount:
    """Give what is wanted of an asset, or the most that may leave; below zero where it lacks.

    `book` is the account's own, None where it has nothing that is margined. The margin is reckoned
    as it would be without what leaves: a pledge may count for less beside less cash.
    """
    most = min(wanted, account.spendable(asset))
    if book is None or not _secures(book, asset):
        return most
    if available(without(book, asset, most)) >= ZERO:
        return most
    if most <= ZERO or available(book) < ZERO:
        return min(most, available_in(book, asset))
    return _most(book, asset, most)


def _most(book: Book, asset: str, wanted: Amount) -> Amount:
    """Find the most that may leave, below what may not, by halves: more never leaves more."""
    unit = _asset(book, asset).unit
    low, high = 0, int(share(wanted, ONE, unit)) + 1
    while high - low > 1:
        middle = (low + high) // 2
        leaves = as_amount(product(unit, Decimal(middle)))
        may = available(without(book, asset, leaves)) >= ZERO
        low, high = (middle, high) if may else (low, middle)
    return as_amount(product(unit, Decimal(low)))


def _secures(book: Book, asset: str) -> bool:
    """Tell whether cash of an asset secures anything."""
    return any(each.asset == asset and each.counts for each in book.assets)


def _asset(book: Book, name: str) -> Asset:
    return next(each for each in book.assets if each.asset == name)


def free_margin(book: Book, instrument: str) -> Amount:
    """Give what more a contract of the book may need, in its settlement asset.

    Of an isolated position only what is its own counts.
    """
    holding = next(each for each in book.holdings if each.terms.instrument == instrument)
    if holding.mode is MarginMode.ISOLATED:
        return isolated_excess(holding)
    return available_in(book, holding.terms.settlement)


def available_in(book: Book, asset: str) -> Amount:
    """Give what is available of margin, in units of an asset, rounded down to its own.

    Nothing where it has no price.
    """
    left = available(book)
    if asset == book.currency:
        return left
    price, unit = _asset(book, asset).price.figure, _asset(book, asset).unit
    if not price:
        return min(ZERO, left)
    try:
        return round_to(share(left, ONE, price), unit, Rounding.DOWN)
    except OutOfRange:
        return ZERO


def isolated_excess(holding: Holding) -> Amount:
    """Give what an isolated position has beyond what it and its orders need initially."""
    line = line_of(holding)
    return subtract(subtract(isolated_equity(line), line.initial), holding.orders)
