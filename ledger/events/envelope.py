"""What the log says around an event: identity, place, time, cause, and who asked for it."""

from enum import StrEnum
from typing import Any

import msgspec

from ledger.events.event import Event
from ledger.instants import Instant


class ActorKind(StrEnum):
    """Who acts: a person, a program, or the matching engine."""

    HUMAN = "human"
    SERVICE = "service"
    ENGINE = "engine"


class Actor(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Who gave a command, in which function, and for whom (17 CFR 240.17a-4 identity)."""

    kind: ActorKind
    id: str
    role: str | None = None
    on_behalf_of: str | None = None


class Request(
    msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """What belongs to a whole command, said once, in its first event.

    `reads` holds the version of every stream that the decision looked at; `body` is the command as
    it was given, absent for a fact that was recorded, whose event says it all. With both, any
    decision can be made again from the log alone.
    """

    type: str
    digest: str
    actor: Actor
    legal_entity: str
    ruleset: str
    reads: dict[str, int] = {}
    body: dict[str, Any] | None = None
    sent_at: Instant | None = None


NO_REQUEST = msgspec.Raw(b"")
_read_request = msgspec.json.Decoder(Request).decode


def request_record(request: Request | None) -> msgspec.Raw:
    """Write a request as it stands in a record."""
    return NO_REQUEST if request is None else msgspec.Raw(msgspec.json.encode(request))


class Draft(msgspec.Struct, frozen=True, gc=False):
    """An event as decided, before it has a place in the log.

    `at` is when it takes effect if not at the moment of recording; `corrects` is the sequence of
    the record that it puts right.
    """

    stream: str
    event: Event
    at: Instant | None = None
    corrects: int | None = None


class Recorded(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    kw_only=True,
    eq=False,
    gc=False,
):
    """An event in its envelope: what one record of the log says.

    `sequence` is its place in the log, 0 until it has one; the bytes of the record never hold it.
    `at` is when it took effect, `recorded_at` when the log took it. The request stays as it was
    written until somebody asks for it: most readers fold events and never do.
    """

    sequence: int = 0
    id: str
    stream: str
    version: int
    type: str
    schema: int
    at: Instant
    recorded_at: Instant
    command: str
    request_record: msgspec.Raw = msgspec.field(default=NO_REQUEST, name="request")
    correlation: str | None = None
    causation: str | None = None
    corrects: int | None = None
    event: Event = msgspec.field(name="data")

    def __eq__(self, other: object) -> bool:
        """Tell whether two records say the same, whichever decoder made them."""
        return isinstance(other, Recorded) and all(
            getattr(self, name) == getattr(other, name) for name in Recorded.__struct_fields__
        )

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def request(self) -> Request | None:
        """Read what belongs to the whole command; None but in its first record.

        Raises `msgspec.ValidationError` where the record does not hold a request.
        """
        record = self.request_record
        return None if record is NO_REQUEST else _read_request(record)
