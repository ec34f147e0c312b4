"""Events of affiliates and employees: declared, appointed, and what was stamped before."""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant


class Relation(StrEnum):
    """What a client is to the platform beside being its client."""

    AFFILIATE = "affiliate"
    EMPLOYEE = "employee"


class AffiliationDeclared(Approved, frozen=True):
    """A client is an affiliate or an employee from `effective_from` on.

    `party` is the group company, or the employee by his actor id; `basis` how they are related.
    """

    client: str
    relation: Relation
    party: str
    basis: str
    effective_from: Instant


class AffiliationEnded(Approved, frozen=True):
    """A client is no affiliate or no employee from `effective_from` on."""

    client: str
    relation: Relation
    reason: str
    effective_from: Instant


class MarketMakerAppointed(Approved, frozen=True):
    """An affiliate makes a market in products under a permission, until `until`, exclusive.

    SHA-256 digests of its obligations and of its fee terms.
    """

    client: str
    program: str
    products: tuple[str, ...]
    obligations: str
    fee_terms: str
    permission: str
    entity: str
    effective_from: Instant
    until: Instant | None = None


class MarketMakerTerminated(Approved, frozen=True):
    """An appointment as market maker ends at `effective_from`."""

    client: str
    program: str
    reason: str
    effective_from: Instant


class CorrectionSweepOpened(Event, frozen=True):
    """A relation was declared late: what was stamped from `since` to `until` must be gone over."""

    client: str
    sweep: str
    relation: Relation
    since: Instant
    until: Instant
    holds: bool


class StampCorrected(Event, frozen=True):
    """A record, named in the envelope's `corrects`, was stamped before a relation was known."""

    account: str
    client: str
    sweep: str
    relation: Relation
    before: bool
    after: bool


class CorrectionSweepClosed(Event, frozen=True):
    """All before the opening, the record `upto`, was gone over; `corrected` were put right."""

    client: str
    sweep: str
    upto: int
    corrected: int
