"""What a client has that only holds for a term, or up to a limit, and what binds him."""

import msgspec

from ledger.events import (
    ClientClass,
    Extent,
    Relation,
)
from ledger.instants import Instant
from ledger.numbers import Amount
from ledger.timeline import Term


class Classified(msgspec.Struct, frozen=True, gc=False):
    """What one record, by its version, says a client is, and for which term."""

    version: int
    classification: ClientClass
    term: Term


class Exposure(msgspec.Struct, frozen=True, gc=False):
    """How much a client may be exposed: HKD in all, and percent of it in one reference asset.

    It must be reviewed before `review_due`.
    """

    limit: Amount
    concentration: Amount
    review_due: Instant


class Suitability(msgspec.Struct, frozen=True, gc=False):
    """Whether a product suits a client, to what percent of his exposure, and until when."""

    suitable: bool
    concentration: Amount
    valid_until: Instant


class Authority(msgspec.Struct, frozen=True, gc=False):
    """In which ways a client's assets may be used, for which term, and when he last agreed."""

    scope: str
    term: Term
    agreed_at: Instant


class Restriction(msgspec.Struct, frozen=True, gc=False):
    """How far a client is restricted, and whether he still is."""

    extent: Extent
    lifted: bool = False


class Override(msgspec.Struct, frozen=True, gc=False):
    """Which control does not bind a client, and for which term."""

    control: str
    term: Term


class Program(msgspec.Struct, frozen=True, gc=False):
    """In which products an affiliate makes a market, under whose permission, for which term."""

    products: tuple[str, ...]
    entity: str
    permission: str
    term: Term


class Sweep(msgspec.Struct, frozen=True, gc=False):
    """What must be gone over since a relation was declared late; `holds` is what it should say."""

    relation: Relation
    since: Instant
    until: Instant
    holds: bool
    corrected: frozenset[int] = frozenset()
    closed: bool = False
