"""What an account holds, as decisions see it: cash, positions, orders, and what was put right.

`evolve` only transcribes events. The log notes what a rule looked at, and checks under its lock
that none of it has moved since.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.events import (
    AccountClosed,
    AccountOpened,
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    Event,
    FillBusted,
    FillCorrected,
    FundingSettled,
    MarginAllocated,
    MarginMode,
    MarginSelected,
    MirrorAccountOpened,
    MovementCorrected,
    OrderFilled,
    Recorded,
    Side,
    VenueExecution,
)
from ledger.journal import postings
from ledger.numbers import ZERO, Amount, add, as_balance, negate, subtract, total
from ledger.orders import Orders
from ledger.orders import evolve as evolve_orders
from ledger.position import FLAT, Position
from ledger.situation import State


class Righted(msgspec.Struct, frozen=True, gc=False):
    """By how much a fill was put right since: what was taken back, and what was posted for it.

    `price` is what it says now; None as long as only its quantity was put right.
    """

    quantity: Amount = ZERO
    cost: Amount = ZERO
    realized_profit: Amount = ZERO
    fee: Amount = ZERO
    price: Amount | None = None


AS_BOOKED = Righted()


class OwnCash(NamedTuple):
    """What an isolated position has of its settlement asset: below zero where it lost more."""

    asset: str
    amount: Amount


class Account(State, frozen=True):
    """All that a decision may know of an account.

    `balances` are its cash per asset, signed in the holder's favour, and `pledged` what was pledged
    beside it; `positions` is what it holds of each instrument, `margins` the record of how each is
    to be margined, `allocated` the cash that is an isolated one's own. By the sequence of a record
    that was put right, `corrected` says what it says now, and `righted` of a fill by how much.
    `client` is whose account it is.
    """

    STREAM = "account"

    name: str = ""
    client: str | None = None
    segregation: Segregation | None = None
    mirror_of: str | None = None
    closed: bool = False
    balances: dict[str, Amount] = {}
    corrected: dict[int, Amount] = {}
    positions: dict[str, Position] = {}
    orders: Orders = Orders()
    righted: dict[int, Righted] = {}
    pledged: dict[str, Amount] = {}
    margins: dict[str, Recorded] = {}
    allocated: dict[str, OwnCash] = {}

    def balance(self, asset: str) -> Amount:
        """What the account holds of an asset."""
        return self.balances.get(asset, ZERO)

    def position(self, instrument: str) -> Position:
        """What the account holds of an instrument."""
        return self.positions.get(instrument, FLAT)

    def selected(self, instrument: str) -> MarginSelected | None:
        """How the client wants a position margined; None where he never said."""
        record = self.margins.get(instrument)
        if record is None:
            return None
        assert isinstance(record.event, MarginSelected)
        return record.event

    def mode(self, instrument: str) -> MarginMode:
        """Whether a position draws on the whole account, as it does if nothing was said."""
        selected = self.selected(instrument)
        return MarginMode.CROSS if selected is None else selected.mode

    def own_cash(self, instrument: str) -> Amount:
        """What an isolated position has that is its own, whether or not it is there yet."""
        own = self.allocated.get(instrument)
        return ZERO if own is None else own.amount

    def set_aside(self, asset: str) -> Amount:
        """What isolated positions have of an asset; what one lost beyond that is the account's."""
        own = (own.amount for own in self.allocated.values() if own.asset == asset)
        return total(amount for amount in own if amount > ZERO)

    def unreserved(self, asset: str) -> Amount:
        """What it holds of an asset beyond what is reserved for orders; below zero if less."""
        return subtract(self.balance(asset), self.orders.held.get(asset, ZERO))

    def spendable(self, asset: str) -> Amount:
        """What is neither reserved for orders nor set aside; what is both counts once."""
        left = self.unreserved(asset)
        for name, own in self.allocated.items():
            if own.asset == asset:
                behind = self.orders.hold_on(name)
                left = subtract(left, max(ZERO, subtract(own.amount, behind)))
        return left


def evolve(state: Account, recorded: Recorded) -> Account:
    """Transcribe an event into the state."""
    event = recorded.event
    transcribe = _TRANSCRIBE.get(type(event))
    if transcribe is not None:
        return transcribe(state, event, recorded)
    orders = evolve_orders(state.orders, event)
    if orders is not state.orders:
        return replace(state, orders=orders)
    return _moved(state, event)


def _opened(state: Account, event: AccountOpened, _: Recorded) -> Account:
    return replace(state, name=event.account, segregation=event.segregation, client=event.client)


def _mirrored(state: Account, event: MirrorAccountOpened, _: Recorded) -> Account:
    mirror = Segregation.MIRROR
    return replace(state, name=event.account, segregation=mirror, mirror_of=event.venue)


def _corrected(state: Account, event: MovementCorrected, recorded: Recorded) -> Account:
    moved = _moved(state, event)
    if recorded.corrects is None:
        return moved
    return replace(moved, corrected={**state.corrected, recorded.corrects: event.after})


def _moved(state: Account, event: Event) -> Account:
    """Add the legs that an event posts to this account; raises `OutOfRange` at 10^20."""
    balances = state.balances
    for leg in postings(event):
        if leg.account == state.name:
            balances = _with(balances, leg.asset, negate(leg.amount))
    return state if balances is state.balances else replace(state, balances=balances)


