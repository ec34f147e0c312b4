"""The law of prices: each is made again from its own record, by the method that it cites.

Reckoned by the formulas and not asked of the rules, so that the law finds where they differ.
"""

from collections import defaultdict

from ledger.events import (
    CollateralPriceComputed,
    Event,
    FundingRateFixed,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    PriceRefused,
    PriceUse,
    Quote,
    Recorded,
)
from ledger.instants import SECOND
from ledger.journal import Legs
from ledger.laws.figures import Cited, reckoned, said
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.numbers import ZERO, Amount
from ledger.price import Price, Quoted, evolve_index, evolve_price
from ledger.pricing import (
    basis_of,
    fair_price,
    mark_of,
    moving_price,
    price_of,
    weigh,
)
from ledger.reasons import Reason

Computed = IndexPriceComputed | CollateralPriceComputed


class Prices:
    """`prices`: every price follows from its inputs by the method in force, which it cites."""

    def __init__(self, log: Log, head: Head) -> None:
        del head
        self._quoted: defaultdict[str, Quoted] = defaultdict(Quoted)
        self._marked: defaultdict[str, Price] = defaultdict(Price)
        self._rates: dict[str, Recorded] = {}
        self._indices = Cited(log, IndexPriceComputed)
        self._computed = 0
        self._refused = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        stream, event = recorded.stream, recorded.event
        breach = reckoned(lambda: self._breach(recorded, event))
        if stream.startswith(("index-", "collateral-")):
            self._quoted[stream] = evolve_index(self._quoted[stream], recorded)
            self._indices.note(recorded)
        elif stream.startswith("price-"):
            self._marked[stream] = evolve_price(self._marked[stream], recorded)
        elif isinstance(event, FundingRateFixed):
            self._rates[event.instrument] = recorded
        return breach

    def conclude(self) -> tuple[str, str | None]:
        return f"{self._computed} prices recomputed, {self._refused} refused", None

    def _breach(self, recorded: Recorded, event: Event) -> str | None:
        match event:
            case IndexPriceComputed() | CollateralPriceComputed():
                self._computed += 1
                return self._misquoted(recorded, event)
            case MarkPriceComputed():
                self._computed += 1
                return self._mismarked(recorded, event)
            case PriceRefused():
                self._refused += 1
                return self._refused_wrongly(recorded, event)
            case _:
                return None

    def _method(self, recorded: Recorded, sequence: int) -> Recorded | str:
        """Find the method that a price cites, or say why it is not the one in force."""
        state: Quoted | Price = self._quoted[recorded.stream]
        if recorded.stream.startswith("price-"):
            state = self._marked[recorded.stream]
        method = state.method(recorded.at)
        if method is not None and method.sequence == sequence:
            return method
        if all(dated.value.sequence != sequence for dated in state.methods):
            return f"it cites {sequence}, which is no method of this price"
        return f"it cites the method {sequence}, in force was {method.sequence if method else 0}"

    def _misquoted(self, recorded: Recorded, event: Computed) -> str | None:
        """Weigh the quotes and make the price anew."""
        record = self._method(recorded, event.method)
        if isinstance(record, str):
            return record
        method = record.event
        assert isinstance(method, PriceMethodSet)
        kind = IndexPriceComputed if method.use is PriceUse.INDEX else CollateralPriceComputed
        if not isinstance(event, kind) or event.name != method.name:
            return f"it is not what the method {event.method} makes"
        if _weighed(method, event.quotes, recorded) != event.quotes:
            return "its quotes are not weighed by its method"
        if reason := _too_little(method, event.quotes):
            return f"it was made in spite of {reason}"
        return said("price", event.price, price_of(method, event.quotes))

    def _refused_wrongly(self, recorded: Recorded, event: PriceRefused) -> str | None:
        """A refusal says why no price could be made of its quotes; a mark has none."""
        if not event.method:
            return None if event.reason is Reason.METHOD_MISSING else "it cites no method"
        record = self._method(recorded, event.method)
        if isinstance(record, str):
            return record
        method = record.event
        if isinstance(method, MarkMethodSet):
            return None
        assert isinstance(method, PriceMethodSet)
        if _weighed(method, event.quotes, recorded) != event.quotes:
            return "its quotes are not weighed by its method"
        due = _too_little(method, event.quotes)
        return None if due is event.reason else f"it was refused for {event.reason}, due {due}"

    def _mismarked(self, recorded: Recorded, event: MarkPriceComputed) -> str | None:
        """Make a mark anew of what it cites and of the mark before it."""
        record = self._method(recorded, event.method)
        if isinstance(record, str):
            return record
        method = record.event
        assert isinstance(method, MarkMethodSet)
        return (
            self._misindexed(recorded, event, method)
            or self._misfunded(recorded, event)
            or self._misbased(recorded, event, method)
            or _misreckoned(event, method)
        )

    def _misindexed(
        self, recorded: Recorded, event: MarkPriceComputed, method: MarkMethodSet
    ) -> str | None:
        index = self._indices.find(event.index, recorded)
        if index is None:
            return f"it cites {event.index}, which is no index before it"
        made = index.event
        assert isinstance(made, IndexPriceComputed)
        if made.name != method.index:
            return f"it is made of the index {made.name}, its method says {method.index}"
        method_of_index = self._quoted[index.stream].method(index.at)
        if method_of_index is None:
            return f"the index {event.index} has no method"
        assert isinstance(method_of_index.event, PriceMethodSet)
        if recorded.at - index.at > method_of_index.event.lasts * SECOND:
            return f"the index {event.index} was too old"
        return said("index_price", event.index_price, made.price)

    def _misfunded(self, recorded: Recorded, event: MarkPriceComputed) -> str | None:
        """The rate is the last one fixed; what is left of an interval follows from the moment."""
        if event.interval and event.until_funding != event.interval - recorded.at % event.interval:
            return f"until_funding is {event.until_funding}, of an interval of {event.interval}"
        fixed = self._rates.get(event.instrument)
        if fixed is None or not event.interval:
            due: tuple[int, Amount] = (0, ZERO)
        else:
            assert isinstance(fixed.event, FundingRateFixed)
            due = (fixed.sequence, fixed.event.rate)
        if (event.funding, event.funding_rate) == due:
            return None
        return f"its funding rate is {event.funding}, due {due[0]}"

    def _misbased(
        self, recorded: Recorded, event: MarkPriceComputed, method: MarkMethodSet
    ) -> str | None:
        """The basis moves on from that of the mark before."""
        before, elapsed = None, 0
        for last in self._marked[recorded.stream].marks[-1:]:
            assert isinstance(last.event, MarkPriceComputed)
            before, elapsed = last.event.basis, max(0, recorded.at - last.at)
        if (event.basis_before, event.elapsed) != (before, elapsed):
            return "it does not move on from the mark before it"
        book = (event.bid, event.ask)
        due = basis_of(book, event.index_price, before, elapsed, method.window)
        return said("basis", event.basis, due)


def _weighed(
    method: PriceMethodSet, quotes: tuple[Quote, ...], recorded: Recorded
) -> tuple[Quote, ...]:
    """Weigh what was said anew, as if nobody had."""
    plain = [Quote(quote.source, quote.price, quote.at) for quote in quotes]
    return weigh(method, plain, recorded.at)


def _too_little(method: PriceMethodSet, quotes: tuple[Quote, ...]) -> Reason | None:
    """Say why quotes make no price; None where they do."""
    live = [quote for quote in quotes if quote.excluded is None]
    if live and all(quote.own for quote in live):
        return Reason.OWN_BOOK_ONLY
    return Reason.SOURCES_TOO_FEW if len(live) < method.sources_min else None


def _misreckoned(event: MarkPriceComputed, method: MarkMethodSet) -> str | None:
    """Make the fair price, the moving one and the mark of the figures beside them."""
    fair = fair_price(
        event.index_price, event.funding_rate, event.until_funding, event.interval, method.unit
    )
    moving = moving_price(event.bid, event.index_price, event.basis)
    price = mark_of(method, event.index_price, fair=fair, moving=moving, last=event.last)
    return (
        said("fair", event.fair, fair)
        or said("moving", event.moving, moving)
        or said("price", event.price, price)
    )
