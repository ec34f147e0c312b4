"""Instants: nanoseconds that read back as themselves, whatever zone they were written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.instants import INSTANT_MAX, read_instant, write_instant
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
