"""Laws of margin: continuous and rising, never better for a cut, and again the same."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume
from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.evaluation import evaluated
from ledger.events import Draft, HaircutTier, MarginEvaluated, MarginMode, MarginTier
from ledger.funds import releasable
from ledger.holding import Account
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
    without,
)
from ledger.numbers import (
    ONE,
    ZERO,
    Amount,
    add,
    as_amount,
)
from ledger.reservation import reserve
from ledger.tiers import requirement
from tests.domain.margin_books import (
    CENT,
    book,
    linear,
    standing,
)
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
    bare, beside = (of._replace(holdings=kept) for kept in (others, (*others, alone)))
    assert standing(bare) == standing(beside)


@for_any(st.lists(positions("linear"), min_size=1, max_size=3), cash_in_cents)
def test_a_book_in_one_currency_stands_the_same_by_the_longer_way(
    held: list[Holding], dollars: Amount
) -> None:
    alone = Asset("USDT", dollars, ZERO, Sourced(ONE), NO_CUT)
    of = book("USDT", held, alone)
    assert available(of) == standing(of).available


def account_of(of: Book) -> Account:
    """Give an account that has the cash of a book, and nothing reserved."""
    return Account(name="A", balances={asset.asset: asset.cash for asset in of.assets})


@for_any(books, cash_in_cents.filter(lambda figure: figure > ZERO))
def test_what_may_leave_may_and_no_cent_more(of: Book, wanted: Amount) -> None:
    account, name = account_of(of), of.currency
    most = releasable(account, of, name, wanted)
    assert most <= max(wanted, ZERO)
    assert most <= account.balance(name)
    if most > ZERO:
        assert available(without(of, name, most)) >= ZERO
    if most < min(wanted, account.balance(name)):
        assert available(without(of, name, add(max(most, ZERO), CENT))) < ZERO


@for_any(margin_tiers, worths, worths, worths, st.integers(1, 100))
def test_parts_of_an_order_never_need_less_than_the_whole(
    tiers: Tiers, beside: Decimal, one: Decimal, other: Decimal, leverage: int
) -> None:
    def needs(worth: Decimal, next_to: Decimal) -> Amount:
        figures = as_amount(worth), as_amount(next_to)
        return reserve(linear(), *figures, tiers=tiers, leverage=as_amount(Decimal(leverage)))[1]

    parts = add(needs(one, beside), needs(other, beside + one))
    assert parts + 2 * CENT >= needs(one + other, beside)
