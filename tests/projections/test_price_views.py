"""What the audit of prices shows: inputs, what was left out, and whether they make the price."""

from typing import Any

import pytest
from msgspec.structs import replace

from ledger.events import Exclusion, MarkPriceComputed, Recorded
from ledger.numbers import amount
from projections.replay import AsKnown, AsOf
from tests.projections.desk import Desk, at, index_method, marked, quoted
from tests.projections.inspected import part, rows

QUOTES = [
    quoted("own", "1020", "08:00:00"),
    quoted("a", "1000", "07:59:59.5"),
    quoted("b", "1001", "08:00:00"),
    quoted("c", "1000.5", "07:59:49"),
    quoted("x", "5", "08:00:00"),
]
DERIVED = ("price", "recomputed", "matches")


def of_quotes() -> tuple[Desk, Recorded]:
    """Let five sources be heard at eight, of which two count: (1000 + 2 x 1001) / 3."""
    desk = marked("median")
    return desk, desk.reckon("08:00:00", "ReckonPrice", name="x", quotes=QUOTES)


def shown(desk: Desk, recorded: Recorded) -> dict[str, Any]:
    """Read the row of a record."""
    (row,) = [r for r in rows(desk.log, "price_audit") if r["sequence"] == recorded.sequence]
    return row


def forged(desk: Desk, recorded: Recorded, **fields: Any) -> dict[str, Any]:
    """Read the row of a record that says something else than was decided."""
    event = replace(recorded.event, **fields)
    desk.log.records[recorded.sequence - 1] = replace(recorded, event=event)
    return shown(desk, recorded)


def test_a_price_is_shown_with_every_quote_and_made_again_of_those_that_count() -> None:
    desk, made = of_quotes()
    row = shown(desk, made)
    assert part(row, "kind", "name", "at", "recorded_at", "method") == [
        "index",
        "x",
        at("08:00:00"),
        at("08:00:00"),
        made.sequence - 2,
    ]
    assert part(row, *DERIVED) == [amount("1000.67"), amount("1000.67"), "yes"]
    assert part(row, "live_sources", "excluded") == [2, "c:stale own:outlier x:unknown_source"]
    assert row["inputs"] == (
        "a 1000 500ms 1; b 1001 0ms 2; c 1000.5 11000ms 1[stale];"
        " own 1020 0ms 1 own[outlier]; x 5 0ms 0[unknown_source]"
    )
    assert part(row, "reason", "allowed", "attempted", "index_price", "fair") == [None] * 5


def test_a_price_that_its_quotes_do_not_make_does_not_match() -> None:
    desk, made = of_quotes()
    row = forged(desk, made, price=amount("1000.68"))
    assert part(row, *DERIVED) == [amount("1000.68"), amount("1000.67"), "no"]


def test_a_quote_that_was_weighed_otherwise_does_not_match() -> None:
    desk, made = of_quotes()
    a, b, *others = made.event.quotes  # type: ignore[attr-defined] # an index was made
    more = replace(b, weight=amount("5"))
    assert part(forged(desk, made, quotes=(a, more, *others)), *DERIVED)[1:] == [
        amount("1000.67"),
        "no",
    ]
    without = replace(a, excluded=Exclusion.STALE)
    assert forged(desk, made, quotes=(without, b, *others))["matches"] == "no"


@pytest.mark.parametrize("name", ["y", "x"])
def test_a_price_that_cites_no_method_of_its_own_does_not_match(name: str) -> None:
    desk, made = of_quotes()
    other = desk.agree("08:01:00", "SetPriceMethod", **index_method(name="y"))
    cited = made.event.method if name == "y" else other.sequence  # type: ignore[attr-defined] # as above
    assert part(forged(desk, made, name=name, method=cited), *DERIVED)[1:] == [None, "no"]
    assert part(forged(desk, made, method=0), *DERIVED)[1:] == [None, "no"]


def test_quotes_of_which_none_counts_make_no_price_again() -> None:
    desk, made = of_quotes()
    assert part(forged(desk, made, quotes=()), *DERIVED)[1:] == [None, "no"]


def marks() -> tuple[Desk, list[Recorded]]:
    """Mark the contract twice, 15 seconds apart, where the average moves over 30."""
    desk, _ = of_quotes()
    first = desk.reckon(
        "08:00:00", "ReckonMark", instrument="BTC-PERP", bid="1002", ask="1004", last="1001"
    )
    second = desk.reckon(
        "08:00:15", "ReckonMark", instrument="BTC-PERP", bid="1005", ask="1007", last="1002"
    )
    return desk, [first, second]


def test_a_mark_is_made_again_of_its_index_its_book_and_its_last_average() -> None:
    desk, (first, second) = marks()
    names = ("kind", "name", "index_sequence", "index_price", "bid", "ask", "last_price")
    index = first.sequence - 1
    assert part(shown(desk, second), *names) == [
        *("mark", "BTC-PERP", index, amount("1000.67"), 1005, 1007, 1002)
    ]
    derived = ("fair", "moving", "basis", "price", "recomputed", "matches")
    # The first average is the first spread, 1003 - 1000.67; the next moves half way to 5.33.
    assert part(shown(desk, first), *derived) == [
        *(amount("1000.5"), 1003, amount("2.33"), 1001, 1001, "yes")
    ]
    assert part(shown(desk, second), *derived) == [
        *(amount("1000.5"), amount("1004.5"), amount("3.83"), 1002, 1002, "yes")
    ]
    assert shown(desk, first)["inputs"] == (
        "basis_before none elapsed 0ms; funding 0 until_funding 0ms of 0ms"
    )
    assert shown(desk, second)["inputs"] == (
        "basis_before 2.33 elapsed 15000ms; funding 0 until_funding 0ms of 0ms"
    )
    assert part(shown(desk, second), "live_sources", "excluded") == [None, None]


