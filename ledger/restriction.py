"""Restrictions: a client may only reduce, or do nothing at all, for a ground that is recorded."""

from ledger.client import Client, absent
from ledger.commands import LiftRestriction, RestrictClient
from ledger.events import ClientRestricted, Draft, RestrictionLifted
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R37")
def restrict(situation: Situation, command: RestrictClient) -> list[Draft]:
    """Restrict a client; each restriction has a name of its own, and ends by itself alone."""
    client = situation.of(Client, command.client)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    if command.restriction in client.restrictions:
        return refuse(command, Reason.RESTRICTION_EXISTS, attempted=command.restriction)
    event = ClientRestricted(
        client=command.client,
        restriction=command.restriction,
        extent=command.extent,
        ground=command.ground,
        legal_basis=command.legal_basis,
    )
    return [Draft(command.stream(), event)]


@upholds("R37")
def lift(situation: Situation, command: LiftRestriction) -> list[Draft]:
    """Lift a restriction that is in force; what else restricts the client stays."""
    client = situation.of(Client, command.client)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    placed = client.restrictions.get(command.restriction)
    if placed is None or placed.lifted:
        return refuse(command, Reason.RESTRICTION_UNKNOWN, attempted=command.restriction)
    event = RestrictionLifted(
        client=command.client, restriction=command.restriction, reason=command.reason
    )
    return [Draft(command.stream(), event)]


RULES: Rules = {RestrictClient: restrict, LiftRestriction: lift}
