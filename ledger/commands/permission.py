"""Commands about what the regulator permits."""

from pydantic import Field

from ledger.commands.command import (
    DatedChange,
    Digest,
    Identifier,
    InstantField,
    Text,
)
from ledger.events import Activity, Function

PERMITTING = frozenset({Function.COMPLIANCE, Function.MANAGEMENT})


class GrantPermission(DatedChange):
    """Record that the regulator permits an entity some activities, until `until` if said.

    `document` is the SHA-256 of the letter, `conditions` are its conditions in short.
    """

    STREAM = "entity"
    FUNCTIONS = PERMITTING

    permission: Identifier
    entity: Identifier = "VATP"
    activities: tuple[Activity, ...] = Field(min_length=1)
    document: Digest
    conditions: tuple[Text, ...] = ()
    until: InstantField | None = None


class VaryPermission(GrantPermission):
    """Record that a permission says something else now; restate it in full."""


class RevokePermission(DatedChange):
    """Record that a permission ends."""

    STREAM = "entity"
    FUNCTIONS = PERMITTING

    permission: Identifier
    entity: Identifier = "VATP"
    reason: Text
    document: Digest
