"""Commands about affiliates and employees among the clients."""

from pydantic import Field

from ledger.commands.command import (
    Command,
    DatedChange,
    Digest,
    Identifier,
    InstantField,
    Text,
)
from ledger.events import Function, Relation

DECLARING = frozenset({Function.COMPLIANCE})


class DeclareAffiliation(DatedChange):
    """Declare a client an affiliate or an employee, from `effective_from` on, which may be past.

    `party` is the group company, or the employee by his actor id.
    """

    STREAM = "client"
    FUNCTIONS = DECLARING
    BACKDATED = True

    client: Identifier
    relation: Relation
    party: Identifier
    basis: Text

    def person(self) -> str | None:
        """Name the employee; a group company is no person."""
        return self.party if self.relation is Relation.EMPLOYEE else None


class EndAffiliation(DatedChange):
    """Declare that a client is it no longer, from `effective_from` on, which may be past."""

    STREAM = "client"
    FUNCTIONS = DECLARING
    BACKDATED = True

    client: Identifier
    relation: Relation
    reason: Text


class AppointMarketMaker(DatedChange):
    """Appoint an affiliate to make a market in products, under a permission of the regulator."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.MANAGEMENT})

    client: Identifier
    program: Identifier
    products: tuple[Identifier, ...] = Field(min_length=1, max_length=100)
    obligations: Digest
    fee_terms: Digest
    permission: Identifier
    entity: Identifier = "VATP"
    until: InstantField | None = None


class TerminateMarketMaker(DatedChange):
    """End an appointment as market maker."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.MANAGEMENT})

    client: Identifier
    program: Identifier
    reason: Text


class CorrectStamp(Command):
    """Put right how a record was stamped, in a sweep that a late declaration has opened."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.OPERATIONS})
    CITES = True

    client: Identifier
    sweep: Identifier
    corrects: int = Field(gt=0)


class CloseSweep(Command):
    """Close a sweep once everything up to its opening, the record `upto`, was gone over."""

    STREAM = "client"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.OPERATIONS})
    CITES = True

    client: Identifier
    sweep: Identifier
    upto: int = Field(gt=0)
