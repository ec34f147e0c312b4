"""Random events of every type, whatever they say, and records of them, for the laws."""

import typing
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType

import msgspec
from hypothesis import strategies as st

from ledger.events import (
    CATALOGUE,
    Actor,
    Event,
    Recorded,
    Request,
    request_record,
    schema_version,
)
from ledger.instants import INSTANT_MAX, Instant
from ledger.numbers import Amount, as_amount

Strategy = st.SearchStrategy[typing.Any]
_S = type[msgspec.Struct]

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
instants = st.integers(min_value=0, max_value=INSTANT_MAX).map(Instant)


def _amount(digits: int, scale: int) -> Amount:
    return as_amount(Decimal(f"{digits}e-{scale}"))


amounts = st.builds(
    _amount, st.integers(min_value=-(10**36) + 1, max_value=10**36 - 1), st.just(18)
) | st.builds(_amount, st.integers(min_value=-(10**6), max_value=10**6), st.integers(0, 18))

_plain: dict[object, Strategy] = {
    Amount: amounts,
    Instant: instants,
    bool: st.booleans(),
    int: st.integers(0, 18),
    str: st.text(max_size=12) | names,
    NoneType: st.none(),
    typing.Any: st.none() | st.booleans() | st.integers(0, 18) | st.lists(names, max_size=2),
}


def values(hint: object) -> Strategy:
    """Values of a field of an event, by its type."""
    if hint in _plain:
        return _plain[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return st.one_of(*map(values, arguments))
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(*map(values, arguments), max_size=3)
    assert isinstance(hint, type)
    return st.sampled_from(hint) if issubclass(hint, Enum) else struct_of(typing.cast("_S", hint))


def struct_of(kind: type[msgspec.Struct]) -> Strategy:
    """Structs of one type, whatever they say."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: values(hints[name]) for name in kind.__struct_fields__})


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Events of one type."""
    return struct_of(kind)


events = st.sampled_from(sorted(CATALOGUE)).flatmap(lambda name: events_of(CATALOGUE[name]))


def records_of(kind: type[Event]) -> st.SearchStrategy[Recorded]:
    """Records of one type of event, with all that an envelope may hold."""
    requests = st.builds(
        Request,
        type=names,
        digest=names,
        actor=struct_of(Actor),
        legal_entity=names,
        ruleset=names,
        reads=st.dictionaries(names, st.integers(0, 9), max_size=2),
        body=st.none() | st.dictionaries(names, st.text(max_size=5), max_size=2),
        sent_at=st.none() | instants,
    )
    return st.builds(
        Recorded,
        id=names,
        stream=names,
        version=st.integers(1, 10**9),
        type=st.just(kind.__name__),
        schema=st.just(schema_version(kind)),
        at=instants,
        recorded_at=instants,
        command=names,
        request_record=st.builds(request_record, st.none() | requests),
        correlation=st.none() | names,
        causation=st.none() | names,
        corrects=st.none() | st.integers(1, 10**9),
        event=events_of(kind),
    )
