"""Openings: nobody reads what is sealed in the vault without a record that he did, and why."""

from ledger.client import Client
from ledger.commands import OpenSealed
from ledger.events import Draft, SealedOpened
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R04", "R31")
def open_sealed(situation: Situation, command: OpenSealed) -> list[Draft]:
    """Let an item be read, unless its subject is a client whose key is to be destroyed."""
    kind, _, name = command.subject.partition("-")
    if kind == Client.STREAM and situation.of(Client, name).key_destroyed:
        return refuse(command, Reason.KEY_DESTROYED, attempted=command.subject)
    event = SealedOpened(subject=command.subject, item=command.item, reason=command.reason)
    return [Draft(command.stream(), event)]


RULES: Rules = {OpenSealed: open_sealed}
