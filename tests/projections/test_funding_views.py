"""What the views of funding show: rates, their sum, and who paid whom."""

from typing import Any

from ledger.events import FundingRateFixed, Recorded
from ledger.numbers import ZERO, amount
from ledger.reasons import Flag
from projections.replay import AsKnown, AsOf
from tests.projections.desk import FUNDING_RULE, Desk, at, marked
from tests.projections.inspected import part, rows
from tests.projections.log_of import day, log_of

PERP = {"instrument": "BTC-PERP"}
RATES = ("until", "samples", "premium", "rate", "accrued", "funding_index", "flags")
PAID = ("accounts_count", "paid", "received", "residual", "asset", "settled_sequence")


def fixed_at_nine() -> tuple[Desk, dict[str, Recorded]]:
    """Fix the rate of an interval with two samples above the index of 1,000."""
    desk = marked()
    rule = desk.agree("07:00:00", "SetFundingRule", **FUNDING_RULE)
    desk.price("08:00:00", "1000")
    mark = desk.reckon("08:00:00", "ReckonMark", **PERP)
    desk.reckon("08:00:20", "SamplePremium", **PERP, bid="1012", ask="1014")
    desk.reckon("08:30:00", "SamplePremium", **PERP, bid="1004", ask="1006")
    rate = desk.reckon("09:00:00", "FixFundingRate", **PERP)
    return desk, {"rule": rule, "mark": mark, "rate": rate}


def settled() -> tuple[Desk, int, Recorded]:
    """Pay that interval, five seconds later; give also the sequence of its rate."""
    desk, records = fixed_at_nine()
    accounts = ["H", "A"]
    paid = desk.reckon("09:00:00", "SettleFunding", asked="09:00:05", **PERP, accounts=accounts)
    return desk, records["rate"].sequence, paid


def test_an_interval_shows_its_rate_and_the_sum_of_all_so_far() -> None:
    desk, records = fixed_at_nine()
    desk.reckon("10:00:00", "FixFundingRate", **PERP)
    first, second = rows(desk.log, "funding")
    # Samples of 0.012 and 0.004; (0.008 - 0.0005) for an eighth of the period.
    assert part(first, *RATES) == [
        *(at("09:00:00"), 2, amount("0.008"), amount("0.0009375"), amount("0.9375")),
        *(amount("0.9375"), None),
    ]
    # Without a sample what is left is interest: an eighth of 0.0001.
    assert part(second, *RATES) == [
        *(at("10:00:00"), 0, ZERO, amount("0.0000125"), amount("0.0125"), amount("0.95")),
        "samples_missing",
    ]
    cited = ("instrument", "since", "rule", "mark", "mark_price", "sequence")
    assert part(first, *cited) == [
        *("BTC-PERP", at("08:00:00"), records["rule"].sequence, records["mark"].sequence, 1000),
        records["rate"].sequence,
    ]
    assert part(first, *PAID) == [None] * len(PAID)


def test_an_interval_that_was_paid_shows_what_rounding_left() -> None:
    desk, _, summary = settled()
    (row,) = rows(desk.log, "funding")
    # 5,000 x 0.0009375 = 4.6875: who pays pays up, who receives gets less.
    assert part(row, *PAID) == [
        *(2, amount("4.69"), amount("4.68"), amount("0.01"), "USD", summary.sequence)
    ]
    assert part(row, "suspended", "suspended_amount", "funding_index") == [
        *(ZERO, ZERO, amount("0.9375"))
    ]


def test_every_payment_is_shown_by_account_with_the_rate_it_cites() -> None:
    desk, rate, _ = settled()
    names = ("account", "client", "quantity", "amount", "asset", "fixed", "flags")
    assert [part(row, *names) for row in rows(desk.log, "funding_payments")] == [
        ["A", "C", 5, amount("-4.69"), "USD", rate, None],
        ["H", "D", -5, amount("4.68"), "USD", rate, None],
    ]
    same = ("instrument", "until", "at", "recorded_at", "mark_price", "rate", "segregation")
    for row in rows(desk.log, "funding_payments"):
        assert part(row, *same) == [
            *("BTC-PERP", at("09:00:00"), at("09:00:00"), at("09:00:05"), 1000),
            *(amount("0.0009375"), "CLIENT_TRUST"),
        ]


def test_a_payment_told_late_counts_from_the_end_of_its_interval() -> None:
    desk, rate, _ = settled()
    (as_known,) = rows(desk.log, "funding", AsKnown(rate))
    assert (as_known["paid"], as_known["rate"]) == (None, amount("0.0009375"))
    assert rows(desk.log, "funding", AsOf(at("09:00:00"))) == rows(desk.log, "funding")
    assert rows(desk.log, "funding", AsOf(at("08:59:59"))) == []
    assert rows(desk.log, "funding_payments", AsKnown(rate)) == []
    assert len(rows(desk.log, "funding_payments", AsOf(at("09:00:00")))) == 2


def fixed(instrument: str, until: float, accrued: str, **said: Any) -> FundingRateFixed:
    """Say that a rate was fixed at a mark of 100."""
    figures: dict[str, Any] = {"samples": 1, "premium": ZERO, "rate": ZERO, "rule": 1, "mark": 2}
    return FundingRateFixed(
        instrument=instrument,
        since=day(until - 1),
        until=day(until),
        mark_price=amount("100"),
        accrued=amount(accrued),
        **(figures | said),
    )


def test_each_instrument_has_an_index_of_its_own_that_may_fall() -> None:
    skipped = (Flag.SAMPLES_MISSING, Flag.INTERVAL_SKIPPED)
    log = log_of(
        fixed("P", 1, "0.5"), fixed("Q", 1, "7"), fixed("P", 2, "-0.75", flags=skipped), page=2
    )
    names = ("instrument", "until", "funding_index", "flags")
    assert [part(row, *names) for row in rows(log, "funding")] == [
        ["P", day(1), amount("0.5"), None],
        ["P", day(2), amount("-0.25"), "samples_missing interval_skipped"],
        ["Q", day(1), 7, None],
    ]


def test_on_the_clock_at_the_index_adds_up_in_the_order_of_the_intervals() -> None:
    log = log_of(fixed("P", 1, "0.5"))
    log.record(fixed("P", 3, "2"), at=day(3))
    log.record(fixed("P", 2, "1"), recorded_at=day(4), at=day(2))
    indexes = [row["funding_index"] for row in rows(log, "funding", AsOf(day(4)))]
    assert indexes == [amount("0.5"), amount("1.5"), amount("3.5")]
