"""What the views of exposure and of schedules show; and all that is kept of the new views."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from ledger.cli.rows import TIME_COLUMNS
from ledger.coverage.in_order import LIMITED
from ledger.coverage.market import received
from ledger.instants import write_instant
from ledger.log.database import connect
from ledger.numbers import amount
from projections.ask import ask
from projections.cli.show import conditions
from projections.listing import Listing
from projections.replay import AsOf, as_of
from projections.runner import Runner
from tests.projections.desk import (
    FUNDING_RULE,
    HAIRCUT,
    Desk,
    at,
    evaluated,
    found,
    moved,
    only,
    ordered,
)
from tests.projections.inspected import NOW, VIEWS, part, rows
from tests.projections.log_of import day, log_of

INDEX = (
    "BTC in USD of a x1, b x2, c x1, own x1 own; stale after 10s; outlier beyond 1% of the"
    " median; at least 2 sources; lasts 36000s; to 0.01"
)
DAMPED = (
    "every 3600s of a period of 28800s; mean of at least 2 samples; interest 0.0001;"
    " damper 0.0005; cap 0.01; rate to 0.00000001; payments down"
)
BARE = (
    "every 60s of a period of 60s; mean of at least 1 samples; interest 0; damper none;"
    " cap none; rate to 0.01; payments down"
)


def test_a_client_is_held_to_his_limit_by_what_his_orders_state() -> None:
    desk = evaluated()
    names = ("exposure", "concentration", "utilisation_pct", "breached")
    limits = ("exposure_limit", "concentration_limit", "wealth_band", "last_review", "review_due")
    row = only(desk, "exposure_concentration", client="C")
    assert part(row, *names) == [None] * 4
    assert part(row, *limits) == [*(1_000_000, 60, "B", desk.log.records[0].at, LIMITED.review_due)]
    assert part(row, "account", "evaluated_exposure", "currency") == ["A", 7700, "USD"]
    assert part(row, "evaluated_concentration", "top", "evaluated_at") == [
        *(100, "BTC", at("08:00:02"))
    ]
    for clock, exposure, concentration, says in (
        ("08:01:00", "333333", "60", [333_333, 60, amount("33.33"), "no"]),
        ("08:01:30", "1000000", "60", [1_000_000, 60, 100, "no"]),
        ("08:02:00", "1000000.01", "50", [amount("1000000.01"), 50, 100, "yes"]),
        ("08:03:00", "1000000", "60.1", [1_000_000, amount("60.1"), 100, "yes"]),
    ):
        ordered(desk, clock, exposure=exposure, concentration=concentration)
        row = only(desk, "exposure_concentration", client="C")
        assert part(row, *names) == says
        assert row["stated_at"] == at(clock)
    before = rows(desk.log, "exposure_concentration", AsOf(at("08:02:30")))
    assert [r["breached"] for r in before if r["client"] == "C"] == ["yes"]


def test_what_states_no_exposure_or_has_no_client_says_nothing_of_a_client() -> None:
    log = log_of(
        received("1", "1", exposure=amount("5")),
        received("2", "1"),
        received("3", "1", client=None, exposure=amount("9")),
        found(exposure=amount("9")),
    )
    (row,) = rows(log, "exposure_concentration")
    assert part(row, "client", "order_id", "exposure", "stated_at") == ["C", "1", 5, day(1)]
    assert part(row, "concentration", "utilisation_pct", "breached") == [None, None, None]


@pytest.mark.parametrize("limit", ["0", "0.000000000000000001"])
def test_a_limit_of_nothing_is_exceeded_by_no_part_of_it(limit: str) -> None:
    limited = replace(LIMITED, limit=amount(limit))
    log = log_of(received("1", "1", exposure=amount("50")), limited)
    (row,) = rows(log, "exposure_concentration")
    assert part(row, "utilisation_pct", "breached") == [None, "yes"]


def test_every_schedule_is_told_in_words_with_the_people_who_agreed() -> None:
    desk = evaluated()
    later = {"effective_from": "2026-02-12T00:00:00Z"}
    desk.agree("09:00:00", "SetFundingRule", **FUNDING_RULE, **later)
    bare = {"instrument": "BTC-PERP", "interval": 60, "period": 60, "interest": "0"}
    desk.agree("09:00:00", "SetFundingRule", **bare, rate_unit="0.01")
    tiers = [
        {"floor": "0", "initial": "10", "maintenance": "5"},
        {"floor": "50000", "initial": "20", "maintenance": "12.5"},
    ]
    desk.agree("09:00:00", "SetMarginSchedule", instrument="BTC-PERP", tiers=tiers)
    desk.agree("09:00:00", "SetHaircutSchedule", **HAIRCUT, tiers=[])
    names = ("what", "name", "kind", "says")
    assert [part(row, *names) for row in rows(desk.log, "schedules")] == [
        ["price_method", "x", "index", INDEX],
        [
            *("mark_method", "BTC-PERP", "index"),
            "index of index x; average over 30s; lasts 36000s; to 0.5",
        ],
        ["price_method", "BTC", "collateral", INDEX],
        [
            *("haircut_schedule", "BTC", "perpetual_margin"),
            "from 0: cut 20%; from 3: cut 50%; at most 60% of all",
        ],
        [
            *("funding_rule", "BTC-PERP", None),
            DAMPED,
        ],
        [
            *("funding_rule", "BTC-PERP", None),
            BARE,
        ],
        [
            *("margin_schedule", "BTC-PERP", None),
            "from 0: initial 10%, maintenance 5%; from 50000: initial 20%, maintenance 12.5%",
        ],
        ["haircut_schedule", "BTC", "perpetual_margin", "nothing counts"],
    ]
    people = ("proposal", "proposer", "proposer_function", "approver", "approver_function")
    row = rows(desk.log, "schedules")[4]
    assert part(row, *people) == ["P-0", "carol", "compliance", "max", "management"]
    assert part(row, "effective_from", "recorded_at") == [
        at("00:00:00") + 86_400 * 10**9,
        at("09:00:00"),
    ]


@pytest.mark.parametrize(
    "name", ["margin", "margin_positions", "collateral_movements", "funding_payments", "schedules"]
)
def test_whatever_a_listing_prints_can_be_asked_for(name: str) -> None:
    desk = settled()
    for row in rows(desk.log, name):
        for column, value in row.items():
            if value is None:
                continue
            printed = write_instant(value) if column in TIME_COLUMNS else str(value)
            assert conditions(VIEWS[name], [f"{column}={printed}"]) == {column: value}
    assert rows(desk.log, name)


def settled() -> Desk:
    """Let a funding interval be paid after all that moved."""
    desk = moved()
    desk.agree("08:03:00", "SetFundingRule", **FUNDING_RULE)
    desk.reckon("09:00:00", "FixFundingRate", instrument="BTC-PERP")
    desk.reckon("09:00:00", "SettleFunding", instrument="BTC-PERP", accounts=["A", "H"])
    return desk


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Open an empty database."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


def test_what_is_stored_of_prices_funding_and_margin_is_what_a_replay_gives(engine: Engine) -> None:
    desk = settled()
    desk.reckon("09:00:00", "ReckonPrice", name="x", quotes=[])
    desk.reckon("08:01:00", "EvaluateMargin", asked="09:00:00", account="A")
    ordered(desk, "09:00:00", exposure="500000", concentration="50")
    desk.log.page = 7
    runner = Runner(engine, desk.log)
    for name in ("price_audit", "funding", "collateral", "exposure_concentration"):
        view = VIEWS[name]
        assert not isinstance(view, Listing)
        runner.catch_up(view)
        assert runner.check(view).holds
        live = list(ask(engine, desk.log, view, NOW, {}))
        assert live
        assert live == list(as_of(desk.log, view, NOW))
        runner.rebuild(view)
        assert runner.check(view).holds
        assert list(ask(engine, desk.log, view, NOW, {})) == live
