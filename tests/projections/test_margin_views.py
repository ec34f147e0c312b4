"""What the views of margin and collateral show: evaluations, positions, pledges, movements."""

from typing import Any

import pytest

from ledger.coverage.in_order import INITIAL_MARGIN, LEVERAGE_CAP, MAINTENANCE_MARGIN
from ledger.coverage.market import CONTRACT
from ledger.events import (
    CollateralValue,
    MarginMode,
    PositionMargin,
    Rung,
)
from ledger.numbers import ZERO, amount
from projections.replay import AsKnown, AsOf
from tests.projections.desk import at, evaluated, found, moved, only
from tests.projections.inspected import part, rows
from tests.projections.log_of import log_of

PLEDGE = ("pledged", "authority", "sequence")
VALUE = ("cash", "unrealized_profit", "price", "pre_haircut", "post_haircut", "currency")


def test_an_evaluation_shows_what_there_is_what_is_needed_and_what_it_cites() -> None:
    desk = evaluated()
    row = only(desk, "margin")
    # 10,000 cash and 500 profit, and 2 coins of 1,100: at most 60 percent of 12,700 count.
    names = ("account", "client", "currency", "equity", "collateral_pre_haircut")
    assert part(row, *names, "collateral_post_haircut") == ["A", "C", "USD", 12_260, 12_700, 12_260]
    # 33.34 percent of 5,500, and what the order needs; 20 percent of 5,500.
    assert part(row, "initial", "order_margin", "maintenance", "available") == [
        *(amount("2501.5"), amount("667.8"), 1100, amount("9758.5"))
    ]
    # 5 contracts, bought at 1,000 and marked at 1,100.
    assert row["variation"] == 500
    # 12,260 / 1,100; 5,500 and 2,200 of bitcoin by 12,260.
    assert part(row, "ratio", "rung", "exposure", "leverage") == [
        *(amount("1114.5454"), "healthy", 7700, amount("0.6281"))
    ]
    assert part(row, "at", "recorded_at") == [at("08:00:02"), at("08:00:02")]
    price, mark = (len(desk.log.records) - places for places in (3, 2))
    haircut = next(r.sequence for r in desk.log.records if r.type == "HaircutScheduleSet")
    figures = (CONTRACT, LEVERAGE_CAP, INITIAL_MARGIN, MAINTENANCE_MARGIN)
    cited = sorted((haircut, *(desk.sequence_of(event) for event in figures)))
    assert part(row, "marks", "prices") == [f"{mark}", f"{price}"]
    assert row["parameters"] == " ".join(map(str, cited))


def test_a_position_shows_all_that_its_evaluation_says_of_it() -> None:
    desk = evaluated()
    row = only(desk, "margin_positions")
    names = ("account", "client", "instrument", "mode", "asset", "quantity", "cost", "value")
    assert part(row, *names) == ["A", "C", "BTC-PERP", "cross", "USD", 5, 5000, 5500]
    assert part(row, "mark_price", "unrealized_profit", "leverage", "orders", "tier") == [
        *(1100, 500, 3, amount("667.8"), 0)
    ]
    assert part(row, "initial", "maintenance", "schedule") == [amount("1833.7"), 1100, 0]
    assert part(row, "terms", "leverage_source", "initial_source", "maintenance_source") == [
        desk.sequence_of(event)
        for event in (CONTRACT, LEVERAGE_CAP, INITIAL_MARGIN, MAINTENANCE_MARGIN)
    ]
    assert (row["sequence"], row["at"]) == (len(desk.log.records), at("08:00:02"))
    # All that the contracts cost is there in cash: no price liquidates.
    apart = ("liquidation_price", "bankruptcy_price", "allocated", "equity", "ratio", "rung")
    assert part(row, *apart) == [None] * 6


def position(asset: str, orders: str, **said: Any) -> PositionMargin:
    """Say what a position of nothing needs for its orders."""
    figures = ("quantity", "cost", "value", "unrealized_profit", "tier", "initial", "maintenance")
    sources = ("terms", "mark", "leverage_source", "schedule", "initial_source")
    usual: dict[str, Any] = {
        **dict.fromkeys(figures, ZERO),
        **dict.fromkeys((*sources, "maintenance_source"), 0),
        "instrument": f"P-{asset}",
        "mode": MarginMode.CROSS,
        "asset": asset,
        "mark_price": amount("1"),
        "leverage": None,
        "orders": amount(orders),
    }
    return PositionMargin(**(usual | said))


def counts(asset: str, price: str, **said: Any) -> CollateralValue:
    """Say what nothing of an asset counts for, at a price."""
    figures = ("cash", "pledged", "unrealized_profit", "pre_haircut", "post_haircut")
    usual: dict[str, Any] = {**dict.fromkeys(figures, ZERO), "price_source": 0, "schedule": 0}
    return CollateralValue(asset=asset, price=amount(price), **(usual | said))


