"""Laws of margin: continuous and rising, never better for a cut, and again the same."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume
from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.evaluation import evaluated
from ledger.events import Draft, HaircutTier, MarginEvaluated, MarginMode, MarginTier
from ledger.liquidation_price import ON_THE_EDGE, bankruptcy_price, price_at
from ledger.log.codec import Codec
from ledger.margin import (
    NO_CUT,
    Asset,
    Book,
    Holding,
    Sourced,
    available,
    collateral_of,
    line_of,
)
from ledger.numbers import (
    ONE,
    ZERO,
    Amount,
    add,
    amount,
    as_amount,
)
from ledger.tiers import requirement
from tests.domain.margin_books import CENT, book, cash, holding, linear, standing, tier
from tests.domain.random_books import (
    FINE,
    books,
    cash_in_cents,
    excess,
    margin_tiers,
    positions,
    required,
)
from tests.domain.scenario import record

worths = st.integers(0, 10**9).map(lambda n: Decimal(n).scaleb(-2))
cuts = st.integers(0, 10_000).map(lambda n: as_amount(Decimal(n).scaleb(-2)))

Tiers = tuple[MarginTier, ...]


@for_any(margin_tiers, worths, worths, st.booleans())
def test_more_never_needs_less(
    tiers: Tiers,
    one: Decimal,
    other: Decimal,
    initial: bool,  # noqa: FBT001 - it is drawn
) -> None:
    lower, higher = sorted([one, other])
    grown = requirement(tiers, higher, initial=initial) - requirement(tiers, lower, initial=initial)
    top = tiers[-1].initial if initial else tiers[-1].maintenance
    assert 0 <= grown <= (higher - lower) * top / 100


@for_any(margin_tiers, st.booleans())
def test_no_edge_is_a_step(tiers: Tiers, initial: bool) -> None:  # noqa: FBT001 - it is drawn
    for each in tiers:
        at = requirement(tiers, each.floor, initial=initial)
        beyond = requirement(tiers, each.floor + FINE, initial=initial)
        rate = each.initial if initial else each.maintenance
        assert beyond - at == FINE * rate / 100


@for_any(margin_tiers, worths)
def test_what_is_needed_is_value_times_rate_less_what_is_taken_off(
    tiers: Tiers, worth: Decimal
) -> None:
    assert Fraction(requirement(tiers, worth, initial=False)) == required(tiers, Fraction(worth))
    assert requirement(tiers, worth, initial=True) >= requirement(tiers, worth, initial=False)


def with_asset(of: Book, place: int, asset: Asset) -> Book:
    assets = list(of.assets)
    assets[place] = asset
    return of._replace(assets=tuple(assets))


@for_any(books, st.sampled_from([1, 2]), st.integers(0, 3), cuts)
def test_a_higher_haircut_never_raises_equity(of: Book, which: int, tier: int, cut: Amount) -> None:
    asset = of.assets[which]
    assume(asset.tiers)
    assert asset.tiers is not None
    tiers = list(asset.tiers)
    old = tiers[tier % len(tiers)]
    tiers[tier % len(tiers)] = HaircutTier(old.floor, max(old.haircut, cut))
    higher = with_asset(of, which, asset._replace(tiers=tuple(tiers)))
    assert standing(higher).equity <= standing(of).equity
    nothing = with_asset(of, which, asset._replace(tiers=None))
    if asset.concentration is None and of.assets[3 - which].concentration is None:
        assert standing(nothing).equity <= standing(of).equity


@for_any(books, st.sampled_from([1, 2]), cuts)
def test_a_lower_concentration_never_raises_equity(of: Book, which: int, most: Amount) -> None:
    asset = of.assets[which]
    lower = most if asset.concentration is None else min(most, asset.concentration)
    bound = with_asset(of, which, asset._replace(concentration=lower))
    assert standing(bound).equity <= standing(of).equity


@for_any(books)
def test_cutting_never_raises_equity_and_what_is_owed_is_not_cut(of: Book) -> None:
    values = collateral_of(of, [line_of(held) for held in of.holdings])
    for value in values:
        assert value.post_haircut <= value.pre_haircut
        if value.pre_haircut <= ZERO:
            assert value.post_haircut == value.pre_haircut
    whole = [asset._replace(tiers=NO_CUT, concentration=None) for asset in of.assets]
    assert standing(of).equity <= standing(of._replace(assets=tuple(whole))).equity


@for_any(books)
def test_equity_less_maintenance_is_what_fractions_say_to_the_unit(of: Book) -> None:
    totals = standing(of)
    exact = excess(of, "nothing moves", Fraction(1))
    said = Fraction(totals.equity) - Fraction(totals.maintenance)
    dearest = max(Fraction(asset.price.figure) for asset in of.assets)
    rounded = Fraction(CENT) * 4 + dearest * Fraction(1, 10**8) * 9
    assert exact - rounded <= said <= exact + dearest * Fraction(1, 10**8) * 9


@for_any(books)
def test_an_evaluation_comes_out_again_byte_by_byte(of: Book) -> None:
    first, again = (evaluated(of, account="A", client="C") for _ in range(2))
    assert first == again
    codec = Codec()
    recorded = record(1, Draft("margin-A", first))
    written = codec.encode(recorded)
    read = codec.decode(1, recorded.type, written)
    assert isinstance(read.event, MarginEvaluated)
    assert read.event == first
    assert codec.encode(read) == written == codec.encode(record(1, Draft("margin-A", again)))


def crosses(of: Book, held: Holding, price: Amount, percent: Fraction) -> bool:
    """Tell whether equity passes its level within a few ticks of a price."""
    mark, near = Fraction(held.mark.figure), 2 * Fraction(FINE)
    low, high = (
        excess(of, held.terms.reference, (Fraction(price) + step) / mark, percent)
        for step in (-near, near)
    )
    return min(low, high) <= 0 <= max(low, high)


@for_any(books, st.sampled_from(["100", "120", "150"]))
def test_at_the_liquidation_price_equity_is_what_must_be_maintained(of: Book, level: str) -> None:
    for held in of.holdings:
        price = price_at(of, held, amount(level))
        if price is not None and price > 4 * FINE:
            assert crosses(of, held, price, Fraction(level))


@for_any(books)
def test_at_the_bankruptcy_price_nothing_is_left(of: Book) -> None:
    whole = tuple(a._replace(tiers=NO_CUT, concentration=None) for a in of.assets)
    for held in of.holdings:
        price = bankruptcy_price(of, held)
        if price is not None and price > 4 * FINE:
            assert crosses(of._replace(assets=whole), held, price, Fraction(0))


@for_any(books, st.integers(1, 99))
def test_no_nearer_price_liquidates_an_account_that_is_safe(of: Book, part: int) -> None:
    for held in of.holdings:
        reference = held.terms.reference
        price = price_at(of, held, ON_THE_EDGE)
        if price is None or excess(of, reference, Fraction(1)) <= 0:
            continue
        scale = Fraction(price) / Fraction(held.mark.figure)
        between = 1 + (scale - 1) * Fraction(part, 100)
        assert excess(of, reference, between) > 0


@for_any(books)
def test_an_account_that_is_safe_at_every_price_has_no_liquidation_price(of: Book) -> None:
    for held in of.holdings:
        if price_at(of, held, ON_THE_EDGE) is None:
            signs = {
                excess(of, held.terms.reference, Fraction(2) ** power) > 0
                for power in range(-10, 11)
            }
            assert len(signs) == 1


isolated = st.sampled_from(["linear", "inverse"]).flatmap(positions)


@for_any(books, isolated, cash_in_cents, cash_in_cents)
def test_an_isolated_position_never_draws_on_the_account(
    of: Book, held: Holding, allocated: Amount, more: Amount
) -> None:
    alone = held._replace(mode=MarginMode.ISOLATED, allocated=allocated)
    others = tuple(h for h in of.holdings if h.terms.instrument != held.terms.instrument)
    whole = of._replace(holdings=(alone, *others))
    richer = with_asset(whole, 0, whole.assets[0]._replace(cash=add(whole.assets[0].cash, more)))
    bare = book("USDT", [alone], Asset("USDT", ZERO, ZERO, Sourced(ONE), NO_CUT), of.assets[1])
    lines = [evaluated(b, account="A", client=None).positions[0] for b in (whole, richer, bare)]
    assert lines[0] == lines[1] == lines[2]
    assert lines[0].allocated == allocated


@for_any(books, isolated, cash_in_cents)
def test_the_account_never_draws_on_an_isolated_position(
    of: Book, held: Holding, allocated: Amount
) -> None:
    alone = held._replace(mode=MarginMode.ISOLATED, allocated=allocated)
    others = tuple(h for h in of.holdings if h.terms.instrument != held.terms.instrument)
    without, beside = (of._replace(holdings=kept) for kept in (others, (*others, alone)))
    assert standing(without) == standing(beside)


@for_any(st.lists(positions("linear"), min_size=1, max_size=3), cash_in_cents)
def test_a_book_in_one_currency_stands_the_same_by_the_longer_way(
    held: list[Holding], dollars: Amount
) -> None:
    alone = Asset("USDT", dollars, ZERO, Sourced(ONE), NO_CUT)
    of = book("USDT", held, alone)
    assert available(of) == standing(of).available


def dollars_in_bitcoin(mark: str) -> Book:
    """Measure in bitcoin what is settled in dollars, each worth so much less as bitcoin rises."""
    held = holding(linear(), "1", "60000", mark=mark, tiers=(tier("0", "5"),))
    one = as_amount(round(1 / amount(mark), 18))
    dollars = Asset("USDT", ZERO, ZERO, Sourced(one, 4), NO_CUT)
    return book("BTC", [held], cash("BTC", "0.2"), dollars, unit=amount("0.00000001"))


def test_where_the_measure_itself_is_the_reference_all_else_moves_against_it() -> None:
    # 0.2 + (P - 60,000)/P = 0.05, so P = 60,000/1.15; dollars are worth 1/P bitcoin then.
    of = dollars_in_bitcoin("60000")
    assert price_at(of, of.holdings[0], ON_THE_EDGE) == amount("52173.91")


def test_there_the_account_is_on_the_edge_indeed() -> None:
    totals = standing(dollars_in_bitcoin("52173.91"))
    assert abs(totals.equity - totals.maintenance) < amount("0.000001")
