"""Files of venues as facts: one module per venue, by the name that `ledger import` takes."""

from collections.abc import Callable
from typing import NamedTuple

from ledger.adapters import bitmex, bybit, hyperliquid, hyperliquid_funding
from ledger.adapters.statement import Statement


class Adapter(NamedTuple):
    """A kind of statement: what it is called, what it is, and how it is read."""

    name: str
    title: str
    read: Callable[[bytes], Statement]


class UsersAdapter(NamedTuple):
    """A kind of file about many users of a venue: a mirror account for each, by a pseudonym.

    `prefix` is what all these accounts begin with.
    """

    name: str
    title: str
    read: Callable[[bytes], dict[str, Statement]]
    prefix: str


ADAPTERS: dict[str, Adapter] = {
    adapter.name: adapter
    for adapter in (
        Adapter(
            "bitmex",
            "BitMEX wallet history, executions or settlements (CSV)",
            bitmex.read_statement,
        ),
        Adapter("bybit", "Bybit unified account statement (CSV)", bybit.read_statement),
    )
}

OF_USERS: dict[str, UsersAdapter] = {
    adapter.name: adapter
    for adapter in (
        UsersAdapter(
            hyperliquid.VENUE,
            "Hyperliquid fills, deposits and withdrawals of many users (CSV), or funding (JSON)",
            hyperliquid_funding.read_users,
            "HL-",
        ),
    )
}