def test_orders_in_several_assets_are_summed_in_the_margin_currency() -> None:
    isolated = position("USD", "7", mode=MarginMode.ISOLATED)
    lines = (position("USD", "10.5"), position("BTC", "0.003"), isolated)
    event = found(
        positions=lines,
        collateral=(counts("USD", "1"), counts("BTC", "1000.5")),
        rungs={Rung.CALL: 9, Rung.WARNING: 8},
        currency_source=7,
    )
    (row,) = rows(log_of(event), "margin")
    # 10.5 and 0.003 x 1,000.5; what is isolated is secured apart.
    assert part(row, "order_margin", "leverage", "marks", "prices", "parameters") == [
        *(amount("13.5015"), None, None, None, "7 8 9")
    ]


@pytest.mark.parametrize(
    ("orders", "price", "equity"),
    [("1", None, "1"), ("999999999999999999", "2", "0.000000000000000001")],
)
def test_what_cannot_be_summed_or_is_larger_than_any_amount_is_left_out(
    orders: str, price: str | None, equity: str
) -> None:
    collateral = () if price is None else (counts("BTC", price),)
    event = found(
        positions=(position("BTC", orders),),
        collateral=collateral,
        equity=amount(equity),
        exposure=amount("1"),
    )
    (row,) = rows(log_of(event), "margin")
    assert row["order_margin"] is None
    assert row["leverage"] == (1 if price is None else None)


def test_a_pledge_stands_beside_what_it_counted_for_when_last_valued() -> None:
    desk = evaluated()
    movement, evaluation = len(desk.log.records) - 1, len(desk.log.records)
    row = only(desk, "collateral", asset="BTC")
    assert part(row, *PLEDGE) == [2, "AUTH-1", movement]
    # A pledge is nothing that could be spent; its haircut is 20 percent of 2,200.
    assert part(row, *VALUE) == [0, 0, 1100, 2200, 1760, "USD"]
    haircut = next(r.sequence for r in desk.log.records if r.type == "HaircutScheduleSet")
    assert part(row, "price_source", "schedule", "valued_at", "valued_sequence") == [
        *(evaluation - 3, haircut, at("08:00:02"), evaluation)
    ]
    cash = only(desk, "collateral", asset="USD")
    assert part(cash, *PLEDGE) == [0, None, None]
    assert part(cash, *VALUE, "price_source", "schedule") == [
        *(10_000, 500, 1, 10_500, 10_500, "USD", 0, 0)
    ]


def test_every_movement_of_a_pledge_names_its_authority_and_adds_up() -> None:
    desk = moved()
    last = len(desk.log.records)
    names = ("sequence", "kind", "asset", "amount", "pledged")
    assert [part(row, *names) for row in rows(desk.log, "collateral_movements")] == [
        [last - 3, "pledge", "BTC", 2, 2],
        [last - 1, "release", "BTC", amount("-0.5"), amount("1.5")],
        [last, "substitution", "BTC", -1, amount("0.5")],
        [last, "substitution", "USD", 300, 300],
    ]
    for row in rows(desk.log, "collateral_movements"):
        assert part(row, "account", "authority", "segregation") == ["A", "AUTH-1", "CLIENT_TRUST"]
    assert part(only(desk, "collateral", asset="BTC"), *PLEDGE) == [amount("0.5"), "AUTH-1", last]
    assert part(only(desk, "collateral", asset="USD"), *PLEDGE) == [300, "AUTH-1", last]
    before = rows(desk.log, "collateral", AsOf(at("08:01:30")))
    assert [part(row, "asset", "pledged") for row in before] == [
        ["BTC", amount("1.5")],
        ["USD", 0],
    ]


def test_an_evaluation_told_late_does_not_take_the_place_of_a_later_one() -> None:
    desk = evaluated()
    first = desk.log.records[-1].sequence
    later = desk.reckon("08:02:00", "EvaluateMargin", account="A").sequence
    late = desk.reckon("08:01:00", "EvaluateMargin", asked="08:03:00", account="A").sequence

    def valued(moment: AsKnown | AsOf) -> list[int]:
        return [row["valued_sequence"] for row in rows(desk.log, "collateral", moment)]

    assert valued(AsKnown()) == valued(AsOf(at("08:03:00"))) == [later, later]
    assert valued(AsOf(at("08:01:30"))) == [late, late]
    assert valued(AsOf(at("08:01:30"), later)) == [first, first]
    exposed = rows(desk.log, "exposure_concentration")
    assert [row["evaluated_at"] for row in exposed] == [at("08:02:00")]
    assert [row["at"] for row in rows(desk.log, "margin")] == [
        *(at("08:00:02"), at("08:02:00"), at("08:01:00"))
    ]
