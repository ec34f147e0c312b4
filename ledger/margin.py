"""Margin: what an account has and needs, figure by figure, from inputs that are all named.

Pure: the same inputs give the same event, byte for byte. Requirements are rounded up and what
counts for the client down. What is below zero is never cut (Binance, Portfolio Margin).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ledger.contract import is_inverse
from ledger.contract import value as worth_of
from ledger.events import (
    CollateralValue,
    HaircutTier,
    InstrumentSpecified,
    MarginMode,
    MarginTier,
    Rung,
)
from ledger.haircut import capped, counted
from ledger.numbers import (
    FINEST,
    ONE,
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    add,
    less,
    magnitude,
    negate,
    plus,
    product,
    round_to,
    share,
    subtract,
    total,
)
from ledger.tiers import requirement


class Sourced(NamedTuple):
    """A figure, and the sequence of the record that says so; 0 where none does."""

    figure: Amount
    source: int = 0


class Holding(NamedTuple):
    """A position, or what only orders make of one, with all by which it is margined.

    `allocated` is its own cash, of an isolated one. Without a `schedule`, `tiers` is one tier of
    two parameters.
    """

    terms: InstrumentSpecified
    terms_source: int
    mode: MarginMode
    quantity: Amount
    cost: Amount
    mark: Sourced
    tiers: tuple[MarginTier, ...]
    schedule: int
    initial_source: int
    maintenance_source: int
    leverage: Sourced | None
    orders: Amount
    allocated: Amount | None = None


class Asset(NamedTuple):
    """What secures positions: cash and pledges of an asset, its price and what it counts for.

    Without `tiers` nothing of it counts; of the margin currency all does. `unit` is its smallest
    part, and its cash `counts` but where it was only pledged.
    """

    asset: str
    cash: Amount
    pledged: Amount
    price: Sourced
    tiers: tuple[HaircutTier, ...] | None
    schedule: int = 0
    concentration: Amount | None = None
    unit: Amount = FINEST
    counts: bool = True


class Book(NamedTuple):
    """All that an evaluation looks at. `unit` is the smallest part of the margin currency.

    `levels` says below how many percent of the maintenance margin each rung begins.
    """

    currency: str
    unit: Amount
    holdings: tuple[Holding, ...]
    assets: tuple[Asset, ...]
    levels: dict[Rung, Sourced] = {}
    currency_source: int = 0


class Totals(NamedTuple):
    """What the whole account has and needs, in the margin currency; isolated positions apart."""

    equity: Amount
    initial: Amount
    maintenance: Amount

    @property
    def available(self) -> Amount:
        """Give what is left for more: below zero where it lacks already."""
        return subtract(self.equity, self.initial)


NO_CUT = (HaircutTier(floor=ZERO, haircut=ZERO),)


def exact_worth(terms: InstrumentSpecified, quantity: Decimal, price: Decimal) -> Decimal:
    """Give the signed value of a quantity at a price, to 76 digits: what is solved for a price."""
    if is_inverse(terms):
        return share(product(quantity, terms.multiplier), ONE, price).copy_negate()
    return product(product(quantity, terms.multiplier), price)


def needed(holding: Holding, worth: Decimal, *, initial: bool) -> Decimal:
    """Give what a position of this value needs: by its tiers and, initially, by its leverage."""
    required = requirement(holding.tiers, worth, initial=initial)
    if not initial or holding.leverage is None:
        return required
    return max(required, share(worth, ONE, holding.leverage.figure))


class Line(NamedTuple):
    """A position as it stands: its value, profit and requirements in its settlement asset."""

    holding: Holding
    worth: Amount
    unrealized: Amount
    initial: Amount
    maintenance: Amount


def line_of(holding: Holding) -> Line:
    """Value a position at its mark, and say what it needs, rounded up to a unit of value."""
    terms = holding.terms
    if not holding.quantity and not holding.cost:
        return Line(holding, ZERO, ZERO, ZERO, ZERO)
    signed = worth_of(terms, holding.quantity, holding.mark.figure) if holding.quantity else ZERO
    worth = magnitude(signed)
    return Line(
        holding=holding,
        worth=worth,
        unrealized=subtract(signed, holding.cost),
        initial=round_to(needed(holding, worth, initial=True), terms.value_unit, Rounding.UP),
        maintenance=round_to(needed(holding, worth, initial=False), terms.value_unit, Rounding.UP),
    )


def collateral_of(book: Book, lines: Sequence[Line]) -> tuple[CollateralValue, ...]:
    """Value everything that secures cross positions, with their profit and loss, after haircuts."""
    whole = {asset.asset: _whole(asset, lines) for asset in book.assets}
    worths = {asset.asset: product(whole[asset.asset], asset.price.figure) for asset in book.assets}
    positive = Decimal(0)
    for asset in book.assets:
        if asset.tiers is not None:
            positive = plus(positive, max(Decimal(0), worths[asset.asset]))
    return tuple(
        _valued(book, asset, lines, whole[asset.asset], worths[asset.asset], positive)
        for asset in book.assets
    )


def _whole(asset: Asset, lines: Sequence[Line]) -> Amount:
    return add(add(asset.cash, asset.pledged), _profit(asset, lines))


def _profit(asset: Asset, lines: Sequence[Line]) -> Amount:
    """Give the unrealized profit of the cross positions that are settled in an asset."""
    return total(
        line.unrealized
        for line in lines
        if line.holding.mode is MarginMode.CROSS and line.holding.terms.settlement == asset.asset
    )


def _valued(
    book: Book,
    asset: Asset,
    lines: Sequence[Line],
    quantity: Amount,
    worth: Decimal,
    positive: Decimal,
) -> CollateralValue:
    counts = product(counted(quantity, asset.tiers or ()), asset.price.figure)
    counts = capped(counts, asset.concentration, positive)
    return CollateralValue(
        asset=asset.asset,
        cash=asset.cash,
        pledged=asset.pledged,
        unrealized_profit=_profit(asset, lines),
        price=asset.price.figure,
        price_source=asset.price.source,
        schedule=asset.schedule,
        pre_haircut=round_to(worth, book.unit, Rounding.DOWN),
        post_haircut=round_to(counts, book.unit, Rounding.DOWN),
    )


def totals_of(book: Book, lines: Sequence[Line], collateral: Sequence[CollateralValue]) -> Totals:
    """Sum what counts, and what cross positions and their orders need, in the margin currency."""
    prices = {asset.asset: asset.price.figure for asset in book.assets}
    initial, maintenance = Decimal(0), Decimal(0)
    for line in lines:
        if line.holding.mode is MarginMode.CROSS:
            price = prices[line.holding.terms.settlement]
            needs = add(line.initial, line.holding.orders)
            initial = plus(initial, product(needs, price))
            maintenance = plus(maintenance, product(line.maintenance, price))
    return Totals(
        equity=total(value.post_haircut for value in collateral),
        initial=round_to(initial, book.unit, Rounding.UP),
        maintenance=round_to(maintenance, book.unit, Rounding.UP),
    )


def available(book: Book) -> Amount:
    """Give what is left of margin: what an order or a withdrawal is held to; below zero if short.

    A book in one currency needs no prices and haircuts: the same is found sooner.
    """
    lines = [line_of(holding) for holding in book.holdings]
    if len(book.assets) > 1 or book.assets[0].asset != book.currency:
        return totals_of(book, lines, collateral_of(book, lines)).available
    crossed = (line for line in lines if line.holding.mode is MarginMode.CROSS)
    initial = total(add(line.initial, line.holding.orders) for line in crossed)
    equity = round_to(_whole(book.assets[0], lines), book.unit, Rounding.DOWN)
    return subtract(equity, round_to(initial, book.unit, Rounding.UP))


def without(book: Book, asset: str, amount: Amount) -> Book:
    """Give the book as it is once so much cash of an asset has left."""
    left = (
        each._replace(cash=subtract(each.cash, amount)) if each.asset == asset else each
        for each in book.assets
    )
    return book._replace(assets=tuple(left))


def owed_in(book: Book) -> dict[str, Amount]:
    """Give what is owed of each asset of which there is less than nothing, pledges and all."""
    lines = [line_of(holding) for holding in book.holdings]
    wholes = {asset.asset: _whole(asset, lines) for asset in book.assets if asset.cash < ZERO}
    return {name: negate(whole) for name, whole in wholes.items() if whole < ZERO}


def isolated_equity(line: Line) -> Amount:
    """Give what an isolated position has: what was allocated to it, and its own profit or loss."""
    return add(line.holding.allocated or ZERO, line.unrealized)


def reaches(equity: Decimal, maintenance: Decimal, percent: Decimal) -> Decimal:
    """Give by how much equity exceeds so many percent of the maintenance margin."""
    return less(equity, share(maintenance, percent, PERCENT))