@pytest.mark.parametrize(
    ("field", "figure"),
    [("price", "1001"), ("fair", "1001"), ("basis", "3.84"), ("moving", "1004"), ("elapsed", "")],
)
def test_a_mark_that_says_anything_else_does_not_match(field: str, figure: str) -> None:
    desk, (_, second) = marks()
    said = amount(figure) if figure else 14_000_000_000
    assert forged(desk, second, **{field: said})["matches"] == "no"


def test_a_mark_carries_the_funding_that_is_still_to_come() -> None:
    desk, _ = of_quotes()
    mark = MarkPriceComputed(
        instrument="BTC-PERP",
        price=amount("1001.5"),
        method=desk.log.records[-2].sequence,
        index=desk.log.records[-1].sequence,
        index_price=amount("1000"),
        bid=amount("1000"),
        ask=amount("1004"),
        last=amount("1001.5"),
        # 1000 x (1 + 0.008 x a quarter of the interval) = 1002
        fair=amount("1002"),
        moving=amount("1001"),
        basis=amount("1"),
        basis_before=amount("0"),
        elapsed=15_000_000_000,
        funding=7,
        funding_rate=amount("0.008"),
        until_funding=900_000_000_000,
        interval=3_600_000_000_000,
    )
    row = shown(desk, desk.log.record(mark))
    assert part(row, *DERIVED, "funding_rate") == [
        *(amount("1001.5"), amount("1001.5"), "yes", amount("0.008"))
    ]
    assert row["inputs"] == (
        "basis_before 0 elapsed 15000ms; funding 7 until_funding 900000ms of 3600000ms"
    )


def test_a_refusal_has_no_price_but_its_reason_and_its_figures() -> None:
    desk = marked("median")
    few = desk.reckon("08:00:00", "ReckonPrice", name="x", quotes=QUOTES[1:2])
    own = desk.reckon("08:00:00", "ReckonPrice", name="x", quotes=QUOTES[:1])
    none = desk.reckon("08:00:00", "ReckonPrice", name="BTC", use="collateral", quotes=QUOTES[:1])
    mark = desk.reckon("08:00:00", "ReckonMark", instrument="BTC-PERP")
    names = ("kind", "name", "price", "reason", "allowed", "attempted", "live_sources", "matches")
    assert [part(shown(desk, one), *names) for one in (few, own, none, mark)] == [
        ["index", "x", None, "sources_too_few", "2", "1", 1, "yes"],
        ["index", "x", None, "own_book_only", None, "own", 1, "yes"],
        ["collateral", "BTC", None, "method_missing", None, None, None, None],
        ["mark", "BTC-PERP", None, "price_missing", None, "x", None, None],
    ]
    assert shown(desk, few)["inputs"] == "a 1000 500ms 1"
    assert shown(desk, none)["inputs"] == "own 1020 0ms 0"


def test_a_refusal_for_quotes_that_were_weighed_otherwise_does_not_match() -> None:
    desk = marked()
    few = desk.reckon("08:00:00", "ReckonPrice", name="x", quotes=QUOTES[1:3])
    refused = desk.reckon("08:00:00", "ReckonPrice", name="x", quotes=QUOTES[1:2])
    (a,) = refused.event.quotes  # type: ignore[attr-defined] # a refusal says its quotes
    out = replace(a, excluded=Exclusion.OUTLIER)
    row = forged(desk, refused, quotes=(out,))
    assert part(row, "live_sources", "excluded", "matches") == [0, "a:outlier", "no"]
    assert shown(desk, few)["matches"] == "yes"


def test_a_price_told_late_is_made_by_the_method_of_its_moment_on_both_clocks() -> None:
    desk = marked()
    desk.agree(
        "07:30:00",
        "SetPriceMethod",
        **index_method(unit="1"),
        effective_from="2026-02-11T08:00:10Z",
    )
    later = desk.reckon(
        "08:00:10",
        "ReckonPrice",
        name="x",
        quotes=[quoted("a", "1000.25", "08:00:10"), quoted("b", "1001", "08:00:10")],
    )
    late = desk.reckon(
        "08:00:00",
        "ReckonPrice",
        asked="08:01:00",
        name="x",
        quotes=[quoted("a", "1000.25", "08:00:00"), quoted("b", "1001", "08:00:00")],
    )
    # 3002.25 / 3 = 1000.75, or 1001 where the unit is 1.
    derived = {later.sequence: [1001, 1001, "yes"]}
    derived[late.sequence] = [amount("1000.75"), amount("1000.75"), "yes"]

    def seen(moment: AsKnown | AsOf) -> dict[int, list[Any]]:
        return {r["sequence"]: part(r, *DERIVED) for r in rows(desk.log, "price_audit", moment)}

    assert seen(AsKnown()) == seen(AsOf(at("08:00:10"))) == derived
    assert set(seen(AsKnown(later.sequence))) == {later.sequence}
    assert set(seen(AsOf(at("08:00:09")))) == {late.sequence}
    assert seen(AsOf(at("08:00:09"), later.sequence)) == {}
