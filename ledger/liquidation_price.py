"""At which price an account could no longer keep its positions, or would have nothing left.

All that follows the same reference moves together: the marks of its contracts, and the price of the
reference itself where it is collateral. Coins pledged for a long position of the same coin so lose
their worth just when it is needed (wrong-way risk), and the price says so.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from ledger.events import MarginMode
from ledger.haircut import capped, counted
from ledger.margin import NO_CUT, Asset, Book, Holding, Sourced, exact_worth, needed, reaches
from ledger.numbers import (
    ONE,
    PERCENT,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    less,
    plus,
    product,
    round_to,
    share,
)

HALF = Decimal("0.5")
TWO = Decimal(2)
DOUBLINGS = tuple(TWO**power for power in range(1, 21))
"""How far from the mark a price is looked for: up to a million times, and down to a millionth."""

STEPS_MAX = 200
NEAR = Decimal("1e-40")


def price_at(book: Book, holding: Holding, percent: Amount) -> Amount | None:
    """Give the price at which equity is so many percent of the maintenance margin.

    The nearest such price, half-even to the tick; None where there is none. At 100 the position is
    on the edge of liquidation, at a higher level on that of a margin call. Of an isolated position
    only what is its own counts. Where equity is below its level already, a price at which it only
    just and briefly is not may be passed over.
    """
    return _solved(own_book(book, holding), holding, percent)


def bankruptcy_price(book: Book, holding: Holding) -> Amount | None:
    """Give the price at which nothing is left, all collateral taken whole, without its haircut."""
    return _solved(uncut(own_book(book, holding)), holding, ZERO)


def uncut(book: Book) -> Book:
    """Give a book in which all collateral counts whole."""
    whole = tuple(asset._replace(tiers=NO_CUT, concentration=None) for asset in book.assets)
    return book._replace(assets=whole)


def own_book(book: Book, holding: Holding) -> Book:
    """Give the book that a position draws on: the account's, or its own where it is isolated."""
    if holding.mode is MarginMode.CROSS:
        crossed = tuple(h for h in book.holdings if h.mode is MarginMode.CROSS)
        return book._replace(holdings=crossed)
    asset = holding.terms.settlement
    own = Asset(asset, holding.allocated or ZERO, ZERO, Sourced(ONE), NO_CUT)
    alone = holding._replace(mode=MarginMode.CROSS)
    return book._replace(currency=asset, holdings=(alone,), assets=(own,))


def _solved(book: Book, holding: Holding, percent: Decimal) -> Amount | None:
    if not holding.quantity:
        return None
    reference = holding.terms.reference

    def left(scale: Decimal) -> Decimal:
        moved = _moved(book, reference, scale)
        return reaches(_equity(book, moved), moved.maintenance, percent)

    scale = _nearest_root(left, _kinks(book, reference))
    if scale is None:
        return None
    try:
        price = product(holding.mark.figure, scale)
        return round_to(price, holding.terms.tick, Rounding.HALF_EVEN)
    except OutOfRange:
        return None


class _Moved(NamedTuple):
    """A book once a reference has moved: what there is of each asset, whole, and its price."""

    whole: dict[str, Decimal]
    prices: dict[str, Decimal]
    maintenance: Decimal

    def worth(self, asset: Asset) -> Decimal:
        """Give what an asset is worth, before any haircut."""
        return product(self.whole[asset.asset], self.prices[asset.asset])


def _moved(book: Book, reference: str, scale: Decimal) -> _Moved:
    """Let all that follows a reference move."""
    whole = {asset.asset: plus(asset.cash, asset.pledged) for asset in book.assets}
    prices = {asset.asset: _price(asset, book, reference, scale) for asset in book.assets}
    maintenance = Decimal(0)
    for holding in book.holdings:
        terms = holding.terms
        mark: Decimal = holding.mark.figure
        if terms.reference == reference:
            mark = product(mark, scale)
        worth = exact_worth(terms, holding.quantity, mark)
        whole[terms.settlement] = plus(whole[terms.settlement], less(worth, holding.cost))
        needs = needed(holding, worth.copy_abs(), initial=False)
        maintenance = plus(maintenance, product(needs, prices[terms.settlement]))
    return _Moved(whole, prices, maintenance)


