"""How events move what an account holds: each is transcribed, and nothing is decided.

A fill is so transcribed also before it is recorded, to see what its other side would find.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.events import (
    AccountClosed,
    AccountOpened,
    CashDeposited,
    CashTransferred,
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    Event,
    FillBusted,
    FillCorrected,
    FundingSettled,
    JournalPosted,
    MarginAllocated,
    MarginCallCanceled,
    MarginCallExpired,
    MarginCallExtended,
    MarginCallIssued,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginMode,
    MarginSelected,
    MarginWarningIssued,
    MarginWarningLifted,
    MirrorAccountOpened,
    MovementCorrected,
    OrderAccepted,
    OrderFilled,
    Recorded,
    Side,
    VenueExecution,
)
from ledger.holding import AS_BOOKED, INTERVALS, Account, Call, OwnCash, Righted
from ledger.journal import postings
from ledger.numbers import ZERO, Amount, add, as_balance, negate, subtract
from ledger.orders import evolve as evolve_orders
from ledger.position import Position


def evolve(state: Account, recorded: Recorded) -> Account:
    """Transcribe an event into the state."""
    after = _evolved(state, recorded)
    if not after.calls or type(recorded.event) not in MOVING:
        return after
    moved = {key: call._replace(moved=True) for key, call in after.calls.items()}
    return replace(after, calls=moved)


def _evolved(state: Account, recorded: Recorded) -> Account:
    event = recorded.event
    transcribe = _TRANSCRIBE.get(type(event))
    if transcribe is not None:
        return transcribe(state, event, recorded)
    orders = evolve_orders(state.orders, event)
    if orders is state.orders:
        return _moved(state, event)
    if type(event) is OrderAccepted and event.available is not None:
        settles = {**state.settled_in, event.instrument: event.held_asset}
        return replace(state, orders=orders, settles=settles)
    return replace(state, orders=orders)


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
        settles={**state.settled_in, event.instrument: asset},
    )


def _earned(state: Account, instrument: str, asset: str, amount: Amount) -> dict[str, OwnCash]:
    """Add what an isolated position earned to the cash that is its own."""
    if not amount or state.mode(instrument) is not MarginMode.ISOLATED:
        return state.allocated
    own = OwnCash(asset, add(state.own_cash(instrument), amount))
    return {**state.allocated, instrument: own}


def _funded(state: Account, event: FundingSettled, _: Recorded) -> Account:
    allocated = _earned(state, event.instrument, event.asset, event.amount)
    ends = tuple(sorted((*state.funded.get(event.instrument, ()), event.until))[-INTERVALS:])
    funded = {**state.funded, event.instrument: ends}
    return replace(_moved(state, event), allocated=allocated, funded=funded)


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


def _warned(state: Account, event: MarginWarningIssued, _: Recorded) -> Account:
    return replace(state, warned=state.warned | {event.instrument})


def _unwarned(state: Account, event: MarginWarningLifted, _: Recorded) -> Account:
    return replace(state, warned=state.warned - {event.instrument})


def _called(state: Account, event: MarginCallIssued, _: Recorded) -> Account:
    call = Call(event.call, event.amount, event.due_at)
    calls = {**state.calls, event.instrument: call}
    return replace(state, calls=calls, called=event.call, warned=state.warned - {event.instrument})


def _partly_met(state: Account, event: MarginCallPartlyMet, _: Recorded) -> Account:
    return _call_changed(state, event.call, left=event.left, moved=False)


def _expired(state: Account, event: MarginCallExpired, _: Recorded) -> Account:
    return _call_changed(state, event.call, expired=True)


def _extended(state: Account, event: MarginCallExtended, _: Recorded) -> Account:
    return _call_changed(state, event.call, due_at=event.due_at, expired=False)


def _call_changed(state: Account, number: int, **fields: Any) -> Account:
    calls = {
        key: call._replace(**fields) if call.number == number else call
        for key, call in state.calls.items()
    }
    return replace(state, calls=calls)


def _call_ended(state: Account, event: MarginCallMet | MarginCallCanceled, _: Recorded) -> Account:
    calls = {key: call for key, call in state.calls.items() if call.number != event.call}
    return replace(state, calls=calls)


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
    MarginWarningIssued: _warned,
    MarginWarningLifted: _unwarned,
    MarginCallIssued: _called,
    MarginCallPartlyMet: _partly_met,
    MarginCallExpired: _expired,
    MarginCallExtended: _extended,
    MarginCallMet: _call_ended,
    MarginCallCanceled: _call_ended,
}

MOVING = frozenset(
    {
        CashDeposited,
        CashTransferred,
        CollateralPledged,
        CollateralSubstituted,
        MarginAllocated,
        OrderFilled,
        JournalPosted,
        MovementCorrected,
    }
)
"""What may bring in what a margin call asks for, or make it ask for less."""
