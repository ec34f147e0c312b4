"""Bybit: the unified account's statement as CSV, newest line first, amounts in decimals.

On every line Change = Cash Flow + Funding + Fee Paid, and Wallet Balance is the balance of that
currency after the line. Lines have no ids: one is told from another by what it says, and identical
ones by their number of occurrence. A spot trade is two lines, one for each currency.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ledger.adapters.rows import Row, read_rows
from ledger.adapters.statement import Batch, Statement, StatementAsset, StatementLine
from ledger.events import AssetKind, MovementKind
from ledger.instants import Instant
from ledger.numbers import AMOUNT_DECIMALS_MAX, Amount, negate, total, write_amount

COLUMNS = (
    "Currency",
    "Contract",
    "Type",
    "Direction",
    "Quantity",
    "Position",
    "Filled Price",
    "Funding",
    "Fee Paid",
    "Cash Flow",
    "Change",
    "Wallet Balance",
    "Action",
    "Time(UTC)",
)

KINDS = {
    "TRANSFER_IN": MovementKind.TRANSFER,
    "TRANSFER_OUT": MovementKind.TRANSFER,
    "TRADE": MovementKind.TRADE,
    "SETTLEMENT": MovementKind.FUNDING,
    "DELIVERY": MovementKind.DELIVERY,
    "LIQUIDATION": MovementKind.LIQUIDATION,
    "ADL": MovementKind.DELEVERAGING,
    "INTEREST": MovementKind.INTEREST,
    "BONUS": MovementKind.BONUS,
    "AIRDROP": MovementKind.BONUS,
    "FEE_REFUND": MovementKind.BONUS,
    "BONUS_RECOLLECT": MovementKind.CORRECTION,
    "AUTO_DEDUCTION": MovementKind.CORRECTION,
    "CURRENCY_BUY": MovementKind.CONVERSION,
    "CURRENCY_SELL": MovementKind.CONVERSION,
    "CONVERT": MovementKind.CONVERSION,
    "AUTO_SOLD_COLLATERAL_INS_LOAN": MovementKind.CONVERSION,
    "AUTO_BUY_LIABILITY_INS_LOAN": MovementKind.CONVERSION,
    "BORROW": MovementKind.LOAN,
    "REPAY": MovementKind.LOAN,
    "BORROWED_AMOUNT_INS_LOAN": MovementKind.LOAN,
    "PRINCIPLE_REPAYMENT_INS_LOAN": MovementKind.LOAN,
    "AUTO_PRINCIPLE_REPAYMENT_INS_LOAN": MovementKind.LOAN,
    "INTEREST_REPAYMENT_INS_LOAN": MovementKind.INTEREST,
    "AUTO_INTEREST_REPAYMENT_INS_LOAN": MovementKind.INTEREST,
    "TRANSFER_IN_INS_LOAN": MovementKind.TRANSFER,
    "TRANSFER_OUT_INS_LOAN": MovementKind.TRANSFER,
    "CUSTODY_LOCK": MovementKind.CUSTODY,
    "CUSTODY_UNLOCK": MovementKind.CUSTODY,
}
"""Our word for each Type; a line of any other type is quarantined."""

FIAT = frozenset({
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK",
    "EUR", "GBP", "GEL", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KES", "KRW", "KZT",
    "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "SAR", "SEK", "SGD",
    "THB", "TRY", "TWD", "UAH", "USD", "UZS", "VND", "ZAR",
})  # fmt: skip
"""ISO 4217 codes of the currencies that venues of this kind take."""

_time = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_EXAMPLE = "2026-06-05 08:22:50"


class _Leg(NamedTuple):
    """A row with the figures that are needed more than once."""

    row: Row
    at: Instant
    quantity: Amount
    cash_flow: Amount
    change: Amount
    balance: Amount
    fee: Amount


def read_statement(data: bytes) -> Statement:
    """Read a statement of a unified account; raises `Malformed` with line, field and remedy."""
    legs = _oldest_first([_leg(row) for row in read_rows(data, COLUMNS)])
    _check_pairs(legs)
    lines = tuple(_lines(legs))
    return Statement(
        venue="bybit",
        lines=lines,
        batches=tuple(
            Batch(index, line.at, line.asset, leg.balance, (line,))
            for index, (line, leg) in enumerate(zip(lines, legs, strict=True))
        ),
        assets=tuple(
            StatementAsset(name, AMOUNT_DECIMALS_MAX, _kind_of(name))
            for name in sorted({line.asset for line in lines})
        ),
        time_field="Time(UTC)",
        amount_field="Change",
        balance_field="Wallet Balance",
    )


def _leg(row: Row) -> _Leg:
    leg = _Leg(
        row=row,
        at=row.instant("Time(UTC)", _time, _EXAMPLE),
        quantity=row.amount("Quantity"),
        cash_flow=row.amount("Cash Flow"),
        change=row.amount("Change"),
        balance=row.amount("Wallet Balance"),
        fee=row.amount("Fee Paid"),
    )
    parts = total((leg.cash_flow, row.amount("Funding"), leg.fee))
    if parts != leg.change:
        raise row.malformed(
            "Change, Cash Flow, Funding, Fee Paid",
            f"Cash Flow + Funding + Fee Paid is {write_amount(parts)}, but Change says "
            f"{write_amount(leg.change)}: "
            "export the file again",
        )
    return leg


def _oldest_first(legs: list[_Leg]) -> list[_Leg]:
    """Turn the file round, unless it runs from old to new; within a second its order counts."""
    dates = [leg.at for leg in legs]
    rising = dates[0] < dates[-1] and dates == sorted(dates)
    if rising:
        return legs
    return [leg for _, leg in sorted(enumerate(legs), key=lambda item: (item[1].at, -item[0]))]


def _check_pairs(legs: list[_Leg]) -> None:
    """Refuse a leg of a spot trade without its other leg: the file was cut between the two."""
    trades: dict[tuple[Instant, str, str, str], dict[str, list[Row]]] = {}
    for leg in legs:
        fields = leg.row.fields
        if fields["Type"] == "TRADE" and leg.quantity and leg.quantity == leg.cash_flow:
            trade = (leg.at, fields["Contract"], fields["Filled Price"], fields["Direction"])
            trades.setdefault(trade, {}).setdefault(fields["Currency"], []).append(leg.row)
    for (_, contract, _, _), by_currency in trades.items():
        counts = {len(rows) for rows in by_currency.values()}
        if len(by_currency) != 2 or len(counts) != 1:  # noqa: PLR2004 - base and quote currency
            lone = max(by_currency.values(), key=len)[-1]
            raise lone.malformed(
                "Contract",
                f"this leg of a spot trade in {contract[:40]!r} lacks its other leg (same Time, "
                "Contract, Filled Price and Direction): the file was cut; export it again",
            )


def _lines(legs: list[_Leg]) -> Iterator[StatementLine]:
    copies: Counter[str] = Counter()
    for leg in legs:
        digest = _digest(leg)
        copies[digest] += 1
        yield _line(leg, f"{digest}:{copies[digest]}")


def _digest(leg: _Leg) -> str:
    """Tell a line by what it says: time, currency, contract, type, change and balance after."""
    fields = leg.row.fields
    words = (str(leg.at), fields["Currency"], fields["Contract"], fields["Type"])
    said = (*words, write_amount(leg.change), write_amount(leg.balance))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _line(leg: _Leg, key: str) -> StatementLine:
    row = leg.row
    venue_kind = row.word("Type")
    return StatementLine(
        number=row.number,
        raw=row.raw,
        key=key,
        at=leg.at,
        asset=_asset(row),
        amount=leg.change,
        balance=leg.balance,
        venue_kind=venue_kind,
        reference=key,
        kind=KINDS.get(venue_kind),
        status=None,
        happened_at=None,
        instrument=row.word_or_none("Contract"),
        order_id=None,
        fee=negate(leg.fee) if leg.fee else None,
    )


def _asset(row: Row) -> str:
    name = row.word("Currency")
    if not (name.isalnum() and name == name.upper()):
        raise row.malformed("Currency", f"{name!r} is not a currency code such as BTC or EUR")
    return name


def _kind_of(asset: str) -> AssetKind:
    return AssetKind.FIAT if asset in FIAT else AssetKind.VIRTUAL_ASSET
