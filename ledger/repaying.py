"""Bids for coins that are owed: what is held for them secures on, as far as it buys back a debt.

A bid that waits is worth no more than the cash was before it, and no more than the coins after it:
so whoever is about to pay what he owes is never called for it, nor free of a debt by a low bid.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.events import InstrumentSpecified, Side
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument
from ledger.margin import Book, available, owed_in, without
from ledger.numbers import ZERO, Amount, Rounding, add, negate, round_to, share, subtract
from ledger.order import Order
from ledger.situation import Situation


class Way(NamedTuple):
    """One way in which a bid may go on: so many coins, with so much held for all of them."""

    hold: Amount
    leaves: Amount


class Bid(NamedTuple):
    """A bid for coins, by the pair's terms; while a change waits for the venue it has two ways."""

    terms: InstrumentSpecified
    ways: tuple[Way, ...]


def bids_of(situation: Situation, account: Account, at: Instant) -> dict[str, Bid]:
    """Find the bids for coins that an account owes, by order."""
    owed = {name for name in account.balances if account.spendable(name) < ZERO}
    bids: dict[str, Bid] = {}
    for order_id, order in account.orders.open.items() if owed else ():
        if not order.works or order.side is Side.SELL:
            continue
        known = situation.of(Instrument, order.instrument).specification(at)
        if known is not None and known.terms.base in owed:
            bids[order_id] = Bid(known.terms, ways_of(order))
    return bids


def ways_of(order: Order) -> tuple[Way, ...]:
    """Give how an order may go on: as it is or, once the venue says so, as is asked."""
    if order.asked is None:
        return (Way(order.hold, order.leaves),)
    asked = order.asked
    return (Way(asked.hold_before, order.leaves), Way(asked.hold, asked.leaves))


def repaying(book: Book, bids: Iterable[Bid]) -> Book:
    """Give a book with what is held for bids counted on, as far as they buy back a debt.

    It is the lesser of the book while they rest and the book once they are filled.
    """
    rests, filled = outlooks(book, bids)
    if rests is filled:
        return book
    return min(rests, filled, key=available)


def outlooks(book: Book, bids: Iterable[Bid]) -> tuple[Book, Book]:
    """Give the book while bids rest, and once all of them are filled.

    A bid in what secures nothing, or has no price, buys back what it does at the expense of none.
    """
    left = owed_in(book)
    prices = {each.asset: each.price.figure for each in book.assets if each.counts}
    rests = filled = book
    for bid in bids if left else ():
        base, settlement = bid.terms.base, bid.terms.settlement
        if base not in left or not prices.get(settlement):
            continue
        covers = [min(left[base], way.leaves) for way in bid.ways]
        counted = _least(bid, covers, prices)
        left[base] = subtract(left[base], max(covers))
        rests = without(rests, settlement, negate(counted))
        filled = without(filled, base, negate(min(covers)))
    return rests, filled


def _least(bid: Bid, covers: Iterable[Amount], prices: Mapping[str, Amount]) -> Amount:
    """Give what of a hold counts on at least, whichever way the bid goes on."""
    held = max(way.hold for way in bid.ways)
    return min(
        add(_counted(bid.terms, way, cover, prices), subtract(held, way.hold))
        for way, cover in zip(bid.ways, covers, strict=True)
    )


def _counted(
    terms: InstrumentSpecified, way: Way, covers: Amount, prices: Mapping[str, Amount]
) -> Amount:
    """Give what of a hold counts on: its part, and no more than the coins that it buys back."""
    assert terms.base is not None
    if not covers:
        return ZERO
    part = share(way.hold, covers, way.leaves)
    worth = share(covers, prices[terms.base], prices[terms.settlement])
    return round_to(min(part, worth), terms.value_unit, Rounding.DOWN)
