"""Books of margin as the examples tell them: positions and collateral, with nothing looked up."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from ledger.contract import value
from ledger.coverage.market import CONTRACT
from ledger.events import (
    ContractKind,
    HaircutTier,
    InstrumentSpecified,
    MarginMode,
    MarginTier,
    Rung,
)
from ledger.margin import (
    NO_CUT,
    Asset,
    Book,
    Holding,
    Sourced,
    Totals,
    collateral_of,
    line_of,
    totals_of,
)
from ledger.numbers import ONE, ZERO, Amount, Rounding, amount

SATOSHI = amount("0.00000001")
CENT = amount("0.01")


def linear(**said: Any) -> InstrumentSpecified:
    """Specify a linear contract on bitcoin, settled in USDT, with fine ticks."""
    usual: dict[str, Any] = {
        "quote": "USDT",
        "settlement": "USDT",
        "tick": CENT,
        "value_unit": SATOSHI,
        "value_rounding": Rounding.HALF_EVEN,
    }
    return replace(CONTRACT, **{**usual, **said})


def inverse(**said: Any) -> InstrumentSpecified:
    """Specify an inverse contract of one dollar, settled in bitcoin."""
    usual: dict[str, Any] = {"kind": ContractKind.INVERSE, "quote": "USD", "settlement": "BTC"}
    return linear(**{**usual, **said})


def tier(floor: str, maintenance: str, initial: str | None = None) -> MarginTier:
    """Say what lies above a value needs, in percent; initially as much unless said."""
    return MarginTier(amount(floor), amount(initial or maintenance), amount(maintenance))


def fixed(needed: Amount) -> tuple[MarginTier, ...]:
    """Need the same amount at every value that is not less: what a venue reckons at entry."""
    hundred = amount("100")
    return (MarginTier(ZERO, hundred, hundred), MarginTier(needed, ZERO, ZERO))


def holding(
    terms: InstrumentSpecified,
    quantity: str,
    entry: str,
    *,
    tiers: Sequence[MarginTier],
    mark: str | None = None,
    allocated: Amount | None = None,
    cost: Amount | None = None,
) -> Holding:
    """Hold a position bought or sold at a price, marked there unless said; isolated if allocated.

    What it cost is said where that is not its value at entry.
    """
    size = amount(quantity)
    return Holding(
        terms=terms,
        terms_source=1,
        mode=MarginMode.CROSS if allocated is None else MarginMode.ISOLATED,
        quantity=size,
        cost=value(terms, size, amount(entry)) if cost is None else cost,
        mark=Sourced(amount(mark or entry), 2),
        tiers=tuple(tiers),
        schedule=3,
        initial_source=0,
        maintenance_source=0,
        leverage=None,
        orders=ZERO,
        allocated=allocated,
    )


def cash(asset: str, figure: str) -> Asset:
    """Have cash in the margin currency."""
    return Asset(asset, amount(figure), ZERO, Sourced(ONE), NO_CUT)


def pledge(
    asset: str, figure: str, price: str, cuts: Sequence[tuple[str, str]], most: str | None = None
) -> Asset:
    """Have pledged coins at a price, cut by size: floor and percent, and at most so much of all."""
    tiers = tuple(HaircutTier(amount(floor), amount(haircut)) for floor, haircut in cuts)
    bound = None if most is None else amount(most)
    return Asset(asset, ZERO, amount(figure), Sourced(amount(price), 4), tiers, 5, bound)


def book(currency: str, holdings: Sequence[Holding], *assets: Asset, unit: Amount = CENT) -> Book:
    """Put positions and what secures them into one book, with a call at 120 percent."""
    levels = {Rung.CALL: Sourced(amount("120"), 6)}
    return Book(currency, unit, tuple(holdings), assets, levels)


def standing(of: Book) -> Totals:
    """Give what a whole account has and needs."""
    lines = [line_of(each) for each in of.holdings]
    return totals_of(of, lines, collateral_of(of, lines))
