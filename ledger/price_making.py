"""Prices are made: by which method, of which quotes, and refused where they would not be sound.

What cannot be made soundly is refused on the stream of the price itself, with all quotes: the last
sound price stands until it is too old.
"""

from collections.abc import Iterable

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
    PriceMethodSet,
    PriceRefused,
    PriceSource,
    PriceUse,
    Quote,
    Recorded,
    ReferencePriceReported,
    TicksSealed,
)
from ledger.instrument import Instrument
from ledger.price import Index, Valuation
from ledger.pricing import price_of, weigh
from ledger.reasons import Flag, Reason
from ledger.refusal import figure, refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R32", "R81")
def set_method(situation: Situation, command: SetPriceMethod) -> list[Draft]:
    """Say how an index or a collateral price is made, from a date on."""
    assert situation.approval is not None
    for asset in (command.asset, command.currency):
        if situation.of(Asset, asset).scale is None:
            return refuse(command, Reason.ASSET_UNKNOWN, attempted=asset)
    if refusal := _of_another(situation, command):
        return refusal
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


def _of_another(situation: Situation, command: SetPriceMethod) -> list[Draft]:
    """Refuse to let an index become one of another asset or currency: marks are made of it."""
    for dated in situation.of(Index, command.name).methods if command.use is PriceUse.INDEX else ():
        known = dated.value.event
        assert isinstance(known, PriceMethodSet)
        before, after = (known.asset, known.currency), (command.asset, command.currency)
        if before != after:
            limit, attempted = " ".join(before), " ".join(after)
            return refuse(command, Reason.INDEX_MISFIT, limit=limit, attempted=attempted)
    return []


@upholds("R32", "R81")
def set_mark_method(situation: Situation, command: SetMarkMethod) -> list[Draft]:
    """Say how the mark of an instrument is made, from a date on."""
    assert situation.approval is not None
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if known is None:
        return refuse(command, Reason.INSTRUMENT_UNKNOWN, attempted=command.instrument)
    methods = situation.of(Index, command.index).methods
    if not methods:
        return refuse(command, Reason.METHOD_MISSING, attempted=command.index)
    index = methods[-1].value.event
    assert isinstance(index, PriceMethodSet)
    if index.asset != known.terms.reference:
        limit = known.terms.reference
        return refuse(command, Reason.INDEX_MISFIT, limit=limit, attempted=index.asset)
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
