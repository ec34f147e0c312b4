"""Events to canonical bytes and back: written once, hashed as stored, never re-serialized.

A record is one UTF-8 JSON object with the envelope and, under `data`, the event. Fields stand in
the order of their declaration, defaults are left out, amounts are strings in normal form. Reading
is fast and lenient about the text of a number; `is_canonical` is the strict judge: a record is
sound only if encoding what it says gives the same bytes.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec.structs import force_setattr

from ledger.errors import LogCorrupted, Malformed, UnknownEvent
from ledger.events import CATALOGUE, Event, Recorded, request_record, schema_version
from ledger.numbers import Amount, is_normal, is_written_normally, write_amount

RECORD_BYTES_MAX = 60_000
"""C2SP tlog-tiles bundles hold entries of up to 65,535 bytes; larger evidence is cited."""

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the fields of one schema version of an event into those of the next; pure."""

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""By event type and the schema version that it lifts. A record is never rewritten."""


class Codec:
    """Encodes and decodes the events of a catalogue."""

    def __init__(
        self,
        catalogue: Mapping[str, type[Event]] = CATALOGUE,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    ) -> None:
        """Prepare one decoder per event type."""
        self._types = dict(catalogue)
        self._upcasters = dict(upcasters)
        self._schemas = {name: schema_version(kind) for name, kind in catalogue.items()}
        self._encode = msgspec.json.Encoder().encode
        self._known = {
            name: (msgspec.json.Decoder(_recorded_of(kind)).decode, schema_version(kind))
            for name, kind in catalogue.items()
        }
        self._amounts = {kind: _amount_fields(kind) for kind in catalogue.values()}
        self._nested = {kind: _nested_fields(kind) for kind in catalogue.values()}

    def encode(self, recorded: Recorded) -> bytes:
        """Write a record. Raises `Malformed` when it is too long or an amount is not normal."""
        if recorded.sequence:
            recorded = msgspec.structs.replace(recorded, sequence=0)
        event = recorded.event
        plain: dict[str, Any] = {n: _plain(n, getattr(event, n)) for n in self._nested[type(event)]}
        if plain:
            event = msgspec.structs.replace(event, **plain)
            recorded = msgspec.structs.replace(recorded, event=event)
        record = self._encode(recorded)
        tiny: dict[str, str] = {}
        for name in self._amounts[type(event)]:
            value = getattr(event, name)
            if value is None:
                continue
            text = str(value)
            if "E" in text:
                text = tiny[name] = write_amount(value)
            if not is_written_normally(value, text):
                raise Malformed(name, f"{value} is not an amount in normal form")
        if tiny:
            # Below a millionth `str`, and so msgspec, writes an exponent: give it the text instead.
            event = msgspec.structs.replace(event, **tiny)
            record = self._encode(msgspec.structs.replace(recorded, event=event))
        if len(record) > RECORD_BYTES_MAX:
            raise Malformed("", f"a record of {len(record)} bytes: at most {RECORD_BYTES_MAX} fit")
        return record

    def decode(self, sequence: int, name: str, record: bytes) -> Recorded:
        """Read the record at a place in the log, lifting an old schema to today's.

        Raises `UnknownEvent` for a type or schema that this code does not know, `LogCorrupted` for
        bytes that are no such record.
        """
        known = self._known.get(name)
        if known is None:
            raise UnknownEvent(f"sequence {sequence}: this code knows no event {name!r}")
        try:
            recorded: Recorded = known[0](record)
        except msgspec.MsgspecError:
            return self._decode_old(sequence, name, record)
        if recorded.schema != known[1]:
            return self._decode_old(sequence, name, record)
        force_setattr(recorded, "sequence", sequence)
        return recorded

    def is_canonical(self, name: str, record: bytes) -> bool:
        """Tell whether a record is byte for byte what writing its content gives.

        Of an older schema, whose class is gone, only the form of the JSON can be judged.
        """
        recorded = self.decode(0, name, record)
        stored = msgspec.json.decode(record, type=_Header)
        if stored.schema < self._schemas[name]:
            return msgspec.json.encode(msgspec.json.decode(record)) == record
        try:
            request = request_record(recorded.request)
            as_written = msgspec.structs.replace(recorded, request_record=request)
            return stored.type == name and self.encode(as_written) == record
        except (Malformed, msgspec.ValidationError):
            return False

    def _decode_old(self, sequence: int, name: str, record: bytes) -> Recorded:
        """Lift a record of an older schema step by step; anything else is corrupt or unknown."""
        today = self._schemas[name]
        try:
            schema = msgspec.json.decode(record, type=_Header).schema
            fields = msgspec.json.decode(record)
            for step in range(schema, today):
                fields["data"] = self._upcasters[name, step](fields["data"])
            fields["schema"], fields["sequence"] = max(schema, today), sequence
            lifted: Recorded = msgspec.convert(fields, _recorded_of(self._types[name]))
        except KeyError as error:
            raise UnknownEvent(f"sequence {sequence}: no way from schema {error}") from None
        except (msgspec.MsgspecError, TypeError) as error:
            raise LogCorrupted(f"sequence {sequence}: not a record of {name}: {error}") from None
        if schema > today:
            raise UnknownEvent(f"sequence {sequence}: this code knows {name} up to schema {today}")
        return lifted


class _Header(msgspec.Struct):
    type: str
    schema: int


def _recorded_of(kind: type[Event]) -> type[Recorded]:
    """Make the type of a record whose event is of one kind, for a decoder."""
    record_type = msgspec.defstruct(
        "Recorded",
        [("event", kind, msgspec.field(name="data"))],
        bases=(Recorded,),
        frozen=True,
        omit_defaults=True,
        forbid_unknown_fields=True,
        gc=False,
        kw_only=True,
    )
    assert issubclass(record_type, Recorded)
    return record_type


_AMOUNTS = (Amount, Amount | None)


def _amount_fields(kind: type[Event]) -> tuple[str, ...]:
    """Name the fields that are amounts."""
    return tuple(name for name, hint in get_type_hints(kind).items() if hint in _AMOUNTS)


def _nested_fields(kind: type[Event]) -> tuple[str, ...]:
    """Name the fields that hold amounts further down."""
    hints = get_type_hints(kind).items()
    return tuple(name for name, hint in hints if hint not in _AMOUNTS and _holds_amounts(hint))


def _holds_amounts(hint: object) -> bool:
    if hint is Amount:
        return True
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return any(map(_holds_amounts, get_type_hints(hint).values()))
    return any(map(_holds_amounts, get_args(hint)))


def _plain(name: str, value: Any) -> Any:
    """Write every amount within a value in normal form. Raises `Malformed` for any other."""
    if isinstance(value, Decimal):
        text = write_amount(Amount(value))
        if not is_normal(text):
            raise Malformed(name, f"{value} is not an amount in normal form")
        return text
    if isinstance(value, msgspec.Struct):
        fields = {field: _plain(name, getattr(value, field)) for field in value.__struct_fields__}
        return msgspec.structs.replace(value, **fields)
    if isinstance(value, dict):
        return {key: _plain(name, each) for key, each in value.items()}
    return tuple(_plain(name, each) for each in value) if isinstance(value, tuple) else value
