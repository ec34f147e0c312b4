"""BitMEX: the wallet history as CSV, one line per movement, amounts in minor units.

Lines that were booked in one batch (same `timestamp` and currency) all carry the balance after the
batch. Only completed lines move anything. The order of the file does not matter. A pending line has
no date of its own while the venue still computes it (unrealised profit): it describes the moment at
which the statement was drawn, so it takes the statement's latest date.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from ledger.adapters.bitmex_currencies import CURRENCIES
from ledger.adapters.rows import Row, read_rows
from ledger.adapters.statement import Batch, Statement, StatementAsset, StatementLine
from ledger.errors import Malformed
from ledger.events import AssetKind, LineStatus, MovementKind
from ledger.instants import Instant
from ledger.numbers import Amount, from_minor, write_amount

COLUMNS = (
    "timestamp",
    "transactTime",
    "transactType",
    "transactStatus",
    "currency",
    "network",
    "amount",
    "fee",
    "walletBalance",
    "orderID",
    "transactID",
    "address",
    "marginBalance",
)

KINDS = {
    "Deposit": MovementKind.DEPOSIT,
    "Withdrawal": MovementKind.WITHDRAWAL,
    "Transfer": MovementKind.TRANSFER,
    "RealisedPNL": MovementKind.REALIZED_PROFIT,
    "UnrealisedPNL": MovementKind.UNREALIZED_PROFIT,
    "Funding": MovementKind.FUNDING,
    "Conversion": MovementKind.CONVERSION,
    "SpotTrade": MovementKind.TRADE,
    "AffiliatePayout": MovementKind.BONUS,
}
"""Our word for each transactType; a completed line of any other type is quarantined."""

STATUSES = {
    "Completed": None,
    "Canceled": LineStatus.CANCELED,
    "Pending": LineStatus.PENDING,
    "Confirmed": LineStatus.PENDING,
}

_ON_AN_INSTRUMENT = frozenset(
    {"RealisedPNL", "UnrealisedPNL", "Funding", "Conversion", "SpotTrade"}
)
"""Types whose `address` is an instrument; elsewhere it is a wallet's, which no record may hold."""

_NOBODY = "00000000-0000-0000-0000-000000000000"
_time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
_EXAMPLE = "2020-05-01T01:05:55.004Z"
_whole = re.compile(r"0|-?[1-9][0-9]{0,26}", re.ASCII)
_id = re.compile(r"[0-9A-Za-z]{1,12}(-[0-9A-Za-z]{1,12}){0,4}", re.ASCII)


def read_statement(data: bytes) -> Statement:
    """Read a wallet history; raises `Malformed` with line, field and remedy."""
    rows = read_rows(data, COLUMNS)
    drawn = _latest(rows)
    lines = [_line(row, drawn) for row in rows]
    lines.sort(key=lambda line: (line.at, line.number))
    lines = list(_keyed(lines))
    _check_ids(lines)
    return Statement(
        venue="bitmex",
        lines=tuple(lines),
        batches=tuple(_batches(lines)),
        assets=_assets(rows),
        time_field="timestamp",
        amount_field="amount",
        balance_field="walletBalance",
    )


def _latest(rows: list[Row]) -> Instant | None:
    """Give the last date of the statement, None if no line has one."""
    dates = [_instant(row, "timestamp") for row in rows]
    return max((date for date in dates if date is not None), default=None)


def _line(row: Row, drawn: Instant | None) -> StatementLine:
    fields = row.fields
    status = _status(row)
    scale = _scale(row)
    venue_kind = row.word("transactType")
    fee = fields["fee"]
    reference = _reference(row)
    return StatementLine(
        number=row.number,
        raw=row.raw,
        key=f"{reference}:{fields['currency']}:{venue_kind}",
        at=_at(row, status, drawn),
        asset=CURRENCIES[fields["currency"]][0],
        amount=_minor(row, "amount", scale),
        balance=_minor(row, "walletBalance", scale),
        venue_kind=venue_kind,
        reference=reference,
        kind=KINDS.get(venue_kind),
        status=status,
        happened_at=_instant(row, "transactTime"),
        instrument=row.word_or_none("address") if venue_kind in _ON_AN_INSTRUMENT else None,
        order_id=row.word_or_none("orderID"),
        fee=_minor(row, "fee", scale) if fee else None,
    )


