"""What an account is free to spend, and what it has left to secure more positions.

Cash leaves only as far as it is there, is not reserved, and is not needed as margin.
"""

from ledger.events import MarginMode
from ledger.holding import Account
from ledger.margin import Book, Holding, available, isolated_equity, line_of
from ledger.margin_book import Lack, book_of
from ledger.numbers import ONE, ZERO, Amount, OutOfRange, Rounding, round_to, share, subtract, total
from ledger.situation import Situation


def lack_of(situation: Situation, account: Account) -> Lack | None:
    """Give what keeps the margin of an account from being reckoned, if anything does."""
    found = book_of(situation, account)
    return found.lacks[0] if found.lacks else None


def held_back(situation: Situation, account: Account, asset: str) -> Lack | None:
    """Give why nothing of an asset may leave: the margin that it secures cannot be reckoned."""
    book, lacks = book_of(situation, account)
    secures = book is not None and any(each.asset == asset for each in book.assets)
    return lacks[0] if secures and lacks else None


def free_cash(situation: Situation, account: Account, asset: str) -> Amount:
    """Give what may leave of an asset: below zero where it lacks already."""
    spendable = account.unreserved(asset)
    book = book_of(situation, account).book
    if book is None:
        return spendable
    settled = [h for h in book.holdings if h.terms.settlement == asset]
    if not settled:
        return spendable
    return min(_unallocated(spendable, settled), available_in(book, asset))


def pledgeable(situation: Situation, account: Account, asset: str) -> Amount:
    """Give what may be pledged of an asset: what is free, also where the margin is short of it."""
    spendable = account.unreserved(asset)
    book = book_of(situation, account).book
    holdings = () if book is None else book.holdings
    return _unallocated(spendable, [h for h in holdings if h.terms.settlement == asset])


def _unallocated(spendable: Amount, settled: list[Holding]) -> Amount:
    """Take away what isolated positions have of their own; it is behind their orders as well."""
    own = [max(ZERO, subtract(h.allocated, h.orders)) for h in settled if h.allocated is not None]
    return subtract(spendable, total(own))


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
    price = next(each.price.figure for each in book.assets if each.asset == asset)
    if not price:
        return min(ZERO, left)
    settled = [h.terms.value_unit for h in book.holdings if h.terms.settlement == asset]
    unit = min(settled, default=book.unit)
    try:
        return round_to(share(left, ONE, price), unit, Rounding.DOWN)
    except OutOfRange:
        return ZERO


def isolated_excess(holding: Holding) -> Amount:
    """Give what an isolated position has beyond what it and its orders need initially."""
    line = line_of(holding)
    return subtract(subtract(isolated_equity(line), line.initial), holding.orders)
