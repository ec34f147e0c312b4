"""Overrides: two people let one waivable control not bind one client, for a time that must end."""

from ledger.client import Client, absent
from ledger.commands import GrantOverride
from ledger.controls import CONTROLS
from ledger.events import Draft, OverrideGranted
from ledger.override_term import endless, too_long
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R105")
def grant(situation: Situation, command: GrantOverride) -> list[Draft]:
    """Grant an override that ends in time, of a control that can be waived at all."""
    assert situation.approval is not None
    effective_from = situation.effective_from(command)
    if refusal := (
        endless(situation, command, effective_from)
        or _unwaivable(situation, command)
        or too_long(situation, command, effective_from)
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


RULES: Rules = {GrantOverride: grant}
