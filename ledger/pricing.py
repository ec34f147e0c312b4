"""How a price is made of quotes, and a mark of an index and its own market: pure, exact, again.

Whatever is recorded can be made anew from what stands beside it.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from ledger.events import Exclusion, MarkKind, MarkMethodSet, PriceMethodSet, PriceSource, Quote
from ledger.instants import SECOND, Instant
from ledger.numbers import (
    FINEST,
    ONE,
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    plus,
    product,
    round_to,
    share,
    subtract,
    total,
)

_HALF = Amount(Decimal("0.5"))


def weigh(method: PriceMethodSet, quotes: Iterable[Quote], at: Instant) -> tuple[Quote, ...]:
    """Give each quote the weight of its source, and say which count for nothing as of a moment.

    First those of no known source, from the future, or stale; then the outliers among the rest, by
    their distance from the median in percent. Sorted by source.
    """
    known = {source.source: source for source in method.sources}
    said = sorted(quotes, key=lambda quote: quote.source)
    timely = [_weighed(method, known.get(quote.source), quote, at) for quote in said]
    live = [quote.price for quote in timely if quote.excluded is None]
    if not live:
        return tuple(timely)
    middle = median(live)
    return tuple(_without_outlier(method, quote, middle) for quote in timely)


def _weighed(
    method: PriceMethodSet, source: PriceSource | None, quote: Quote, at: Instant
) -> Quote:
    """Give a quote its weight, and say whether it is of the moment."""
    if source is None:
        return Quote(quote.source, quote.price, quote.at, excluded=Exclusion.UNKNOWN_SOURCE)
    excluded = None
    if quote.at > at:
        excluded = Exclusion.FUTURE
    elif at - quote.at > method.stale_after * SECOND:
        excluded = Exclusion.STALE
    return Quote(quote.source, quote.price, quote.at, source.weight, source.own, excluded)


def _without_outlier(method: PriceMethodSet, quote: Quote, middle: Amount) -> Quote:
    apart = product(subtract(quote.price, middle).copy_abs(), PERCENT)
    if quote.excluded is not None or apart <= product(method.deviation, middle):
        return quote
    return Quote(quote.source, quote.price, quote.at, quote.weight, quote.own, Exclusion.OUTLIER)


def median(prices: Sequence[Amount]) -> Amount:
    """Give the middle price, or the mean of the two in the middle."""
    ordered = sorted(prices)
    half, odd = divmod(len(ordered), 2)
    if odd:
        return ordered[half]
    return middle_of(ordered[half - 1], ordered[half])


def price_of(method: PriceMethodSet, quotes: Iterable[Quote]) -> Amount:
    """Give the weighted mean of the quotes that count, half-even to the method's unit."""
    live = [quote for quote in quotes if quote.excluded is None]
    weights = total(quote.weight for quote in live)
    worth = Decimal(0)
    for quote in live:
        worth = plus(worth, product(quote.price, quote.weight))
    return round_to(share(worth, ONE, weights), method.unit, Rounding.HALF_EVEN)


def middle_of(bid: Amount, ask: Amount) -> Amount:
    """Give the middle of a book, half-even to 18 decimals."""
    return round_to(product(add(bid, ask), _HALF), FINEST, Rounding.HALF_EVEN)


def moved_average(before: Amount | None, now: Amount, elapsed: int, window: int) -> Amount:
    """Move an average towards a value by the part of its window, in seconds, that has elapsed.

    `elapsed` is in nanoseconds; the first value is the average.
    """
    whole = window * SECOND
    if before is None or elapsed >= whole:
        return now
    step = share(subtract(now, before), Decimal(elapsed), Decimal(whole))
    return round_to(
        plus(before, round_to(step, FINEST, Rounding.HALF_EVEN)), FINEST, Rounding.HALF_EVEN
    )


def basis_of(
    book: tuple[Amount | None, Amount | None],
    index: Amount,
    before: Amount | None,
    elapsed: int,
    window: int,
) -> Amount:
    """Give the average distance of the book's middle, of its bid and ask, from the index.

    Without a book it stays as it was `before`, so many nanoseconds ago; nothing without either.
    """
    bid, ask = book
    if bid is None or ask is None:
        return before or ZERO
    return moved_average(before, subtract(middle_of(bid, ask), index), elapsed, window)


def moving_price(bid: Amount | None, index: Amount, basis: Amount) -> Amount | None:
    """Give the index and its average distance from the book; None where there is no book now."""
    return None if bid is None else add(index, basis)


def fair_price(
    index: Amount, rate: Amount, until_funding: int, interval: int, unit: Amount
) -> Amount:
    """Give index x (1 + rate x time to funding / interval), half-even (BitMEX, Fair Price Marking).

    The times are in nanoseconds; without an interval it is the index.
    """
    if not interval or not rate:
        return round_to(index, unit, Rounding.HALF_EVEN)
    carried = share(product(index, rate), Decimal(until_funding), Decimal(interval))
    return round_to(
        add(index, round_to(carried, FINEST, Rounding.HALF_EVEN)), unit, Rounding.HALF_EVEN
    )


def mark_of(
    method: MarkMethodSet,
    index: Amount,
    *,
    fair: Amount | None = None,
    moving: Amount | None = None,
    last: Amount | None = None,
) -> Amount | None:
    """Give the mark by its kind, half-even to the method's unit; None where an input is missing.

    Nothing where it would be less than half a unit.
    """
    match method.kind:
        case MarkKind.INDEX:
            found: Amount | None = index
        case MarkKind.FAIR:
            found = fair
        case MarkKind.MEDIAN:
            three = [price for price in (fair, moving, last) if price is not None]
            found = median(three) if len(three) == 3 else None  # noqa: PLR2004 - all three inputs
    if found is None:
        return None
    return max(ZERO, round_to(found, method.unit, Rounding.HALF_EVEN))
