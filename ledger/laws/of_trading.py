"""The laws of trading: each order's one legal life, its hold backed, each position as posted."""

from collections import defaultdict
from decimal import Decimal

from ledger.booking import evolve
from ledger.chart import Segregation, account_name, position_owner
from ledger.events import (
    Event,
    FillBusted,
    FillCorrected,
    OrderAccepted,
    OrderAmended,
    OrderAmendRejected,
    OrderAmendRequested,
    OrderCanceled,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderExpired,
    OrderFilled,
    OrderReceived,
    OrderRejected,
    OrderRestated,
    OrderTriggered,
    Recorded,
    VenueExecution,
)
from ledger.holding import Account
from ledger.journal import Legs, Positioned
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.numbers import ZERO, Amount, add, negate, subtract, write_amount
from ledger.order import Order, Step
from ledger.reasons import Flag

ELSEWHERE = frozenset({Segregation.MIRROR, Segregation.EXTERNAL, Segregation.CLEARING})
"""Where a contract stands that is none of the platform's, or only on its way."""

STEPS = {
    OrderAccepted: Step.ACCEPTED,
    OrderRejected: Step.REJECTED,
    OrderAmendRequested: Step.AMEND_REQUESTED,
    OrderAmended: Step.AMENDED,
    OrderAmendRejected: Step.AMEND_REJECTED,
    OrderCancelRequested: Step.CANCEL_REQUESTED,
    OrderCancelRejected: Step.CANCEL_REJECTED,
    OrderCanceled: Step.CANCELED,
    OrderTriggered: Step.TRIGGERED,
    OrderExpired: Step.EXPIRED,
    OrderRestated: Step.RESTATED,
}
"""What befalls an order by each type of event, but for fills; reckoned here once more."""


class Orders:
    """`orders`: nothing befalls an order that cannot, each adds up, and cash is behind every hold.

    What a fact takes in spite of a hold is flagged in its record.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._accounts: defaultdict[str, Account] = defaultdict(Account)
        self._count = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        if not recorded.stream.startswith("account-"):
            return None
        before = self._accounts[recorded.stream]
        after = self._accounts[recorded.stream] = evolve(before, recorded)
        order_id = getattr(recorded.event, "order_id", None)
        if order_id is None:
            return self._uncovered(before, after, recorded)
        was, now = before.orders.find(order_id), after.orders.find(order_id)
        self._count += was is None and now is not None
        return _contradiction(recorded.event, was, now) or self._uncovered(before, after, recorded)

    @staticmethod
    def _uncovered(before: Account, after: Account, recorded: Recorded) -> str | None:
        """Tell of a hold beyond the margin that was free, or beyond the cash without a flag."""
        event = recorded.event
        if isinstance(event, OrderAccepted | OrderAmendRequested) and event.available is not None:
            more = event.hold if isinstance(event, OrderAccepted) else event.hold_after
            short = more > event.available
            return f"{write_amount(event.available)} was free for it" if short else None
        if after.pledged:
            return None
        if after is before or Flag.INSUFFICIENT_FUNDS in getattr(recorded.event, "flags", ()):
            return None
        for asset in after.orders.held:
            left = after.unreserved(asset)
            if left < ZERO <= before.unreserved(asset):
                return f"more is held than there is: {write_amount(left)} {asset}"
        return None

    def conclude(self) -> tuple[str, str | None]:
        still_open = sum(len(account.orders.open) for account in self._accounts.values())
        return f"{self._count} orders, {still_open} open", None


def _contradiction(event: Event, was: Order | None, now: Order | None) -> str | None:
    """Say what a record tells of an order that cannot be, as the order stood."""
    order_id = getattr(event, "order_id", "")
    if isinstance(event, OrderReceived):
        return None if was is None else f"order {order_id} is received twice"
    step = None if was is None else _step(event, was)
    if was is None or now is None or step is None:
        return None
    if was.after(step) is None:
        return f"order {order_id} is {step.value} while it is {was.stage.value}"
    for name, due in _due(event, was).items():
        told = getattr(event, name)
        if told != due:
            return f"order {order_id}: {name} is {write_amount(told)}, due {write_amount(due)}"
    status = getattr(event, "status", None)
    if status is not None and status is not now.status:
        return f"order {order_id} is told to be {status}, and is {now.status}"
    return None


def _step(event: Event, was: Order) -> Step | None:
    """Say what befalls an order; None for what leaves it as it stands."""
    match event:
        case OrderFilled(cumulative_quantity=Decimal(), leaves_quantity=Decimal()):
            filled = add(was.cumulative, event.last_quantity)
            leaves = subtract(was.leaves, event.last_quantity) if was.works else ZERO
            return was.fill_step(filled, leaves)
        case (
            FillBusted(cumulative_quantity=Decimal()) | FillCorrected(cumulative_quantity=Decimal())
        ):
            return Step.BUSTED if event.quantity else Step.CORRECTED
        case OrderAmendRejected(by_venue=None) | OrderCancelRejected(by_venue=None):
            return None
        case _:
            return STEPS.get(type(event))


def _due(event: Event, was: Order) -> dict[str, Amount]:
    """Reckon what a record must tell of quantities, from how the order stood."""
    match event:
        case OrderAccepted():
            return {"leaves_quantity": was.quantity}
        case OrderFilled():
            leaves = subtract(was.leaves, event.last_quantity) if was.works else ZERO
            filled = add(was.cumulative, event.last_quantity)
            return {"cumulative_quantity": filled, "leaves_quantity": leaves}
        case FillBusted() | FillCorrected():
            return {"cumulative_quantity": subtract(was.cumulative, event.quantity)}
        case OrderCanceled() | OrderExpired():
            canceled = add(was.canceled, was.leaves)
            return {"canceled_quantity": canceled, "cumulative_quantity": was.cumulative}
        case OrderAmended() | OrderRestated():
            whole = add(add(was.cumulative, was.canceled), event.leaves_quantity)
            return {"cumulative_quantity": was.cumulative, "quantity": whole}
        case _:
            return {}


class Positions:
    """`positions`: a record says of a position what was posted; longs are as many as shorts."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._sums: defaultdict[tuple[str, str], Amount] = defaultdict(lambda: ZERO)
        self._net: defaultdict[str, Amount] = defaultdict(lambda: ZERO)

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row
        event = recorded.event
        if not isinstance(event, Positioned | VenueExecution):
            return None
        owner = account_name(event.segregation, position_owner(event.account, event.instrument))
        for leg in legs:
            if leg.account == owner:
                place = (owner, leg.asset)
                self._sums[place] = add(self._sums[place], leg.amount)
            if leg.asset == event.instrument and leg.segregation not in ELSEWHERE:
                self._net[leg.asset] = add(self._net[leg.asset], leg.amount)
        if event.position_quantity is None or event.segregation is Segregation.SUSPENSE:
            return None
        posted = negate(self._sums[owner, event.instrument]), self._sums[owner, event.asset]
        if posted == (event.position_quantity, event.position_cost):
            return None
        return f"{owner} is posted at {write_amount(posted[0])} for {write_amount(posted[1])}"

    def conclude(self) -> tuple[str, str | None]:
        uneven = [name for name, net in self._net.items() if net]
        open_places = (place for place, total in self._sums.items() if total)
        held = sum(owner.endswith(f"/{asset}") for owner, asset in open_places)
        breach = f"{uneven[0]}: longs and shorts differ" if uneven else None
        return f"{held} positions", breach
