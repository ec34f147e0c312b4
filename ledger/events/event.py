"""What every event is: an immutable record of typed fields, defaults left out when written."""

import msgspec


class Event(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An immutable domain event. Its class name is a word of the vocabulary, for ever."""


def schema_version(event_type: type[Event]) -> int:
    """Say which version of its own shape an event type writes today; 1 unless it says otherwise."""
    version: int = getattr(event_type, "SCHEMA", 1)
    return version
