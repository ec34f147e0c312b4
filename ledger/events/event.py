"""What every event is: an immutable record of typed fields, defaults left out when written."""

import msgspec


class Event(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """An immutable domain event. Its class name is a word of the vocabulary, for ever.

    A record is a tree and can hold no cycle, so the garbage collector need not follow it: reading
    a log is about twice as fast for that.
    """


def schema_version(event_type: type[Event]) -> int:
    """Say which version of its own shape an event type writes today; 1 unless it says otherwise."""
    version: int = getattr(event_type, "SCHEMA", 1)
    return version
