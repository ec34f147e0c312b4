"""Prices that the ledger makes of quotes, and the prevailing price that orders are held to.

A price that comes late does not prevail. What cannot be made soundly is refused on the stream of
the price itself, with all quotes: the last sound price stands until it is too old.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from ledger.asset import Asset
from ledger.commands import (
    ReckonMark,
    ReckonPrice,
    ReportReferencePrice,
    SealTicks,
    SetMarkMethod,
    SetPriceMethod,
)
from ledger.events import (
    CollateralPriceComputed,
    Draft,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    PriceRefused,
    PriceSource,
    PriceUse,
    Quote,
    Recorded,
    ReferencePriceReported,
    TicksSealed,
)
from ledger.instants import SECOND, Instant
from ledger.instrument import Instrument
from ledger.numbers import Amount
from ledger.pricing import price_of, weigh
from ledger.reasons import Flag, Reason
from ledger.refusal import figure, refuse
from ledger.requirements import upholds
from ledger.situation import TOLERANCE, Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_value

RECENT = 64
"""So many of the latest prices are remembered, to find that of a moment which has just passed."""


class Quoted(State, frozen=True):
    """A price that is made of quotes: by which methods, by date, and the latest that were made."""

    CHECKED = False

    methods: Timeline[Recorded] = ()
    recent: tuple[Recorded, ...] = ()

    @property
    def latest(self) -> Recorded | None:
        """Give the record of the latest price; None before the first."""
        return self.recent[-1] if self.recent else None

    def method(self, at: Instant) -> Recorded | None:
        """Give the record that says how it is made at a moment; None before the first."""
        return in_force(self.methods, at)

    def serving(self, at: Instant) -> Recorded | None:
        """Give the price of a moment, unless it is too old then to serve."""
        found = _of_moment(self.recent, at)
        if found is None:
            return None
        method = in_force(self.methods, found.at)
        if method is None:
            return None
        assert isinstance(method.event, PriceMethodSet)
        return found if at - found.at <= method.event.lasts * SECOND else None

    def prevailing(self, now: Instant) -> Recorded | None:
        """Give the latest price, unless it is too old now; a source's clock may be ahead."""
        return None if self.latest is None else self.serving(max(now, self.latest.at))


class Index(Quoted, frozen=True):
    """An index, such as that of bitcoin in dollars."""

    STREAM = "index"


class Valuation(Quoted, frozen=True):
    """What one unit of an asset is worth as collateral."""

    STREAM = "collateral"


class Price(State, frozen=True):
    """The prevailing price of an instrument: its mark or, without a method, what was reported.

    `price` is the latest, None while there is none.
    """

    STREAM = "price"
    CHECKED = False

    price: Amount | None = None
    at: Instant = Instant(0)
    methods: Timeline[Recorded] = ()
    marks: tuple[Recorded, ...] = ()
    reported: Recorded | None = None

    def method(self, at: Instant) -> Recorded | None:
        """Give the record that says how its mark is made at a moment; None before the first."""
        return in_force(self.methods, at)

    def serving(self, at: Instant) -> Recorded | None:
        """Give the record of the price of a moment, unless it is too old then to serve.

        A mark serves as long as its method says, and where there is a method nothing else does.
        """
        method = self.method(at)
        if method is None:
            return self.reported
        found = _of_moment(self.marks, at)
        assert isinstance(method.event, MarkMethodSet)
        serves = found is not None and at - found.at <= method.event.lasts * SECOND
        return found if serves else None

    def prevailing(self, now: Instant) -> Recorded | None:
        """Give the latest price, unless it is too old now; a source's clock may be ahead."""
        return self.serving(max(now, self.at))


def _of_moment(recent: tuple[Recorded, ...], at: Instant) -> Recorded | None:
    """Find the last price at or before a moment.

    Where all are later, the first of them if clocks may differ so much.
    """
    for recorded in reversed(recent):
        if recorded.at <= at:
            return recorded
    first = recent[0] if recent else None
    return first if first is not None and first.at - at <= TOLERANCE.future else None


def evolve_index(state: Quoted, recorded: Recorded) -> Quoted:
    """Transcribe an event into the state of an index or a collateral price."""
    match recorded.event:
        case PriceMethodSet(effective_from=effective_from):
            return replace(state, methods=with_value(state.methods, effective_from, recorded))
        case IndexPriceComputed() | CollateralPriceComputed():
            late = state.latest is not None and recorded.at < state.latest.at
            return state if late else replace(state, recent=_with(state.recent, recorded))
        case _:
            return state


def evolve_price(state: Price, recorded: Recorded) -> Price:
    """Transcribe an event into the state of a prevailing price."""
    match recorded.event:
        case MarkMethodSet(effective_from=effective_from):
            return replace(state, methods=with_value(state.methods, effective_from, recorded))
        case ReferencePriceReported(price=price) if recorded.at >= state.at:
            return replace(state, price=price, at=recorded.at, reported=recorded)
        case MarkPriceComputed(price=price) if recorded.at >= state.at:
            marks = _with(state.marks, recorded)
            return replace(state, price=price, at=recorded.at, marks=marks)
        case _:
            return state


