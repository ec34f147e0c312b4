"""The journal: every leg of every record, debit or credit, in the order of reading."""

from collections.abc import Iterator

from ledger.events import Recorded
from ledger.journal import postings
from ledger.numbers import ZERO, negate
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "id",
    "at",
    "account",
    "segregation",
    "asset",
    "debit",
    "credit",
    "type",
    "command",
    "corrects",
)


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show each leg on its side; the other side is empty."""
    for leg in postings(recorded.event):
        on_debit_side = leg.amount >= ZERO
        yield (
            recorded.sequence,
            recorded.id,
            recorded.at,
            leg.account,
            leg.segregation.value,
            leg.asset,
            leg.amount if on_debit_side else None,
            None if on_debit_side else negate(leg.amount),
            recorded.type,
            recorded.command,
            recorded.corrects,
        )


view = Listing("journal", COLUMNS, rows)
