"""What an open case may take as its next step: all that could be, in the order of the waterfall.

Each is tried, and the first that the rules take is asked for.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from ledger.commands import (
    AllocateLoss,
    CloseLiquidation,
    ConvertCollateral,
    DeleveragePositions,
    DrawReserveFund,
    ReducePosition,
    TakeOverPosition,
)
from ledger.commands.command import Command
from ledger.events import MarginMode
from ledger.holding import Account, Liquidation
from ledger.numbers import Amount, negate, total, write_amount
from ledger.situation import State

Possible: TypeAlias = tuple[type[Command], dict[str, Any]]
"""A command and what it says beside the account, the case and the moment."""


def possible_steps(
    states: Mapping[str, State], account: Account, key: str | None, case: Liquidation
) -> Iterator[Possible]:
    """List what could be next of a case; nothing while an offer is not answered."""
    for instrument in case.uncovered:
        yield DrawReserveFund, {"instrument": instrument}
        for sharing in (DeleveragePositions, AllocateLoss):
            yield sharing, {"instrument": instrument, **_holders(states, instrument)}
    if case.uncovered or any(_works(account, order_id) for order_id in case.offered.values()):
        return
    yield CloseLiquidation, {}
    positions = [key] if key is not None else _crossed(account)
    for instrument in positions:
        if _may_be_offered(account, case, instrument):
            yield ReducePosition, {"instrument": instrument}
    yield ConvertCollateral, {}
    for instrument in positions:
        yield TakeOverPosition, {"instrument": instrument}


def _works(account: Account, order_id: str) -> bool:
    order = account.orders.find(order_id)
    return order is not None and order.works


def _crossed(account: Account) -> list[str]:
    """Name the positions that draw on the whole account, the dearest first."""
    held = [name for name in account.positions if account.mode(name) is MarginMode.CROSS]
    return sorted(held, key=lambda name: (-abs(account.positions[name].cost), name))


def _may_be_offered(account: Account, case: Liquidation, instrument: str) -> bool:
    """Tell whether the market may take some: nothing was offered yet, or some of it was taken."""
    last = case.offered.get(instrument)
    order = None if last is None else account.orders.find(last)
    return order is None or bool(order.cumulative)


def _holders(states: Mapping[str, State], instrument: str) -> dict[str, Any]:
    """Name everybody who holds a contract; what does not even out waits in suspense."""
    held: dict[str, Amount] = {}
    for state in list(states.values()):
        if isinstance(state, Account) and not state.mirror_of:
            quantity = state.position(instrument).quantity
            if quantity:
                held[state.name] = quantity
    return {"accounts": sorted(held), "suspended": write_amount(negate(total(held.values())))}
