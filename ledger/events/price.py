"""Events of prices: by which method each is made, what it was made of, and what it was refused for.

Every price carries its inputs, so that anybody can make it again: quotes with the time and weight
of each source and why one was left out, or the sequence of the price that it builds on. `method`
is the sequence of the record that says how.
"""

from enum import StrEnum

import msgspec

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount
from ledger.reasons import Reason


class PriceUse(StrEnum):
    """What a price is for: an index, what collateral is worth, or the mark of a contract."""

    INDEX = "index"
    COLLATERAL = "collateral"
    MARK = "mark"


class Exclusion(StrEnum):
    """Why a quote counts for nothing."""

    UNKNOWN_SOURCE = "unknown_source"
    FUTURE = "future"
    STALE = "stale"
    OUTLIER = "outlier"


class PriceSource(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """A source and its weight; `own` where it is the platform's own book, so not independent."""

    source: str
    weight: Amount
    own: bool = False


class Quote(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """What a source said at `at`, the weight of its word, and why it was left out, if it was."""

    source: str
    price: Amount
    at: Instant
    weight: Amount = ZERO
    own: bool = False
    excluded: Exclusion | None = None


class PriceMethodSet(Approved, frozen=True):
    """How a price is made of quotes from `effective_from` on.

    The weighted mean of the live sources, half-even to `unit`. A quote is stale after `stale_after`
    seconds and an outlier further than `deviation` percent from the median of what is live. At
    least `sources_min` must be left, one of them not our own book. The price serves for `lasts`
    seconds.
    """

    name: str
    use: PriceUse
    asset: str
    currency: str
    sources: tuple[PriceSource, ...]
    stale_after: int
    deviation: Amount
    sources_min: int
    lasts: int
    unit: Amount
    effective_from: Instant


class IndexPriceComputed(Event, frozen=True):
    """An index, made of quotes."""

    name: str
    price: Amount
    method: int
    quotes: tuple[Quote, ...]


class CollateralPriceComputed(Event, frozen=True):
    """What one unit of an asset is worth as collateral, made of quotes."""

    name: str
    price: Amount
    method: int
    quotes: tuple[Quote, ...]


class PriceRefused(Event, frozen=True):
    """No price was made: the last one stands until it is too old, and the quotes say why."""

    name: str
    use: PriceUse
    reason: Reason
    limit: str | None = None
    attempted: str | None = None
    method: int = 0
    quotes: tuple[Quote, ...] = ()


class MarkKind(StrEnum):
    """How a mark is made of an index I, the book's middle, the last trade and the funding rate F.

    Index: I. Fair: I x (1 + F x time to funding / interval) (BitMEX). Median: the middle one of
    that, of I + moving average of (middle - I), and of the last trade (Binance).
    """

    INDEX = "index"
    FAIR = "fair"
    MEDIAN = "median"


class MarkMethodSet(Approved, frozen=True):
    """How the mark of an instrument is made from `effective_from` on, half-even to `unit`.

    The average moves over `window` seconds; the mark serves for `lasts` seconds.
    """

    instrument: str
    kind: MarkKind
    index: str
    window: int
    lasts: int
    unit: Amount
    effective_from: Instant


class MarkPriceComputed(Event, frozen=True):
    """The mark of an instrument; orders are held to it, positions valued and funding paid by it.

    `index` is the sequence of the index price that it was made of, `funding` that of the rate, 0
    where none was fixed yet. `basis` is the average of the book's middle less the index,
    `basis_before` what it was, so many nanoseconds `elapsed` earlier. `until_funding` is in
    nanoseconds, of a whole `interval`.
    """

    instrument: str
    price: Amount
    method: int
    index: int
    index_price: Amount
    bid: Amount | None = None
    ask: Amount | None = None
    last: Amount | None = None
    fair: Amount | None = None
    moving: Amount | None = None
    basis: Amount = ZERO
    basis_before: Amount | None = None
    elapsed: int = 0
    funding: int = 0
    funding_rate: Amount = ZERO
    until_funding: int = 0
    interval: int = 0


class TicksSealed(Event, frozen=True):
    """A batch of raw market data was put away: so many lines, and the SHA-256 over them.

    Only what a price cites becomes an event. `since` and `until` are when the first and the last
    came in, `kinds` how many lines were of each kind, and `malformed` names by number the first
    lines that could not be read, of `spoiled` in all.
    """

    feed: str
    batch: int
    lines: int
    lines_digest: str
    since: Instant
    until: Instant
    kinds: dict[str, int]
    spoiled: int = 0
    malformed: tuple[int, ...] = ()
