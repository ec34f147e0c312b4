"""How margin calls and liquidation cases of an account go on: each event is transcribed.

What they move in cash, pledges and positions is booked as everything else is.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ledger.events import (
    CATALOGUE,
    CaseEvent,
    DeficitCovered,
    DeficitRecognized,
    Event,
    LiquidationClosed,
    LiquidationDetected,
    LiquidationOrderPlaced,
    LiquidationOverridden,
    LiquidationStarted,
    MarginCallCanceled,
    MarginCallExpired,
    MarginCallExtended,
    MarginCallIssued,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginWarningIssued,
    MarginWarningLifted,
    Recorded,
)
from ledger.holding import Account, Call, Liquidation, Uncovered


def told(state: Account, recorded: Recorded) -> Account:
    """Transcribe what an event says of a call or a case; any other changes nothing."""
    transcribe = _TRANSCRIBE.get(type(recorded.event))
    return state if transcribe is None else transcribe(state, recorded.event)


def _detected(state: Account, event: LiquidationDetected) -> Account:
    cases = {**state.liquidations, event.instrument: Liquidation(event.case, event.step)}
    return replace(state, liquidations=cases, cases=event.case)


def _closed(state: Account, event: LiquidationClosed) -> Account:
    cases = {key: case for key, case in state.liquidations.items() if case.case != event.case}
    return replace(state, liquidations=cases)


def _stepped(state: Account, event: CaseEvent) -> Account:
    """Note a step, and what it says of its case."""
    cases = {
        key: _after(case, event)._replace(step=event.step) if case.case == event.case else case
        for key, case in state.liquidations.items()
    }
    return replace(state, liquidations=cases)


def _after(case: Liquidation, event: CaseEvent) -> Liquidation:
    match event:
        case LiquidationStarted():
            return case._replace(waterfall=event.waterfall, backstop=event.backstop)
        case LiquidationOrderPlaced():
            return case._replace(offered={**case.offered, event.instrument: event.order_id})
        case DeficitRecognized():
            left = Uncovered(
                event.amount, event.quantity, event.price, event.mark, event.mark_price
            )
            return case._replace(uncovered={**case.uncovered, event.instrument: left})
        case DeficitCovered():
            return case._replace(uncovered=_covered(case.uncovered, event))
        case _:
            return case


def _covered(uncovered: dict[str, Uncovered], event: DeficitCovered) -> dict[str, Uncovered]:
    others = {name: known for name, known in uncovered.items() if name != event.instrument}
    if not event.left:
        return others
    return {**others, event.instrument: uncovered[event.instrument]._replace(left=event.left)}


def _warned(state: Account, event: MarginWarningIssued) -> Account:
    return replace(state, warned=state.warned | {event.instrument})


def _unwarned(state: Account, event: MarginWarningLifted) -> Account:
    return replace(state, warned=state.warned - {event.instrument})


def _called(state: Account, event: MarginCallIssued) -> Account:
    call = Call(event.call, event.amount, event.due_at)
    calls = {**state.calls, event.instrument: call}
    return replace(state, calls=calls, called=event.call, warned=state.warned - {event.instrument})


def _partly_met(state: Account, event: MarginCallPartlyMet) -> Account:
    return _call_changed(state, event.call, left=event.left, moved=False)


def _expired(state: Account, event: MarginCallExpired) -> Account:
    return _call_changed(state, event.call, expired=True)


def _extended(state: Account, event: MarginCallExtended) -> Account:
    return _call_changed(state, event.call, due_at=event.due_at, expired=False)


def _call_changed(state: Account, number: int, **fields: Any) -> Account:
    calls = {
        key: call._replace(**fields) if call.number == number else call
        for key, call in state.calls.items()
    }
    return replace(state, calls=calls)


def _call_ended(state: Account, event: MarginCallMet | MarginCallCanceled) -> Account:
    calls = {key: call for key, call in state.calls.items() if call.number != event.call}
    return replace(state, calls=calls)


_TRANSCRIBE: dict[type[Event], Callable[[Account, Any], Account]] = {
    **{kind: _stepped for kind in CATALOGUE.values() if issubclass(kind, CaseEvent)},
    LiquidationDetected: _detected,
    LiquidationClosed: _closed,
    LiquidationOverridden: lambda state, event: replace(state, held_until=event.until),
    MarginWarningIssued: _warned,
    MarginWarningLifted: _unwarned,
    MarginCallIssued: _called,
    MarginCallPartlyMet: _partly_met,
    MarginCallExpired: _expired,
    MarginCallExtended: _extended,
    MarginCallMet: _call_ended,
    MarginCallCanceled: _call_ended,
}
