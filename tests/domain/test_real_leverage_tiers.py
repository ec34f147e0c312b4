"""The tiers of 349 real contracts: what is needed is what the venue takes off, at every bracket."""

import json
import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ledger.events import MarginTier
from ledger.numbers import (
    PERCENT,
    ZERO,
    Amount,
    Rounding,
    as_amount,
    product,
    read_amount,
    round_to,
    share,
)
from ledger.tiers import cumulatives, requirement, tier_at

FILE = "binance/leverage_tiers.json"
PLACES_IN_EACH = 3
SEED = 20_251_010
FINE = read_amount("0.000000000001")
WITHOUT_CAP = read_amount("100000000000000000")
"""More than any amount is worth; the venue says 2^63 - 1 where a bracket goes on for ever."""


class Bracket(NamedTuple):
    """A bracket as the venue publishes it: maintenance as a ratio, and what is taken off."""

    floor: Amount
    cap: Amount
    ratio: Amount
    cum: Amount
    leverage: Amount

    def tier(self) -> MarginTier:
        """Say the same in percent; the initial rate is the greatest leverage upside down."""
        initial = round_to(share(PERCENT, Decimal(1), self.leverage), FINE, Rounding.UP)
        return MarginTier(self.floor, initial, as_amount(product(self.ratio, PERCENT)))

    def needs(self, worth: Decimal) -> Fraction:
        """Reckon as the venue does: value x rate - cumulative, exactly."""
        return Fraction(worth) * Fraction(self.ratio) - Fraction(self.cum)


def bracket(row: dict[str, Any]) -> Bracket:
    said = row["info"]
    return Bracket(
        floor=read_amount(said["notionalFloor"]),
        cap=min(WITHOUT_CAP, Amount(Decimal(said["notionalCap"]))),
        ratio=read_amount(said["maintMarginRatio"]),
        cum=read_amount(said["cum"]),
        leverage=read_amount(said["initialLeverage"]),
    )


Symbols = dict[str, list[Bracket]]


@pytest.fixture(scope="module")
def symbols(shared_data: Path) -> Symbols:
    """Read what the venue published of every symbol."""
    read = json.loads((shared_data / FILE).read_text())
    return {name: [bracket(row) for row in rows] for name, rows in read.items()}


def tiers_of(brackets: Sequence[Bracket]) -> list[MarginTier]:
    return [each.tier() for each in brackets]


def test_all_of_them_are_there(symbols: Symbols) -> None:
    assert len(symbols) == 349
    assert sum(map(len, symbols.values())) == 2_805


def test_what_is_taken_off_is_the_venues_on_every_bracket(symbols: Symbols) -> None:
    for name, brackets in symbols.items():
        rates = [(each.floor, each.tier().maintenance) for each in brackets]
        assert list(cumulatives(rates)) == [each.cum for each in brackets], name


def test_every_edge_needs_the_same_from_both_sides(symbols: Symbols) -> None:
    edges = 0
    for name, brackets in symbols.items():
        tiers = tiers_of(brackets)
        for below, above in pairwise(brackets):
            assert below.cap == above.floor, name
            needed = requirement(tiers, above.floor, initial=False)
            assert below.needs(above.floor) == Fraction(needed) == above.needs(above.floor), name
            assert tier_at(tiers, above.floor).floor == below.floor
            edges += 1
    assert edges == 2_805 - 349


def test_inside_a_bracket_the_need_is_value_times_rate_less_what_is_taken_off(
    symbols: Symbols,
) -> None:
    dice = random.Random(SEED)  # noqa: S311 - the dice of a test keep no secret
    for name, brackets in symbols.items():
        tiers = tiers_of(brackets)
        for each in brackets:
            for _ in range(PLACES_IN_EACH):
                cents = dice.randint(int(each.floor * 100) + 1, int(each.cap * 100))
                worth = Decimal(cents).scaleb(-2)
                needed = requirement(tiers, worth, initial=False)
                assert Fraction(needed) == each.needs(worth), (name, worth)
                assert tier_at(tiers, worth).floor == each.floor


def test_the_initial_need_is_continuous_and_never_less_than_is_maintained(
    symbols: Symbols,
) -> None:
    for name, brackets in symbols.items():
        tiers = tiers_of(brackets)
        before = ZERO
        for each in brackets:
            needed = requirement(tiers, each.cap, initial=True)
            assert needed >= requirement(tiers, each.cap, initial=False), name
            assert needed >= before, name
            within = Fraction(each.cap - each.floor) / Fraction(each.leverage)
            grown = Fraction(needed) - Fraction(before)
            assert within <= grown <= within + Fraction(each.cap) * Fraction(FINE) / 100, name
            before = Amount(needed)
