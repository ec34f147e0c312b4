"""Statements of venues as facts: one module per venue, by the name that `ledger import` takes."""

from collections.abc import Callable
from typing import NamedTuple

from ledger.adapters import bitmex, bybit
from ledger.adapters.statement import Statement


class Adapter(NamedTuple):
    """A kind of statement: what it is called, what it is, and how it is read."""

    name: str
    title: str
    read: Callable[[bytes], Statement]


ADAPTERS: dict[str, Adapter] = {
    adapter.name: adapter
    for adapter in (
        Adapter("bitmex", "BitMEX wallet history (CSV)", bitmex.read_statement),
        Adapter("bybit", "Bybit unified account statement (CSV)", bybit.read_statement),
    )
}
