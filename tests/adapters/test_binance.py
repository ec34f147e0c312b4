"""Binance's raw feed: each line is a tick, or is refused with the venue's name of the field."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adapters.binance import (
    Bare,
    BookTicker,
    Kind,
    Tick,
    Trade,
    VenueMark,
    read_tick,
    read_time,
    source_of,
)
from ledger.errors import Malformed
from ledger.instants import DAY, Instant, read_instant
from ledger.numbers import amount

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
LINES = [
    line
    for name in ("binance_feed.ndjson", "binance_feed_inverse.ndjson")
    for line in (FIXTURES / name).read_bytes().splitlines(keepends=True)
]
BOOK: dict[str, Any] = {"e": "bookTicker", "s": "BTCUSDT", "b": "50000.10", "a": "50000.20"}
TRADE: dict[str, Any] = {"e": "trade", "s": "BTCUSDT", "p": "50000.10", "X": "MARKET"}
MARK: dict[str, Any] = {
    "e": "markPriceUpdate",
    "s": "BTCUSDT",
    "p": "50001.5",
    "i": "50000",
    "r": "-0.00001",
    "T": 1_700_000_000_000,
}
DEPTH: dict[str, Any] = {"e": "depthUpdate", "s": "BTCUSDT", "b": [], "a": []}
SNAPSHOT: dict[str, Any] = {"lastUpdateId": 7, "bids": [], "asks": []}
AT = 1_700_000_000_000_000_000


def line(data: object) -> bytes:
    """Write a line as it is recorded."""
    stream = {"stream": "a", "data": data}
    said = data if isinstance(data, dict) and "lastUpdateId" in data else stream
    return f"{AT} {json.dumps(said)}\n".encode()


def refusal(raw: bytes, symbol: str | None = None) -> Malformed:
    """Give what a line is refused for."""
    with pytest.raises(Malformed) as caught:
        read_tick(raw, symbol)
    return caught.value


@pytest.mark.parametrize(
    ("said", "tick"),
    [
        (BOOK, BookTicker("BTCUSDT", amount("50000.1"), amount("50000.2"))),
        (TRADE, Trade("BTCUSDT", amount("50000.1"))),
        (TRADE | {"X": "INSURANCE_FUND", "p": "0"}, Bare(Kind.TRADE, "BTCUSDT")),
        (
            MARK,
            VenueMark(
                "BTCUSDT", amount("50001.5"), amount("50000"), amount("-0.00001"), Instant(AT)
            ),
        ),
        (
            MARK | {"r": "", "T": 0},
            VenueMark("BTCUSDT", amount("50001.5"), amount("50000"), None, None),
        ),
        (DEPTH, Bare(Kind.DEPTH, "BTCUSDT")),
        (SNAPSHOT, Bare(Kind.SNAPSHOT, None)),
        (SNAPSHOT | {"symbol": "BTCUSD_PERP"}, Bare(Kind.SNAPSHOT, "BTCUSD_PERP")),
        ({"e": "forceOrder", "o": {}}, Bare(Kind.OTHER, None)),
    ],
)
def test_a_line_becomes_what_it_says(said: dict[str, Any], tick: Tick) -> None:
    assert read_tick(line(said)) == tick
    assert read_tick(line(said)).kind is tick.kind


def test_a_message_without_its_stream_is_read_as_well() -> None:
    assert read_tick(f"{AT} {json.dumps(BOOK)}".encode()).kind is Kind.BOOK_TICKER


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        (BOOK | {"b": "x"}, "b", "not a plain decimal"),
        (BOOK | {"b": 50000.1}, "b", "not in quotes"),
        (BOOK | {"b": "0.00"}, "b", "not above zero"),
        (BOOK | {"b": "0.00000000000000001"}, "b", "more than 16 decimals"),
        (BOOK | {"a": "50000.09"}, "a", "below the bid"),
        (BOOK | {"s": "BTC/USDT"}, "s", "not a symbol"),
        ({name: BOOK[name] for name in "esb"}, "a", "missing"),
        (TRADE | {"p": "1e5"}, "p", "not a plain decimal"),
        (TRADE | {"p": "-1"}, "p", "not above zero"),
        (MARK | {"i": None}, "i", "not in quotes"),
        (MARK | {"T": "1700000000000"}, "T", "milliseconds"),
        (MARK | {"r": "0.0001%"}, "r", "not a plain decimal"),
        (DEPTH | {"a": {}}, "a", "no list"),
        (SNAPSHOT | {"bids": None}, "bids", "no list"),
        ({"s": "BTCUSDT"}, "e", "missing"),
        ([], "data", "not an object"),
    ],
)
def test_a_bad_field_is_refused_by_its_name(said: object, field: str, says: str) -> None:
    refused = refusal(line(said))
    assert refused.field == field
    assert says in refused.problem


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "[" * 10_000, '{"a":"\udc80"}'])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    refused = refusal(f"{AT} {text}".encode("utf-8", "surrogateescape"))
    assert "no JSON" in refused.problem


def test_another_symbol_is_refused_where_the_file_has_one() -> None:
    assert read_tick(line(BOOK), "BTCUSDT").symbol == "BTCUSDT"
    refused = refusal(line(BOOK), "ETHUSDT")
    assert (refused.field, refused.problem) == (
        "s",
        "BTCUSDT in a feed of ETHUSDT: a file has one symbol",
    )


def test_the_time_is_that_of_whoever_recorded_it() -> None:
    assert read_time(line(BOOK)) == read_instant("2023-11-14T22:13:20Z")
    assert read_time(line(BOOK), Instant(AT)) == AT


@pytest.mark.parametrize(
    ("raw", "before", "says"),
    [
        (b"", None, "not nanoseconds"),
        (b"1700000000000 {}", None, "not nanoseconds"),
        (b"9999999999999999999 {}", None, "not nanoseconds"),
        (line(BOOK), Instant(AT + 1), "before the line above"),
        (line(BOOK), Instant(AT - DAY - 1), "more than a day after"),
    ],
)
def test_a_time_that_cannot_be_is_refused(raw: bytes, before: Instant | None, says: str) -> None:
    with pytest.raises(Malformed, match=says) as caught:
        read_time(raw, before)
    assert caught.value.field == "time"


def test_a_source_has_a_name_of_ours() -> None:
    assert source_of("BTCUSDT") == "binance-btcusdt"
    assert source_of("BTCUSD_240628") == "binance-btcusd-240628"


@given(st.sampled_from(LINES), st.data())
def test_whatever_is_spoiled_is_read_or_refused(whole: bytes, data: st.DataObject) -> None:
    spoiled = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    for read in (read_time, read_tick):
        with suppress(Malformed):
            read(bytes(spoiled))
