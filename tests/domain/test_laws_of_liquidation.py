"""Laws of liquidation: equity is shared and not overdrawn, and what is closed cures what lacks."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume
from hypothesis import given as for_any
from hypothesis import strategies as st

from ledger.contract import is_inverse, value
from ledger.events import InstrumentSpecified
from ledger.liquidation import (
    bankruptcy_price_of,
    bankruptcy_quote,
    fillable_price,
    liability_to_transfer,
    liquidation_fee,
    lots_to_cure,
    to_reduce,
)
from ledger.liquidation_price import bankruptcy_price
from ledger.numbers import (
    FINEST,
    ZERO,
    Amount,
    Rounding,
    amount,
    as_amount,
    magnitude,
    negate,
    product,
    share,
    subtract,
    total,
)
from tests.domain.margin_books import CENT, SATOSHI, book, cash, holding, inverse, linear, tier

TERMS = st.builds(
    lambda make, unit, tick, multiplier: make(
        contract_unit=unit, tick=tick, multiplier=multiplier, value_rounding=Rounding.HALF_EVEN
    ),
    st.sampled_from([linear, inverse]),
    st.sampled_from([None, amount("0.0000000001"), amount("0.0001")]),
    st.sampled_from([CENT, amount("0.5"), amount("0.0000000001")]),
    st.sampled_from([amount("1"), amount("0.001"), amount("100")]),
)


def cents(smallest: int, largest: int) -> st.SearchStrategy[Amount]:
    """Draw an amount of whole cents."""
    return st.integers(smallest, largest).map(lambda number: as_amount(Decimal(number).scaleb(-2)))


PRICE = cents(100, 10**7)
QUANTITY = cents(-(10**6), 10**6).filter(bool)
EQUITY = cents(-(10**8), 10**8)
POSITIVE = cents(1, 10**8)
PERCENT = cents(0, 10_000)


@for_any(EQUITY, st.lists(st.tuples(EQUITY, POSITIVE), min_size=1, max_size=5))
def test_all_positions_together_take_all_equity_and_never_more(
    equity: Amount, positions: list[tuple[Amount, Amount]]
) -> None:
    maintenance = total(needs for _, needs in positions)
    quotes = total(
        bankruptcy_quote(equity, maintenance, negate(worth), negate(needs), CENT)
        for worth, needs in positions
    )
    left = subtract(equity, subtract(total(worth for worth, _ in positions), quotes))
    assert ZERO <= left < len(positions) * CENT


@for_any(TERMS, QUANTITY, EQUITY)
def test_a_trade_at_the_price_of_bankruptcy_brings_in_the_cash_of_it(
    terms: InstrumentSpecified, quantity: Amount, quote: Amount
) -> None:
    price = bankruptcy_price_of(terms, quantity, quote)
    if price is not None:
        assert negate(value(terms, quantity, price)) >= quote


@for_any(TERMS.filter(lambda terms: terms.contract_unit is None), QUANTITY, EQUITY)
def test_no_price_that_is_a_tick_worse_brings_in_as_much(
    terms: InstrumentSpecified, quantity: Amount, quote: Amount
) -> None:
    price = bankruptcy_price_of(terms, quantity, quote)
    worse = Fraction(price or ZERO) + (1 if quantity > ZERO else -1) * Fraction(terms.tick)
    if price is None or worse <= 0:
        return
    size = Fraction(quantity) * Fraction(terms.multiplier)
    worth = size / worse if is_inverse(terms) else -size * worse
    assert worth < Fraction(quote)


BOTH = st.sampled_from([linear(), inverse()])


@for_any(BOTH, QUANTITY, PRICE)
def test_the_cash_of_a_price_on_the_tick_says_that_price(
    terms: InstrumentSpecified, cash_of_it: Amount, price: Amount
) -> None:
    # As many contracts as are worth whole cents, though one alone may be worth a third.
    other = as_amount(product(cash_of_it, price))
    inverted = is_inverse(terms)
    quantity, quote = (other, cash_of_it) if inverted else (cash_of_it, negate(other))
    assert bankruptcy_price_of(terms, quantity, quote) == price


@for_any(BOTH, QUANTITY, PRICE, cents(1, 10**5))
def test_of_one_position_it_is_the_price_at_which_nothing_is_left(
    terms: InstrumentSpecified, quantity: Amount, price: Amount, owned: Amount
) -> None:
    held = holding(terms, f"{quantity:f}", f"{price:f}", tiers=(tier("0", "5"),))
    account = book(terms.settlement, [held], cash(terms.settlement, f"{owned:f}"))
    solved = bankruptcy_price(account, held)
    quote = bankruptcy_quote(owned, owned, negate(held.cost), owned, SATOSHI)
    found = bankruptcy_price_of(terms, negate(quantity), quote)
    if solved is not None and found is not None:
        # What a satoshi more or less of a value makes of the price, and a tick.
        moves = Fraction(SATOSHI) / abs(Fraction(quantity))
        if is_inverse(terms):
            moves *= Fraction(solved) * Fraction(found)
        assert abs(Fraction(solved) - Fraction(found)) <= 2 * moves + Fraction(CENT)


@for_any(
    st.sampled_from([linear(tick=SATOSHI), inverse(tick=SATOSHI)]),
    QUANTITY,
    PRICE,
    EQUITY,
    cents(1, 10**6),
    cents(0, 1_000),
    PERCENT,
)
def test_a_position_is_offered_no_better_than_its_mark(
    terms: InstrumentSpecified,
    quantity: Amount,
    mark: Amount,
    equity: Amount,
    maintenance: Amount,
    adjustment: Amount,
    spread: Amount,
) -> None:
    worth = value(terms, quantity, mark)
    assume(worth)
    said = terms, quantity, worth, equity, maintenance, maintenance, adjustment
    price, here = fillable_price(*said, spread), fillable_price(*said, ZERO)
    assume(price is not None and here is not None)
    assert price is not None
    assert here is not None
    assert price <= here if quantity > ZERO else price >= here
    if equity >= maintenance:
        assert price == here


@for_any(EQUITY, EQUITY, PERCENT)
def test_a_fee_is_a_part_of_the_surplus_and_a_loss_is_all_of_it(
    proceeds: Amount, bankruptcy: Amount, percent_max: Amount
) -> None:
    fee = liquidation_fee(proceeds, bankruptcy, percent_max, CENT)
    surplus = subtract(proceeds, bankruptcy)
    if surplus <= ZERO:
        assert fee == surplus
    else:
        assert ZERO <= fee <= surplus
        assert Fraction(fee) <= abs(Fraction(proceeds)) * Fraction(percent_max) / 100


@for_any(POSITIVE, PRICE, PERCENT, PERCENT, PERCENT, QUANTITY, cents(1, 1_000))
def test_what_is_closed_cures_what_lacks_by_a_lot_at_most(
    shortage: Amount,
    price: Amount,
    rate: Amount,
    fee: Amount,
    fund_fee: Amount,
    quantity: Amount,
    lot: Amount,
) -> None:
    closed = lots_to_cure(to_reduce(shortage, price, rate, fee, fund_fee), quantity, lot)
    assert ZERO < closed <= magnitude(quantity)
    freed = Fraction(price) * (Fraction(rate) - Fraction(fee) - Fraction(fund_fee)) / 100
    if closed < magnitude(quantity):
        assert Fraction(closed) * freed >= Fraction(shortage)
    if freed > 0:
        assert (Fraction(closed) - Fraction(lot)) * freed < Fraction(shortage)


@for_any(POSITIVE, PRICE, PERCENT, PERCENT, cents(100, 200), cents(50, 100), cents(0, 1_000))
def test_a_transfer_frees_what_lacks(
    shortage: Amount,
    price: Amount,
    owed_weight: Amount,
    asset_weight: Amount,
    asset_multiplier: Amount,
    liability_multiplier: Amount,
    fund_fee: Amount,
) -> None:
    given = share(asset_weight, asset_multiplier, liability_multiplier)
    found = liability_to_transfer(shortage, price, owed_weight, given, fund_fee)
    kept = Fraction(owed_weight) * (1 - Fraction(fund_fee) / 100)
    part = Fraction(asset_multiplier) / Fraction(liability_multiplier)
    freed = (kept - Fraction(asset_weight) * part) * Fraction(price) / 100
    if found is None:
        assert freed <= Fraction(FINEST)
    else:
        assert abs(Fraction(found) * freed - Fraction(shortage)) < Fraction(FINEST)