def _price(asset: Asset, book: Book, reference: str, scale: Decimal) -> Decimal:
    """Give the price of an asset, which moves with the reference, or against it as the measure."""
    if asset.asset == book.currency:
        return asset.price.figure
    if asset.asset == reference:
        return product(asset.price.figure, scale)
    measure = book.currency == reference
    return share(asset.price.figure, ONE, scale) if measure else asset.price.figure


def _equity(book: Book, moved: _Moved) -> Decimal:
    positive = Decimal(0)
    for asset in book.assets:
        if asset.tiers is not None:
            positive = plus(positive, max(Decimal(0), moved.worth(asset)))
    equity = Decimal(0)
    for asset in book.assets:
        quantity = counted(moved.whole[asset.asset], asset.tiers or ())
        counts = product(quantity, moved.prices[asset.asset])
        equity = plus(equity, capped(counts, asset.concentration, positive))
    return equity


def _kinks(book: Book, reference: str) -> list[Decimal]:
    """Say at which scales an asset begins to count for the bound on another.

    Its worth is a straight line over the scale or, where the reference is the measure, over one in
    it.
    """
    if all(asset.concentration is None for asset in book.assets):
        return []
    inverted = book.currency == reference
    here, there = (_moved(book, reference, scale) for scale in (Decimal(1), TWO))
    run = less(HALF if inverted else TWO, ONE)
    kinks = []
    for asset in book.assets:
        worth = here.worth(asset)
        rise = less(there.worth(asset), worth)
        at = less(ONE, share(worth, run, rise)) if rise else ZERO
        if asset.tiers is not None and at > ZERO:
            kinks.append(share(ONE, ONE, at) if inverted else at)
    return kinks


def _nearest_root(left: Callable[[Decimal], Decimal], kinks: list[Decimal]) -> Decimal | None:
    """Find where a function changes its sign, both ways from one, and take the nearer.

    Between its kinks it is never below its chord (what is needed grows ever faster, what counts
    ever slower), so where both ends are above zero all between is; where not, looks are closer.
    """
    here = (Decimal(1), left(Decimal(1)))
    if not here[1]:
        return here[0]
    doublings = DOUBLINGS[-1:] if here[1] > 0 else DOUBLINGS
    up = sorted({*doublings, *(kink for kink in kinks if ONE < kink < doublings[-1])})
    halves = [share(ONE, ONE, doubling) for doubling in doublings]
    down = sorted({*halves, *(kink for kink in kinks if halves[-1] < kink < ONE)}, reverse=True)
    roots = [root for stops in (down, up) if (root := _first_root(left, here, stops)) is not None]
    return min(roots, key=lambda root: less(root, ONE).copy_abs(), default=None)


_Point: TypeAlias = tuple[Decimal, Decimal]


def _first_root(
    left: Callable[[Decimal], Decimal], known: _Point, stops: list[Decimal]
) -> Decimal | None:
    """Find the first stop beyond which the sign is another, and the root before it."""
    for stop in stops:
        found = (stop, left(stop))
        if (found[1] > 0) is not (known[1] > 0):
            return _root(left, *_narrowed(left, known, found))
        known = found
    return None


def _narrowed(
    left: Callable[[Decimal], Decimal], near: _Point, far: _Point
) -> tuple[_Point, _Point]:
    """Close in on a change of sign by doubling or halving away from the near end."""
    step = TWO if far[0] > near[0] else HALF
    at = product(near[0], step)
    while near[0] < at < far[0] or far[0] < at < near[0]:
        found = (at, left(at))
        if (found[1] > 0) is not (near[1] > 0):
            return near, found
        near, at = found, product(at, step)
    return near, far


def _root(left: Callable[[Decimal], Decimal], low: _Point, high: _Point) -> Decimal:
    """Close in on a root by the secant, weighing down an end that stays (Illinois).

    On a straight piece the secant is exact, so a few steps do; the bracket never loses the root.
    """
    for _ in range(STEPS_MAX):
        run, rise = less(high[0], low[0]), less(high[1], low[1])
        at = less(high[0], share(high[1], run, rise))
        found = left(at)
        if found.copy_abs() < NEAR or less(high[0], low[0]).copy_abs() < NEAR:
            return at
        stays = (found > 0) is (high[1] > 0)
        low = (low[0], share(low[1], ONE, TWO)) if stays else high
        high = (at, found)
    return high[0]


ON_THE_EDGE = PERCENT
"""At so many percent of its maintenance margin an account is on the edge of liquidation."""
