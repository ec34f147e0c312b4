"""Events of products: approved, with what whoever trades one must have, and withdrawn."""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.instants import Instant


class ProductKind(StrEnum):
    """What kind of contract a product is."""

    SPOT = "spot"
    PERPETUAL = "perpetual"


class ProductApproved(Approved, frozen=True):
    """An entity may offer a product under a permission, from `effective_from` on.

    `references` are the assets whose price it follows; `documents` the disclosures that a client
    must have acknowledged; `authority` the scope of the standing authority that he must have given;
    `specification` the SHA-256 of the contract's terms.
    """

    product: str
    kind: ProductKind
    entity: str
    permission: str
    references: tuple[str, ...]
    specification: str
    effective_from: Instant
    documents: tuple[str, ...] = ()
    authority: str | None = None


class ProductWithdrawn(Approved, frozen=True):
    """A product can only be reduced from `effective_from` on."""

    product: str
    reason: str
    effective_from: Instant
