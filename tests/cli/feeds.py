"""A platform on which a feed may be played, its two contracts, and how their prices are made."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from ledger.commands import COMMANDS, Command
from projections.cli.lines import ANN, Line, Lines, ndjson
from tests.cli.shell import FIXTURES, Shell

LINEAR = FIXTURES / "binance_feed.ndjson"
INVERSE = FIXTURES / "binance_feed_inverse.ndjson"
ASKED = (
    *("--index", "BTC-USD"),
    *("--instrument", "BTCUSDT=BTC-PERP"),
    *("--instrument", "BTCUSD_PERP=BTC-INV"),
)
"""What is asked for of both feeds."""
PLAYER = ("--as", "service/feed:dealing")
INDEX: dict[str, Any] = {
    "name": "BTC-USD",
    "use": "index",
    "asset": "BTC",
    "currency": "USD",
    "sources": [
        {"source": "binance-btcusdt", "weight": "2"},
        {"source": "binance-btcusd-perp", "weight": "1"},
    ],
    "stale_after": 5,
    "deviation": "1",
    "sources_min": 2,
    "lasts": 5,
    "unit": "0.01",
}
PERPETUAL: dict[str, Any] = {
    "instrument": "BTC-PERP",
    "kind": "linear",
    "quote": "USD",
    "settlement": "USD",
    "reference": "BTC",
    "multiplier": "1",
    "tick": "0.1",
    "lot": "0.001",
    "value_unit": "0.01",
    "fee_unit": "0.01",
    "maker_fee": "0",
    "taker_fee": "0.0005",
    "band": "10",
    "quantity_max": "50",
    "value_max": "5000000",
    "position_max": "100",
    "open_orders_max": 10,
}
CONTRACTS = (
    PERPETUAL,
    PERPETUAL
    | {
        "instrument": "BTC-INV",
        "kind": "inverse",
        "settlement": "BTC",
        "multiplier": "100",
        "lot": "1",
        "value_unit": "0.00000001",
        "fee_unit": "0.00000001",
    },
)
FOUNDING: Line = {
    "type": "FoundPlatform",
    "command_id": "founding",
    "officers": [{"id": "ann", "function": "compliance"}, {"id": "ben", "function": "risk"}],
    "actor": ANN,
}


def rules() -> list[Line]:
    """Found the platform and set all that a feed needs, each change by two people."""
    return [FOUNDING, *_changes()]


def _changes() -> Iterator[Line]:
    lines, numbers = Lines("rule"), count(1)

    def change(name: str, /, **fields: Any) -> Iterator[Line]:
        return lines.by_two(f"change-{next(numbers)}", name, **fields)

    for grantee, kind, function in (
        ("oli", "human", "operations"),
        ("feed", "service", "dealing"),
    ):
        yield from change("GrantRole", grantee=grantee, kind=kind, function=function)
    oli = {"kind": "human", "id": "oli", "role": "operations"}
    yield lines.by(oli, "RegisterAsset", asset="BTC", scale=8, kind="virtual_asset")
    yield lines.by(oli, "RegisterAsset", asset="USD", scale=2, kind="fiat")
    yield from change("SetPriceMethod", **INDEX)
    for terms in CONTRACTS:
        yield from change("SpecifyInstrument", **terms)
        yield from change(
            "SetMarkMethod",
            instrument=terms["instrument"],
            kind="median",
            index="BTC-USD",
            window=30,
            lasts=10,
            unit="0.01",
        )


def as_commands(lines: list[Line]) -> list[Command]:
    """Read lines as commands."""
    return [
        COMMANDS[line["type"]].model_validate({k: v for k, v in line.items() if k != "type"})
        for line in lines
    ]


def ready(shell: Shell) -> Shell:
    """Create a ledger whose platform is founded, with methods in force from now on."""
    shell.done("init")
    said = shell.done("record", "--quiet", stdin=ndjson(rules()).encode())
    assert "rejected" not in said.err
    return shell
