"""An order's whole life: where it stands, and the one table of what may befall it there."""

from enum import Enum

import msgspec

from ledger.events import OrderStatus, OrderType, Side, TimeInForce
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount, add, subtract


class Stage(Enum):
    """Where an order stands; only the first five may still be filled or canceled."""

    __hash__ = object.__hash__  # of one object each: the way of every table look-up, made short

    RECEIVED = "received"
    OPEN = "open"
    AMENDING = "amending"
    CANCELING = "canceling"
    AMENDING_AND_CANCELING = "amending and canceling"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"


class Step(Enum):
    """What may befall an order."""

    __hash__ = object.__hash__  # as above

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    AMEND_REQUESTED = "amend requested"
    AMENDED = "amended"
    AMEND_REJECTED = "amend rejected"
    CANCEL_REQUESTED = "cancel requested"
    CANCEL_REJECTED = "cancel rejected"
    CANCELED = "canceled"
    TRIGGERED = "triggered"
    EXPIRED = "expired"
    RESTATED = "restated"
    PARTIALLY_FILLED = "partially filled"
    FILLED = "filled"
    BUSTED = "busted"
    CORRECTED = "corrected"


def _working(stage: Stage, **others: Stage) -> dict[Step, Stage]:
    """What may befall an order that works at the venue, wherever else it stands."""
    return {
        Step.CANCELED: Stage.CANCELED,
        Step.EXPIRED: Stage.EXPIRED,
        Step.FILLED: Stage.FILLED,
        Step.PARTIALLY_FILLED: stage,
        Step.TRIGGERED: stage,
        Step.RESTATED: stage,
        Step.BUSTED: stage,
        Step.CORRECTED: stage,
        **{Step[name.upper()]: after for name, after in others.items()},
    }


TRANSITIONS: dict[Stage, dict[Step, Stage]] = {
    Stage.RECEIVED: {Step.ACCEPTED: Stage.OPEN, Step.REJECTED: Stage.REJECTED},
    Stage.OPEN: _working(
        Stage.OPEN, amend_requested=Stage.AMENDING, cancel_requested=Stage.CANCELING
    ),
    Stage.AMENDING: _working(
        Stage.AMENDING,
        amended=Stage.OPEN,
        amend_rejected=Stage.OPEN,
        cancel_requested=Stage.AMENDING_AND_CANCELING,
    ),
    Stage.CANCELING: _working(Stage.CANCELING, cancel_rejected=Stage.OPEN),
    Stage.AMENDING_AND_CANCELING: _working(
        Stage.AMENDING_AND_CANCELING,
        amended=Stage.CANCELING,
        amend_rejected=Stage.CANCELING,
        cancel_rejected=Stage.AMENDING,
    ),
    # A fill that the venue made before it canceled may be told after it; a busted one is not
    # worked again.
    Stage.FILLED: {Step.BUSTED: Stage.CANCELED, Step.CORRECTED: Stage.FILLED},
    Stage.CANCELED: {
        Step.PARTIALLY_FILLED: Stage.CANCELED,
        Step.FILLED: Stage.FILLED,
        Step.BUSTED: Stage.CANCELED,
        Step.CORRECTED: Stage.CANCELED,
    },
    Stage.EXPIRED: {
        Step.PARTIALLY_FILLED: Stage.EXPIRED,
        Step.FILLED: Stage.FILLED,
        Step.BUSTED: Stage.EXPIRED,
        Step.CORRECTED: Stage.EXPIRED,
    },
    Stage.REJECTED: {},
}
"""By stage and step the next stage; a step that is not there is contradictory."""

WORKING = frozenset(stage for stage, steps in TRANSITIONS.items() if Step.RESTATED in steps)
"""The stages in which an order works at the venue."""

_STATUS = {
    Stage.RECEIVED: OrderStatus.PENDING_NEW,
    Stage.AMENDING: OrderStatus.PENDING_REPLACE,
    Stage.CANCELING: OrderStatus.PENDING_CANCEL,
    Stage.AMENDING_AND_CANCELING: OrderStatus.PENDING_CANCEL,
    Stage.FILLED: OrderStatus.FILLED,
    Stage.CANCELED: OrderStatus.CANCELED,
    Stage.EXPIRED: OrderStatus.EXPIRED,
    Stage.REJECTED: OrderStatus.REJECTED,
}


def status_of(stage: Stage, cumulative: Amount) -> OrderStatus:
    """Give the word of FIX 39 for where an order stands: pending words come before all others."""
    if stage is Stage.OPEN:
        return OrderStatus.PARTIALLY_FILLED if cumulative else OrderStatus.NEW
    return _STATUS[stage]


class Asked(msgspec.Struct, frozen=True, gc=False):
    """What a client asked that an order should be, and what is reserved either way.

    `leaves` and `hold` as they would be had the venue changed it at once, and as they were before,
    when `cumulative` was executed.
    """

    quantity: Amount
    price: Amount | None
    stop_price: Amount | None
    expires_at: Instant | None
    client_order_id: str | None
    cumulative: Amount
    leaves: Amount
    hold: Amount
    leaves_before: Amount
    hold_before: Amount


class Order(msgspec.Struct, frozen=True, gc=False):
    """All that a decision may know of an order; quantities in contracts, prices in the quote.

    `leaves` still works, `cumulative` was executed, `canceled` never will be: together `quantity`.
    `hold` is what is reserved of `held_asset`; `asked` is a change that waits for the venue.
    """

    instrument: str
    side: Side
    order_type: OrderType
    time_in_force: TimeInForce
    quantity: Amount
    leaves: Amount
    price: Amount | None = None
    stop_price: Amount | None = None
    expires_at: Instant | None = None
    post_only: bool = False
    reduce_only: bool = False
    leverage: Amount | None = None
    client_order_id: str | None = None
    stage: Stage = Stage.RECEIVED
    triggered: bool = True
    cumulative: Amount = ZERO
    canceled: Amount = ZERO
    hold: Amount = ZERO
    held_asset: str = ""
    asked: Asked | None = None

    @property
    def works(self) -> bool:
        """Tell whether it can still be filled."""
        return self.stage in WORKING

    @property
    def status(self) -> OrderStatus:
        """Give its status in the words of FIX 39."""
        return status_of(self.stage, self.cumulative)

    @property
    def exposed(self) -> Amount:
        """Give the most that may still be executed, also once a pending change is made."""
        if self.asked is None or self.asked.quantity <= self.quantity:
            return self.leaves
        return add(self.leaves, subtract(self.asked.quantity, self.quantity))

    def fill_step(self, cumulative: Amount, leaves: Amount) -> Step:
        """Say what a fill is to it: whole, in part, or the last of what was not taken back."""
        if cumulative == self.quantity:
            return Step.FILLED
        return Step.PARTIALLY_FILLED if leaves or not self.works else Step.CANCELED

    def exhausted(self) -> Stage:
        """Say where it stands once nothing is left of it: filled, unless some was canceled."""
        return Stage.CANCELED if self.canceled else Stage.FILLED

    def after(self, step: Step) -> Stage | None:
        """Say where a step would lead it; None where the step contradicts where it stands."""
        return TRANSITIONS[self.stage].get(step)
