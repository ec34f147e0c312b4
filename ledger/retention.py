"""Retention: what is known of a client is kept for years after he left, and while a hold stands.

Then the vault's key of his particulars may be destroyed. His records stand for ever; with the key
gone they say of nobody who he was.
"""

from ledger.client import Client
from ledger.commands import DestroyClientKey, PlaceLegalHold, ReleaseLegalHold
from ledger.events import ClientKeyDestroyed, Draft, LegalHoldPlaced, LegalHoldReleased, Unit
from ledger.instants import months_after, write_instant
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation

RETENTION = "client.retention"
"""For how many years after a client left his particulars are kept."""

_MONTHS_A_YEAR = 12


@upholds("R07")
def place(situation: Situation, command: PlaceLegalHold) -> list[Draft]:
    """Place a legal hold, also on a client who left."""
    client = situation.of(Client, command.client)
    if client.kind is None:
        return refuse(command, Reason.CLIENT_UNKNOWN, attempted=command.client)
    if command.hold in client.holds:
        return refuse(command, Reason.HOLD_EXISTS, attempted=command.hold)
    event = LegalHoldPlaced(
        client=command.client,
        hold=command.hold,
        authority=command.authority,
        notice=command.notice,
    )
    return [Draft(command.stream(), event)]


@upholds("R07")
def release(situation: Situation, command: ReleaseLegalHold) -> list[Draft]:
    """Release a legal hold that stands; the others stand on."""
    assert situation.approval is not None
    client = situation.of(Client, command.client)
    if client.kind is None:
        return refuse(command, Reason.CLIENT_UNKNOWN, attempted=command.client)
    if not client.holds.get(command.hold, False):
        return refuse(command, Reason.HOLD_UNKNOWN, attempted=command.hold)
    event = LegalHoldReleased(
        client=command.client,
        hold=command.hold,
        reason=command.reason,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R04", "R07")
def destroy(situation: Situation, command: DestroyClientKey) -> list[Draft]:
    """Let a client's key be destroyed from the very moment on at which its retention ends."""
    assert situation.approval is not None
    client, now = situation.of(Client, command.client), situation.now
    years = situation.the(Parameters).count(RETENTION, Unit.YEARS, now)
    if years is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=RETENTION)
    if client.kind is None:
        return refuse(command, Reason.CLIENT_UNKNOWN, attempted=command.client)
    if hold := client.held():
        return refuse(command, Reason.UNDER_LEGAL_HOLD, limit=hold)
    if client.ceased_at is None:
        return refuse(command, Reason.RETENTION_RUNNING)
    retained_until = months_after(client.ceased_at, years * _MONTHS_A_YEAR)
    if now < retained_until:
        limit, attempted = write_instant(retained_until), write_instant(now)
        return refuse(command, Reason.RETENTION_RUNNING, limit=limit, attempted=attempted)
    if client.key_destroyed:
        return refuse(command, Reason.KEY_DESTROYED)
    event = ClientKeyDestroyed(
        client=command.client, retained_until=retained_until, approval=situation.approval
    )
    return [situation.change(command, event)]


RULES: Rules = {PlaceLegalHold: place, ReleaseLegalHold: release, DestroyClientKey: destroy}