def _status(row: Row) -> LineStatus | None:
    """Read the status; None is the venue's Completed."""
    name = row.fields["transactStatus"]
    if name not in STATUSES:
        known = ", ".join(STATUSES)
        raise row.malformed("transactStatus", f"{name[:40]!r} is no status; known are {known}")
    return STATUSES[name]


def _scale(row: Row) -> int:
    currency = row.fields["currency"]
    if currency not in CURRENCIES:
        problem = f"{currency[:40]!r} is not a currency whose scale is known: nothing can be read"
        raise row.malformed("currency", problem)
    return CURRENCIES[currency][1]


def _minor(row: Row, field: str, scale: int) -> Amount:
    """Read a whole number of minor units."""
    text = row.fields[field]
    if _whole.fullmatch(text) is None:
        problem = f"{text[:40]!r} is not a whole number of minor units such as 132031900"
        raise row.malformed(field, problem)
    try:
        return _from_minor(text, scale)
    except ValueError as error:
        raise row.malformed(field, str(error)) from None


@lru_cache(maxsize=8_192)
def _from_minor(text: str, scale: int) -> Amount:
    """The lines of a batch all repeat its balance."""
    return from_minor(int(text), scale)


def _instant(row: Row, field: str) -> Instant | None:
    return row.instant(field, _time, _EXAMPLE) if row.fields[field] else None


def _at(row: Row, status: LineStatus | None, drawn: Instant | None) -> Instant:
    at = _instant(row, "timestamp")
    if at is None and status is LineStatus.PENDING:
        at = drawn
    if at is None:
        problem = (
            "a line needs the time at which it took effect, unless it is Pending beside others"
        )
        raise row.malformed("timestamp", problem)
    return at


def _reference(row: Row) -> str:
    identity = row.fields["transactID"]
    if _id.fullmatch(identity) is None:
        problem = f"{identity[:40]!r} is not an id such as 36f8f6c5-337a-50e3-1c66-7bab50b2ad05"
        raise row.malformed("transactID", problem)
    return identity


def _check_ids(lines: list[StatementLine]) -> None:
    """Refuse two lines with one id, currency and type."""
    seen: dict[str, int] = {}
    for line in sorted(lines, key=lambda line: line.number):
        first = seen.setdefault(line.key, line.number)
        if first != line.number:
            problem = f"{line.reference} stands on line {first} already: remove the second copy"
            raise Malformed("transactID", problem, line.number)


def _keyed(lines: list[StatementLine]) -> Iterator[StatementLine]:
    """Key lines without an id of their own by what they say.

    So every pending line, which each export states anew with another content.
    """
    copies: Counter[str] = Counter()
    for line in lines:
        if line.status is not LineStatus.PENDING and line.reference != _NOBODY:
            yield line
            continue
        content = f"{line.at}\n{line.raw}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:32]
        copies[digest] += 1
        word = line.status or "completed"
        yield line._replace(key=f"{word}:{digest}:{copies[digest]}")


def _batches(lines: list[StatementLine]) -> Iterator[Batch]:
    """Group completed lines by (timestamp, currency); the lines of a batch agree on its balance."""
    groups: dict[tuple[Instant, str], list[StatementLine]] = {}
    for line in lines:
        if line.status is None:
            groups.setdefault((line.at, line.asset), []).append(line)
    for index, ((at, asset), group) in enumerate(groups.items()):
        stated = group[0].balance
        for line in group:
            if line.balance != stated:
                problem = (
                    f"{write_amount(line.balance)} {asset} where line {group[0].number} of the "
                    f"same batch says {write_amount(stated)}: export the file again"
                )
                raise Malformed("walletBalance", problem, line.number)
        yield Batch(index, at, asset, stated, tuple(group))


def _assets(rows: list[Row]) -> tuple[StatementAsset, ...]:
    currencies = {row.fields["currency"] for row in rows}
    known = sorted(CURRENCIES[currency] for currency in currencies)
    return tuple(
        StatementAsset(name, scale, AssetKind.VIRTUAL_ASSET, figure_scale=scale)
        for name, scale in known
    )
