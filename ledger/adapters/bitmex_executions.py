"""BitMEX: executions and settlements of contracts as CSV, their cost as the venue booked it.

`execCost` is what an execution was worth, in minor units of the settlement currency, signed as
bought. It stands whatever the printed price says: of real rows one in five does not follow from
`lastPx`, which is rounded for show. An executions file has quanto contracts settled in bitcoin; a
settlements file names the currency of each line.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from ledger.adapters.bitmex_currencies import CURRENCIES
from ledger.adapters.bitmex_fields import currency_of, instant, reference_of
from ledger.adapters.executions import Execution
from ledger.adapters.rows import Row, read_rows
from ledger.adapters.statement import Statement, StatementAsset
from ledger.errors import Malformed
from ledger.events import AssetKind, ExecutionKind
from ledger.numbers import ZERO, Amount, add, as_amount, magnitude, write_amount

EXECUTIONS = (
    "event_time",
    "execID",
    "orderID",
    "trdMatchID",
    "symbol",
    "side",
    "signed_contract_qty",
    "price",
    "lastPx",
    "avgPx",
    "execCost",
    "configured_multiplier_raw",
    "homeNotional",
    "foreignNotional",
    "cumQty",
    "lastQty",
)
SETTLEMENTS = (
    "source_row_number", "event_time", "timestamp", "transactTime", "execID", "execType", "symbol",
    "side", "instrument_typ", "instrument_class", "instrument_metadata_listing",
    "instrument_metadata_expiry", "instrument_metadata_settle", "instrument_metadata_status",
    "orderQty", "lastQty", "cumQty", "leavesQty", "price", "lastPx", "avgPx", "currency",
    "settlCurrency", "execCost", "execComm", "realisedPnl", "homeNotional", "foreignNotional",
    "orderID", "order_join_status", "position_before", "signed_contract_qty", "position_after",
    "action", "settled_position_effect", "settlement_status", "settlement_reason",
    "settlement_resolution_method", "evidence_status", "evidence_source_url",
    "normalization_status", "normalization_reason",
)  # fmt: skip
SIDES = {"Buy": True, "Sell": False}
_BITCOIN = "XBt"
_price = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?(e-[0-9]{1,2})?", re.ASCII)
"""Python wrote some of the settlements, and small prices with an exponent."""


def read_executions(data: bytes) -> Statement:
    """Read an executions file; raises `Malformed` with line, field and remedy."""
    return _statement("event_time", map(_execution, read_rows(data, EXECUTIONS)), {_BITCOIN})


def read_settlements(data: bytes) -> Statement:
    """Read a settlements file; raises `Malformed` with line, field and remedy."""
    rows = read_rows(data, SETTLEMENTS)
    settled = [_settlement(row) for row in rows]
    return _statement("timestamp", settled, {row.fields["settlCurrency"] for row in rows})


READERS: dict[tuple[str, ...], Callable[[bytes], Statement]] = {
    EXECUTIONS: read_executions,
    SETTLEMENTS: read_settlements,
}


def _statement(time_field: str, executions: Iterable[Execution], currencies: set[str]) -> Statement:
    ordered = sorted(executions, key=lambda execution: (execution.at, execution.number))
    _check_ids(ordered)
    return Statement(
        venue="bitmex",
        lines=(),
        batches=(),
        assets=tuple(
            StatementAsset(*CURRENCIES[currency], AssetKind.VIRTUAL_ASSET)
            for currency in sorted(currencies)
        ),
        time_field=time_field,
        executions=tuple(ordered),
    )


def _execution(row: Row) -> Execution:
    asset, scale = CURRENCIES[_BITCOIN]
    multiplier = row.minor("configured_multiplier_raw", scale)
    if multiplier <= ZERO:
        raise row.malformed("configured_multiplier_raw", "a contract is worth more than nothing")
    reference = reference_of(row, "execID")
    return Execution(
        number=row.number,
        raw=row.raw,
        key=f"execution:{reference}",
        at=instant(row, "event_time"),
        kind=ExecutionKind.TRADE,
        execution_id=reference,
        instrument=row.identifier("symbol"),
        quantity=_quantity(row),
        price=_price_of(row),
        asset=asset,
        cost=row.minor("execCost", scale),
        multiplier=multiplier,
        order_id=row.word_or_none("orderID"),
    )


def _settlement(row: Row) -> Execution:
    if row.fields["execType"] != "Settlement":
        problem = f"{row.fields['execType'][:40]!r} where every line is a Settlement"
        raise row.malformed("execType", problem)
    asset, scale = currency_of(row, "settlCurrency")
    reference = reference_of(row, "execID")
    return Execution(
        number=row.number,
        raw=row.raw,
        key=f"execution:{reference}",
        at=instant(row, "timestamp"),
        kind=ExecutionKind.SETTLEMENT,
        execution_id=reference,
        instrument=row.identifier("symbol"),
        quantity=_quantity(row),
        price=_price_of(row),
        asset=asset,
        cost=row.minor("execCost", scale),
        order_id=row.word_or_none("orderID"),
        happened_at=instant(row, "transactTime"),
        position_before=_position_before(row),
    )


def _quantity(row: Row) -> Amount:
    """Read a signed number of contracts, which `side` and `lastQty` repeat."""
    quantity = row.minor("signed_contract_qty", 0)
    side = row.fields["side"]
    if side not in SIDES:
        raise row.malformed("side", f"{side[:40]!r} is no side; known are {', '.join(SIDES)}")
    if not quantity or (quantity > ZERO) is not SIDES[side]:
        problem = f"{write_amount(quantity)} is not what was done by a {side}: export it again"
        raise row.malformed("signed_contract_qty", problem)
    last = row.minor("lastQty", 0)
    if last != magnitude(quantity):
        problem = (
            f"{write_amount(quantity)}, but lastQty says {write_amount(last)}: export it again"
        )
        raise row.malformed("signed_contract_qty, lastQty", problem)
    return quantity


def _price_of(row: Row) -> Amount:
    text = row.fields["lastPx"]
    if _price.fullmatch(text) is None:
        raise row.malformed("lastPx", f"{text[:40]!r} is not a price such as 0.02571")
    price = row.read("lastPx", lambda plain: as_amount(Decimal(plain)))
    if not price:
        raise row.malformed("lastPx", "a price is above zero")
    return price


def _position_before(row: Row) -> Amount:
    """Read what was held, which the settlement must bring to what the line says is left."""
    before, after = row.minor("position_before", 0), row.minor("position_after", 0)
    settled = row.minor("signed_contract_qty", 0)
    if add(before, settled) != after:
        problem = (
            f"{write_amount(settled)} on {write_amount(before)} leaves "
            f"{write_amount(add(before, settled))}, but position_after says {write_amount(after)}: "
            "export the file again"
        )
        raise row.malformed("position_before, signed_contract_qty, position_after", problem)
    return before


def _check_ids(executions: list[Execution]) -> None:
    """Refuse two lines with one id."""
    seen: dict[str, int] = {}
    for execution in sorted(executions, key=lambda execution: execution.number):
        first = seen.setdefault(execution.execution_id, execution.number)
        if first != execution.number:
            reference = execution.execution_id
            problem = f"{reference} stands on line {first} already: remove the second copy"
            raise Malformed("execID", problem, execution.number)
