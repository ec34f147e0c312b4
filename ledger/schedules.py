"""Schedules by date: what a position needs by its value, what an asset counts for by purpose."""

from msgspec.structs import replace

from ledger.asset import Asset
from ledger.commands import SetHaircutSchedule, SetMarginSchedule
from ledger.contract import is_spot
from ledger.events import (
    Draft,
    HaircutPurpose,
    HaircutScheduleSet,
    HaircutTier,
    MarginScheduleSet,
    MarginTier,
    Recorded,
    Unit,
)
from ledger.instants import Instant
from ledger.instrument import Instrument
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_value

LENDING_FLOOR = "loan.haircut"
"""The least haircut for lending that the regulator accepts, in percent, by asset."""


class MarginSchedule(State, frozen=True):
    """What positions in an instrument need, by date."""

    STREAM = "schedule"

    timeline: Timeline[Recorded] = ()

    def record(self, at: Instant) -> Recorded | None:
        """Give the record of the tiers in force; None where there are none."""
        return in_force(self.timeline, at)


class Haircuts(State, frozen=True):
    """What an asset counts for, by purpose and date."""

    STREAM = "haircut"

    timelines: dict[HaircutPurpose, Timeline[Recorded]] = {}

    def record(self, purpose: HaircutPurpose, at: Instant) -> Recorded | None:
        """Give the record of the haircuts in force; None where the asset was never eligible."""
        return in_force(self.timelines.get(purpose, ()), at)


def evolve_margin(state: MarginSchedule, recorded: Recorded) -> MarginSchedule:
    """Transcribe an event into the state."""
    match recorded.event:
        case MarginScheduleSet(effective_from=effective_from):
            return MarginSchedule(timeline=with_value(state.timeline, effective_from, recorded))
        case _:
            return state


def evolve_haircuts(state: Haircuts, recorded: Recorded) -> Haircuts:
    """Transcribe an event into the state."""
    match recorded.event:
        case HaircutScheduleSet(purpose=purpose, effective_from=effective_from):
            known = state.timelines.get(purpose, ())
            timeline = with_value(known, effective_from, recorded)
            return replace(state, timelines={**state.timelines, purpose: timeline})
        case _:
            return state


@upholds("R32", "R84")
def set_margin(situation: Situation, command: SetMarginSchedule) -> list[Draft]:
    """Set what positions need from a date on, and never before it."""
    assert situation.approval is not None
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if known is None or is_spot(known.terms):
        return refuse(command, Reason.INSTRUMENT_UNKNOWN, attempted=command.instrument)
    event = MarginScheduleSet(
        instrument=command.instrument,
        tiers=tuple(MarginTier(t.floor, t.initial, t.maintenance) for t in command.tiers),
        effective_from=situation.effective_from(command),
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R32", "R102")
def set_haircuts(situation: Situation, command: SetHaircutSchedule) -> list[Draft]:
    """Set what an asset counts for from a date on; for lending no less is cut than is due."""
    assert situation.approval is not None
    if situation.of(Asset, command.asset).scale is None:
        return refuse(command, Reason.ASSET_UNKNOWN, attempted=command.asset)
    if command.purpose is HaircutPurpose.LENDING and command.tiers:
        parameters = situation.the(Parameters)
        date = situation.effective_from(command)
        floor = parameters.amount(LENDING_FLOOR, Unit.PERCENT, date, command.asset)
        if floor is None:
            missing = f"{LENDING_FLOOR} {command.asset}"
            return refuse(command, Reason.PARAMETER_MISSING, attempted=missing)
        if command.tiers[0].haircut < floor:
            lowest = command.tiers[0].haircut
            return refuse(command, Reason.HAIRCUT_TOO_LOW, limit=floor, attempted=lowest)
    event = HaircutScheduleSet(
        asset=command.asset,
        purpose=command.purpose,
        tiers=tuple(HaircutTier(t.floor, t.haircut) for t in command.tiers),
        effective_from=situation.effective_from(command),
        concentration=command.concentration,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


RULES: Rules = {SetMarginSchedule: set_margin, SetHaircutSchedule: set_haircuts}
