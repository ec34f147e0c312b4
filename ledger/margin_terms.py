"""The terms of margin in force: tiers or rates, leverage, and the level of each rung, sourced."""

from typing import NamedTuple

from ledger.client import Client
from ledger.events import MarginScheduleSet, MarginTier, Rung, Unit
from ledger.holding import Account
from ledger.instants import Instant
from ledger.leverage import LEVERAGE_CAP, cap_scope
from ledger.margin import Sourced
from ledger.numbers import PERCENT, ZERO, Amount
from ledger.parameters import Parameter, Parameters
from ledger.schedules import MarginSchedule
from ledger.situation import Situation

INITIAL_MARGIN = "margin.initial"
MAINTENANCE_MARGIN = "margin.maintenance"
LEVEL = "margin.level"


class Tiers(NamedTuple):
    """The tiers of an instrument, where they stand, and what is missing of them."""

    tiers: tuple[MarginTier, ...]
    schedule: int = 0
    initial_source: int = 0
    maintenance_source: int = 0
    missing: tuple[str, ...] = ()


def tiers_of(situation: Situation, name: str, at: Instant) -> Tiers:
    """Find the tiers in force or, where there are none, make one of the two rates in force.

    All of the value is needed where a rate is missing.
    """
    record = situation.of(MarginSchedule, name).record(at)
    if record is not None:
        assert isinstance(record.event, MarginScheduleSet)
        return Tiers(record.event.tiers, schedule=record.sequence)
    parameters = situation.the(Parameters)
    initial = parameters.number(INITIAL_MARGIN, Unit.PERCENT, at, name)
    maintenance = parameters.number(MAINTENANCE_MARGIN, Unit.PERCENT, at, name)
    one = MarginTier(floor=ZERO, initial=_rate(initial), maintenance=_rate(maintenance))
    missing = [(initial, INITIAL_MARGIN), (maintenance, MAINTENANCE_MARGIN)]
    return Tiers(
        (one,),
        initial_source=0 if initial is None else initial.sequence,
        maintenance_source=0 if maintenance is None else maintenance.sequence,
        missing=tuple(each for found, each in missing if found is None),
    )


def _rate(found: Parameter | None) -> Amount:
    return PERCENT if found is None or found.number is None else found.number


def leverage_of(
    situation: Situation, account: Account, owner: Client, name: str, at: Instant
) -> Sourced | None:
    """Give the leverage that binds: what the client chose, and never more than his class may."""
    parameters = situation.the(Parameters)
    cap = parameters.number(LEVERAGE_CAP, Unit.RATIO, at, cap_scope(owner, name, at))
    capped = None if cap is None or cap.number is None else Sourced(cap.number, cap.sequence)
    chosen = account.selected(name)
    leverage = None if chosen is None else chosen.leverage
    if leverage is not None and (capped is None or leverage < capped.figure):
        return Sourced(leverage, account.margins[name].sequence)
    return capped


def levels_of(situation: Situation, at: Instant) -> dict[Rung, Sourced]:
    """Find below how many percent of the maintenance margin each rung begins."""
    parameters = situation.the(Parameters)
    levels = {}
    for rung in (Rung.WARNING, Rung.CALL):
        level = parameters.number(LEVEL, Unit.PERCENT, at, rung)
        if level is not None and level.number is not None:
            levels[rung] = Sourced(level.number, level.sequence)
    return levels
