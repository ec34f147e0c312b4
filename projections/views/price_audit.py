"""Every price that was made or refused, with all its inputs, and what these make when made again.

`recomputed` is the price that the cited method makes of the recorded inputs, with weights, outliers
and averages made anew; `matches` says whether all of that is as it was recorded. Of a refusal it
says so of its quotes, where a method weighed them. It rests on what the record itself says: that an
index or a rate stands where it is cited is another question. `allowed` is the limit of a refusal.

`inputs` lists quotes as source, price, age, weight and why one was left out; of a mark, what its
average and its carry were made of. A method is recorded before it counts, and so read before every
price that cites it, on both clocks.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.events import (
    CollateralPriceComputed,
    Event,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    PriceRefused,
    PriceUse,
    Quote,
    Recorded,
)
from ledger.instants import Instant
from ledger.numbers import Amount, from_minor, subtract, write_amount
from ledger.pricing import (
    basis_of,
    fair_price,
    mark_of,
    moving_price,
    price_of,
    weigh,
)
from projections.change import Change, Key, put
from projections.copying import WORDS
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "price_audit",
    MetaData(),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Nanoseconds),
    Column("recorded_at", Nanoseconds),
    Column("kind", Text),
    Column("name", Text),
    Column("price", ExactAmount),
    Column("method", BigInteger),
    Column("live_sources", Integer),
    Column("excluded", Text),
    Column("inputs", Text),
    Column("index_sequence", BigInteger),
    Column("index_price", ExactAmount),
    Column("bid", ExactAmount),
    Column("ask", ExactAmount),
    Column("last_price", ExactAmount),
    Column("fair", ExactAmount),
    Column("moving", ExactAmount),
    Column("basis", ExactAmount),
    Column("funding_rate", ExactAmount),
    Column("recomputed", ExactAmount),
    Column("matches", Text),
    Column("reason", Text),
    Column("allowed", Text),
    Column("attempted", Text),
)

# What every method says, by its sequence: that is how a price cites it.
memory = Table(
    "price_audit_memory",
    MetaData(),
    Column("method", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("said", Text, nullable=False),
)

Method = PriceMethodSet | MarkMethodSet
Made = IndexPriceComputed | CollateralPriceComputed
Price = Made | MarkPriceComputed | PriceRefused
State = tuple[str, str]
UNKNOWN = ("", "")
MILLISECOND_SCALE = 6
"""How many decimals a nanosecond has in milliseconds."""

_READ: dict[str, Callable[[str], Method]] = {
    "PriceMethodSet": msgspec.json.Decoder(PriceMethodSet).decode,
    "MarkMethodSet": msgspec.json.Decoder(MarkMethodSet).decode,
}
_COPIED = ("price", "method", "index_price", "bid", "ask", "fair", "moving", "basis")


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand a method to its own sequence, and a price to the method that it cites."""
    event = recorded.event
    if isinstance(event, Method):
        yield (recorded.sequence,), recorded
    elif isinstance(event, Price):
        yield (event.method,), recorded


def step(state: State | None, recorded: Recorded) -> tuple[State, tuple[Change, ...]]:
    """Remember what a method says, and show a price beside what it makes of the inputs."""
    event = recorded.event
    if isinstance(event, Method):
        return (recorded.type, msgspec.json.encode(event).decode()), ()
    assert isinstance(event, Price)
    known = state or UNKNOWN
    return known, (_shown(recorded, event, _method(known, event)),)


def _method(state: State, price: Price) -> Method | None:
    """Read the method that a price cites, if it is one for this very price."""
    read = _READ.get(state[0])
    if read is None:
        return None
    method = read(state[1])
    return method if _subject(method) == _subject(price) else None


def _subject(event: Event) -> tuple[PriceUse, str]:
    """Say which price an event is about."""
    match event:
        case IndexPriceComputed(name=name):
            return PriceUse.INDEX, name
        case CollateralPriceComputed(name=name):
            return PriceUse.COLLATERAL, name
        case PriceMethodSet(use=use, name=name) | PriceRefused(use=use, name=name):
            return use, name
        case _:
            assert isinstance(event, MarkPriceComputed | MarkMethodSet)
            return PriceUse.MARK, event.instrument


