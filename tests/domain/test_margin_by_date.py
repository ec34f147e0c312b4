"""A thousand random moments: every rule of margin applies from its date on and never before."""

import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from msgspec.structs import replace

from ledger.commands import EvaluateMargin, ReckonPrice
from ledger.coverage.case import NOW
from ledger.coverage.in_order import ENGINE, ask, figure
from ledger.decider import RULES, States, evolve
from ledger.events import (
    AssetKind,
    AssetRegistered,
    CommandRejected,
    HaircutScheduleSet,
    IndexPriceComputed,
    MarginEvaluated,
    MarginScheduleSet,
    MarginTier,
    ParameterChanged,
    PositionMargin,
    PriceMethodSet,
    Unit,
)
from ledger.funding import Funding
from ledger.instants import DAY, SECOND, Instant, write_instant
from ledger.numbers import ZERO, Amount, amount, as_amount
from ledger.situation import Situation
from tests.domain.dated_rules import (
    BEGUN,
    CHANGES,
    COINS,
    DAYS,
    HELD,
    SEED,
    Told,
    Version,
    a_hundred_days,
)
from tests.domain.one_account import BITCOIN, haircut, long_of_five, outcome, worth
from tests.domain.random_books import required

MOMENTS = 1_000


@pytest.fixture(scope="module")
def told() -> Told:
    """Let rules change for a hundred days."""
    return a_hundred_days()


