"""Laws of funding: whatever is held, all that is paid is received, but for what rounding leaves."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hypothesis import given as for_any
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.commands import SettleFunding
from ledger.coverage.case import NOW
from ledger.coverage.in_order import ENGINE, ask
from ledger.decider import RULES, States, evolve
from ledger.events import (
    Averaging,
    Draft,
    Event,
    FundingIntervalSettled,
    FundingRateFixed,
    FundingSettled,
    InstrumentSpecified,
)
from ledger.funding_rate import NO_SAMPLES, average, payment, premium_of, rate_of
from ledger.holding import Account
from ledger.instants import SECOND, Instant, write_instant
from ledger.journal import imbalance, postings
from ledger.numbers import (
    ZERO,
    Amount,
    Rounding,
    add,
    amount,
    as_amount,
    negate,
    total,
    write_amount,
)
from ledger.position import Position
from ledger.situation import Situation
from tests.domain.margin_books import CENT, SATOSHI, inverse, linear
from tests.domain.priced_day import RULE
from tests.domain.scenario import record

EXACT = linear(lot=amount("0.01"), tick=amount("0.5"), value_unit=amount("0.000001"))
CONTRACTS = [
    EXACT,
    linear(value_unit=CENT, value_rounding=Rounding.TOWARD_ZERO),
    inverse(),
    inverse(contract_unit=SATOSHI, value_rounding=Rounding.HALF_UP),
]


def hundredths(lots: int) -> Amount:
    return as_amount(Decimal(lots).scaleb(-2))


contracts = st.sampled_from(CONTRACTS)
sizes = st.lists(st.integers(-(10**7), 10**7).filter(bool), min_size=1, max_size=8)
rates = st.integers(-(10**7), 10**7).map(lambda n: as_amount(Decimal(n).scaleb(-8)))
marks = st.integers(1, 400_000).map(lambda n: as_amount(Decimal(n) / 2))
roundings = st.sampled_from([Rounding.DOWN, Rounding.TOWARD_ZERO])


@dataclass
class Interval:
    """An interval to be paid: of which contract, by whom, at which rate and mark."""

    terms: InstrumentSpecified
    quantities: list[Amount]
    suspended: Amount
    rate: Amount
    mark: Amount
    rounding: Rounding = Rounding.DOWN

    def drafts(self) -> list[Draft]:
        """Settle it by its rule."""
        names = [f"A{number}" for number in range(len(self.quantities))]
        command = ask(
            ENGINE,
            SettleFunding,
            instrument="BTC-PERP",
            accounts=names,
            suspended=write_amount(self.suspended),
            at=write_instant(NOW),
        )
        return RULES[SettleFunding](Situation(NOW, self._states()), command)

    def _states(self) -> States:
        told: list[Event] = [replace(RULE, rounding=self.rounding), self._fixed()]
        drafts = [Draft("instrument-BTC-PERP", self.terms)]
        drafts += [Draft("funding-BTC-PERP", event, at=NOW) for event in told]
        states = States()
        for sequence, draft in enumerate(drafts, start=1):
            recorded = record(sequence, draft)
            states[draft.stream] = evolve(states[draft.stream], recorded)
        for number, quantity in enumerate(self.quantities):
            positions = {"BTC-PERP": Position(quantity, ZERO)}
            trust = Segregation.CLIENT_TRUST
            states[f"account-A{number}"] = Account(
                name=f"A{number}", segregation=trust, positions=positions
            )
        return states

    def _fixed(self) -> FundingRateFixed:
        return FundingRateFixed(
            instrument="BTC-PERP",
            since=Instant(NOW - 28_800 * SECOND),
            until=NOW,
            samples=2,
            premium=ZERO,
            rate=self.rate,
            rule=2,
            mark=1,
            mark_price=self.mark,
            accrued=ZERO,
        )


def interval(
    terms: InstrumentSpecified,
    lots: list[int],
    rate: Amount,
    mark: Amount,
    rounding: Rounding = Rounding.DOWN,
    *,
    waits: bool = False,
) -> Interval:
    """Let the last holder, or what waits in suspense, take the other side of all others."""
    held = [hundredths(lot) for lot in lots]
    other = negate(total(held))
    if waits:
        return Interval(terms, held, other, rate, mark, rounding)
    return Interval(terms, [*held, other] if other else held, ZERO, rate, mark, rounding)


intervals = st.builds(interval, contracts, sizes, rates, marks, roundings, waits=st.booleans())


@for_any(intervals)
def test_what_is_paid_is_received_but_for_what_is_left(asked: Interval) -> None:
    events = [draft.event for draft in asked.drafts()]
    *paid, summary = events
    assert isinstance(summary, FundingIntervalSettled)
    amounts = [event.amount for event in paid if isinstance(event, FundingSettled)]
    assert len(amounts) == len(paid) == len(asked.quantities) == summary.accounts
    left = add(summary.residual, summary.suspended_amount)
    assert add(total(amounts), left) == ZERO
    assert summary.paid == negate(total(min(ZERO, each) for each in amounts))
    assert summary.received == total(max(ZERO, each) for each in amounts)


@for_any(intervals)
def test_every_entry_balances_and_clearing_is_flat_in_the_end(asked: Interval) -> None:
    clearing: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
    for draft in asked.drafts():
        legs = postings(draft.event)
        assert imbalance(legs) == {}
        for leg in legs:
            if leg.segregation is Segregation.CLEARING:
                clearing[leg.asset] = add(clearing[leg.asset], leg.amount)
    assert not any(clearing.values())


@for_any(intervals.filter(lambda asked: asked.rounding is Rounding.DOWN))
def test_rounding_leaves_something_and_less_than_a_unit_of_each(asked: Interval) -> None:
    summary = asked.drafts()[-1].event
    assert isinstance(summary, FundingIntervalSettled)
    payers = len(asked.quantities) + (1 if asked.suspended else 0)
    assert ZERO <= summary.residual <= as_amount(payers * asked.terms.value_unit)


@for_any(intervals)
def test_whoever_holds_on_the_side_that_pays_never_receives(asked: Interval) -> None:
    for draft in asked.drafts()[:-1]:
        event = draft.event
        assert isinstance(event, FundingSettled)
        pays = (event.quantity > ZERO) is (event.rate > ZERO)
        assert event.amount <= ZERO if pays else event.amount >= ZERO
        assert event.rate or not event.amount


def test_whatever_is_not_matched_is_not_paid_at_all() -> None:
    alone = Interval(EXACT, [amount("1")], ZERO, amount("0.001"), amount("60000"))
    (draft,) = alone.drafts()
    assert not isinstance(draft.event, FundingSettled | FundingIntervalSettled)


@for_any(st.lists(st.integers(-(10**6), 10**6), max_size=12), st.integers(1, 20))
def test_an_average_lies_among_its_samples_and_the_zeros_that_pad_it(
    said: list[int], least: int
) -> None:
    samples = NO_SAMPLES
    for each in said:
        samples = samples.with_sample(as_amount(Decimal(each).scaleb(-8)))
    for averaging in Averaging:
        found = average(averaging, samples, least)
        lowest, highest = min([0, *said]), max([0, *said])
        assert Decimal(lowest).scaleb(-8) <= found <= Decimal(highest).scaleb(-8)


@for_any(rates, rates)
def test_a_rate_rises_with_the_premium_and_stays_within_its_cap(one: Amount, other: Amount) -> None:
    lower, higher = sorted([one, other])
    assert rate_of(RULE, lower) <= rate_of(RULE, higher)
    assert RULE.cap is not None
    assert abs(rate_of(RULE, higher)) <= RULE.cap


@for_any(marks, st.integers(0, 1_000), marks)
def test_a_book_around_the_index_has_no_premium_and_one_above_it_has_one(
    bid: Amount, spread: int, index: Amount
) -> None:
    ask_price = as_amount(bid + spread)
    premium = premium_of(bid, ask_price, index)
    if bid <= index <= ask_price:
        assert premium == ZERO
    else:
        edge = bid if bid > index else ask_price
        exact = (Fraction(edge) - Fraction(index)) / Fraction(index)
        assert abs(Fraction(premium) - exact) <= Fraction(1, 2 * 10**18)


@for_any(rates, marks, st.sampled_from(list(Rounding)))
def test_a_payment_is_within_a_unit_of_what_is_due(
    rate: Amount, worth: Amount, rounding: Rounding
) -> None:
    for quantity in (amount("1"), amount("-1")):
        due = -Fraction(quantity) * Fraction(worth) * Fraction(rate)
        paid = payment(quantity, worth, rate, CENT, rounding)
        assert abs(Fraction(paid) - due) < Fraction(CENT)
        if rounding is Rounding.DOWN:
            assert Fraction(paid) <= due


def test_many_alike_do_not_draw_on_what_rounding_leaves() -> None:
    # Twenty longs are worth 10.005 each, cut to 10.00, and pay 1.00 at ten percent; the short is
    # worth 200.10 and receives 20.01.
    cents = linear(value_unit=CENT, value_rounding=Rounding.TOWARD_ZERO)
    crowd = interval(cents, [2_001] * 20, amount("0.1"), amount("0.5"))
    summary = crowd.drafts()[-1].event
    assert isinstance(summary, FundingIntervalSettled)
    assert summary.residual >= ZERO