def _again(price: Price, method: Method | None, at: Instant) -> tuple[Amount | None, bool | None]:
    """Make a price again, and compare; what the method cannot make of the inputs is no match."""
    with suppress(ArithmeticError, ValueError):
        match price, method:
            case MarkPriceComputed(), MarkMethodSet():
                mark = _mark_again(price, method)
                return None if mark is None else mark.price, mark == price
            case IndexPriceComputed() | CollateralPriceComputed(), PriceMethodSet():
                quotes = weigh(method, price.quotes, at)
                made = price_of(method, quotes)
                return made, (made, quotes) == (price.price, price.quotes)
            case PriceRefused(), PriceMethodSet():
                return None, weigh(method, price.quotes, at) == price.quotes
    return None, None if isinstance(price, PriceRefused) else False


def _mark_again(mark: MarkPriceComputed, method: MarkMethodSet) -> MarkPriceComputed | None:
    """Put what the inputs make into a mark, in place of what it says."""
    index = mark.index_price
    fair = fair_price(index, mark.funding_rate, mark.until_funding, mark.interval, method.unit)
    book = (mark.bid, mark.ask)
    basis = basis_of(book, index, mark.basis_before, mark.elapsed, method.window)
    moving = moving_price(mark.bid, index, basis)
    price = mark_of(method, index, fair=fair, moving=moving, last=mark.last)
    if price is None:
        return None
    return replace(mark, price=price, fair=fair, moving=moving, basis=basis)


def _shown(recorded: Recorded, price: Price, method: Method | None) -> Change:
    use, name = _subject(price)
    recomputed, matches = _again(price, method, recorded.at)
    return put(
        table,
        sequence=recorded.sequence,
        at=recorded.at,
        recorded_at=recorded.recorded_at,
        kind=use.value,
        name=name,
        recomputed=recomputed,
        matches=None if matches is None else WORDS[matches],
        **{column: getattr(price, column, None) for column in _COPIED},
        **(
            _of_mark(price)
            if isinstance(price, MarkPriceComputed)
            else _of_quotes(recorded.at, price)
        ),
    )


def _of_mark(mark: MarkPriceComputed) -> dict[str, Any]:
    carry = f"until_funding {_milliseconds(mark.until_funding)} of {_milliseconds(mark.interval)}"
    before = "none" if mark.basis_before is None else write_amount(mark.basis_before)
    average = f"basis_before {before} elapsed {_milliseconds(mark.elapsed)}"
    return {
        "inputs": f"{average}; funding {mark.funding} {carry}",
        "index_sequence": mark.index,
        "last_price": mark.last,
        "funding_rate": mark.funding_rate,
    }


def _of_quotes(at: Instant, price: Made | PriceRefused) -> dict[str, Any]:
    quotes = price.quotes
    left_out = [f"{q.source}:{q.excluded.value}" for q in quotes if q.excluded is not None]
    shown: dict[str, Any] = {
        "inputs": "; ".join(_said(quote, at) for quote in quotes) or None,
        "excluded": " ".join(left_out) or None,
    }
    if price.method and _subject(price)[0] is not PriceUse.MARK:
        shown["live_sources"] = len([quote for quote in quotes if quote.excluded is None])
    if isinstance(price, PriceRefused):
        reason = {"reason": price.reason.value, "allowed": price.limit}
        shown |= reason | {"attempted": price.attempted}
    return shown


def _said(quote: Quote, at: Instant) -> str:
    """Write a quote: `kraken 60000.5 120ms 2`, and whether it is our own book's, or left out."""
    age = _milliseconds(at, quote.at)
    own = " own" if quote.own else ""
    excluded = "" if quote.excluded is None else f"[{quote.excluded.value}]"
    said = f"{quote.source} {write_amount(quote.price)} {age} {write_amount(quote.weight)}"
    return f"{said}{own}{excluded}"


def _milliseconds(until: int, since: int = 0) -> str:
    scale = MILLISECOND_SCALE
    return f"{write_amount(subtract(from_minor(until, scale), from_minor(since, scale)))}ms"


view = Tally("price_audit", table, version=1, memory=memory, parts=parts, step=step)