def moments_of(told: Told) -> list[Instant]:
    """Draw moments at random, and on and right before the dates of rules."""
    dice = random.Random(SEED + 1)  # noqa: S311 - the dice of a test keep no secret
    dates = [v.effective_from for versions in told.versions.values() for v in versions]
    drawn = {dice.randint(BEGUN + 2, BEGUN + DAYS * DAY) for _ in range(MOMENTS // 2)}
    while len(drawn) < MOMENTS:
        drawn.add(
            dice.choice(dates) - dice.randint(0, 1) + dice.choice([0, 0, dice.randint(0, DAY)])
        )
    return sorted(Instant(max(moment, BEGUN + 1)) for moment in drawn)


def test_every_rule_applies_from_its_date_and_never_before(told: Told) -> None:
    states, waiting, seen = States(), list(told.records), set()
    moments = moments_of(told)
    assert len(moments) == MOMENTS
    for now in moments:
        while waiting and waiting[0].recorded_at <= now:
            recorded = waiting.pop(0)
            states[recorded.stream] = evolve(states[recorded.stream], recorded)
        situation = Situation(now, states)
        seen.add(_hold_margin(told, situation))
        _hold_funding(told, situation)
        _hold_index(told, situation)
    assert not waiting or waiting[0].recorded_at > moments[-1]
    assert len(seen) > CHANGES // 2


def _hold_margin(told: Told, situation: Situation) -> tuple[int, ...]:
    now = situation.now
    asked = ask(ENGINE, EvaluateMargin, account="A", at=write_instant(now))
    (draft,) = RULES[EvaluateMargin](situation, asked)
    event = draft.event
    assert isinstance(event, MarginEvaluated), event
    for position in event.positions:
        _hold_position(told, now, position)
    _, coins = event.collateral
    applies = told.applies("haircut", now)
    assert coins.schedule == (applies.sequence if applies else 0)
    assert coins.post_haircut == _counted(applies, whole=Fraction(900_000 + 480_000))
    return tuple(sorted(v.sequence for key in told.versions if (v := told.applies(key, now))))


def _counted(applies: Version | None, whole: Fraction) -> Amount:
    """Reckon by hand what eight coins at 60,000 count for."""
    if applies is None:
        return ZERO
    assert isinstance(applies.event, HaircutScheduleSet)
    bound, found = applies.event.concentration, Fraction(0)
    quantity = Fraction(COINS)
    for number, each in enumerate(applies.event.tiers):
        above = applies.event.tiers[number + 1].floor if number == 0 else quantity
        within = min(quantity, Fraction(above)) - Fraction(each.floor)
        found += within * (100 - Fraction(each.haircut)) / 100 * 60_000
    if bound is not None:
        found = min(found, whole * Fraction(bound) / 100)
    assert found.denominator == 1
    return as_amount(Decimal(found.numerator))


def _hold_position(told: Told, now: Instant, position: PositionMargin) -> None:
    """Reckon by hand what a position needs by the words that apply, and where they stand."""
    name = position.instrument
    applies = told.applies("schedule", now) if name == "BTC-PERP" else None
    cap = told.applies(f"leverage.cap {name}", now)
    rates = [told.applies(f"margin.{rate} {name}", now) for rate in ("initial", "maintenance")]
    if applies is not None:
        assert isinstance(applies.event, MarginScheduleSet)
        tiers, sources = applies.event.tiers, [applies.sequence, 0, 0]
    else:
        tiers = (MarginTier(ZERO, *map(_value, rates)),)
        sources = [0, *(rate.sequence for rate in rates if rate is not None)]
    value = abs(Fraction(amount(HELD[name][2])))
    initial = required([MarginTier(t.floor, t.initial, t.initial) for t in tiers], value)
    said = [position.schedule, position.initial_source, position.maintenance_source]
    assert said == sources
    assert position.maintenance == _up(required(tiers, value))
    assert position.initial == _up(max(initial, value / Fraction(_value(cap))))
    assert position.leverage == _value(cap)
    assert cap is not None
    assert position.leverage_source == cap.sequence


def _value(version: Version | None) -> Amount:
    assert version is not None
    assert isinstance(version.event, ParameterChanged)
    assert version.event.after is not None
    return amount(version.event.after)


def _up(exact: Fraction) -> Amount:
    """Round up to a cent."""
    return as_amount(Decimal(-(-exact * 100 // 1)).scaleb(-2))


def _hold_funding(told: Told, situation: Situation) -> None:
    """Funding is reckoned by the rule that applies."""
    applies = told.applies("funding", situation.now)
    found = situation.of(Funding, "BTC-PERP").rule(situation.now)
    assert (applies and applies.sequence) == (found and found.sequence)


def _hold_index(told: Told, situation: Situation) -> None:
    """An index is made by the method that applies, and is a whole number of its units."""
    now = situation.now
    moment = write_instant(now)
    prices = {"a": "60007.77", "b": "60007.77"}
    said = [{"source": name, "price": price, "at": moment} for name, price in prices.items()]
    asked = ask(ENGINE, ReckonPrice, name="BTCUSD", quotes=said, at=moment)
    (draft,) = RULES[ReckonPrice](situation, asked)
    assert isinstance(draft.event, IndexPriceComputed)
    applies = told.applies("index", now)
    assert applies is not None
    assert isinstance(applies.event, PriceMethodSet)
    whole = {"0.01": "60007.77", "0.5": "60008", "10": "60010"}
    assert draft.event.method == applies.sequence
    assert draft.event.price == amount(whole[f"{applies.event.unit:f}"])


def test_the_history_says_things_ahead_and_one_in_the_place_of_another(told: Told) -> None:
    versions = [each for known in told.versions.values() for each in known]
    assert sum(each.effective_from > each.recorded_at for each in versions) > CHANGES // 4
    superseded = 0
    for known in told.versions.values():
        dates = [each.effective_from for each in known]
        superseded += len(dates) - len(set(dates))
        superseded += sum(later < date for date, later in pairwise(dates))
    assert superseded > 3
    assert {"schedule", "haircut", "funding", "index"} <= told.versions.keys()


def test_a_price_counts_in_the_currency_in_which_it_was_made() -> None:
    # Bitcoin was priced at 60,000 US dollars; a second later its method, and the margin currency,
    # are Hong Kong dollars, and no new price was made.
    since, later = Instant(NOW + SECOND), Instant(NOW + 2 * SECOND)
    in_dollars = replace(BITCOIN, name="USD", asset="USD", currency="HKD")
    history = long_of_five("59000", "1").then(
        "asset-HKD", AssetRegistered("HKD", 2, AssetKind.FIAT)
    )
    history = history.then("haircut-USD", haircut("USD", ("0", "0")))
    history = history.then("collateral-USD", in_dollars)
    place = history.place_of(in_dollars)
    history = history.then("collateral-USD", worth(in_dollars, place, "7.8", NOW), at=NOW)
    history = history.then(
        "collateral-BTC", replace(BITCOIN, currency="HKD", effective_from=since)
    ).then("rules", replace(figure("margin.currency", "HKD", Unit.WORDS), effective_from=since))
    event = outcome(history, later)
    assert isinstance(event, CommandRejected)
