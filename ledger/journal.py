"""Double entry: the balanced legs of every event, transcribed from what the event carries.

`postings` never looks anything up and never decides. The legs of one event sum to zero in every
asset; the log refuses an event whose legs do not.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from ledger.chart import (
    Segregation,
    account_name,
    in_holders_favour,
    pledge_owner,
    position_owner,
)
from ledger.events import (
    BackstopSettled,
    BackstopTraded,
    CashDeposited,
    CashTransferred,
    CashWithdrawn,
    CollateralConverted,
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    Event,
    FillBusted,
    FillCorrected,
    FundingIntervalSettled,
    FundingSettled,
    JournalPosted,
    LiquidationFeeCharged,
    LiquidationSurplusReturned,
    LossAllocated,
    MovementCorrected,
    OrderFilled,
    PositionDeleveraged,
    PositionTakenOver,
    ReserveFundContributed,
    ReserveFundDrawn,
    Side,
    VenueExecution,
    VenueLineQuarantined,
    VenueMovement,
)
from ledger.numbers import EXACT, ZERO, Amount, add, as_total, negate, subtract


class Leg(msgspec.Struct, frozen=True, gc=False):
    """One side of an entry: `amount` in units of `asset`, debit positive, credit negative."""

    account: str
    segregation: Segregation
    asset: str
    amount: Amount


Legs: TypeAlias = tuple[Leg, ...]
Passed: TypeAlias = PositionTakenOver | PositionDeleveraged | BackstopTraded
"""A side of a position that passed between two accounts outside the book."""
Positioned: TypeAlias = OrderFilled | FillBusted | FillCorrected | Passed
"""Whatever says what an account holds of a contract afterwards, but for mirrors."""


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


def _filled(event: OrderFilled) -> Legs:
    quantity = event.last_quantity if event.side is Side.BUY else negate(event.last_quantity)
    return _traded(event, quantity)


def _put_right(event: FillBusted | FillCorrected) -> Legs:
    """Take back what no longer was executed; what is posted stands in the event."""
    quantity = negate(event.quantity) if event.side is Side.BUY else event.quantity
    return _traded(event, quantity)


def _traded(event: OrderFilled | FillBusted | FillCorrected, quantity: Amount) -> Legs:
    """Pass quantity and cost through CLEARING; realized profit and the fee stay with the account.

    A spot trade delivers into cash; any other moves the position, which holds the instrument
    itself and, against it, what was paid for it.
    """
    holder = (event.segregation, event.account)
    clearing = (Segregation.CLEARING, "trade")
    income = (Segregation.FEE_INCOME, "trading")
    asset, paid = event.asset, negate(event.cost)
    if event.base is not None:
        return (
            *_moving(holder, clearing, event.base, quantity),
            *_moving(holder, clearing, asset, paid),
            *_moving(holder, income, asset, negate(event.fee)),
        )
    position = (event.segregation, position_owner(event.account, event.instrument))
    return (
        *_moving(position, clearing, event.instrument, quantity),
        *_moving(position, clearing, asset, paid),
        *_moving(holder, position, asset, event.realized_profit),
        *_moving(holder, income, asset, negate(event.fee)),
    )


def _executed_at_venue(event: VenueExecution) -> Legs:
    """Move quantity and cost of a mirror; the profit is left to the venue's own statement."""
    quantity = event.quantity if event.side is Side.BUY else negate(event.quantity)
    outside = (Segregation.EXTERNAL, event.venue)
    position = (event.segregation, position_owner(event.account, event.instrument))
    paid = negate(add(event.cost, event.realized_profit))
    return (
        *_moving(position, outside, event.instrument, quantity),
        *_moving(position, outside, event.asset, paid),
    )


def _funding_paid(event: FundingSettled) -> Legs:
    """Pass what a holder pays or receives through CLEARING."""
    clearing = (Segregation.CLEARING, "funding")
    return _moving((event.segregation, event.account), clearing, event.asset, event.amount)


def _funding_rounded(event: FundingIntervalSettled) -> Legs:
    """Take what is left of an interval out of CLEARING: what waits in suspense, and rounding."""
    clearing = (Segregation.CLEARING, "funding")
    waiting, rounding = (Segregation.SUSPENSE, "funding"), (Segregation.ROUNDING, "funding")
    return (
        *_moving(waiting, clearing, event.asset, event.suspended_amount),
        *_moving(rounding, clearing, event.asset, event.residual),
    )