def _with(balances: dict[str, Amount], asset: str, amount: Amount) -> dict[str, Amount]:
    if not amount:
        return balances
    return {**balances, asset: as_balance(add(balances.get(asset, ZERO), amount))}


def filled(state: Account, event: OrderFilled) -> Account:
    """Transcribe a fill, also before it is recorded; one in suspense is not the account's."""
    if event.segregation is not state.segregation:
        return state
    orders = evolve_orders(state.orders, event)
    quantity = event.last_quantity if event.side is Side.BUY else negate(event.last_quantity)
    return replace(_traded(state, event, quantity), orders=orders)


def put_right(state: Account, event: FillBusted | FillCorrected, corrects: int | None) -> Account:
    """Take a fill back in whole or in part, and remember by how much it was put right."""
    if event.segregation is state.segregation:
        quantity = negate(event.quantity) if event.side is Side.BUY else event.quantity
        orders = evolve_orders(state.orders, event)
        state = replace(_traded(state, event, quantity), orders=orders)
    if corrects is None:
        return state
    known = state.righted.get(corrects, AS_BOOKED)
    righted = Righted(
        quantity=add(known.quantity, event.quantity),
        cost=add(known.cost, event.cost),
        realized_profit=add(known.realized_profit, event.realized_profit),
        fee=add(known.fee, event.fee),
        price=event.last_price if isinstance(event, FillCorrected) else known.price,
    )
    return replace(state, righted={**state.righted, corrects: righted})


def _traded(
    state: Account, event: OrderFilled | FillBusted | FillCorrected, quantity: Amount
) -> Account:
    """Move cash and position as the legs of the event do."""
    asset = event.asset
    if event.base is not None:
        paid = negate(add(event.cost, event.fee))
        balances = _with(_with(state.balances, event.base, quantity), asset, paid)
        return replace(state, balances=balances)
    earned = subtract(event.realized_profit, event.fee)
    return replace(
        state,
        balances=_with(state.balances, asset, earned),
        positions=_positions(state, event),
        allocated=_earned(state, event.instrument, asset, earned),
    )


def _earned(state: Account, instrument: str, asset: str, amount: Amount) -> dict[str, OwnCash]:
    """Add what an isolated position earned to the cash that is its own."""
    if not amount or state.mode(instrument) is not MarginMode.ISOLATED:
        return state.allocated
    own = OwnCash(asset, add(state.own_cash(instrument), amount))
    return {**state.allocated, instrument: own}


def _funded(state: Account, event: FundingSettled, _: Recorded) -> Account:
    allocated = _earned(state, event.instrument, event.asset, event.amount)
    return replace(_moved(state, event), allocated=allocated)


def _selected(state: Account, event: MarginSelected, recorded: Recorded) -> Account:
    return replace(state, margins={**state.margins, event.instrument: recorded})


def _allocated(state: Account, event: MarginAllocated, _: Recorded) -> Account:
    own = OwnCash(event.asset, event.allocated)
    return replace(state, allocated={**state.allocated, event.instrument: own})


def _pledged(state: Account, event: CollateralPledged | CollateralReleased, _: Recorded) -> Account:
    moved = _moved(state, event)
    return replace(moved, pledged=_now_pledged(state.pledged, event.asset, event.pledged))


def _substituted(state: Account, event: CollateralSubstituted, _: Recorded) -> Account:
    pledged = _now_pledged(state.pledged, event.asset, event.pledged)
    pledged = _now_pledged(pledged, event.with_asset, event.with_pledged)
    return replace(_moved(state, event), pledged=pledged)


def _now_pledged(pledged: dict[str, Amount], asset: str, amount: Amount) -> dict[str, Amount]:
    others = {name: known for name, known in pledged.items() if name != asset}
    return {**others, asset: amount} if amount else others


def _executed(state: Account, event: VenueExecution, _: Recorded) -> Account:
    if event.segregation is not state.segregation:
        return state
    return replace(state, positions=_positions(state, event))


def _positions(
    state: Account, event: OrderFilled | FillBusted | FillCorrected | VenueExecution
) -> dict[str, Position]:
    if event.position_quantity is None or event.position_cost is None:
        return state.positions
    if not event.position_quantity and not event.position_cost:
        return {name: p for name, p in state.positions.items() if name != event.instrument}
    after = Position(event.position_quantity, event.position_cost)
    return {**state.positions, event.instrument: after}


_TRANSCRIBE: dict[type[Event], Callable[[Account, Any, Recorded], Account]] = {
    AccountOpened: _opened,
    MirrorAccountOpened: _mirrored,
    AccountClosed: lambda state, _, __: replace(state, closed=True),
    MovementCorrected: _corrected,
    OrderFilled: lambda state, event, _: filled(state, event),
    FillBusted: lambda state, event, recorded: put_right(state, event, recorded.corrects),
    FillCorrected: lambda state, event, recorded: put_right(state, event, recorded.corrects),
    VenueExecution: _executed,
    FundingSettled: _funded,
    MarginSelected: _selected,
    MarginAllocated: _allocated,
    CollateralPledged: _pledged,
    CollateralReleased: _pledged,
    CollateralSubstituted: _substituted,
}
