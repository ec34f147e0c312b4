"""What an account is free to spend, and what it has left to secure more positions.

Cash leaves only as far as it is there, is not reserved, and is not needed as margin.
"""

from ledger.events import MarginMode
from ledger.holding import Account
from ledger.margin import Book, Holding, isolated_equity, line_of, standing
from ledger.margin_book import Lack, book_of
from ledger.numbers import ONE, ZERO, Amount, OutOfRange, Rounding, round_to, share, subtract, total
from ledger.situation import Situation


def lack_of(situation: Situation, account: Account) -> Lack | None:
    """Give what keeps the margin of an account from being reckoned, if anything does."""
    found = book_of(situation, account, situation.now)
    return found.lacks[0] if found.lacks else None


def free_cash(situation: Situation, account: Account, asset: str) -> Amount:
    """Give what may leave of an asset: below zero where it lacks already."""
    spendable = account.unreserved(asset)
    book = book_of(situation, account, situation.now).book
    if book is None:
        return spendable
    settled = [h for h in book.holdings if h.terms.settlement == asset]
    spendable = subtract(spendable, total(h.allocated or ZERO for h in settled))
    if not any(each.asset == asset for each in book.assets):
        return spendable
    return min(spendable, _available_in(book, asset))


def free_margin(situation: Situation, account: Account, instrument: str, asset: str) -> Amount:
    """Give what more a contract may need, in its settlement asset; of an isolated one, of its own.

    Without any position it is the cash that is not reserved, and what the pledges count for.
    """
    book = book_of(situation, account, situation.now, also=instrument).book
    if book is None:
        return account.unreserved(asset)
    if account.mode(instrument) is MarginMode.ISOLATED:
        return _isolated_margin(book, instrument)
    return _available_in(book, asset)


def _available_in(book: Book, asset: str) -> Amount:
    """Give what is available of margin, in units of an asset, rounded down to its own.

    Nothing where it has no price.
    """
    available = standing(book).available
    price = next((each.price.figure for each in book.assets if each.asset == asset), ZERO)
    if asset == book.currency:
        return available
    if not price:
        return min(ZERO, available)
    unit = min(
        (h.terms.value_unit for h in book.holdings if h.terms.settlement == asset),
        default=book.unit,
    )
    try:
        return round_to(share(available, ONE, price), unit, Rounding.DOWN)
    except OutOfRange:
        return ZERO


def _isolated_margin(book: Book, instrument: str) -> Amount:
    holding = next(h for h in book.holdings if h.terms.instrument == instrument)
    return isolated_excess(holding)


def isolated_excess(holding: Holding) -> Amount:
    """Give what an isolated position has beyond what it and its orders need initially."""
    line = line_of(holding)
    return subtract(subtract(isolated_equity(line), line.initial), holding.orders)
