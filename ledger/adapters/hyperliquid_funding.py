"""Hyperliquid: the history of a coin's funding rates, and what funding a user paid and received.

Both are answers of the venue in JSON, with the request beside them. A user is named by his wallet,
which goes into no record, as elsewhere; neither does the hash of his transaction, by which anybody
could look him up: the key of a payment is made of all that it says.
"""

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from ledger.adapters import hyperliquid
from ledger.adapters.hyperliquid import DOLLAR, by_user, perpetual_of, statement_of
from ledger.adapters.rows import Row
from ledger.adapters.statement import Statement, StatementLine
from ledger.errors import Malformed
from ledger.events import MovementKind
from ledger.instants import Instant
from ledger.numbers import Amount

MILLISECOND = 1_000_000
FUNDING = "funding"

_milliseconds = re.compile(r"[1-9][0-9]{12}", re.ASCII).fullmatch
_said = ("coin", "usdc", "szi", "fundingRate")
_Fields = Mapping[str, Any]


class FundingRate(NamedTuple):
    """A rate as the venue fixed it, for one interval, and the premium that it comes of.

    `number` is its place in the answer, from 1. Both are ratios; some answers have no premium.
    """

    number: int
    at: Instant
    coin: str
    rate: Amount
    premium: Amount | None


def read_users(data: bytes) -> dict[str, Statement]:
    """Read whatever the venue says of its users, by their wallets: payments in JSON, or CSV.

    Raises `Malformed` with the place, the field and the remedy.
    """
    if data.removeprefix(BOM_UTF8).lstrip()[:1] not in (b"{", b"["):
        return hyperliquid.read_users(data)
    request, entries = _answer(data)
    if "user" not in request:
        remedy = "give the answer with its request, which says whose it is"
        raise Malformed("request.user", f"missing: {remedy}")
    wallet = str(request["user"])
    with _naming_entries():
        rows = [_payment_row(number, entry, wallet) for number, entry in entries]
        return {user: statement_of(lines=found) for user, found in by_user(rows, _payment).items()}


def read_rates(data: bytes) -> list[FundingRate]:
    """Read a history of funding rates, by time; raises `Malformed` as `read_users` does."""
    with _naming_entries():
        rates = [_rate(_row(number, entry, entry)) for number, entry in _answer(data)[1]]
    return sorted(rates, key=lambda rate: (rate.at, rate.number))


@contextmanager
def _naming_entries() -> Iterator[None]:
    """Say of what is wrong in which entry it is, for an entry may stand on any line."""
    try:
        yield
    except Malformed as error:
        raise Malformed(f"{error.field} of entry {error.line}", error.problem) from None


def _answer(data: bytes) -> tuple[_Fields, Iterator[tuple[int, Any]]]:
    """Split an answer into its request, empty where it has none, and its entries by number."""
    try:
        whole = json.loads(data)
    except json.JSONDecodeError as error:
        problem = f"no JSON ({error.msg}): the file was cut or edited; export it again"
        raise Malformed("", problem, error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise Malformed("", f"no JSON ({str(error)[:80]}): export the file again", 1) from None
    request = whole.get("request") if isinstance(whole, dict) else {}
    entries = whole.get("response") if isinstance(whole, dict) else whole
    if not isinstance(request, dict) or not isinstance(entries, list) or not entries:
        example = '{"request": {...}, "response": [...]} with one entry at least'
        raise Malformed("response", f"no answer of the venue such as {example}")
    return request, enumerate(entries, start=1)


def _payment_row(number: int, entry: Any, wallet: str) -> Row:
    """Write a payment as a row of what tells it from others, and of whose it is."""
    delta = entry.get("delta") if isinstance(entry, dict) else None
    if not isinstance(delta, dict) or delta.get("type") != FUNDING:
        remedy = 'ask the venue for "userFunding", and give the file as it comes'
        raise Malformed("delta.type", f"no payment of funding: {remedy}", number)
    said = {name: delta.get(name) for name in _said}
    named = {"time": entry.get("time"), "hash": entry.get("hash"), "user": wallet}
    return _row(number, said | named, entry)


def _row(number: int, fields: Any, entry: Any) -> Row:
    """Write an entry as a row, so that its fields are read as those of a line are."""
    if not isinstance(fields, dict):
        raise Malformed("response", "no entry with fields: give the file as it comes", number)
    for name, value in fields.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            problem = "missing, or neither text nor a whole number: give the file as it comes"
            raise Malformed(name, problem, number)
    texts = {name: str(value) for name, value in fields.items()}
    return Row(number, json.dumps(entry, separators=(",", ":")), texts)


def _payment(row: Row, key: str) -> StatementLine:
    """Read a payment: what the holder receives, or pays below zero."""
    for name in ("szi", "fundingRate"):
        row.amount(name)
    return StatementLine(
        number=row.number,
        raw=row.raw,
        key=f"funding:{key}",
        at=_at(row),
        asset=DOLLAR.name,
        amount=row.amount("usdc"),
        balance=None,
        venue_kind=FUNDING,
        reference=key,
        kind=MovementKind.FUNDING,
        status=None,
        happened_at=None,
        instrument=perpetual_of(row),
        order_id=None,
        fee=None,
    )


def _rate(row: Row) -> FundingRate:
    for name in ("coin", "fundingRate", "time"):
        if name not in row.fields:
            raise row.malformed(name, 'missing: ask the venue for "fundingHistory"')
    return FundingRate(
        number=row.number,
        at=_at(row),
        coin=row.word("coin"),
        rate=row.amount("fundingRate"),
        premium=row.amount("premium") if "premium" in row.fields else None,
    )


def _at(row: Row) -> Instant:
    text = row.fields["time"]
    if _milliseconds(text) is None:
        raise row.malformed("time", f"{text[:40]!r} is not milliseconds since 1970")
    return Instant(int(text) * MILLISECOND)
