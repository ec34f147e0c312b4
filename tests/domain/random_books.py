"""Random books of margin, and how they stand at any price, reckoned with fractions alone."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from ledger.events import HaircutTier, MarginMode, MarginTier
from ledger.margin import NO_CUT, Asset, Book, Holding, Sourced
from ledger.numbers import ONE, ZERO, Amount, amount, as_amount
from tests.domain.margin_books import CENT, book, holding, inverse, linear

FINE = amount("0.000000000001")
TERMS = {
    "linear": linear(tick=FINE, instrument="BTC-PERP"),
    "inverse": inverse(tick=FINE, instrument="BTC-INV"),
    "ether": linear(tick=FINE, instrument="ETH-PERP", reference="ETH"),
}
PERCENT = Fraction(100)


def cents(number: int) -> Amount:
    """Make an amount of whole cents."""
    return as_amount(Decimal(number).scaleb(-2))


def _tiers(steps: list[tuple[int, int, int]]) -> tuple[MarginTier, ...]:
    """Let floors and rates rise by steps, the maintenance never above the initial margin."""
    floor, initial, maintenance, tiers = 0, 0, 0, []
    for width, more, less in steps:
        maintenance = min(10_000, maintenance + min(more, less) + 1)
        initial = min(10_000, max(initial, maintenance) + max(more, less))
        tiers.append(MarginTier(cents(floor), cents(initial), cents(maintenance)))
        floor += width
    return tuple(tiers)


def _cuts(steps: list[tuple[int, int]]) -> tuple[HaircutTier, ...]:
    floor, haircut, tiers = 0, 0, []
    for width, more in steps:
        haircut = min(10_000, haircut + more)
        tiers.append(HaircutTier(cents(floor), cents(haircut)))
        floor += width
    return tuple(tiers)


margin_tiers = st.lists(
    st.tuples(st.integers(1, 10**7), st.integers(0, 900), st.integers(0, 900)),
    min_size=1,
    max_size=5,
).map(_tiers)
haircut_tiers = st.lists(
    st.tuples(st.integers(1, 10**5), st.integers(0, 2_500)), min_size=1, max_size=4
).map(_cuts)
quantities = st.integers(-(10**5), 10**5).filter(bool).map(lambda n: f"{cents(n):f}")
prices = st.integers(10**4, 10**8).map(lambda n: f"{cents(n):f}")
cash_in_cents = st.integers(-(10**8), 10**9).map(cents)


def _position(
    kind: str, quantity: str, entry: str, mark: str, tiers: tuple[MarginTier, ...]
) -> Holding:
    return holding(TERMS[kind], quantity, entry, mark=mark, tiers=tiers)


def positions(kind: str) -> st.SearchStrategy[Holding]:
    """Cross positions of a kind of contract."""
    return st.builds(_position, st.just(kind), quantities, prices, prices, margin_tiers)


def _coins(
    name: str,
    own: Amount,
    pledged: Amount,
    price: str,
    tiers: tuple[HaircutTier, ...] | None,
    most: Amount | None,
) -> Asset:
    return Asset(name, own, pledged, Sourced(amount(price), 4), tiers, 5, most)


def coins(name: str) -> st.SearchStrategy[Asset]:
    """Coins with a haircut by size, and at most a part of the whole; owed at times."""
    return st.builds(
        _coins,
        st.just(name),
        st.integers(-(10**4), 10**4).map(cents),
        st.integers(0, 10**5).map(cents),
        prices,
        st.none() | haircut_tiers,
        st.none() | st.integers(0, 10_000).map(cents),
    )


def _book(holdings: list[Holding], dollars: Amount, others: list[Asset]) -> Book:
    usdt = Asset("USDT", dollars, ZERO, Sourced(ONE), NO_CUT)
    return book("USDT", holdings, usdt, *others, unit=CENT)


def _held(some: tuple[Holding | None, ...]) -> list[Holding]:
    return [each for each in some if each is not None]


books = st.builds(
    _book,
    st.tuples(
        positions("linear"), st.none() | positions("inverse"), st.none() | positions("ether")
    ).map(_held),
    cash_in_cents,
    st.tuples(coins("BTC"), coins("ETH")).map(list),
)
"""Books in USDT: a linear position, at times an inverse one and one on ether, and two coins."""


def required(tiers: Sequence[MarginTier], worth: Fraction) -> Fraction:
    """Reckon what must be maintained as value x rate - cumulative, as Binance does."""
    cumulative, before, found = Fraction(0), Fraction(0), Fraction(0)
    for tier in tiers:
        floor, rate = Fraction(tier.floor), Fraction(tier.maintenance) / PERCENT
        cumulative += floor * (rate - before)
        if worth > floor or not floor:
            found = worth * rate - cumulative
        before = rate
    return found


def counts(asset: Asset, quantity: Fraction) -> Fraction:
    """Reckon how much of a quantity counts: what is above each floor loses what is cut more."""
    if quantity <= 0:
        return quantity
    kept, before = Fraction(0), Fraction(0)
    for tier in asset.tiers or ():
        keeps = 1 - Fraction(tier.haircut) / PERCENT
        kept += max(Fraction(0), quantity - Fraction(tier.floor)) * (keeps - before)
        before = keeps
    return kept


def excess(of: Book, reference: str, scale: Fraction, percent: Fraction = PERCENT) -> Fraction:
    """Reckon equity less so many percent of maintenance, once a reference has moved."""
    prices = {a.asset: Fraction(a.price.figure) for a in of.assets}
    prices |= {name: price * scale for name, price in prices.items() if name == reference}
    whole = {a.asset: Fraction(a.cash) + Fraction(a.pledged) for a in of.assets}
    needed = Fraction(0)
    for held in of.holdings:
        if held.mode is MarginMode.ISOLATED:
            continue
        mark = Fraction(held.mark.figure) * (scale if held.terms.reference == reference else 1)
        size = Fraction(held.quantity)
        worth = -size / mark if held.terms.kind == "inverse" else size * mark
        whole[held.terms.settlement] += worth - Fraction(held.cost)
        needed += required(held.tiers, abs(worth)) * prices[held.terms.settlement]
    positive = sum(
        max(Fraction(0), whole[a.asset] * prices[a.asset]) for a in of.assets if a.tiers is not None
    )
    equity = Fraction(0)
    for a in of.assets:
        worth = counts(a, whole[a.asset]) * prices[a.asset]
        if a.concentration is not None and worth > 0:
            worth = min(worth, positive * Fraction(a.concentration) / PERCENT)
        equity += worth
    return equity - needed * percent / PERCENT
