"""Random commands of every type, and histories in which they meet, for the laws."""

import typing
from enum import Enum
from itertools import chain
from types import NoneType, UnionType

from hypothesis import strategies as st
from pydantic import BaseModel

from ledger.commands import (
    CHANGES,
    COMMANDS,
    ApproveChange,
    Command,
    PlaceOrder,
    ProposeChange,
    SpecifyInstrument,
)
from ledger.commands.command import (
    ENVELOPE_FIELDS,
    ActorField,
    AmountField,
    CommandId,
    Day,
    Digest,
    Identifier,
    InstantField,
    Lei,
    NonNegativeAmount,
    ParameterName,
    Percent,
    PositiveAmount,
    Scope,
    Text,
    Word,
    content_digest,
)
from ledger.controls import CONTROLS
from ledger.events import ActorKind
from tests.domain import margin_said, orders_said
from tests.domain.officers import CAROL, DORA, ENGINE, MAX, OFFICERS, OTTO
from tests.domain.orders_said import TOMORROW, accounts

Strategy = st.SearchStrategy[typing.Any]
_Model = type[BaseModel]

_amounts = st.sampled_from(["0.00000001", "0.5", "1", "2", "3.25", "1000000", "8000000"])

TODAY = "2026-02-11T08:00:00Z"

_by_type: tuple[tuple[object, Strategy], ...] = (
    (PositiveAmount, _amounts),
    (NonNegativeAmount, _amounts | st.just("0")),
    (AmountField, _amounts | _amounts.map("-{}".format)),
    (Percent, st.sampled_from(["0", "30", "100"])),
    (InstantField, st.sampled_from([TODAY, "2026-02-01", TOMORROW])),
    (Digest, st.sampled_from(["0" * 64, "1" * 64])),
    (Day, st.sampled_from(["2025-06-30", "2026-02-10"])),
    (Lei, st.just("0" * 20)),
    (ParameterName, st.sampled_from(["leverage.cap", "client.retention"])),
    (Scope, st.sampled_from(["", "P"])),
    (Text, st.just("a reason")),
    (Word, st.just("Deposit")),
    (Identifier, st.sampled_from(["x", "y"])),
    (CommandId, st.integers(1, 60).map("c-{}".format)),
    (bool, st.booleans()),
    (int, st.integers(1, 2)),
    (NoneType, st.none()),
)


def line(account: str, figure: str) -> dict[str, str]:
    """One line of a manual journal about US dollars, as a command says it."""
    segregation = {"H": "HOUSE", "M": "SUSPENSE"}.get(account, "CLIENT_TRUST")
    return {"owner": account, "segregation": segregation, "asset": "USD", "amount": figure}


_by_name = {
    "account": accounts,
    "to_account": accounts,
    "parent": st.none() | accounts,
    "client": st.sampled_from(["C1", "C1", "C1", "C2"]),
    "client_order_id": st.none() | st.just("x"),
    "asset": st.sampled_from(["USD", "BTC", "GBP"]),
    "references": st.just(["BTC"]),
    "product": st.sampled_from(["P", "Q"]),
    "products": st.just(["P"]),
    "instrument": st.sampled_from(["P", "P", "Q"]),
    "price": st.sampled_from(["0.5", "1", "1.5"]),
    "quantity": st.sampled_from(["0.5", "1", "2"]),
    "entity": st.sampled_from(["VATP", "VATP", "MM"]),
    "proposal": st.integers(1, 30).map("p-{}".format),
    "control": st.sampled_from([control.name for control in CONTROLS]),
    "corrects": st.integers(1, 30),
    "scale": st.integers(0, 8),
    "venue": st.sampled_from(["bitmex", "bybit"]),
    "expires_at": st.sampled_from([TODAY, TOMORROW]),
    "effective_from": st.none() | st.sampled_from([TODAY, TOMORROW]),
    "until": st.just(TOMORROW),
    "permission": st.sampled_from(["x", "y"]),
    "unit": st.just("count"),
    "value": st.sampled_from(["5", "7"]),
    "segregation": st.sampled_from(["CLIENT_TRUST", "HOUSE"]),
    "officers": st.just([{"id": o["id"], "function": o["role"]} for o in OFFICERS]),
    "lines": st.builds(
        lambda one, other, figure: [line(one, figure), line(other, f"-{figure}")],
        accounts,
        accounts,
        st.sampled_from(["0.5", "1"]),
    ),
}


