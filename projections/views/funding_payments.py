"""What every account paid (below zero) or received for every funding interval.

`fixed` is the record of the rate; the sum over the accounts of an interval stands in `funding`.
"""

from ledger.events import FundingSettled, Recorded
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "account",
    "client",
    "instrument",
    "until",
    "quantity",
    "mark_price",
    "rate",
    "amount",
    "asset",
    "segregation",
    "fixed",
    "flags",
)


def rows(recorded: Recorded) -> tuple[Row, ...]:
    """Show a payment as it is recorded."""
    event = recorded.event
    if not isinstance(event, FundingSettled):
        return ()
    row = (
        recorded.sequence,
        recorded.at,
        recorded.recorded_at,
        event.account,
        event.client,
        event.instrument,
        event.until,
        event.quantity,
        event.mark_price,
        event.rate,
        event.amount,
        event.asset,
        event.segregation.value,
        event.fixed,
        " ".join(event.flags) or None,
    )
    return (row,)


view = Listing("funding_payments", COLUMNS, rows)
