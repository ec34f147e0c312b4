"""The law of liquidations: each step follows, and the parts of every deficit sum to it."""

from collections import defaultdict

from ledger.contract import signed, value
from ledger.deleveraging import Candidate, ranked
from ledger.events import (
    CaseEvent,
    CoveredBy,
    DeficitCovered,
    DeficitRecognized,
    DeleveragingQueueRanked,
    DeleveragingRanked,
    InstrumentSpecified,
    LiquidationClosed,
    LiquidationDetected,
    LossAllocated,
    MarginEvaluated,
    PositionDeleveraged,
    PositionTakenOver,
    Recorded,
    ReserveFundContributed,
    ReserveFundDrawn,
)
from ledger.instants import Instant
from ledger.instrument import Instrument
from ledger.instrument import evolve as evolve_instrument
from ledger.journal import Legs
from ledger.laws.figures import reckoned, said
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.numbers import ZERO, Amount, add, magnitude, negate, subtract, total

Key = tuple[str, int]
"""An account, and the number of a case of it."""


class Liquidations:
    """`liquidations`: a case follows from its evaluation, and its deficits are borne to the unit.

    Whoever is deleveraged stands in the ranking where its figures put him; the reserve fund holds
    what is said of it.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del head
        self._log = log
        self._instruments: defaultdict[str, Instrument] = defaultdict(Instrument)
        self._steps: dict[Key, int] = {}
        self._taken: dict[tuple[str, int, str], PositionTakenOver] = {}
        self._left: defaultdict[Key, dict[str, Amount]] = defaultdict(dict)
        self._funds: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
        self._command: str | None = None
        self._borne: defaultdict[CoveredBy, Amount] = defaultdict(lambda: ZERO)
        self._queue: DeleveragingQueueRanked | None = None
        self._places: list[DeleveragingRanked] = []
        self._cases = self._closed = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        if recorded.command != self._command:
            self._command = recorded.command
            self._borne.clear()
        if recorded.stream.startswith("instrument-"):
            state = self._instruments[recorded.stream]
            self._instruments[recorded.stream] = evolve_instrument(state, recorded)
            return None
        return self._misranked(recorded) or reckoned(lambda: self._breach(recorded))

    def conclude(self) -> tuple[str, str | None]:
        misplaced = self._ends_queue()
        return f"{self._cases} cases, {self._closed} closed", misplaced

    def _breach(self, recorded: Recorded) -> str | None:
        event = recorded.event
        if isinstance(event, CaseEvent) and (breach := self._misstepped(event)):
            return breach
        match event:
            case LiquidationDetected():
                return self._misdetected(event)
            case PositionTakenOver():
                return self._mistaken(recorded, event)
            case DeficitRecognized():
                return self._misrecognized(event)
            case DeficitCovered():
                return self._miscovered(event)
            case ReserveFundDrawn() | ReserveFundContributed():
                return self._misfunded(event)
            case PositionDeleveraged():
                return self._misborne(recorded, event)
            case LossAllocated(amount=amount):
                self._bears(CoveredBy.ALLOCATION, amount)
                return None
            case LiquidationClosed():
                return self._misclosed(event)
            case _:
                return None

    def _misstepped(self, event: CaseEvent) -> str | None:
        """Steps count from 1, one after the other; several events may tell of one."""
        before = self._steps.get((event.account, event.case), 0)
        self._steps[event.account, event.case] = event.step
        if before <= event.step <= before + 1 and (before or event.step == 1):
            return None
        return f"it is step {event.step} after step {before}"

    def _misdetected(self, event: LiquidationDetected) -> str | None:
        """Hold a case against the evaluation that it cites."""
        self._cases += 1
        cited = self._log.record(event.evaluation) if event.evaluation else None
        if cited is None or not isinstance(cited.event, MarginEvaluated):
            return f"it cites {event.evaluation}, which is no evaluation"
        told = cited.event
        if told.account != event.account:
            return f"it cites an evaluation of {told.account}"
        equity, maintenance = _stood(told, event.instrument)
        breach = said("equity", event.equity, equity)
        breach = breach or said("maintenance", event.maintenance, maintenance)
        if breach is None and event.call is None and equity >= maintenance:
            return "the account has what it must maintain"
        return breach

    def _mistaken(self, recorded: Recorded, event: PositionTakenOver) -> str | None:
        """Reckon again what passed to the backstop, and what it is worth more at the mark."""
        self._taken[event.account, event.case, event.instrument] = event
        terms = self._terms(event.instrument, recorded.recorded_at)
        bought = signed(event.side, event.quantity)
        cost = value(terms, bought, event.price)
        at_mark = value(terms, bought, event.mark_price)
        breach = said("cost", event.cost, cost)
        return breach or said("surplus", event.surplus, subtract(cost, at_mark))

    def _misrecognized(self, event: DeficitRecognized) -> str | None:
        taken = self._taken.get((event.account, event.case, event.instrument))
        self._left[event.account, event.case][event.instrument] = event.amount
        if taken is None:
            return f"no position in {event.instrument} was taken over in the case"
        return said("amount", event.amount, negate(taken.surplus))

    def _miscovered(self, event: DeficitCovered) -> str | None:
        """Hold what is covered against what others bear in the same command."""
        lacking = self._left[event.account, event.case]
        left = subtract(lacking.get(event.instrument, ZERO), event.amount)
        lacking[event.instrument] = left
        breach = said("left", event.left, left)
        borne = self._borne[event.by]
        return breach or said("amount", add(event.amount, event.overshoot), borne)

    def _bears(self, by: CoveredBy, amount: Amount) -> None:
        self._borne[by] = add(self._borne[by], amount)

    def _misfunded(self, event: ReserveFundDrawn | ReserveFundContributed) -> str | None:
        """The fund holds what came in less what was drawn, and never less than nothing."""
        drawn = isinstance(event, ReserveFundDrawn)
        if drawn:
            self._bears(CoveredBy.RESERVE_FUND, event.amount)
        moved = negate(event.amount) if drawn else event.amount
        balance = self._funds[event.asset] = add(self._funds[event.asset], moved)
        if balance < ZERO:
            return "more is drawn than the fund holds"
        return said("balance", event.balance, balance)

    def _misborne(self, recorded: Recorded, event: PositionDeleveraged) -> str | None:
        """Reckon again what was given up; whoever gives it up is ranked, and for so much."""
        self._bears(CoveredBy.DELEVERAGING, event.borne)
        taken = self._taken.get((event.of_account, event.case, event.instrument))
        assert taken is not None
        terms = self._terms(event.instrument, recorded.recorded_at)
        bought = signed(event.side, event.quantity)
        due = subtract(value(terms, bought, event.price), value(terms, bought, taken.mark_price))
        return said("price", event.price, taken.price) or said("borne", event.borne, due)

    def _misclosed(self, event: LiquidationClosed) -> str | None:
        self._closed += 1
        left = total(self._left.pop((event.account, event.case), {}).values())
        return said("uncovered", left, ZERO)

    def _misranked(self, recorded: Recorded) -> str | None:
        """Gather a ranking, and make it again once all its places are told."""
        match recorded.event:
            case DeleveragingQueueRanked() as queue:
                self._queue, self._places = queue, []
                return None
            case DeleveragingRanked() as place:
                self._places.append(place)
                return None
            case _:
                return self._ends_queue()

    def _ends_queue(self) -> str | None:
        queue, places, self._queue = self._queue, self._places, None
        return None if queue is None else reckoned(lambda: _misplaced(queue, places))

    def _terms(self, instrument: str, at: Instant) -> InstrumentSpecified:
        known = self._instruments[f"instrument-{instrument}"].specification(at)
        assert known is not None
        return known.terms


def _stood(told: MarginEvaluated, instrument: str | None) -> tuple[Amount, Amount]:
    """Give what an account, or its isolated position, had and must maintain."""
    if instrument is None:
        return told.equity, told.maintenance
    own = next(each for each in told.positions if each.instrument == instrument)
    assert own.equity is not None
    return own.equity, own.maintenance


def _misplaced(queue: DeleveragingQueueRanked, places: list[DeleveragingRanked]) -> str | None:
    """Rank again by the figures that are told."""
    if queue.ranked != len(places):
        return f"{queue.ranked} are ranked, and {len(places)} are told of"
    again = ranked(
        Candidate(p.account, p.quantity, p.cost, p.worth, p.bankrupt_worth) for p in places
    )
    for place, due in zip(places, again, strict=True):
        told = (place.rank, place.account, place.profit, place.leverage, place.score)
        if told != (due.rank, due.account, due.profit, due.leverage, due.score):
            return f"{place.account} is ranked {place.rank}, due is {due.account}"
        if place.deleveraged > magnitude(place.quantity):
            return f"{place.account} gives up more than it holds"
    given = total(place.deleveraged for place in places)
    return "more is given up than is needed" if given > queue.quantity else None