def values(hint: object) -> Strategy:
    """What a field of a command may be given, by its type."""
    for known, strategy in _by_type:
        if hint == known:
            return strategy
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return st.one_of(*map(values, arguments))
    if origin is tuple:
        return st.lists(values(arguments[0]), min_size=1, max_size=1)
    if origin is dict:
        return st.dictionaries(*map(values, arguments), min_size=1, max_size=2)
    assert isinstance(hint, type)
    return st.sampled_from(hint) if issubclass(hint, Enum) else said(typing.cast("_Model", hint))


def said(kind: _Model) -> Strategy:
    """What may be said in the fields of a command, but for its envelope."""
    if kind is ProposeChange:
        content = {"change": changes, "rationale": st.just("a reason")}
        return st.fixed_dictionaries(content | {n: _by_name[n] for n in ("proposal", "expires_at")})
    if kind is SpecifyInstrument:
        return orders_said.terms
    if kind is PlaceOrder:
        return orders_said.orders
    if kind in margin_said.SAID:
        return margin_said.SAID[kind]
    hints = typing.get_type_hints(kind, include_extras=True)
    names = [name for name in kind.model_fields if name not in ENVELOPE_FIELDS]
    return st.fixed_dictionaries(
        {n: _by_name[n] if n in _by_name else values(hints[n]) for n in names}
    )


def commands_of(name: str) -> st.SearchStrategy[Command]:
    """Commands of one type about few accounts, clients and officers, so that they meet.

    Mostly by an officer in whose function they may be given; at times by another or a program.
    """
    kind = COMMANDS[name]
    people = [o for o in OFFICERS if o["role"] in kind.FUNCTIONS]
    fitting = st.sampled_from(people if ActorKind.HUMAN in kind.KINDS else [ENGINE])
    actors = fitting | fitting | fitting | fitting | st.sampled_from([DORA, {}])
    envelopes = st.fixed_dictionaries({"command_id": st.just("c"), "actor": actors})
    return st.builds(lambda e, fields: kind.model_validate(e | fields), envelopes, said(kind))


def _change_of(name: str) -> Strategy:
    return said(CHANGES[name]).map(lambda fields: {"type": name, **fields})


changes = st.sampled_from(sorted(CHANGES)).flatmap(_change_of)
"""What proposals hold."""

commands = st.sampled_from(sorted(COMMANDS)).flatmap(commands_of)


def agreed(proposal: str, change: dict[str, object]) -> list[Command]:
    """Propose a change and, with the digest of just that, have another approve it."""
    asked_for = {"command_id": "c", "proposal": proposal, "expires_at": TOMORROW}
    kind = CHANGES[str(change["type"])]
    proposer = next(o for o in OFFICERS if o["role"] in kind.FUNCTIONS)
    approver = MAX if proposer is CAROL else CAROL
    said_why = {"change": change, "rationale": "a reason", "actor": proposer}
    propose = ProposeChange.model_validate(asked_for | said_why)
    digest = content_digest(kind.__name__, propose.proposed().body())
    approve = ApproveChange(
        command_id="c",
        actor=ActorField.model_validate(approver),
        proposal=proposal,
        change_digest=digest,
    )
    return [propose, approve]


_fresh_proposals = st.integers(100, 10**6).map("p-{}".format)
_four_eyes = st.builds(agreed, _fresh_proposals, changes)


def asked(name: str, **fields: object) -> Command:
    """Ask as operations do if nobody else is said, once the platform is founded."""
    return COMMANDS[name].model_validate({"command_id": "c", "actor": OTTO, **fields})


