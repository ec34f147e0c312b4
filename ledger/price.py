"""Prices as decisions see them: by which method each is made, and the latest that were.

A price that comes late does not prevail.
"""

from msgspec.structs import replace

from ledger.events import (
    CollateralPriceComputed,
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    Recorded,
    ReferencePriceReported,
)
from ledger.instants import SECOND, Instant
from ledger.reasons import Reason
from ledger.situation import TOLERANCE, State
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

    @property
    def absence(self) -> Reason:
        """Say why none serves, where none does: there never was one, or the last is too old."""
        return Reason.PRICE_STALE if self.recent else Reason.PRICE_MISSING

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

    Reports go on beside a mark, and count for nothing there.
    """

    STREAM = "price"
    CHECKED = False

    methods: Timeline[Recorded] = ()
    marks: tuple[Recorded, ...] = ()
    reported: Recorded | None = None

    @property
    def absence(self) -> Reason:
        """Say why none serves, where none does: there never was one, or the last is too old."""
        return Reason.PRICE_STALE if self.marks else Reason.PRICE_MISSING

    def method(self, at: Instant) -> Recorded | None:
        """Give the record that says how its mark is made at a moment; None before the first."""
        return in_force(self.methods, at)

    def serving(self, at: Instant) -> Recorded | None:
        """Give the record of the price of a moment, unless it is too old then to serve.

        A mark serves as long as its method says, and where there is a method nothing else does.
        """
        method = self.method(at)
        if method is None:
            told = self.reported is not None and self.reported.at <= at + TOLERANCE.future
            return self.reported if told else None
        found = _of_moment(self.marks, at)
        assert isinstance(method.event, MarkMethodSet)
        serves = found is not None and at - found.at <= method.event.lasts * SECOND
        return found if serves else None

    def prevailing(self, now: Instant) -> Recorded | None:
        """Give the latest price, unless it is too old now; a source's clock may be ahead."""
        latest = self.marks[-1].at if self.marks else now
        return self.serving(max(now, latest))


def _of_moment(recent: tuple[Recorded, ...], at: Instant) -> Recorded | None:
    """Find the last price at or before a moment.

    Where all are later, the first of them if clocks may differ so much and none is forgotten.
    """
    for recorded in reversed(recent):
        if recorded.at <= at:
            return recorded
    first = recent[0] if 0 < len(recent) < RECENT else None
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
        case ReferencePriceReported():
            late = state.reported is not None and recorded.at < state.reported.at
            return state if late else replace(state, reported=recorded)
        case MarkPriceComputed():
            late = bool(state.marks) and recorded.at < state.marks[-1].at
            return state if late else replace(state, marks=_with(state.marks, recorded))
        case _:
            return state


def _with(recent: tuple[Recorded, ...], recorded: Recorded) -> tuple[Recorded, ...]:
    return (*recent[1 - RECENT :], recorded)
