"""Double entry: the balanced legs of every event, transcribed from what the event carries.

`postings` never looks anything up and never decides. The legs of one event sum to zero in every
asset; the log refuses an event whose legs do not.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from ledger.chart import Segregation, account_name, in_holders_favour
from ledger.events import (
    CashDeposited,
    CashTransferred,
    CashWithdrawn,
    Event,
    JournalPosted,
    MovementCorrected,
    VenueLineQuarantined,
    VenueMovement,
)
from ledger.numbers import EXACT, ZERO, Amount, as_total, negate


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One side of an entry: `amount` in units of `asset`, debit positive, credit negative."""

    account: str
    segregation: Segregation
    asset: str
    amount: Amount


Legs: TypeAlias = tuple[Leg, ...]


def _entry(
    holder: tuple[Segregation, str], other: tuple[Segregation, str], asset: str, amount: Amount
) -> Legs:
    """Post `amount`, signed in the holder's favour: his account is credited, the other debited."""
    return (
        Leg(account_name(*holder), holder[0], asset, negate(amount)),
        Leg(account_name(*other), other[0], asset, amount),
    )


def _deposited(event: CashDeposited) -> Legs:
    outside = (Segregation.EXTERNAL, event.source)
    return _entry((event.segregation, event.account), outside, event.asset, event.amount)


def _withdrawn(event: CashWithdrawn) -> Legs:
    outside = (Segregation.EXTERNAL, event.destination)
    return _entry((event.segregation, event.account), outside, event.asset, negate(event.amount))


def _transferred(event: CashTransferred) -> Legs:
    clearing = (Segregation.CLEARING, "transfer")
    return _entry((event.segregation, event.account), clearing, event.asset, event.amount)


def _journalled(event: JournalPosted) -> Legs:
    """A line's amount is as its class shows it, so that the world outside is debited by plus."""
    leg = in_holders_favour(event.segregation, event.amount)
    clearing = Segregation.CLEARING
    return (
        Leg(account_name(event.segregation, event.owner), event.segregation, event.asset, leg),
        Leg(account_name(clearing, "journal"), clearing, event.asset, negate(leg)),
    )


def _corrected(event: MovementCorrected) -> Legs:
    other = (event.counterparty_segregation, event.counterparty)
    return _entry((event.segregation, event.account), other, event.asset, event.amount)


def _moved_at_venue(event: VenueMovement) -> Legs:
    outside = (Segregation.EXTERNAL, event.venue)
    return _entry((event.segregation, event.account), outside, event.asset, event.amount)


def _quarantined(event: VenueLineQuarantined) -> Legs:
    suspense = (Segregation.SUSPENSE, event.venue)
    return _entry((event.segregation, event.account), suspense, event.asset, event.amount)


_POSTINGS: dict[type[Event], Callable[[Any], Legs]] = {
    CashDeposited: _deposited,
    CashWithdrawn: _withdrawn,
    CashTransferred: _transferred,
    JournalPosted: _journalled,
    MovementCorrected: _corrected,
    VenueMovement: _moved_at_venue,
    VenueLineQuarantined: _quarantined,
}


def postings(event: Event) -> Legs:
    """List the legs of an event; none for an event that moves nothing."""
    post = _POSTINGS.get(type(event))
    return post(event) if post else ()


def imbalance(legs: Legs) -> dict[str, Amount]:
    """Sum legs per asset and return what is not zero: empty for a balanced entry."""
    sums: dict[str, Decimal] = {}
    for leg in legs:
        sums[leg.asset] = EXACT.add(sums.get(leg.asset, ZERO), leg.amount)
    return {asset: as_total(amount) for asset, amount in sums.items() if amount}
