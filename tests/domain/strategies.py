"""Random events of every type and random commands, for the laws."""

import typing
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType

from hypothesis import strategies as st

from ledger.commands import COMMANDS, Command
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
from ledger.numbers import Amount, as_amount, read_amount, write_amount

Strategy = st.SearchStrategy[typing.Any]

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
instants = st.integers(min_value=0, max_value=INSTANT_MAX).map(Instant)


def _amount(digits: int, scale: int) -> Amount:
    return as_amount(Decimal(f"{digits}e-{scale}"))


amounts = st.builds(
    _amount, st.integers(min_value=-(10**36) + 1, max_value=10**36 - 1), st.just(18)
) | st.builds(_amount, st.integers(min_value=-(10**6), max_value=10**6), st.integers(0, 18))


def values(hint: object) -> Strategy:
    """Values of a field of an event, by its type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Amount:
        return amounts
    if hint is Instant:
        return instants
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    if origin in (typing.Union, UnionType):
        return st.one_of(*(st.none() if a is NoneType else values(a) for a in arguments))
    if origin is tuple:
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    return {str: st.text(max_size=12) | names, int: st.integers(0, 18)}[typing.cast("type", hint)]


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Events of one type, whatever they say."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: values(hints[name]) for name in kind.__struct_fields__})


events = st.sampled_from(sorted(CATALOGUE)).flatmap(lambda name: events_of(CATALOGUE[name]))


def records_of(kind: type[Event]) -> st.SearchStrategy[Recorded]:
    """Records of one type of event, with all that an envelope may hold."""
    hints = typing.get_type_hints(Actor)
    actors = st.builds(Actor, **{name: values(hints[name]) for name in Actor.__struct_fields__})
    requests = st.builds(
        Request,
        type=names,
        digest=names,
        actor=actors,
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


_few = {
    "account": st.sampled_from(["A", "B", "H", "M"]),
    "to_account": st.sampled_from(["A", "B", "H", "M"]),
    "asset": st.sampled_from(["USD", "BTC", "GBP"]),
    "segregation": st.sampled_from(["CLIENT_TRUST", "HOUSE"]),
    "scale": st.integers(0, 8),
    "kind": st.just("fiat"),
    "corrects": st.integers(1, 30),
    "reason": st.just("a reason"),
    "venue": st.sampled_from(["bitmex", "bybit"]),
    "venue_kind": st.just("Deposit"),
    "reference": st.just("r"),
    "at": st.sampled_from(["2026-02-11T08:00:00Z", "2026-02-01", "2026-02-11T08:01:00Z"]),
    "balance": st.just("0"),
    "status": st.none() | st.sampled_from(["pending", "canceled"]),
}
_some_amounts = st.sampled_from(["0.00000001", "0.5", "1", "2", "3.25", "1000000"])
_kinds = {
    "CorrectMovement": st.sampled_from(["business_change", "was_wrong", "never_existed"]),
    "ReportVenueLine": st.none() | st.sampled_from(["deposit", "funding", "fee"]),
}


def commands_of(name: str) -> st.SearchStrategy[Command]:
    """Commands of one type about few accounts and assets, so that they meet."""
    kind = COMMANDS[name]
    fields = {field: _few[field] for field in kind.model_fields if field in _few}
    if "kind" in fields:
        fields["kind"] = _kinds.get(name, fields["kind"])
    if "amount" in kind.model_fields:
        fields["amount"] = _some_amounts
    if name in _kinds:
        signed = _some_amounts | _some_amounts.map(
            lambda text: write_amount(read_amount(f"-{text}"))
        )
        fields["amount"] = signed
    return st.fixed_dictionaries({"command_id": st.just("c"), **fields}).map(kind.model_validate)


commands = st.sampled_from(sorted(COMMANDS)).flatmap(commands_of)