def _pledged(event: CollateralPledged) -> Legs:
    pledge = (event.segregation, pledge_owner(event.account))
    return _entry(pledge, (event.segregation, event.account), event.asset, event.amount)


def _released(event: CollateralReleased) -> Legs:
    pledge = (event.segregation, pledge_owner(event.account))
    return _entry((event.segregation, event.account), pledge, event.asset, event.amount)


def _substituted(event: CollateralSubstituted) -> Legs:
    """Let one asset come under the pledge, and another go."""
    holder = (event.segregation, event.account)
    pledge = (event.segregation, pledge_owner(event.account))
    return (
        *_entry(pledge, holder, event.with_asset, event.with_amount),
        *_entry(holder, pledge, event.asset, event.amount),
    )


def _passed(event: Passed) -> Legs:
    """Pass a position between two accounts outside the book, quantity and cost."""
    holder, clearing = (event.segregation, event.account), (Segregation.CLEARING, "liquidation")
    position = (event.segregation, position_owner(event.account, event.instrument))
    quantity = event.quantity if event.side is Side.BUY else negate(event.quantity)
    return (
        *_moving(position, clearing, event.instrument, quantity),
        *_moving(position, clearing, event.asset, negate(event.cost)),
        *_moving(holder, position, event.asset, event.realized_profit),
    )


def _received(event: LiquidationSurplusReturned | BackstopSettled) -> Legs:
    clearing = (Segregation.CLEARING, "liquidation")
    return _moving((event.segregation, event.account), clearing, event.asset, event.amount)


def _paid(event: LiquidationFeeCharged | LossAllocated) -> Legs:
    clearing = (Segregation.CLEARING, "liquidation")
    return _moving((event.segregation, event.account), clearing, event.asset, negate(event.amount))


def _converted(event: CollateralConverted) -> Legs:
    """Let collateral go, from what is pledged and what is not, and cash come."""
    holder, clearing = (event.segregation, event.account), (Segregation.CLEARING, "liquidation")
    pledge = (event.segregation, pledge_owner(event.account))
    free = subtract(event.quantity, event.from_pledge)
    return (
        *_moving(pledge, clearing, event.asset, negate(event.from_pledge)),
        *_moving(holder, clearing, event.asset, negate(free)),
        *_moving(holder, clearing, event.into, event.proceeds),
    )


def _contributed(event: ReserveFundContributed) -> Legs:
    clearing = (Segregation.CLEARING, "transfer" if event.case is None else "liquidation")
    return _moving((Segregation.RESERVE_FUND, event.asset), clearing, event.asset, event.amount)


def _drawn(event: ReserveFundDrawn) -> Legs:
    fund, clearing = (Segregation.RESERVE_FUND, event.asset), (Segregation.CLEARING, "liquidation")
    return _moving(fund, clearing, event.asset, negate(event.amount))


def _moving(
    holder: tuple[Segregation, str], other: tuple[Segregation, str], asset: str, amount: Amount
) -> Legs:
    """Post an entry, or nothing where nothing moves."""
    return _entry(holder, other, asset, amount) if amount else ()


_POSTINGS: dict[type[Event], Callable[[Any], Legs]] = {
    CashDeposited: _deposited,
    CashWithdrawn: _withdrawn,
    CashTransferred: _transferred,
    JournalPosted: _journalled,
    MovementCorrected: _corrected,
    VenueMovement: _moved_at_venue,
    VenueLineQuarantined: _quarantined,
    OrderFilled: _filled,
    FillBusted: _put_right,
    FillCorrected: _put_right,
    VenueExecution: _executed_at_venue,
    FundingSettled: _funding_paid,
    FundingIntervalSettled: _funding_rounded,
    CollateralPledged: _pledged,
    CollateralReleased: _released,
    CollateralSubstituted: _substituted,
    CollateralConverted: _converted,
    PositionTakenOver: _passed,
    PositionDeleveraged: _passed,
    BackstopTraded: _passed,
    BackstopSettled: _received,
    LiquidationSurplusReturned: _received,
    LiquidationFeeCharged: _paid,
    LossAllocated: _paid,
    ReserveFundContributed: _contributed,
    ReserveFundDrawn: _drawn,
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