def figure(name: str, value: str, unit: str, scope: str = "") -> dict[str, object]:
    """One figure of a rule pack."""
    told = {"name": name, "value": value, "unit": unit, "scope": scope}
    return told | {"source": "an example", "verified": False}


PACK: dict[str, object] = {
    "type": "AdoptRulePack",
    "pack": "example",
    "version": "v1",
    "file_digest": "0" * 64,
    "figures": [
        figure("client.professional.portfolio", "8000000", "hkd", "individual"),
        figure("client.professional.validity", "12", "months"),
        figure("client.knowledge.transactions", "5", "count"),
        figure("client.knowledge.window", "3", "years"),
        figure("client.authority.term", "12", "months"),
        figure("client.authority.notice", "14", "days"),
        figure("client.retention", "7", "years"),
        figure("override.duration", "30", "days"),
        figure("leverage.cap", "5", "ratio", "P/professional"),
        figure("margin.initial", "20", "percent", "P"),
        figure("margin.maintenance", "10", "percent", "P"),
        figure("liquidation.waterfall", "reserve", "words"),
        figure("perpetual.funding", "1", "days"),
    ],
}
PERMISSION: dict[str, object] = {
    "type": "GrantPermission",
    "permission": "x",
    "activities": ["spot", "perpetuals"],
    "document": "0" * 64,
}
ADMISSION: dict[str, object] = {
    "type": "AdmitAsset",
    "asset": "BTC",
    "retail": True,
    "decision": "x",
}
PRODUCT: dict[str, object] = {
    "type": "ApproveProduct",
    "product": "P",
    "kind": "perpetual",
    "permission": "x",
    "references": ["BTC"],
    "specification": "0" * 64,
}
ENGAGEMENT: dict[str, object] = {
    "type": "GrantRole",
    "grantee": "matcher",
    "kind": "engine",
    "function": "dealing",
}
BEGINNING: list[Command] = [
    asked("FoundPlatform", officers=[{"id": o["id"], "function": o["role"]} for o in OFFICERS]),
    asked("RegisterAsset", asset="USD", scale=2, kind="fiat"),
    asked("RegisterAsset", asset="BTC", scale=8, kind="virtual_asset"),
    *agreed("p-91", PACK),
    *agreed("p-92", PERMISSION),
    *agreed("p-93", ADMISSION),
    *agreed("p-94", PRODUCT),
    *agreed("p-95", {"type": "SpecifyInstrument", **orders_said.CONTRACT}),
    *agreed("p-96", ENGAGEMENT),
    *agreed("p-97", {"type": "SetPriceMethod", **margin_said.METHOD}),
    asked("ReportReferencePrice", instrument="P", price="1", at=TODAY, actor=ENGINE),
    asked("AdmitClient", client="C1", kind="individual", identity="0" * 64),
    asked("OpenAccount", account="A", client="C1"),
    asked("OpenAccount", account="B", client="C1", parent="A"),
    asked("OpenAccount", account="H", segregation="HOUSE"),
    asked("OpenMirrorAccount", account="M", venue="bitmex", at="2026-02-11T08:00:00Z"),
    asked("ReportDeposit", account="A", asset="USD", amount="5", at="2026-02-11T08:00:00Z"),
]
"""A licensed day begins: rules, a permission, a product, and a client with accounts and cash."""


def histories(size: int) -> st.SearchStrategy[list[Command]]:
    """Commands one after another: mostly on a platform at work, at times on one not founded."""
    beginnings = st.sampled_from([BEGINNING, BEGINNING, BEGINNING, []])
    step = commands.map(lambda one: [one])
    steps = st.lists(step | step | _four_eyes, min_size=size // 2, max_size=size)
    return st.builds(lambda first, rest: _numbered([*first, *chain(*rest)]), beginnings, steps)


def _numbered(history: list[Command]) -> list[Command]:
    """Give every command an id of its own, which is that of the order or trade it brings."""
    return [
        command.model_copy(update={"command_id": f"c-{number}"})
        for number, command in enumerate(history)
    ]
