"""What the views of liquidation show: each step of a case, the reserve fund, and who was ranked."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from ledger.chart import Segregation
from ledger.commands import (
    AllocateLoss,
    CloseLiquidation,
    ConvertCollateral,
    DeleveragePositions,
    TakeOverPosition,
)
from ledger.coverage.bankrupt_market import DRAWN, after, step
from ledger.coverage.case import BEGINNING, NOW, History
from ledger.coverage.in_order import APPROVAL, figure
from ledger.coverage.of_takeovers import COINS_OPEN, TRIED
from ledger.events import (
    DeficitRecognized,
    Draft,
    Event,
    FundSource,
    JournalPosted,
    LiquidationOrderPlaced,
    LiquidationOverridden,
    OrderAccepted,
    OrderReceived,
    PositionTakenOver,
    Purpose,
    ReserveFundContributed,
    Unit,
)
from ledger.instants import DAY, Instant
from ledger.log.database import connect
from ledger.numbers import ZERO, amount, total
from projections.ask import ask
from projections.listing import Listing
from projections.replay import as_of
from projections.runner import Runner
from tests.projections.inspected import AMY, VIEWS, part, record, rows
from tests.projections.inspected import NOW as NOW_KNOWN
from tests.projections.log_of import Log

ENDED = after(after(DRAWN, step(DeleveragePositions)), step(CloseLiquidation))
"""The fund bore 100 of 300, and H gave up the rest: 3.34 contracts at 660, with the mark at 600."""
LEFT_OVER = after(after(TRIED, step(TakeOverPosition)), step(CloseLiquidation))
"""The position was worth 200 more at the mark than at 660, and 35 of that are the fee."""
LATER = Instant(NOW + DAY)

Rows = list[dict[str, Any]]


def log_of(*drafts: Draft) -> Log:
    """Record what was decided, each when it took effect."""
    log = Log()
    for draft in drafts:
        at = BEGINNING if draft.at is None else draft.at
        record(log, draft.event, stream=draft.stream, at=at, recorded_at=at)
    return log


def shown(history: History, view: str) -> Rows:
    """Read a view of what has happened."""
    return rows(log_of(*history.drafts), view)


def steps(history: History, *names: str) -> list[list[Any]]:
    """Say what each step shows, by its number and what it is called."""
    return [part(row, "step", *names) for row in shown(history, "liquidation_waterfall")]


def test_every_step_of_a_default_is_told_in_the_case_of_who_defaulted() -> None:
    assert steps(ENDED, "step_type", "counterparty") == [
        [1, "detected", None],
        [2, "started", None],
        [3, "orders canceled", None],
        [4, "taken over", "B"],
        [5, "deficit recognized", None],
        [6, "fund drawn", "B"],
        [6, "deficit covered", None],
        [7, "queue ranked", None],
        [8, "deleveraged", "H"],
        [8, "deficit covered", None],
        [9, "closed", None],
    ]


def test_who_bears_a_deficit_sums_to_it_to_the_last_unit() -> None:
    told = shown(ENDED, "liquidation_waterfall")
    names = ("loss_or_surplus", "reserve_draw", "adl_amount", "covered", "residual", "overshoot")
    assert [part(row, "step", *names) for row in told if row["asset"]] == [
        [4, amount("-300"), None, None, None, None, None],
        [5, None, None, None, None, 300, None],
        [6, None, 100, None, None, None, None],
        [6, None, None, None, 100, 200, 0],
        [8, None, None, amount("200.4"), None, None, None],
        [8, None, None, None, 200, 0, amount("0.4")],
    ]
    assert total(row["covered"] for row in told if row["covered_by"]) == amount("300")


def test_a_step_says_at_which_prices_and_by_which_evaluation() -> None:
    told = shown(ENDED, "liquidation_waterfall")
    names = ("account", "case_id", "client", "evaluation", "detected_at", "started_at", "at")
    began = [part(row, *names) for row in told]
    assert began[0] == ["A", 1, "C", 71, NOW, None, NOW]
    assert began[1:] == [["A", 1, "C", 71, NOW, NOW, NOW]] * 10
    prices = ("instrument", "mark", "mark_price", "bankruptcy_price", "quantity", "price")
    assert part(told[3], *prices) == ["BTC-PERP", 54, 600, 660, 5, 660]
    assert part(told[7], *prices) == ["BTC-PERP", 54, 600, 660, amount("3.34"), None]
    assert part(told[8], *prices) == ["BTC-PERP", None, None, 660, amount("3.34"), 660]
    published = "reserve_fund deleveraging allocation"
    assert [row["waterfall"] for row in told] == [None, *[published] * 10]
    assert told[-1]["outcome"] == "taken_over"


def test_what_is_left_of_a_position_goes_back_but_for_the_fee() -> None:
    names = ("step_type", "loss_or_surplus", "returned", "fee", "price")
    assert steps(LEFT_OVER, *names)[3:] == [
        [4, "offered", None, None, None, 690],
        [5, "taken over", 200, None, None, 660],
        [6, "surplus returned", None, 200, None, None],
        [7, "fee charged", None, None, 35, None],
        [8, "closed", None, None, None, None],
    ]
    assert steps(LEFT_OVER, "order_id")[3] == [4, "R-1"]


def test_collateral_that_is_sold_is_a_step() -> None:
    sold = steps(after(COINS_OPEN, step(ConvertCollateral)), "step_type", "asset", "quantity")[-1]
    assert sold == [4, "converted", "BTC", 1]


def test_a_loss_that_is_shared_is_told_of_each_who_bears_it() -> None:
    names = ("step_type", "counterparty", "allocated_amount", "covered", "covered_by")
    assert steps(after(DRAWN, step(AllocateLoss)), *names)[-2:] == [
        [7, "loss allocated", "H", 200, None, None],
        [7, "deficit covered", None, None, 200, "allocation"],
    ]


def by_command(log: Log, *kinds: type[Event]) -> None:
    """Let events of these types be of one command, of which the first says who asked."""
    first, *others = (place for place, r in enumerate(log.records) if type(r.event) in kinds)
    asked = Log()
    record(asked, log.records[first].event, by=AMY)
    said = asked.records[0].request_record
    log.records[first] = replace(log.records[first], request_record=said)
    for place in others:
        log.records[place] = replace(log.records[place], command=log.records[first].command)


def test_every_step_of_a_command_says_by_which_rules_it_was_decided() -> None:
    log = log_of(*ENDED.drafts)
    by_command(log, PositionTakenOver, DeficitRecognized)
    told = rows(log, "liquidation_waterfall")
    ruled = [row["step_type"] for row in told if row["rules"] == "rules"]
    assert ruled == ["taken over", "deficit recognized"]


def test_an_offer_is_decided_by_the_rules_that_its_order_names() -> None:
    offer = [draft for draft in LEFT_OVER.drafts if draft.stream == "account-A"]
    log = log_of(*[draft for draft in offer if getattr(draft.event, "order_id", "L") != "L"])
    by_command(log, OrderReceived, OrderAccepted, LiquidationOrderPlaced)
    (row,) = rows(log, "liquidation_waterfall")
    assert part(row, "step_type", "rules") == ["offered", "rules"]


def test_whoever_is_held_back_is_told_of_too() -> None:
    held = LiquidationOverridden("H", LATER, "the mark is wrong", approval=APPROVAL)
    row = shown(ENDED.then("account-H", held, at=NOW), "liquidation_waterfall")[-1]
    names = ("account", "case_id", "step_type", "at", "override_until", "detected_at")
    assert part(row, *names) == ["H", 0, "overridden", NOW, LATER, None]


def test_the_fund_shows_what_it_held_before_and_after_each_movement() -> None:
    names = ("at", "opening", "contribution", "source", "draw", "account", "case_id", "closing")
    assert [part(row, *names) for row in shown(ENDED, "reserve_fund")] == [
        [BEGINNING, 0, 100, "capital", None, "B", None, 100],
        [NOW, 100, None, None, 100, "A", 1, 0],
    ]
    _, fee = shown(LEFT_OVER, "reserve_fund")
    assert part(fee, *names) == [NOW, 100, 35, "liquidation_fee", None, "A", 1, 135]


def recovered(balance: str) -> ReserveFundContributed:
    """Tell that 50 of what was lost came back, after which an event says what the fund holds."""
    held = amount(balance)
    return ReserveFundContributed("USD", amount("50"), held, FundSource.RECOVERY, "B")


def test_what_is_recovered_is_told_apart_from_what_is_paid_in() -> None:
    *_, row = shown(ENDED.then("fund-USD", recovered("50"), at=NOW), "reserve_fund")
    names = ("opening", "contribution", "recovery", "source", "draw", "closing")
    assert part(row, *names) == [0, None, 50, "recovery", None, 50]


def test_a_published_figure_that_is_not_what_was_posted_shows() -> None:
    names = ("published_figure", "closing", "published_equals_ledger")
    honest = shown(ENDED, "reserve_fund")
    assert [part(row, *names) for row in honest] == [[100, 100, "yes"], [0, 0, "yes"]]
    *_, row = shown(ENDED.then("fund-USD", recovered("51"), at=NOW), "reserve_fund")
    assert part(row, *names) == [51, 50, "no"]


def test_money_that_leaves_the_fund_past_its_own_events_shows() -> None:
    fund, purpose = Segregation.RESERVE_FUND, next(iter(Purpose))
    said = ("J", 1, "USD", fund, "USD", amount("-30"), purpose, "nobody knows")
    line = JournalPosted(*said, approval=APPROVAL)
    *_, row = shown(LEFT_OVER.then("journal-J", line, at=LATER), "reserve_fund")
    names = ("opening", "draw", "account", "closing", "published_figure", "published_equals_ledger")
    assert part(row, *names) == [135, 30, None, 105, 135, "no"]


def test_coverage_is_of_the_target_in_force_rounded_down() -> None:
    targets = [figure("reserve.fund.target", "300", Unit.COUNT, "USD")]
    targets.append(replace(targets[0], after="70", effective_from=LATER))
    history = History().then("rules", *targets)
    history = History((*history.drafts, *LEFT_OVER.drafts))
    history = history.then("fund-USD", recovered("185"), at=LATER)
    names = ("target", "coverage_ratio")
    assert [part(row, *names) for row in shown(history, "reserve_fund")] == [
        [300, amount("0.3333")],
        [300, amount("0.45")],
        # 185 of 70.
        [70, amount("2.6428")],
    ]


def test_without_a_target_in_units_nothing_is_covered_of_it() -> None:
    others = (
        figure("reserve.fund.target", "300", Unit.COUNT, "BTC"),
        figure("reserve.fund.target", "300", Unit.HKD, "USD"),
        figure("reserve.fund.size", "300", Unit.COUNT, "USD"),
    )
    history = History((*History().then("rules", *others).drafts, *LEFT_OVER.drafts))
    told = [part(row, "target", "coverage_ratio") for row in shown(history, "reserve_fund")]
    assert told == [[None, None]] * 2


def test_who_was_ranked_shows_why_and_what_he_gave_up() -> None:
    (row,) = shown(ENDED, "adl_report")
    assert part(row, "of_account", "case_id", "instrument", "step", "rank") == [
        *("A", 1, "BTC-PERP", 7, 1)
    ]
    ranking = ("policy", "deficit", "quantity_needed", "bankruptcy_price", "mark_price")
    assert part(row, *ranking) == ["queue", 200, amount("3.34"), 660, 600]
    # 5 contracts were sold at 1,000, are worth 600 each now, and 3,000 would be his ruin.
    reasons = ("cost", "worth", "bankrupt_worth", "profit", "leverage", "score")
    assert part(row, *reasons) == [
        *(amount(text) for text in ("-5000", "-3000", "-15000", "40", "0.25", "10"))
    ]
    gone = ("account", "client", "side", "quantity_before", "quantity_deleveraged", "price")
    assert part(row, *gone) == ["H", "D", "short", amount("-5"), amount("3.34"), 660]
    # 3.34 contracts at 60 each, of which 200 were needed.
    borne = ("profit_forgone", "overshoot", "sequence")
    assert part(row, *borne) == [amount("200.4"), amount("0.4"), 82]


def test_who_was_ranked_and_gives_up_nothing_stands_there_too() -> None:
    (ranked,) = (draft.event for draft in ENDED.drafts if draft.stream == "ranking-A")
    second: Any = {"rank": 2, "account": "I", "deleveraged": ZERO}
    place = ENDED.place_of(ranked)
    other = Draft("ranking-A", replace(ranked, **second), at=NOW)
    drafts = [*ENDED.drafts[:place], other, *ENDED.drafts[place:]]
    queue = drafts[place - 2].event
    drafts[place - 2] = replace(drafts[place - 2], event=replace(queue, ranked=2))
    _, row = rows(log_of(*drafts), "adl_report")
    names = ("account", "quantity_deleveraged", "price", "profit_forgone", "overshoot")
    assert part(row, *names) == ["I", 0, None, None, amount("0.4")]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Open an empty database."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


def test_what_is_stored_of_a_default_is_what_a_replay_gives(engine: Engine) -> None:
    log = log_of(*ENDED.then("fund-USD", recovered("50"), at=LATER).drafts)
    log.page = 3
    runner = Runner(engine, log)
    for name in ("liquidation_waterfall", "reserve_fund", "adl_report"):
        view = VIEWS[name]
        assert not isinstance(view, Listing)
        runner.catch_up(view)
        live = list(ask(engine, log, view, NOW_KNOWN, {}))
        assert live
        assert live == list(as_of(log, view, NOW_KNOWN))
        runner.rebuild(view)
        assert runner.check(view).holds
        assert list(ask(engine, log, view, NOW_KNOWN, {})) == live
