"""Laws of contracts: both sides of a trade agree, and what is held is enough for any filling."""

from hypothesis import given as for_any
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.contract import fee, value
from ledger.coverage.case import JUST_AFTER, NOW
from ledger.coverage.market import CONTRACT, MARKET, PAIR, order
from ledger.decider import decide
from ledger.events import (
    ContractKind,
    InstrumentSpecified,
    Liquidity,
    OrderAccepted,
    Side,
)
from ledger.instrument import Instrument
from ledger.numbers import ONE, ZERO, Amount, Rounding, add, amount, as_amount, negate
from ledger.order import Order
from ledger.reservation import after_fill, part, reserve

SATOSHI = amount("0.00000001")
CENT = amount("0.01")
INVERSE = replace(CONTRACT, kind=ContractKind.INVERSE, settlement="BTC", value_unit=SATOSHI)
ROUNDINGS = st.sampled_from(list(Rounding))
contracts = st.sampled_from([CONTRACT, INVERSE, PAIR, replace(INVERSE, contract_unit=SATOSHI)])
quantities = st.integers(1, 10_000).map(lambda n: as_amount((ZERO + n) / 100))
prices = st.integers(1, 400_000).map(lambda n: as_amount((ZERO + n) / 2))


@for_any(contracts, ROUNDINGS, quantities, prices)
def test_what_one_side_pays_the_other_gets(
    contract: InstrumentSpecified, rounding: Rounding, quantity: Amount, price: Amount
) -> None:
    terms = replace(contract, value_rounding=rounding)
    assert value(terms, negate(quantity), price) == negate(value(terms, quantity, price))


@for_any(contracts, quantities, prices, st.sampled_from(Liquidity))
def test_a_fee_does_not_depend_on_the_side(
    contract: InstrumentSpecified, quantity: Amount, price: Amount, liquidity: Liquidity
) -> None:
    traded = value(contract, quantity, price)
    assert fee(contract, traded, liquidity) == fee(contract, negate(traded), liquidity)


@for_any(quantities, st.lists(st.integers(1, 99), max_size=6), prices)
def test_a_purchase_at_its_limit_never_costs_more_than_was_held(
    quantity: Amount, cuts: list[int], price: Amount
) -> None:
    worth = value(PAIR, quantity, price)
    held = reserve(PAIR, worth, ZERO, tiers=(), leverage=ONE).amount
    known = Order(
        instrument="BTC-SPOT",
        side=Side.BUY,
        order_type=order().order_type,
        time_in_force=order().time_in_force,
        quantity=quantity,
        leaves=quantity,
        hold=held,
        held_asset="USD",
    )
    spent = ZERO
    for cut in cuts:
        size = as_amount((known.leaves * cut / 100).quantize(amount("0.01")))
        if not size or size >= known.leaves:
            continue
        paid = value(PAIR, size, price)
        paid = add(paid, fee(PAIR, paid, Liquidity.TAKER))
        leaves = as_amount(known.leaves - size)
        hold = after_fill(known, leaves, paid, PAIR.value_unit)
        spent = add(spent, paid)
        assert ZERO <= hold <= known.hold
        assert add(hold, spent) <= held
        known = replace(known, leaves=leaves, hold=hold)


@for_any(quantities, quantities, quantities)
def test_a_part_of_a_hold_is_no_more_than_all_of_it(
    hold: Amount, leaves: Amount, of: Amount
) -> None:
    assert ZERO <= part(hold, leaves, of, CENT) <= hold
    assert part(hold, ZERO, of, CENT) == ZERO
    assert part(hold, of, of, CENT) == hold


def test_new_terms_apply_from_their_date_and_never_before() -> None:
    later = replace(CONTRACT, taker_fee=amount("0.001"), effective_from=JUST_AFTER)
    history = MARKET.then("instrument-BTC-PERP", later)
    known = history.situation(NOW).of(Instrument, "BTC-PERP")
    before, after = known.specification(NOW), known.specification(JUST_AFTER)
    assert before is not None
    assert after is not None
    assert (before.terms.taker_fee, after.terms.taker_fee) == (
        CONTRACT.taker_fee,
        amount("0.001"),
    )
    assert after.version > before.version


def test_an_order_says_which_terms_and_which_price_it_was_held_to() -> None:
    *_, answer = decide(MARKET.situation(NOW), order())
    assert isinstance(answer.event, OrderAccepted)
    known = MARKET.situation(NOW).of(Instrument, "BTC-PERP").specification(NOW)
    assert known is not None
    assert answer.event.terms == known.version
    assert answer.event.reference_price == amount("1000")
