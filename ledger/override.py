"""Overrides: two people let one waivable control not bind one client, for a time that must end."""

from ledger.client import Client, absent
from ledger.commands import GrantOverride
from ledger.controls import CONTROLS
from ledger.events import Draft, OverrideGranted, Unit
from ledger.instants import Instant, days_after, write_instant
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation

DURATION = "override.duration"
"""How many days an override may last; no source says it, so an operator decides it first."""


@upholds("R105")
def grant(situation: Situation, command: GrantOverride) -> list[Draft]:
    """Grant an override that ends in time, of a control that can be waived at all."""
    assert situation.approval is not None
    effective_from = situation.effective_from(command)
    if refusal := (
        _endless(situation, command, effective_from)
        or _unwaivable(situation, command)
        or _too_long(situation, command, effective_from)
    ):
        return refusal
    event = OverrideGranted(
        client=command.client,
        override=command.override,
        control=command.control,
        reason=command.reason,
        effective_from=effective_from,
        until=command.until,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


def _endless(situation: Situation, command: GrantOverride, effective_from: Instant) -> list[Draft]:
    """Refuse what would be over before it begins, and any while nobody said how long one lasts."""
    if command.until <= effective_from:
        limit, attempted = write_instant(effective_from), write_instant(command.until)
        return refuse(command, Reason.ENDS_BEFORE_IT_BEGINS, limit=limit, attempted=attempted)
    if situation.the(Parameters).count(DURATION, Unit.DAYS, situation.now) is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=DURATION)
    return []


def _unwaivable(situation: Situation, command: GrantOverride) -> list[Draft]:
    """Refuse for a client who is not here, and a control that is none or binds everybody."""
    client = situation.of(Client, command.client)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    waivable = {control.name: control.waivable for control in CONTROLS}
    if command.control not in waivable:
        return refuse(command, Reason.CONTROL_UNKNOWN, attempted=command.control)
    if not waivable[command.control]:
        return refuse(command, Reason.CONTROL_NOT_WAIVABLE, attempted=command.control)
    if command.override in client.overrides:
        return refuse(command, Reason.OVERRIDE_EXISTS, attempted=command.override)
    return []


def _too_long(situation: Situation, command: GrantOverride, effective_from: Instant) -> list[Draft]:
    """Refuse what would last longer than an override may."""
    days = situation.the(Parameters).count(DURATION, Unit.DAYS, situation.now)
    assert days is not None
    latest = days_after(effective_from, days)
    if command.until <= latest:
        return []
    limit, attempted = write_instant(latest), write_instant(command.until)
    return refuse(command, Reason.OVERRIDE_TOO_LONG, limit=limit, attempted=attempted)


RULES: Rules = {GrantOverride: grant}
