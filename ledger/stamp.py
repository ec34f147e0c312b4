"""Stamps: what the ledger itself says, on a record, of the one who acts: affiliate, employee."""

from typing import NamedTuple, TypeAlias

from ledger.events import EligibilityConfirmed, Event, OrderFilled, OrderReceived, Relation

Stamped: TypeAlias = EligibilityConfirmed | OrderReceived | OrderFilled
"""Every type of event that is stamped."""


class Stamp(NamedTuple):
    """Whose doing a record is, and as what its client was stamped."""

    account: str
    client: str
    affiliate: bool
    employee: bool

    def says(self, relation: Relation) -> bool:
        """Tell whether the record was stamped with a relation."""
        return self.affiliate if relation is Relation.AFFILIATE else self.employee


def stamp_of(event: Event) -> Stamp | None:
    """Read the stamp of an event; None for one that carries none, or of nobody's account."""
    if isinstance(event, Stamped) and event.client is not None:
        return Stamp(event.account, event.client, event.affiliate, event.employee)
    return None