def _with(recent: tuple[Recorded, ...], recorded: Recorded) -> tuple[Recorded, ...]:
    return (*recent[1 - RECENT :], recorded)


@upholds("R32", "R81")
def set_method(situation: Situation, command: SetPriceMethod) -> list[Draft]:
    """Say how an index or a collateral price is made, from a date on."""
    assert situation.approval is not None
    for asset in (command.asset, command.currency):
        if situation.of(Asset, asset).scale is None:
            return refuse(command, Reason.ASSET_UNKNOWN, attempted=asset)
    event = PriceMethodSet(
        name=command.name,
        use=command.use,
        asset=command.asset,
        currency=command.currency,
        sources=tuple(PriceSource(s.source, s.weight, s.own) for s in command.sources),
        stale_after=command.stale_after,
        deviation=command.deviation,
        sources_min=command.sources_min,
        lasts=command.lasts,
        unit=command.unit,
        effective_from=situation.effective_from(command),
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R32", "R81")
def set_mark_method(situation: Situation, command: SetMarkMethod) -> list[Draft]:
    """Say how the mark of an instrument is made, from a date on."""
    assert situation.approval is not None
    if situation.of(Instrument, command.instrument).specification(situation.now) is None:
        return refuse(command, Reason.INSTRUMENT_UNKNOWN, attempted=command.instrument)
    if not situation.of(Index, command.index).methods:
        return refuse(command, Reason.METHOD_MISSING, attempted=command.index)
    event = MarkMethodSet(
        instrument=command.instrument,
        kind=command.kind,
        index=command.index,
        window=command.window,
        lasts=command.lasts,
        unit=command.unit,
        effective_from=situation.effective_from(command),
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R81")
def reckon(situation: Situation, command: ReckonPrice) -> list[Draft]:
    """Make a price of the quotes that count, or refuse to: too few, or our own book alone."""
    kind = Index if command.use is PriceUse.INDEX else Valuation
    record = situation.of(kind, command.name).method(command.at)
    said = [Quote(quote.source, quote.price, quote.at) for quote in command.quotes]
    if record is None:
        return refused(command, Reason.METHOD_MISSING, quotes=said)
    method = record.event
    assert isinstance(method, PriceMethodSet)
    quotes = weigh(method, said, command.at)
    live = [quote for quote in quotes if quote.excluded is None]
    if live and all(quote.own for quote in live):
        sources = " ".join(quote.source for quote in live)
        return refused(
            command, Reason.OWN_BOOK_ONLY, attempted=sources, method=record, quotes=quotes
        )
    if len(live) < method.sources_min:
        return refused(
            command,
            Reason.SOURCES_TOO_FEW,
            limit=method.sources_min,
            attempted=len(live),
            method=record,
            quotes=quotes,
        )
    price = price_of(method, quotes)
    if not price:
        return refused(
            command, Reason.PRICE_ROUNDS_AWAY, limit=method.unit, method=record, quotes=quotes
        )
    made = IndexPriceComputed if kind is Index else CollateralPriceComputed
    event = made(name=command.name, price=price, method=record.sequence, quotes=quotes)
    return [Draft(command.stream(), event, at=command.at)]


def refused(
    command: ReckonPrice | ReckonMark,
    reason: Reason,
    *,
    limit: object = None,
    attempted: object = None,
    method: Recorded | None = None,
    quotes: Iterable[Quote] = (),
) -> list[Draft]:
    """Refuse to make a price, on its own stream, with what was offered for it."""
    event = PriceRefused(
        name=command.name if isinstance(command, ReckonPrice) else command.instrument,
        use=command.use if isinstance(command, ReckonPrice) else PriceUse.MARK,
        reason=reason,
        limit=figure(limit),
        attempted=figure(attempted),
        method=0 if method is None else method.sequence,
        quotes=tuple(quotes),
    )
    return [Draft(command.stream(), event, at=command.at)]


def report_price(situation: Situation, command: ReportReferencePrice) -> list[Draft]:
    """Record the prevailing price; of an instrument without terms it is flagged."""
    known = situation.of(Instrument, command.instrument).specification(command.at)
    flags = situation.flags(command) + (() if known else (Flag.INSTRUMENT_UNKNOWN,))
    event = ReferencePriceReported(instrument=command.instrument, price=command.price, flags=flags)
    return [Draft(command.stream(), event, at=command.at)]


def seal_ticks(situation: Situation, command: SealTicks) -> list[Draft]:
    """Record that a batch of raw market data was put away."""
    del situation
    event = TicksSealed(
        feed=command.feed,
        batch=command.batch,
        lines=command.lines,
        lines_digest=command.lines_digest,
        since=command.since,
        until=command.until,
        kinds=command.kinds,
        spoiled=command.spoiled,
        malformed=command.malformed,
    )
    return [Draft(command.stream(), event, at=command.at)]


RULES: Rules = {
    SetPriceMethod: set_method,
    SetMarkMethod: set_mark_method,
    ReckonPrice: reckon,
    ReportReferencePrice: report_price,
    SealTicks: seal_ticks,
}
