"""How an account stands by its latest evaluation, and whether that is how it stands now."""

from typing import NamedTuple

from msgspec.structs import replace

from ledger.events import MarginEvaluated, PositionMargin, Recorded, Rung
from ledger.margin import Book, collateral_of, isolated_equity, line_of, totals_of
from ledger.numbers import PERCENT, ZERO, Amount, Rounding, negate, round_to, share, subtract
from ledger.situation import State


class Evaluation(State, frozen=True):
    """The latest evaluation of an account."""

    STREAM = "margin"

    latest: Recorded | None = None


def evolve(state: Evaluation, recorded: Recorded) -> Evaluation:
    """Transcribe an event into the state."""
    evaluated = isinstance(recorded.event, MarginEvaluated)
    return replace(state, latest=recorded) if evaluated else state


class Standing(NamedTuple):
    """How an account, or one isolated position, stands: `unit` is the smallest part of equity.

    `levels` are the percents below which rungs begin, and `sources` the records that say so.
    """

    equity: Amount
    maintenance: Amount
    rung: Rung = Rung.HEALTHY
    unit: Amount = ZERO
    currency: str = ""
    evaluation: int = 0
    levels: dict[Rung, Amount] = {}
    sources: dict[Rung, int] = {}

    @property
    def lacking(self) -> Amount:
        """Give what equity lacks of the level at which a call ends, rounded up; 0 for nothing."""
        if not self.maintenance:
            return max(ZERO, negate(self.equity))
        target = max(PERCENT, *self.levels.values()) if self.levels else PERCENT
        needed = round_to(share(self.maintenance, target, PERCENT), self.unit, Rounding.UP)
        return max(ZERO, subtract(needed, self.equity))

    def level(self, rung: Rung) -> tuple[Amount, int]:
        """Give the percent below which a rung begins, and the record that says so."""
        return self.levels.get(rung, PERCENT), self.sources.get(rung, 0)


def standing_of(book: Book, recorded: Recorded, instrument: str | None) -> Standing | None:
    """Give how an account stands by an evaluation; None where its book says something else now.

    `instrument` names the isolated position that is asked for; None for all the others.
    """
    said = recorded.event
    assert isinstance(said, MarginEvaluated)
    lines = [line_of(holding) for holding in book.holdings]
    told: tuple[Amount | None, Amount]
    if instrument is None:
        totals = totals_of(book, lines, collateral_of(book, lines))
        now = Standing(totals.equity, totals.maintenance, said.rung, book.unit, said.currency)
        told = (said.equity, said.maintenance)
    else:
        position = _named(said.positions, instrument)
        line = next((each for each in lines if each.holding.terms.instrument == instrument), None)
        if line is None or position is None or position.rung is None:
            return None
        unit, told = line.holding.terms.value_unit, (position.equity, position.maintenance)
        now = Standing(isolated_equity(line), line.maintenance, position.rung, unit, position.asset)
    if told != (now.equity, now.maintenance):
        return None
    return now._replace(evaluation=recorded.sequence, levels=said.levels, sources=said.rungs)


def _named(positions: tuple[PositionMargin, ...], instrument: str) -> PositionMargin | None:
    return next((each for each in positions if each.instrument == instrument), None)
