"""Commands about products."""

from pydantic import Field

from ledger.commands.command import (
    DatedChange,
    Digest,
    Identifier,
    Text,
)
from ledger.events import Function, ProductKind

OFFERING = frozenset({Function.COMPLIANCE, Function.RISK, Function.MANAGEMENT})


class ApproveProduct(DatedChange):
    """Approve a product for an entity, under a permission of the regulator.

    `references` are the assets whose price it follows, `documents` the disclosures that a client
    must have acknowledged, `authority` the scope of the standing authority that he must have given,
    `specification` the SHA-256 of the contract's terms.
    """

    STREAM = "product"
    FUNCTIONS = OFFERING

    product: Identifier
    kind: ProductKind
    entity: Identifier = "VATP"
    permission: Identifier
    references: tuple[Identifier, ...] = Field(min_length=1, max_length=50)
    specification: Digest
    documents: tuple[Identifier, ...] = Field(default=(), max_length=50)
    authority: Identifier | None = None


class WithdrawProduct(DatedChange):
    """Withdraw a product: from then on it can only be reduced."""

    STREAM = "product"
    FUNCTIONS = OFFERING

    product: Identifier
    reason: Text
