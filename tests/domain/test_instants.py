"""Instants: nanoseconds that read back as themselves, whatever zone they were written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.instants import (
    DAY,
    INSTANT_MAX,
    Instant,
    day_of,
    days_after,
    months_after,
    read_instant,
    write_instant,
)
from tests.domain.strategies import instants


@given(instants)
def test_what_is_written_reads_back_to_the_nanosecond(instant: int) -> None:
    text = write_instant(instant)
    assert read_instant(text) == instant
    assert read_instant(text.replace("T", " ").removesuffix("Z")) == instant


@given(instants, instants)
def test_the_order_of_texts_is_the_order_of_moments(one: int, two: int) -> None:
    assert (one < two) == (write_instant(one) < write_instant(two))


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{4}-[0-9TZ:+. -]{0,30}", fullmatch=True))
def test_any_other_text_is_refused_with_a_value_error(text: str) -> None:
    try:
        instant = read_instant(text)
    except ValueError:
        return
    assert 0 <= instant <= INSTANT_MAX


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00:00.000000001Z", 1),
        ("1970-01-01T08:00+08:00", 0),
        ("1969-12-31T23:00:00-01:00", 0),
        ("2020-05-01T01:05:55.004Z", 1_588_295_155_004_000_000),
        ("2262-04-11T23:47:16.854775807Z", INSTANT_MAX),
    ],
)
def test_a_moment_is_read_in_its_zone(text: str, expected: int) -> None:
    assert read_instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-02-11T24:00:00Z",
        "2026-02-11T08:00:60Z",
        "2026-02-11T08:00:00.0000000001Z",
        "2026-02-11T08:00:00+15:00",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00+05:00",
        "2262-04-11T23:47:16.854775808Z",
        "9999-12-31T23:59:59-05:00",
        "0000-01-01",
        "now",
        "",
        "2026-02-11T08:00:00Z\n",
        "٢٠٢٦-02-11",
    ],
)
def test_a_moment_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        read_instant(text)


@pytest.mark.parametrize(
    ("text", "months", "expected"),
    [
        ("2026-02-11T08:00:00.000000001Z", 12, "2027-02-11T08:00:00.000000001Z"),
        ("2028-02-29T23:59:59.999999999Z", 12, "2029-02-28T23:59:59.999999999Z"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-02-11", -36, "2023-02-11"),
        ("2028-02-29", -36, "2025-02-28"),
        ("2026-02-11", 0, "2026-02-11"),
        ("2027-03-01T00:00+08:00", 12, "2028-03-01T00:00+08:00"),
        ("2028-03-31T07:59+08:00", -1, "2028-02-29T07:59+08:00"),
        ("1970-06-01", -6, "1970-01-01"),
        ("1970-05-31", -6, "1970-01-01"),
        ("1970-02-01T07:00+08:00", -1, "1970-01-01"),
        ("2261-05-01", 12, "2262-04-11T23:47:16.854775807Z"),
        ("2262-01-01", 12, "2262-04-11T23:47:16.854775807Z"),
        ("2026-02-11", 10**30, "2262-04-11T23:47:16.854775807Z"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    text: str, months: int, expected: str
) -> None:
    assert months_after(read_instant(text), months) == read_instant(expected)


@given(instants, instants, st.integers(-4_000, 4_000))
def test_the_later_of_two_moments_is_never_the_earlier_months_later(
    one: Instant, two: Instant, months: int
) -> None:
    first, second = min(one, two), max(one, two)
    assert months_after(first, months) <= months_after(second, months)


@given(instants, st.integers(0, 4_000))
def test_more_months_never_end_sooner(instant: Instant, months: int) -> None:
    assert instant <= months_after(instant, months) <= months_after(instant, months + 1)


@given(instants, st.integers(-200_000, 200_000))
def test_days_later_is_whole_days_of_one_length(instant: Instant, days: int) -> None:
    expected = min(max(instant + days * DAY, 0), INSTANT_MAX)
    assert days_after(instant, days) == expected


def test_a_day_later_may_be_in_the_next_month() -> None:
    assert days_after(read_instant("2026-02-28T08:00Z"), 1) == read_instant("2026-03-01T08:00Z")


def test_a_day_begins_at_midnight_in_hong_kong() -> None:
    midnight = read_instant("2026-02-12T00:00+08:00")
    assert (day_of(Instant(midnight - 1)), day_of(midnight)) == ("2026-02-11", "2026-02-12")


@given(instants, instants)
def test_the_order_of_days_is_the_order_of_moments(one: Instant, two: Instant) -> None:
    first, second = min(one, two), max(one, two)
    assert day_of(first) <= day_of(second)
