"""Commands about prices: by which method each is made, and the figures of a moment.

A program asks for a price as of a moment, and the ledger makes it by the method in force. So the
price that counts is always the ledger's own, and its inputs stand beside it.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledger.commands.command import (
    DatedChange,
    Digest,
    Identifier,
    InstantField,
    Percent,
    PositiveAmount,
    Reckoning,
)
from ledger.commands.instrument import MARKET, PROGRAMS
from ledger.commands.product import OFFERING
from ledger.events import MarkKind, PriceUse
from ledger.numbers import ZERO

SOURCES_MAX = 50
DAY_SECONDS = 86_400
MALFORMED_MAX = 100


class SourceField(BaseModel):
    """A source of quotes, its weight, and whether it is our own book."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Identifier
    weight: PositiveAmount
    own: bool = False


class SetPriceMethod(DatedChange):
    """Say how an index or a collateral price is made: sources, staleness, outliers, how many.

    A price is worth what its sources are: at least two, and one of them not our own book.
    """

    STREAM = "index"
    FUNCTIONS = OFFERING

    name: Identifier
    use: PriceUse
    asset: Identifier
    currency: Identifier
    sources: tuple[SourceField, ...] = Field(min_length=2, max_length=SOURCES_MAX)
    stale_after: int = Field(ge=1, le=DAY_SECONDS)
    deviation: Percent
    sources_min: int = Field(ge=2, le=SOURCES_MAX)
    lasts: int = Field(ge=1, le=DAY_SECONDS)
    unit: PositiveAmount

    @model_validator(mode="after")
    def _can_make_a_price(self) -> Self:
        names = [source.source for source in self.sources]
        if len(set(names)) < len(names):
            raise ValueError("sources: each source stands once")
        if all(source.own for source in self.sources):
            raise ValueError("sources: one of them at least is not our own book")
        if self.sources_min > len(names):
            raise ValueError("sources_min: no more than there are sources")
        if self.use is PriceUse.MARK:
            raise ValueError("use: a mark has a method of its own, SetMarkMethod")
        if self.use is PriceUse.COLLATERAL and self.name != self.asset:
            raise ValueError("name: a collateral price goes by its asset")
        if self.deviation == ZERO:
            raise ValueError("deviation: percent from the median, above 0")
        return self

    def stream(self) -> str:
        """Name the stream of its prices."""
        return price_stream(self.use, self.name)


class QuoteField(BaseModel):
    """What a source said, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Identifier
    price: PositiveAmount
    at: InstantField


class ReckonPrice(Reckoning):
    """Make an index or a collateral price of quotes, as of `at`."""

    STREAM = "index"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    name: Identifier
    use: PriceUse = PriceUse.INDEX
    quotes: tuple[QuoteField, ...] = Field(max_length=SOURCES_MAX)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [quote.source for quote in self.quotes]
        if len(set(names)) < len(names):
            raise ValueError("quotes: a source says one price at a time")
        if self.use is PriceUse.MARK:
            raise ValueError("use: a mark is made by ReckonMark")
        return self

    def stream(self) -> str:
        """Name the stream of its prices."""
        return price_stream(self.use, self.name)


def price_stream(use: PriceUse, name: str) -> str:
    """Name the stream of a price that is made of quotes."""
    return f"{use.value}-{name}"


class SetMarkMethod(DatedChange):
    """Say how the mark of an instrument is made of an index and its own market."""

    STREAM = "price"
    NAMED_BY = "instrument"
    FUNCTIONS = OFFERING

    instrument: Identifier
    kind: MarkKind
    index: Identifier
    window: int = Field(default=30, ge=1, le=DAY_SECONDS)
    lasts: int = Field(ge=1, le=DAY_SECONDS)
    unit: PositiveAmount


class ReckonMark(Reckoning):
    """Make the mark of an instrument, as of `at`: best bid and ask, and the last trade."""

    STREAM = "price"
    NAMED_BY = "instrument"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    instrument: Identifier
    bid: PositiveAmount | None = None
    ask: PositiveAmount | None = None
    last: PositiveAmount | None = None

    @model_validator(mode="after")
    def _is_a_book(self) -> Self:
        if (self.bid is None) != (self.ask is None):
            raise ValueError("ask: a book has both sides, or is left out")
        if self.bid is not None and self.ask is not None and self.bid > self.ask:
            raise ValueError("ask: not below the bid")
        return self


class SealTicks(Reckoning):
    """Put a batch of raw market data away: its count and the SHA-256 over its lines, in hex."""

    STREAM = "feed"
    FUNCTIONS = MARKET
    KINDS = PROGRAMS

    feed: Identifier
    batch: int = Field(ge=1)
    lines: int = Field(ge=1)
    lines_digest: Digest
    since: InstantField
    until: InstantField
    kinds: dict[Identifier, int]
    spoiled: int = Field(default=0, ge=0)
    malformed: tuple[int, ...] = Field(default=(), max_length=MALFORMED_MAX)
