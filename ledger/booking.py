"""How events move what an account holds: each is transcribed, and nothing is decided.

A fill is so transcribed also before it is recorded, to see what its other side would find.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ledger.case_booking import told
from ledger.chart import Segregation
from ledger.events import (
    AccountClosed,
    AccountOpened,
    BackstopTraded,
    CashDeposited,
    CashTransferred,
    CollateralConverted,
    CollateralPledged,
    CollateralReleased,
    CollateralSubstituted,
    Event,
    FillBusted,
    FillCorrected,
    FundingSettled,
    JournalPosted,
    LiquidationFeeCharged,
    LiquidationSurplusReturned,
    MarginAllocated,
    MarginMode,
    MarginSelected,
    MirrorAccountOpened,
    MovementCorrected,
    OrderAccepted,
    OrderFilled,
    PositionDeleveraged,
    PositionTakenOver,
    Recorded,
    Side,
    VenueExecution,
)
from ledger.holding import AS_BOOKED, INTERVALS, Account, OwnCash, Righted
from ledger.journal import Passed, postings
from ledger.numbers import ZERO, Amount, add, as_balance, negate, subtract
from ledger.orders import evolve as evolve_orders
from ledger.position import Position


def evolve(state: Account, recorded: Recorded) -> Account:
    """Transcribe an event into the state."""
    after = told(_evolved(state, recorded), recorded)
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
    state: Account, event: OrderFilled | FillBusted | FillCorrected | VenueExecution | Passed
) -> dict[str, Position]:
    if event.position_quantity is None or event.position_cost is None:
        return state.positions
    if not event.position_quantity and not event.position_cost:
        return {name: p for name, p in state.positions.items() if name != event.instrument}
    after = Position(event.position_quantity, event.position_cost)
    return {**state.positions, event.instrument: after}


def _passed(state: Account, event: Passed, _: Recorded) -> Account:
    """Let a position pass to another account, or come from one, outside the book."""
    asset, earned = event.asset, event.realized_profit
    return replace(
        _moved(state, event),
        positions=_positions(state, event),
        allocated=_earned(state, event.instrument, asset, earned),
        settles={**state.settled_in, event.instrument: asset},
    )


def _settled(
    state: Account, event: LiquidationSurplusReturned | LiquidationFeeCharged, _: Recorded
) -> Account:
    """Let what a case returns or charges be an isolated position's own, where it was one."""
    returned = isinstance(event, LiquidationSurplusReturned)
    amount = event.amount if returned else negate(event.amount)
    allocated = _earned(state, event.instrument, event.asset, amount)
    return replace(_moved(state, event), allocated=allocated)


def _converted(state: Account, event: CollateralConverted, _: Recorded) -> Account:
    pledged = _now_pledged(state.pledged, event.asset, event.pledged)
    return replace(_moved(state, event), pledged=pledged)


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
    PositionTakenOver: _passed,
    PositionDeleveraged: _passed,
    BackstopTraded: _passed,
    LiquidationSurplusReturned: _settled,
    LiquidationFeeCharged: _settled,
    CollateralConverted: _converted,
}

MOVING = frozenset(
    {
        CashDeposited,
        CashTransferred,
        CollateralConverted,
        CollateralPledged,
        CollateralSubstituted,
        LiquidationSurplusReturned,
        MarginAllocated,
        OrderFilled,
        PositionDeleveraged,
        PositionTakenOver,
        JournalPosted,
        MovementCorrected,
    }
)
"""What may bring in what a margin call asks for, or make it ask for less."""
