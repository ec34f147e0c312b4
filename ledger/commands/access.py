"""Commands about legal entities and about who may act for them."""

from pydantic import BaseModel, ConfigDict, Field

from ledger.commands.command import (
    Command,
    Critical,
    DatedChange,
    Identifier,
    InstantField,
    Lei,
    Text,
)
from ledger.events import ActorKind, EntityRole, Function

GRANTING = frozenset({Function.TECHNOLOGY, Function.COMPLIANCE, Function.MANAGEMENT})


class OfficerField(BaseModel):
    """A person and his function."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    function: Function


class FoundPlatform(Command):
    """Begin: the operator is registered, its first officers have roles, all others need one.

    At least two people in two functions, since nobody can approve what he proposed himself.
    """

    STREAM = "access"
    BOOKS = True

    entity: Identifier = "VATP"
    officers: tuple[OfficerField, ...] = Field(min_length=2, max_length=20)
    lei: Lei | None = None


class RegisterEntity(Critical):
    """Register a legal entity for which commands may be given."""

    STREAM = "entity"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.MANAGEMENT})

    entity: Identifier
    role: EntityRole
    lei: Lei | None = None


class GrantRole(DatedChange):
    """Let an actor act for the legal entity `entity` in a function, until `until` if said."""

    STREAM = "access"
    FUNCTIONS = GRANTING

    grantee: Identifier
    kind: ActorKind
    function: Function
    entity: Identifier = "VATP"
    until: InstantField | None = None

    def person(self) -> str | None:
        """Name the person who is to have the role; a program is none."""
        return self.grantee if self.kind is ActorKind.HUMAN else None


class RevokeRole(Command):
    """Take a role away, at once."""

    STREAM = "access"
    FUNCTIONS = GRANTING

    grantee: Identifier
    kind: ActorKind = ActorKind.HUMAN
    function: Function
    entity: Identifier = "VATP"
    reason: Text
