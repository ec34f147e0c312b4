"""Bids for coins that are owed: what is held for them secures on, as far as it buys back a debt.

A bid that waits is worth no more than the cash was before it, and no more than the coins after it:
so whoever is about to pay what he owes is never called for it, nor free of a debt by a low bid.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ledger.events import InstrumentSpecified, Side
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument
from ledger.margin import Book, without
from ledger.numbers import ZERO, Amount, Rounding, negate, round_to, share, subtract
from ledger.orders import Working
from ledger.situation import Situation

Bids = Mapping[tuple[str, Side], Working]


class _Bid(NamedTuple):
    """What is bid for coins that are owed: so many of them, with so much held for all of it."""

    terms: InstrumentSpecified
    base: str
    working: Working


def repaying(situation: Situation, account: Account, at: Instant, bids: Bids, book: Book) -> Book:
    """Give the book with what is held for bids counted again, as far as they buy back a debt.

    `bids` are working orders by instrument and side. What nothing says the price of counts for
    nothing.
    """
    left = {name: negate(owed) for name, owed in account.balances.items() if owed < ZERO}
    for bid in _bids(situation, at, bids, left) if left else ():
        covers = min(left[bid.base], bid.working.exposed)
        left[bid.base] = subtract(left[bid.base], covers)
        book = without(book, bid.terms.settlement, negate(_counted(book, bid, covers)))
    return book


def _bids(
    situation: Situation, at: Instant, bids: Bids, owed: Mapping[str, Amount]
) -> Iterator[_Bid]:
    """Find the bids for what is owed, by instrument."""
    for (name, side), working in sorted(bids.items()):
        known = situation.of(Instrument, name).specification(at)
        if known is None or side is Side.SELL or not working.exposed:
            continue
        if known.terms.base is not None and known.terms.base in owed:
            yield _Bid(known.terms, known.terms.base, working)


def _counted(book: Book, bid: _Bid, covers: Amount) -> Amount:
    """Give what of a hold counts on: its part, and no more than the coins that it buys back."""
    prices = {asset.asset: asset.price.figure for asset in book.assets}
    paid = prices.get(bid.terms.settlement)
    if not covers or not paid:
        return ZERO
    part = share(bid.working.hold, covers, bid.working.exposed)
    worth = share(covers, prices[bid.base], paid)
    return round_to(min(part, worth), bid.terms.value_unit, Rounding.DOWN)
