"""Events of access: legal entities, and who may act for them in which function."""

from enum import StrEnum

import msgspec

from ledger.events.approval import Approval, Approved
from ledger.events.envelope import ActorKind
from ledger.events.event import Event
from ledger.instants import Instant


class Function(StrEnum):
    """The function in which an actor acts (SFC VATP Guidelines 11.5: duties are kept apart)."""

    DEALING = "dealing"
    OPERATIONS = "operations"
    COMPLIANCE = "compliance"
    RISK = "risk"
    FINANCE = "finance"
    TECHNOLOGY = "technology"
    MANAGEMENT = "management"
    AUDIT = "audit"


class EntityRole(StrEnum):
    """What a legal entity is to the platform."""

    PLATFORM_OPERATOR = "platform_operator"
    ASSOCIATED_ENTITY = "associated_entity"
    BROKER = "broker"
    AFFILIATED_MARKET_MAKER = "affiliated_market_maker"
    REGISTERED_INSTITUTION = "registered_institution"


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A person with whom the platform begins, and his function."""

    id: str
    function: Function


class PlatformFounded(Event, frozen=True):
    """From here on whoever acts needs a role; these officers have the first ones."""

    entity: str
    officers: tuple[Officer, ...]


class EntityRegistered(Event, frozen=True):
    """A legal entity was registered; `approval` is absent only for the operator at the founding."""

    entity: str
    role: EntityRole
    lei: str | None = None
    approval: Approval | None = None


class RoleGranted(Approved, frozen=True):
    """An actor may act for an entity in a function until `until`, exclusive; None for no end."""

    actor: str
    kind: ActorKind
    function: Function
    entity: str
    effective_from: Instant
    until: Instant | None = None


class RoleRevoked(Event, frozen=True):
    """An actor may no longer act for an entity in a function."""

    actor: str
    kind: ActorKind
    function: Function
    entity: str
    reason: str
