"""Binance: its raw market feed, a line a message: when it came in, and what the venue said.

A line is a local time in nanoseconds, a space and the JSON of a stream, or of a snapshot of the
book. Only what makes a price is read with its figures; the rest is told by its kind alone.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

import msgspec

from ledger.errors import Malformed
from ledger.instants import DAY, INSTANT_MAX, Instant
from ledger.numbers import ZERO, Amount, decimals, read_amount

VENUE = "binance"
MILLISECOND = 1_000_000
PRICE_DECIMALS_MAX = 16
"""Of a finer price no middle could be recorded; the venue has 8 at most."""
AT_MARKET = "MARKET"
"""What the venue says of a trade in its book; others, such as of its insurance fund, have none."""

_time = re.compile(rb"[1-9][0-9]{17,18}").fullmatch
_symbol = re.compile(r"[A-Z0-9][A-Z0-9_]{0,31}", re.ASCII).fullmatch
_EXAMPLE = "1723161255030314667 and a JSON object"


class Kind(StrEnum):
    """What a line says."""

    BOOK_TICKER = "book_ticker"
    TRADE = "trade"
    MARK = "mark"
    DEPTH = "depth"
    SNAPSHOT = "snapshot"
    OTHER = "other"


class BookTicker(msgspec.Struct, frozen=True, gc=False):
    """The best bid and ask."""

    kind: ClassVar[Kind] = Kind.BOOK_TICKER
    symbol: str
    bid: Amount
    ask: Amount


class Trade(msgspec.Struct, frozen=True, gc=False):
    """The price of a trade in the book."""

    kind: ClassVar[Kind] = Kind.TRADE
    symbol: str
    price: Amount


class VenueMark(msgspec.Struct, frozen=True, gc=False):
    """The venue's own mark and index, and the rate that it will fix at `next_funding`, if any."""

    kind: ClassVar[Kind] = Kind.MARK
    symbol: str
    mark: Amount
    index: Amount
    rate: Amount | None
    next_funding: Instant | None


class Bare(msgspec.Struct, frozen=True, gc=False):
    """What makes no price: its kind, and the symbol where it says one."""

    kind: Kind
    symbol: str | None


Tick: TypeAlias = BookTicker | Trade | VenueMark | Bare
_Fields: TypeAlias = Mapping[str, Any]


def source_of(symbol: str) -> str:
    """Name the source that a symbol is.

    >>> source_of("BTCUSD_PERP")
    'binance-btcusd-perp'
    """
    return f"{VENUE}-{symbol.lower().replace('_', '-')}"


def read_time(line: bytes, before: Instant | None = None) -> Instant:
    """Read when a line came in, by the clock of whoever recorded it; `before` is the line above.

    Raises `Malformed` for none, and for one that steps back or leaps ahead by more than a day.
    """
    text = line.partition(b" ")[0]
    if _time(text) is None or int(text) > INSTANT_MAX:
        said = text[:40].decode("ascii", "replace")
        raise Malformed("time", f"{said!r} is not nanoseconds since 1970: write {_EXAMPLE}")
    at = Instant(int(text))
    if before is not None and at < before:
        raise Malformed("time", f"{at} is before the line above, {before}: sort the file by time")
    if before is not None and at > before + DAY:
        problem = f"{at} is more than a day after the line above, {before}: split the file here"
        raise Malformed("time", problem)
    return at


def read_tick(line: bytes, symbol: str | None = None) -> Tick:
    """Read what a line says; an event of a kind that we do not know is of the kind `other`.

    Raises `Malformed` with the venue's name of the field, also where it is about another `symbol`.
    """
    message = _object(line.partition(b" ")[2])
    data = message.get("data", message)
    if not isinstance(data, dict):
        raise Malformed("data", "not an object: record the streams as they come")
    if "lastUpdateId" in data:
        tick: Tick = _snapshot(data)
    else:
        event = data.get("e")
        if not isinstance(event, str):
            raise Malformed("e", "missing: every event says its kind, such as bookTicker")
        tick = _READERS.get(event, _other)(data)
    if symbol is not None and tick.symbol not in (symbol, None):
        raise Malformed("s", f"{tick.symbol} in a feed of {symbol}: a file has one symbol")
    return tick


