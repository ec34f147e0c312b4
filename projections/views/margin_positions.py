"""Every position of every evaluation: what it was worth at its mark, and what it needed and why.

Amounts are in units of its settlement asset, `asset`. `terms`, `mark`, `schedule` and the sources
are sequences, 0 where there is none.
"""

from enum import Enum
from typing import Any

from ledger.events import MarginEvaluated, PositionMargin, Recorded
from projections.change import Row
from projections.listing import Listing

OF_A_POSITION = PositionMargin.__struct_fields__
COLUMNS = ("sequence", "at", "recorded_at", "account", "client", *OF_A_POSITION)


def rows(recorded: Recorded) -> tuple[Row, ...]:
    """Show every position as it was evaluated."""
    event = recorded.event
    if not isinstance(event, MarginEvaluated):
        return ()
    begins = (
        recorded.sequence,
        recorded.at,
        recorded.recorded_at,
        event.account,
        event.client,
    )
    return tuple((*begins, *_said(position)) for position in event.positions)


def _said(position: PositionMargin) -> tuple[Any, ...]:
    """Give all that is said of a position, modes and rungs as text."""
    said = (getattr(position, name) for name in OF_A_POSITION)
    return tuple(value.value if isinstance(value, Enum) else value for value in said)


view = Listing("margin_positions", COLUMNS, rows)
