"""For how long two people may set a rule aside: a time that ends, and not too late."""

from ledger.commands import GrantOverride, OverrideLiquidation
from ledger.events import Draft, Unit
from ledger.instants import Instant, days_after, write_instant
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.situation import Situation

DURATION = "override.duration"
"""How many days an override may last; no source says it, so an operator decides it first."""

Override = GrantOverride | OverrideLiquidation


def endless(situation: Situation, command: Override, begins: Instant) -> list[Draft]:
    """Refuse what would be over before it begins, and any while nobody said how long one lasts."""
    if command.until <= begins:
        limit, attempted = write_instant(begins), write_instant(command.until)
        return refuse(command, Reason.ENDS_BEFORE_IT_BEGINS, limit=limit, attempted=attempted)
    if situation.the(Parameters).count(DURATION, Unit.DAYS, situation.now) is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=DURATION)
    return []


def too_long(situation: Situation, command: Override, begins: Instant) -> list[Draft]:
    """Refuse what would last longer than an override may."""
    days = situation.the(Parameters).count(DURATION, Unit.DAYS, situation.now)
    assert days is not None
    latest = days_after(begins, days)
    if command.until <= latest:
        return []
    limit, attempted = write_instant(latest), write_instant(command.until)
    return refuse(command, Reason.OVERRIDE_TOO_LONG, limit=limit, attempted=attempted)
