"""Every pledge, release, substitution and conversion, and the authority that it rests on.

There is a row for each asset: a substitution has two. `amount` is below zero where the asset goes
free, so amounts add up to `pledged`, which is what is pledged after it.
"""

from collections.abc import Iterator

from ledger.events import (
    CollateralConverted,
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    Recorded,
)
from ledger.numbers import Amount, negate
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "kind",
    "account",
    "asset",
    "amount",
    "pledged",
    "authority",
    "segregation",
    "command",
)

MOVEMENTS = CollateralPledged | CollateralReleased | CollateralSubstituted | CollateralConverted


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show what moved of each asset."""
    event = recorded.event
    if not isinstance(event, MOVEMENTS):
        return
    for kind, asset, amount, pledged in _moved(event):
        yield (
            recorded.sequence,
            recorded.at,
            recorded.recorded_at,
            kind,
            event.account,
            asset,
            amount,
            pledged,
            None if isinstance(event, CollateralConverted) else event.authority,
            event.segregation.value,
            recorded.command,
        )


def _moved(event: MOVEMENTS) -> Iterator[tuple[str, str, Amount, Amount]]:
    match event:
        case CollateralPledged():
            yield "pledge", event.asset, event.amount, event.pledged
        case CollateralReleased():
            yield "release", event.asset, negate(event.amount), event.pledged
        case CollateralConverted() if event.from_pledge:
            yield "conversion", event.asset, negate(event.from_pledge), event.pledged
        case CollateralSubstituted():
            yield "substitution", event.asset, negate(event.amount), event.pledged
            yield "substitution", event.with_asset, event.with_amount, event.with_pledged


view = Listing("collateral_movements", COLUMNS, rows)
