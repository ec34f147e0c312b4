"""An evaluation: all that follows from the book of an account, as one event; pure."""

from collections.abc import Iterable
from decimal import Decimal

from ledger.events import CollateralValue, MarginEvaluated, MarginMode, PositionMargin, Rung
from ledger.liquidation_price import ON_THE_EDGE, bankruptcy_price, price_at
from ledger.margin import Book, Line, Sourced, collateral_of, isolated_equity, line_of, totals_of
from ledger.numbers import (
    PERCENT,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    amount,
    plus,
    product,
    round_to,
    share,
)
from ledger.tiers import tier_at

RATIO_UNIT = amount("0.0001")
"""Ratios are in percent, cut down to a ten-thousandth of one."""


def evaluated(book: Book, *, account: str, client: str | None) -> MarginEvaluated:
    """Say all that follows from a book."""
    lines = [line_of(holding) for holding in book.holdings]
    collateral = collateral_of(book, lines)
    totals = totals_of(book, lines, collateral)
    exposed = _exposures(book, lines, collateral)
    exposure = _sum(exposed.values())
    top = max(exposed, key=lambda name: (exposed[name], name), default=None)
    return MarginEvaluated(
        account=account,
        currency=book.currency,
        equity=totals.equity,
        initial=totals.initial,
        maintenance=totals.maintenance,
        available=totals.available,
        ratio=ratio_of(totals.equity, totals.maintenance),
        rung=rung_of(totals.equity, totals.maintenance, book.levels),
        positions=tuple(
            position_margin(
                line,
                book.levels,
                liquidation=price_at(book, line.holding, ON_THE_EDGE),
                bankruptcy=bankruptcy_price(book, line.holding),
            )
            for line in lines
        ),
        collateral=collateral,
        levels={rung: level.figure for rung, level in book.levels.items()},
        rungs={rung: level.source for rung, level in book.levels.items()},
        currency_source=book.currency_source,
        exposure=round_to(exposure, book.unit, Rounding.UP),
        concentration=ZERO
        if top is None or not exposure
        else round_to(share(exposed[top], PERCENT, exposure), RATIO_UNIT, Rounding.UP),
        top=top,
        client=client,
    )


def _exposures(
    book: Book, lines: list[Line], collateral: tuple[CollateralValue, ...]
) -> dict[str, Decimal]:
    """Give what stands in each reference, whole: positions by value, and coins that are pledged."""
    prices = {asset.asset: asset.price.figure for asset in book.assets}
    exposed: dict[str, Decimal] = {}
    for line in lines:
        terms = line.holding.terms
        worth = product(line.worth, prices[terms.settlement])
        exposed[terms.reference] = plus(exposed.get(terms.reference, Decimal(0)), worth)
    for value in collateral:
        if value.pledged and value.asset != book.currency:
            worth = product(value.pledged, value.price)
            exposed[value.asset] = plus(exposed.get(value.asset, Decimal(0)), worth)
    return exposed


def _sum(worths: Iterable[Decimal]) -> Decimal:
    whole = Decimal(0)
    for worth in worths:
        whole = plus(whole, worth)
    return whole


def ratio_of(equity: Amount, maintenance: Amount) -> Amount | None:
    """Give equity in percent of the maintenance margin, cut down.

    None where nothing is needed, or so little that no amount says how much more there is.
    """
    if not maintenance:
        return None
    try:
        return round_to(share(equity, PERCENT, maintenance), RATIO_UNIT, Rounding.DOWN)
    except OutOfRange:
        return None


def rung_of(equity: Amount, maintenance: Amount, levels: dict[Rung, Sourced]) -> Rung:
    """Give the lowest rung that is reached: below the maintenance margin, liquidation.

    Equality is safe (dYdX, IsLiquidatable).
    """
    if equity < maintenance:
        return Rung.LIQUIDATION
    percent = product(equity, PERCENT)
    for rung in (Rung.CALL, Rung.WARNING):
        level = levels.get(rung)
        if level is not None and percent < product(maintenance, level.figure):
            return rung
    return Rung.HEALTHY


def position_margin(
    line: Line,
    levels: dict[Rung, Sourced],
    *,
    liquidation: Amount | None,
    bankruptcy: Amount | None,
) -> PositionMargin:
    """Say all of a position, with the prices at which it would be liquidated and bankrupt."""
    holding = line.holding
    isolated = holding.mode is MarginMode.ISOLATED
    equity = isolated_equity(line) if isolated else None
    return PositionMargin(
        instrument=holding.terms.instrument,
        mode=holding.mode,
        asset=holding.terms.settlement,
        quantity=holding.quantity,
        cost=holding.cost,
        terms=holding.terms_source,
        mark=holding.mark.source,
        mark_price=holding.mark.figure,
        value=line.worth,
        unrealized_profit=line.unrealized,
        leverage=None if holding.leverage is None else holding.leverage.figure,
        leverage_source=0 if holding.leverage is None else holding.leverage.source,
        schedule=holding.schedule,
        initial_source=holding.initial_source,
        maintenance_source=holding.maintenance_source,
        tier=tier_at(holding.tiers, line.worth).floor,
        orders=holding.orders,
        initial=line.initial,
        maintenance=line.maintenance,
        liquidation_price=liquidation,
        bankruptcy_price=bankruptcy,
        allocated=holding.allocated,
        equity=equity,
        ratio=None if equity is None else ratio_of(equity, line.maintenance),
        rung=None if equity is None else rung_of(equity, line.maintenance, levels),
    )
