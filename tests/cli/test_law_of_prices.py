"""`ledger check prices`: a price that does not follow from what stands beside it is found."""

from typing import Any

import pytest
from msgspec.structs import replace

from ledger.coverage.case import NOW
from ledger.events import (
    CollateralPriceComputed,
    Exclusion,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    PriceRefused,
)
from ledger.instants import SECOND, Instant
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason
from tests.cli.forged_day import Forgery, event, sound, writing
from tests.cli.forging import breach_of, figure_of
from tests.cli.shell import Shell

INDEX, COLLATERAL, MARK = IndexPriceComputed, CollateralPriceComputed, MarkPriceComputed
OTHER = amount("60001")


def test_prices_that_follow_are_counted(sqlite: Shell) -> None:
    said = figure_of("prices", sqlite, writing(sound()))
    assert said == "7 prices recomputed, 1 refused"


def first_quote(kind: type[IndexPriceComputed | CollateralPriceComputed], **said: Any) -> Any:
    """Give the quotes of a price, of which the first says something else."""
    first, *others = event(kind).quotes
    return {"quotes": (replace(first, **said), *others)}


QUOTED = {
    "the price": Forgery(INDEX, 0, {"price": OTHER}, "price is 60001, due 60000"),
    "what coins are worth": Forgery(COLLATERAL, 0, {"price": OTHER}, "price is 60001, due 60000"),
    "no method": Forgery(INDEX, 0, {"method": 8}, "cites 8, which is no method of this price"),
    "a record to come": Forgery(INDEX, 0, {"method": 31}, "cites 31, which is no method"),
    "another name": Forgery(INDEX, 0, {"name": "E"}, "it is not what the method 7 makes"),
    "a weight": Forgery(
        INDEX, 0, first_quote(INDEX, weight=amount("9")), "its quotes are not weighed by its method"
    ),
    "an exclusion": Forgery(
        INDEX, 0, first_quote(INDEX, excluded=Exclusion.STALE), "its quotes are not weighed"
    ),
    "a late quote": Forgery(
        INDEX, 0, first_quote(INDEX, at=Instant(0)), "its quotes are not weighed by its method"
    ),
    "a quote": Forgery(
        INDEX, 0, first_quote(INDEX, price=amount("60004")), "price is 60000, due 60002"
    ),
    "too few quotes": Forgery(
        COLLATERAL,
        0,
        {"quotes": event(COLLATERAL).quotes[:1]},
        "it was made in spite of sources_too_few",
    ),
    "our own book alone": Forgery(
        INDEX, 0, {"quotes": event(INDEX).quotes[2:]}, "it was made in spite of own_book_only"
    ),
    "the reason of a refusal": Forgery(
        PriceRefused,
        0,
        {"reason": Reason.OWN_BOOK_ONLY},
        "it was refused for own_book_only, due sources_too_few",
    ),
    "a refusal without cause": Forgery(
        PriceRefused,
        0,
        {"quotes": event(COLLATERAL).quotes},
        "it was refused for sources_too_few, due None",
    ),
    "a refusal without a method": Forgery(PriceRefused, 0, {"method": 0}, "it cites no method"),
    "a method in between": Forgery(
        PriceMethodSet, 0, {"effective_from": Instant(2**62)}, "cites the method 7, in force was 0"
    ),
}
MARKED = {
    "the mark": Forgery(MARK, 0, {"price": OTHER}, "price is 60001, due 60000"),
    "no index": Forgery(MARK, 1, {"index": 32}, "it cites 32, which is no index before it"),
    "an index to come": Forgery(MARK, 0, {"index": 33}, "it cites 33, which is no index before it"),
    "coins for an index": Forgery(MARK, 0, {"index": 8}, "it cites 8, which is no index before it"),
    "its index price": Forgery(MARK, 0, {"index_price": OTHER}, "index_price is 60001, due 60000"),
    "another index": Forgery(
        MarkMethodSet, 0, {"index": "E"}, "it is made of the index BTCUSD, its method says E"
    ),
    "an index too old": Forgery(
        MARK, 2, {}, "the index 36 was too old", Instant(NOW + 601 * SECOND)
    ),
    "the basis before": Forgery(
        MARK, 1, {"basis_before": amount("99")}, "it does not move on from the mark before it"
    ),
    "the time between": Forgery(MARK, 1, {"elapsed": SECOND}, "it does not move on from the mark"),
    "the basis": Forgery(MARK, 1, {"basis": amount("116")}, "basis is 116, due 115"),
    "the window": Forgery(MarkMethodSet, 0, {"window": 30}, "basis is 115, due 130"),
    "the fair price": Forgery(MARK, 0, {"fair": OTHER}, "fair is 60001, due 60000"),
    "the moving price": Forgery(MARK, 0, {"moving": OTHER}, "moving is 60001, due 60100"),
    "the last trade": Forgery(MARK, 0, {"last": OTHER}, "price is 60000, due 60001"),
    "a rate yet to be fixed": Forgery(MARK, 0, {"funding": 38}, "its funding rate is 38, due 0"),
    "a rate unheard of": Forgery(
        MARK, 0, {"funding_rate": amount("0.001")}, "its funding rate is 0, due 0"
    ),
    "the time to funding": Forgery(
        MARK, 0, {"until_funding": 1}, "until_funding is 1, of an interval of 28800000000000"
    ),
    "an index of nothing": Forgery(MARK, 0, {"index_price": ZERO}, "index_price is 0, due 60000"),
    "the method of a mark": Forgery(MARK, 0, {"method": 7}, "cites 7, which is no method"),
}
FORGERIES = {**QUOTED, **MARKED}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_price_that_does_not_follow_is_found(sqlite: Shell, what: str) -> None:
    forgery = FORGERIES[what]
    assert forgery.breach in breach_of("prices", sqlite, writing(forgery.told()))