def _object(text: bytes) -> _Fields:
    try:
        message = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("", f"no JSON ({str(error)[:80]}): write {_EXAMPLE}") from None
    if not isinstance(message, dict):
        raise Malformed("", f"no JSON object: write {_EXAMPLE}")
    return message


def _book_ticker(data: _Fields) -> BookTicker:
    bid, ask = _price(data, "b"), _price(data, "a")
    if ask < bid:
        raise Malformed("a", f"{data['a']} is below the bid, {data['b']}: no book is crossed")
    return BookTicker(_named(data), bid, ask)


def _trade(data: _Fields) -> Trade | Bare:
    if data.get("X", AT_MARKET) != AT_MARKET:
        return Bare(Kind.TRADE, _named(data))
    return Trade(_named(data), _price(data, "p"))


def _mark(data: _Fields) -> VenueMark:
    """Read a mark; a contract that expires has no rate, and says an empty one or none."""
    rate = _amount(data, "r") if data.get("r") else None
    return VenueMark(
        symbol=_named(data),
        mark=_price(data, "p"),
        index=_price(data, "i"),
        rate=rate,
        next_funding=None if rate is None else _moment(data, "T"),
    )


def _depth(data: _Fields) -> Bare:
    _require_lists(data, "b", "a")
    return Bare(Kind.DEPTH, _named(data))


def _snapshot(data: _Fields) -> Bare:
    """Read a snapshot, which says its symbol only where there are several of a pair."""
    _require_lists(data, "bids", "asks")
    return Bare(Kind.SNAPSHOT, _named(data, "symbol") if "symbol" in data else None)


def _other(data: _Fields) -> Bare:
    return Bare(Kind.OTHER, _named(data) if "s" in data else None)


_READERS: Mapping[str, Callable[[_Fields], Tick]] = {
    "bookTicker": _book_ticker,
    "trade": _trade,
    "markPriceUpdate": _mark,
    "depthUpdate": _depth,
}


def _text(data: _Fields, field: str) -> str:
    if field not in data:
        raise Malformed(field, "missing: record the stream as it comes")
    text = data[field]
    if not isinstance(text, str):
        raise Malformed(field, f"{str(text)[:40]} is not in quotes: record the stream as it comes")
    return text


def _named(data: _Fields, field: str = "s") -> str:
    symbol = _text(data, field)
    if _symbol(symbol) is None:
        raise Malformed(field, f"{symbol[:40]!r} is not a symbol such as BTCUSDT")
    return symbol


def _amount(data: _Fields, field: str) -> Amount:
    try:
        return read_amount(_text(data, field))
    except ValueError as error:
        raise Malformed(field, str(error)) from None


def _price(data: _Fields, field: str) -> Amount:
    price = _amount(data, field)
    if price <= ZERO:
        raise Malformed(field, f"{data[field][:40]} is not above zero: no price")
    if decimals(price) > PRICE_DECIMALS_MAX:
        raise Malformed(field, f"{data[field][:40]} has more than {PRICE_DECIMALS_MAX} decimals")
    return price


def _moment(data: _Fields, field: str) -> Instant:
    """Read milliseconds since 1970."""
    said = data.get(field)
    if type(said) is not int or not 0 <= said <= INSTANT_MAX // MILLISECOND:
        raise Malformed(field, f"{str(said)[:40]} is not milliseconds since 1970")
    return Instant(said * MILLISECOND)


def _require_lists(data: _Fields, *fields: str) -> None:
    for field in fields:
        if not isinstance(data.get(field), list):
            raise Malformed(field, "no list of prices and quantities")
