"""Every evaluation of an account's margin: what it had and needed, and on what that rests.

All amounts are in `currency`. `collateral_pre_haircut` and `collateral_post_haircut` are sums over
`collateral`, `order_margin` is what the orders of cross positions need at the prices of the
evaluation, rounded up to 18 decimals, and a part of `initial`. `variation` is what cross positions
have gained or lost at their marks, whole, half-even to 18 decimals. `leverage` is exposure by
equity, half-even to four decimals; there is none without equity. `marks`, `prices` and `parameters`
are the sequences of what was cited: the positions themselves stand in `margin_positions`.
"""

from collections.abc import Iterator
from decimal import Decimal

from ledger.events import MarginEvaluated, MarginMode, Recorded
from ledger.numbers import (
    FINEST,
    ONE,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    amount,
    plus,
    product,
    round_to,
    share,
    total,
)
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "account",
    "client",
    "currency",
    "equity",
    "collateral_pre_haircut",
    "collateral_post_haircut",
    "initial",
    "order_margin",
    "maintenance",
    "variation",
    "available",
    "ratio",
    "rung",
    "exposure",
    "leverage",
    "marks",
    "prices",
    "parameters",
)

LEVERAGE_UNIT = amount("0.0001")


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show an evaluation and its sums."""
    event = recorded.event
    if not isinstance(event, MarginEvaluated):
        return
    yield (
        recorded.sequence,
        recorded.at,
        recorded.recorded_at,
        event.account,
        event.client,
        event.currency,
        event.equity,
        total(value.pre_haircut for value in event.collateral),
        total(value.post_haircut for value in event.collateral),
        event.initial,
        _order_margin(event),
        event.maintenance,
        _variation(event),
        event.available,
        event.ratio,
        event.rung.value,
        event.exposure,
        _leverage(event),
        _cited(position.mark for position in event.positions),
        _cited(value.price_source for value in event.collateral),
        _cited(_parameters(event)),
    )


def _order_margin(event: MarginEvaluated) -> Amount | None:
    """Give what orders need in the margin currency; none where a price or a bound is missing."""
    prices = {value.asset: value.price for value in event.collateral}
    whole = Decimal(0)
    for position in event.positions:
        if position.mode is MarginMode.CROSS and position.orders:
            if position.asset not in prices:
                return None
            whole = plus(whole, product(position.orders, prices[position.asset]))
    return _rounded(whole, FINEST, Rounding.UP)


def _variation(event: MarginEvaluated) -> Amount | None:
    whole = Decimal(0)
    for value in event.collateral:
        whole = plus(whole, product(value.unrealized_profit, value.price))
    return _rounded(whole, FINEST, Rounding.HALF_EVEN)


def _leverage(event: MarginEvaluated) -> Amount | None:
    if event.equity <= ZERO:
        return None
    return _rounded(share(event.exposure, ONE, event.equity), LEVERAGE_UNIT, Rounding.HALF_EVEN)


def _rounded(value: Decimal, unit: Amount, rounding: Rounding) -> Amount | None:
    """Round; there is none where it would be larger than any amount."""
    try:
        return round_to(value, unit, rounding)
    except OutOfRange:
        return None


def _parameters(event: MarginEvaluated) -> Iterator[int]:
    """Give the records of terms, schedules, rates, caps, haircuts, levels and the currency."""
    for position in event.positions:
        yield from (position.terms, position.schedule, position.leverage_source)
        yield from (position.initial_source, position.maintenance_source)
    yield from (value.schedule for value in event.collateral)
    yield from event.rungs.values()
    yield event.currency_source


def _cited(sequences: Iterator[int]) -> str | None:
    """Write the sequences that are cited, each once and in order; 0 cites nothing."""
    return " ".join(map(str, sorted({sequence for sequence in sequences if sequence}))) or None


view = Listing("margin", COLUMNS, rows)
