"""The laws of trading: each order's one legal life, its hold backed, each position as posted."""

from collections import defaultdict

from ledger.chart import Segregation, account_name, position_owner
from ledger.events import FillBusted, FillCorrected, OrderFilled, Recorded, VenueExecution
from ledger.holding import Account, evolve
from ledger.journal import Legs
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head
from ledger.numbers import ZERO, Amount, add, negate, write_amount
from ledger.order import TRANSITIONS, Order
from ledger.reasons import Flag

ELSEWHERE = frozenset({Segregation.MIRROR, Segregation.EXTERNAL, Segregation.CLEARING})
"""Where a contract stands that is none of the platform's, or only on its way."""


class Orders:
    """`orders`: no order goes where it cannot, each adds up, and no hold exceeds what is there.

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
        if order_id is None or after is before:
            return self._uncovered(before, after, recorded)
        was, now = before.orders.find(order_id), after.orders.find(order_id)
        self._count += was is None and now is not None
        return _illegal(order_id, was, now) or self._uncovered(before, after, recorded)

    def _uncovered(self, before: Account, after: Account, recorded: Recorded) -> str | None:
        """Tell of a hold beyond the cash that no flag tells of."""
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


def _illegal(order_id: str, was: Order | None, now: Order | None) -> str | None:
    if now is None:
        return None
    whole = add(add(now.leaves, now.cumulative), now.canceled)
    if whole != now.quantity:
        told, due = write_amount(whole), write_amount(now.quantity)
        return f"order {order_id}: of {due} the record tells {told}"
    moved = was is not None and was.stage is not now.stage
    if was is not None and moved and now.stage not in TRANSITIONS[was.stage].values():
        return f"order {order_id} went from {was.stage.value} to {now.stage.value}"
    return None


class Positions:
    """`positions`: a record says of a position what was posted; longs are as many as shorts."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._sums: defaultdict[tuple[str, str], Amount] = defaultdict(lambda: ZERO)
        self._net: defaultdict[str, Amount] = defaultdict(lambda: ZERO)

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row
        event = recorded.event
        if not isinstance(event, OrderFilled | FillBusted | FillCorrected | VenueExecution):
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
