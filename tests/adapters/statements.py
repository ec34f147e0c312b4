"""The small statements of our own making, and short ways to spoil and to read them."""

from pathlib import Path

import pytest

from ledger.adapters import ADAPTERS
from ledger.adapters.statement import check_chain
from ledger.errors import Malformed

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
BITMEX = (FIXTURES / "bitmex_wallet.csv").read_bytes()
BYBIT = (FIXTURES / "bybit_account.csv").read_bytes()
EXECUTIONS = (FIXTURES / "bitmex_executions.csv").read_bytes()
SETTLEMENTS = (FIXTURES / "bitmex_settlements.csv").read_bytes()
TRADES = (FIXTURES / "hyperliquid_trades.csv").read_bytes()
TRANSFERS = (FIXTURES / "hyperliquid_transfers.csv").read_bytes()
LIQUIDATIONS = (FIXTURES / "hyperliquid_liquidations.csv").read_bytes()
BY_NAME = {"bitmex": BITMEX, "bybit": BYBIT}


def refusal(name: str, data: bytes) -> Malformed:
    """Read and check a statement that must be refused, and return what it is refused for."""
    with pytest.raises(Malformed) as caught:
        check_chain(ADAPTERS[name].read(data), "M1")
    return caught.value


def spoiled(data: bytes, line: int, old: str, new: str) -> bytes:
    """Change one line of a file, counted from 1."""
    lines = data.decode().split("\n")
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return "\n".join(lines).encode()


def without(data: bytes, line: int) -> bytes:
    """Leave one line of a file out, counted from 1."""
    lines = data.split(b"\n")
    return b"\n".join(lines[: line - 1] + lines[line:])
