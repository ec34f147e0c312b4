"""What an account is free to spend, and what it has left to secure more positions.

Cash leaves only as far as it is there, is not reserved, and is not needed as margin.
"""

from ledger.events import MarginMode
from ledger.holding import Account
from ledger.margin import Book, Holding, available, isolated_equity, line_of
from ledger.margin_book import Found, Lack
from ledger.numbers import ONE, ZERO, Amount, OutOfRange, Rounding, round_to, share, subtract, total


def held_back(found: Found, asset: str) -> Lack | None:
    """Give why nothing of an asset may leave: the margin that it secures cannot be reckoned."""
    secures = found.book is not None and any(each.asset == asset for each in found.book.assets)
    return found.lack if secures else None


def free_cash(account: Account, book: Book | None, asset: str) -> Amount:
    """Give what may leave of an asset: below zero where it lacks already.

    `book` is the account's own, None where it has nothing that is margined.
    """
    spendable = account.unreserved(asset)
    settled = _settled(book, asset)
    if book is None or not settled:
        return spendable
    return min(_unallocated(spendable, settled), available_in(book, asset))


def pledgeable(account: Account, book: Book | None, asset: str) -> Amount:
    """Give what may be pledged of an asset: what is free, also where the margin is short of it."""
    return _unallocated(account.unreserved(asset), _settled(book, asset))


def _settled(book: Book | None, asset: str) -> list[Holding]:
    holdings = () if book is None else book.holdings
    return [holding for holding in holdings if holding.terms.settlement == asset]


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
    units = (holding.terms.value_unit for holding in _settled(book, asset))
    unit = min(units, default=book.unit)
    try:
        return round_to(share(left, ONE, price), unit, Rounding.DOWN)
    except OutOfRange:
        return ZERO


def isolated_excess(holding: Holding) -> Amount:
    """Give what an isolated position has beyond what it and its orders need initially."""
    line = line_of(holding)
    return subtract(subtract(isolated_equity(line), line.initial), holding.orders)
