"""Every execution, one row per side, and every bust and correction with what it posts.

`last_quantity` is what was executed and, where a row puts another right, below zero what no longer
is: cost, profit, fee and quantity add up over the rows of an execution. `exec_type` and
`liquidity_code` are those of FIX 150 and 851. What another venue executed on a mirror stands here
under that venue's own id, with its `kind`.
"""

from typing import Any

from ledger.events import FillBusted, FillCorrected, OrderFilled, Recorded, VenueExecution
from ledger.fix import EXEC_TYPES, LIQUIDITY_INDICATORS
from ledger.numbers import negate
from projections.change import Row
from projections.copying import WORDS
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "execution_id",
    "exec_type",
    "corrects",
    "at",
    "recorded_at",
    "trade_id",
    "order_id",
    "account",
    "client",
    "instrument",
    "side",
    "last_quantity",
    "last_price",
    "liquidity",
    "liquidity_code",
    "cost",
    "asset",
    "realized_profit",
    "fee",
    "status",
    "cumulative_quantity",
    "leaves_quantity",
    "position_quantity",
    "position_cost",
    "venue",
    "kind",
    "segregation",
    "affiliate",
    "employee",
    "reason",
    "proposal",
    "flags",
)


def rows(recorded: Recorded) -> tuple[Row, ...]:
    """Show a fill, what puts one right, or what another venue executed."""
    event: Any = recorded.event
    match event:
        case OrderFilled():
            quantity, price = event.last_quantity, event.last_price
        case FillBusted():
            quantity, price = negate(event.quantity), event.price
        case FillCorrected():
            quantity, price = negate(event.quantity), event.last_price
        case VenueExecution():
            quantity, price = event.quantity, event.price
        case _:
            return ()
    liquidity, approval = getattr(event, "liquidity", None), getattr(event, "approval", None)
    values = {
        "sequence": recorded.sequence,
        "exec_type": EXEC_TYPES.get(type(event)),
        "corrects": recorded.corrects,
        "at": recorded.at,
        "recorded_at": recorded.recorded_at,
        "last_quantity": quantity,
        "last_price": price,
        "execution_id": _execution_id(event),
        "liquidity": liquidity and liquidity.value,
        "liquidity_code": liquidity and LIQUIDITY_INDICATORS[liquidity],
        "proposal": approval and approval.proposal,
        "flags": " ".join(event.flags) or None,
    }
    return (tuple(values[n] if n in values else _said(event, n) for n in COLUMNS),)


def _execution_id(event: Any) -> str:
    if isinstance(event, VenueExecution):
        return event.execution_id
    return f"{event.trade_id}/{event.side.value}"


def _said(event: Any, name: str) -> Any:
    """Give what the event itself says under the name of a column, if it does."""
    value = getattr(event, name, None)
    if isinstance(value, bool):
        return WORDS[value]
    return str(value) if isinstance(value, str) else value


view = Listing("executions", COLUMNS, rows)
