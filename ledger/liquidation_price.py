"""At which price an account could no longer keep its positions, or would have nothing left.

All that follows the same reference moves together: the marks of its contracts, and the price of the
reference itself where it is collateral. Coins pledged for a long position of the same coin so lose
their worth just when it is needed (wrong-way risk), and the price says so.
"""

from collections.abc import Callable
from decimal import Decimal

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

DOUBLINGS = 20
"""How far from the mark a price is looked for: up to a million times, and down to a millionth."""

STEPS_MAX = 200
NEAR = Decimal("1e-40")
TWO = Decimal(2)


def price_at(book: Book, holding: Holding, percent: Amount) -> Amount | None:
    """Give the price at which equity is so many percent of the maintenance margin.

    The nearest such price, half-even to the tick; None where there is none. At 100 the position is
    on the edge of liquidation, at a higher level on that of a margin call. Of an isolated position
    only what is its own counts.
    """
    return _solved(_own(book, holding), holding, percent)


def bankruptcy_price(book: Book, holding: Holding) -> Amount | None:
    """Give the price at which nothing is left, all collateral taken whole, without its haircut."""
    own = _own(book, holding)
    uncut = tuple(asset._replace(tiers=NO_CUT, concentration=None) for asset in own.assets)
    return _solved(own._replace(assets=uncut), holding, ZERO)


def _own(book: Book, holding: Holding) -> Book:
    """Give the book that a position draws on: the account's, or its own where it is isolated."""
    if holding.mode is MarginMode.CROSS:
        crossed = tuple(h for h in book.holdings if h.mode is MarginMode.CROSS)
        return book._replace(holdings=crossed)
    asset = holding.terms.settlement
    own = Asset(asset, holding.allocated or ZERO, ZERO, Sourced(ONE), NO_CUT)
    return book._replace(currency=asset, holdings=(holding,), assets=(own,))


def _solved(book: Book, holding: Holding, percent: Decimal) -> Amount | None:
    if not holding.quantity:
        return None

    def left(scale: Decimal) -> Decimal:
        return _left(book, holding.terms.reference, scale, percent)

    scale = _nearest_root(left)
    if scale is None:
        return None
    try:
        price = product(holding.mark.figure, scale)
        return round_to(price, holding.terms.tick, Rounding.HALF_EVEN)
    except OutOfRange:
        return None


def _left(book: Book, reference: str, scale: Decimal, percent: Decimal) -> Decimal:
    """Give by how much equity exceeds its level once all that follows a reference has moved."""
    whole = {asset.asset: plus(asset.cash, asset.pledged) for asset in book.assets}
    prices = {asset.asset: _moved(asset, book, reference, scale) for asset in book.assets}
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
    return reaches(_equity(book, whole, prices), maintenance, percent)


def _moved(asset: Asset, book: Book, reference: str, scale: Decimal) -> Decimal:
    """Give the price of an asset, which moves with the reference, or against it as the measure."""
    if asset.asset == book.currency:
        return asset.price.figure
    if asset.asset == reference:
        return product(asset.price.figure, scale)
    measure = book.currency == reference
    return share(asset.price.figure, ONE, scale) if measure else asset.price.figure


def _equity(book: Book, whole: dict[str, Decimal], prices: dict[str, Decimal]) -> Decimal:
    positive = Decimal(0)
    for asset in book.assets:
        if asset.tiers is not None:
            worth = product(whole[asset.asset], prices[asset.asset])
            positive = plus(positive, max(Decimal(0), worth))
    equity = Decimal(0)
    for asset in book.assets:
        counts = product(counted(whole[asset.asset], asset.tiers or ()), prices[asset.asset])
        equity = plus(equity, capped(counts, asset.concentration, positive))
    return equity


def _nearest_root(left: Callable[[Decimal], Decimal]) -> Decimal | None:
    """Find where a function changes its sign, looking ever further away from one, both ways."""
    here = left(Decimal(1))
    down = up = (Decimal(1), here)
    for _ in range(DOUBLINGS):
        for is_up in (False, True):
            known = up if is_up else down
            at = product(known[0], TWO) if is_up else share(known[0], ONE, TWO)
            found = (at, left(at))
            if (found[1] > 0) is not (known[1] > 0):
                return _root(left, known, found)
            up, down = (found, down) if is_up else (up, found)
    return None


def _root(
    left: Callable[[Decimal], Decimal], low: tuple[Decimal, Decimal], high: tuple[Decimal, Decimal]
) -> Decimal:
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
