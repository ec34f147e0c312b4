"""BitMEX: the wallet history, the executions or the settlements as CSV, told by their columns.

Of the wallet history each line is a movement, with amounts in minor units. Lines that were booked
in one batch (same `timestamp` and currency) all carry the balance after the batch. Only completed
lines move anything. The order of the file does not matter. A pending line has no date of its own
while the venue still computes it (unrealised profit): it describes the moment at which the
statement was drawn, so it takes the statement's latest date.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from ledger.adapters.bitmex_currencies import CURRENCIES
from ledger.adapters.bitmex_executions import READERS
from ledger.adapters.bitmex_fields import currency_of, instant_or_none, reference_of
from ledger.adapters.rows import Row, nearest_shape, read_rows
from ledger.adapters.statement import Batch, Statement, StatementAsset, StatementLine
from ledger.errors import Malformed
from ledger.events import AssetKind, LineStatus, MovementKind
from ledger.instants import Instant
from ledger.numbers import Amount, write_amount

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
_plain = re.compile(r"[A-Za-z0-9._/-]+", re.ASCII)


def read_statement(data: bytes) -> Statement:
    """Read whichever file it is; raises `Malformed` with line, field and remedy."""
    shape = nearest_shape(data, (COLUMNS, *READERS))
    return READERS[shape](data) if shape in READERS else _read_wallet(data)


def _read_wallet(data: bytes) -> Statement:
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
    dates = [instant_or_none(row, "timestamp") for row in rows]
    return max((date for date in dates if date is not None), default=None)


def _line(row: Row, drawn: Instant | None) -> StatementLine:
    fields = row.fields
    status = _status(row)
    asset, scale = currency_of(row, "currency")
    venue_kind = row.word("transactType")
    fee = fields["fee"]
    reference = reference_of(row, "transactID")
    return StatementLine(
        number=row.number,
        raw=row.raw,
        key=f"{reference}:{fields['currency']}:{_in_a_key(venue_kind)}",
        at=_at(row, status, drawn),
        asset=asset,
        amount=row.minor("amount", scale),
        balance=row.minor("walletBalance", scale),
        venue_kind=venue_kind,
        reference=reference,
        kind=KINDS.get(venue_kind),
        status=status,
        happened_at=instant_or_none(row, "transactTime"),
        instrument=row.word_or_none("address") if venue_kind in _ON_AN_INSTRUMENT else None,
        order_id=row.word_or_none("orderID"),
        fee=row.minor("fee", scale) if fee else None,
    )


def _in_a_key(venue_kind: str) -> str:
    """Give a word as it is, or the digest of one that no command id may hold."""
    if _plain.fullmatch(venue_kind):
        return venue_kind
    return hashlib.sha256(venue_kind.encode()).hexdigest()[:32]


def _status(row: Row) -> LineStatus | None:
    """Read the status; None is the venue's Completed."""
    name = row.fields["transactStatus"]
    if name not in STATUSES:
        known = ", ".join(STATUSES)
        raise row.malformed("transactStatus", f"{name[:40]!r} is no status; known are {known}")
    return STATUSES[name]


def _at(row: Row, status: LineStatus | None, drawn: Instant | None) -> Instant:
    at = instant_or_none(row, "timestamp")
    if at is None and status is LineStatus.PENDING:
        at = drawn
    if at is None:
        problem = (
            "a line needs the time at which it took effect, unless it is Pending beside others"
        )
        raise row.malformed("timestamp", problem)
    return at


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
    groups: dict[tuple[Instant, str], list[tuple[StatementLine, Amount]]] = {}
    for line in lines:
        if line.status is None and line.balance is not None:
            groups.setdefault((line.at, line.asset), []).append((line, line.balance))
    for index, ((at, asset), group) in enumerate(groups.items()):
        first, stated = group[0]
        for line, balance in group:
            if balance != stated:
                problem = (
                    f"{write_amount(balance)} {asset} where line {first.number} of the "
                    f"same batch says {write_amount(stated)}: export the file again"
                )
                raise Malformed("walletBalance", problem, line.number)
        yield Batch(index, at, asset, stated, tuple(line for line, _ in group))


def _assets(rows: list[Row]) -> tuple[StatementAsset, ...]:
    currencies = {row.fields["currency"] for row in rows}
    known = sorted(CURRENCIES[currency] for currency in currencies)
    return tuple(
        StatementAsset(name, scale, AssetKind.VIRTUAL_ASSET, figure_scale=scale)
        for name, scale in known
    )
