"""BitMEX: the fields that its files have in common, and how each is read."""

import re

from ledger.adapters.bitmex_currencies import CURRENCIES
from ledger.adapters.rows import Row
from ledger.instants import Instant

_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
_EXAMPLE = "2020-05-01T01:05:55.004Z"
_id = re.compile(r"[0-9A-Za-z]{1,12}(-[0-9A-Za-z]{1,12}){0,4}", re.ASCII)


def instant(row: Row, field: str) -> Instant:
    """Read a time. Raises `Malformed` where there is none."""
    return row.instant(field, _time, _EXAMPLE)


def instant_or_none(row: Row, field: str) -> Instant | None:
    """Read a time that may be left out. Raises `Malformed` for what is none."""
    return instant(row, field) if row.fields[field] else None


def reference_of(row: Row, field: str) -> str:
    """Read an id of the venue's. Raises `Malformed` for what is none."""
    identity = row.fields[field]
    if _id.fullmatch(identity) is None:
        problem = f"{identity[:40]!r} is not an id such as 36f8f6c5-337a-50e3-1c66-7bab50b2ad05"
        raise row.malformed(field, problem)
    return identity


def currency_of(row: Row, field: str) -> tuple[str, int]:
    """Read a currency: the asset and the decimals of its minor unit.

    Raises `Malformed` for one whose scale is not known.
    """
    currency = row.fields[field]
    if currency not in CURRENCIES:
        problem = f"{currency[:40]!r} is not a currency whose scale is known: nothing can be read"
        raise row.malformed(field, problem)
    return CURRENCIES[currency]
