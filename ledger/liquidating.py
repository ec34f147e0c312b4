"""Liquidation of an account that no longer has what it must maintain: opened, reduced and closed.

A case is opened by figures alone. No account has an exemption: only two people can hold one back,
for a time, and that stands in the record (the lesson of FTX).
"""

from collections.abc import Iterator

from ledger.account import unusable
from ledger.commands import (
    CloseLiquidation,
    OverrideLiquidation,
    StartLiquidation,
)
from ledger.events import (
    CancelReason,
    Draft,
    Event,
    Initiator,
    LiquidationClosed,
    LiquidationDetected,
    LiquidationOrdersCanceled,
    LiquidationOutcome,
    LiquidationOverridden,
    LiquidationStarted,
    MarginMode,
    OrderCanceled,
    Rung,
    Unit,
)
from ledger.holding import Account, Liquidation
from ledger.instants import write_instant
from ledger.judgment import judged
from ledger.liquidation_case import (
    BACKSTOP,
    WATERFALL,
    backstop_of,
    case_of,
    drawn_on,
    parameter,
    scope_of,
)
from ledger.margin import Totals
from ledger.margin_book import owed_by
from ledger.margin_standing import Standing
from ledger.numbers import ZERO, Amount, add, total
from ledger.order import Order, Step
from ledger.override_term import endless, too_long
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation

NOTHING = Totals(ZERO, ZERO, ZERO)


@upholds("R86")
def start(situation: Situation, command: StartLiquidation) -> list[Draft]:
    """Open a case on an account that is due for it, and cancel its open orders."""
    account = situation.of(Account, command.account)
    book = drawn_on(situation, command, account, command.instrument, command.at)
    if isinstance(book, list):
        return book
    if command.instrument in account.liquidations:
        open_case = account.liquidations[command.instrument].case
        return refuse(command, Reason.LIQUIDATION_OPEN, attempted=open_case)
    return _judged(situation, command, account)


def _judged(situation: Situation, command: StartLiquidation, account: Account) -> list[Draft]:
    """Open a case by the evaluation of the moment, if the account is due for it."""
    standing = judged(situation, account, command.instrument, command.at)
    if standing is None:
        attempted = write_instant(command.at)
        return refuse(command, Reason.EVALUATION_OUTDATED, attempted=attempted)
    call = _expired_call(account, command.instrument, standing)
    if standing.rung is not Rung.LIQUIDATION and call is None:
        limit, there = standing.maintenance, standing.equity
        return refuse(command, Reason.LIQUIDATION_NOT_DUE, limit=limit, attempted=there)
    held_back = _held_back(situation, command, account)
    return held_back or _opened(situation, command, account, standing, call)


def _expired_call(account: Account, key: str | None, standing: Standing) -> int | None:
    """Number the margin call that expired and is still unmet; None where there is none."""
    call = account.calls.get(key)
    overdue = call is not None and call.expired and bool(standing.lacking)
    return call.number if call is not None and overdue else None


def _held_back(situation: Situation, command: StartLiquidation, account: Account) -> list[Draft]:
    """Refuse while two people hold an account back."""
    until = account.held_until
    if until is None or situation.now >= until:
        return []
    return refuse(command, Reason.LIQUIDATION_OVERRIDDEN, limit=write_instant(until))


def _opened(
    situation: Situation,
    command: StartLiquidation,
    account: Account,
    standing: Standing,
    call: int | None,
) -> list[Draft]:
    """Say what was detected, by which rules the case goes on, and cancel what is open."""
    waterfall = parameter(situation, WATERFALL, Unit.WORDS)
    backstop = parameter(situation, BACKSTOP, Unit.WORDS)
    if waterfall is None or backstop is None:
        missing = WATERFALL if waterfall is None else BACKSTOP
        return refuse(command, Reason.PARAMETER_MISSING, attempted=missing)
    if backstop_of(situation, backstop.value) is None:
        return refuse(command, Reason.BACKSTOP_UNUSABLE, attempted=backstop.value)
    started = LiquidationStarted(
        account=command.account,
        case=account.cases + 1,
        step=2,
        waterfall=waterfall.value,
        waterfall_source=waterfall.sequence,
        backstop=backstop.value,
        backstop_source=backstop.sequence,
    )
    events = (_detected(command, account, standing, call), started)
    canceled = _all_canceled(command, account, started.case)
    return [Draft(command.stream(), event) for event in (*events, *canceled)]


def _detected(
    command: StartLiquidation, account: Account, standing: Standing, call: int | None
) -> LiquidationDetected:
    return LiquidationDetected(
        account=command.account,
        case=account.cases + 1,
        step=1,
        evaluation=standing.evaluation,
        currency=standing.currency,
        equity=standing.equity,
        maintenance=standing.maintenance,
        instrument=command.instrument,
        call=call,
        client=account.client,
    )


def _all_canceled(command: StartLiquidation, account: Account, case: int) -> Iterator[Event]:
    """Cancel every order of the case, and say what that set free."""
    ended = list(_orders_of(account, command.instrument))
    for order_id, order in ended:
        yield _canceled(command.account, order_id, order)
    yield LiquidationOrdersCanceled(
        account=command.account,
        case=case,
        step=3,
        orders=len(ended),
        released=_released(order for _, order in ended),
    )


def _orders_of(account: Account, instrument: str | None) -> Iterator[tuple[str, Order]]:
    """Find the orders that work: all of the account, or those on its isolated position."""
    for order_id, order in sorted(account.orders.open.items()):
        ours = instrument is None or order.instrument == instrument
        if ours and order.after(Step.CANCELED) is not None:
            yield order_id, order


def _canceled(account: str, order_id: str, order: Order) -> OrderCanceled:
    return OrderCanceled(
        account=account,
        order_id=order_id,
        initiator=Initiator.SYSTEM,
        reason=CancelReason.LIQUIDATION,
        canceled_quantity=add(order.canceled, order.leaves),
        cumulative_quantity=order.cumulative,
    )


def _released(orders: Iterator[Order]) -> dict[str, Amount]:
    held: dict[str, Amount] = {}
    for order in orders:
        if order.hold:
            held[order.held_asset] = add(held.get(order.held_asset, ZERO), order.hold)
    return dict(sorted(held.items()))


@upholds("R86")
def close(situation: Situation, command: CloseLiquidation) -> list[Draft]:
    """Close a case of which nothing is left uncovered: the account is cured, or has nothing."""
    account = situation.of(Account, command.account)
    key, case = case_of(account, command.case)
    if case is None:
        return refuse(command, Reason.LIQUIDATION_UNKNOWN, attempted=command.case)
    if case.uncovered:
        left = total(each.left for each in case.uncovered.values())
        return refuse(command, Reason.DEFICIT_UNCOVERED, limit=ZERO, attempted=left)
    if _is_flat(account, key) and not owed_by(account):
        return _closed(command, case, LiquidationOutcome.TAKEN_OVER, NOTHING)
    return _cured(situation, command, case)


def _cured(situation: Situation, command: CloseLiquidation, case: Liquidation) -> list[Draft]:
    """Close the case of an account that has what it must maintain; refused for any other."""
    scope = scope_of(situation, command)
    if isinstance(scope, list):
        return scope
    if pending := scope.pending:
        return refuse(command, Reason.ORDER_PENDING, attempted=pending)
    totals = scope.totals
    if totals.equity < totals.maintenance:
        limit, attempted = totals.maintenance, totals.equity
        return refuse(command, Reason.MARGIN_SHORT, limit=limit, attempted=attempted)
    return _closed(command, case, LiquidationOutcome.CURED, totals)


def _is_flat(account: Account, key: str | None) -> bool:
    """Tell whether no position of a case is left."""
    if key is not None:
        return not account.position(key).quantity
    return all(account.mode(name) is MarginMode.ISOLATED for name in account.positions)


def _closed(
    command: CloseLiquidation, case: Liquidation, outcome: LiquidationOutcome, totals: Totals
) -> list[Draft]:
    event = LiquidationClosed(
        account=command.account,
        case=command.case,
        step=case.step + 1,
        outcome=outcome,
        equity=totals.equity,
        maintenance=totals.maintenance,
    )
    return [Draft(command.stream(), event)]


@upholds("R86", "R105")
def override(situation: Situation, command: OverrideLiquidation) -> list[Draft]:
    """Hold an account back from liquidation for a time that must end."""
    assert situation.approval is not None
    if reason := unusable(situation.of(Account, command.account)):
        return refuse(command, reason, attempted=command.account)
    now = situation.now
    if refusal := endless(situation, command, now) or too_long(situation, command, now):
        return refusal
    event = LiquidationOverridden(
        account=command.account,
        until=command.until,
        reason=command.reason,
        approval=situation.approval,
    )
    return [Draft(command.stream(), event)]


RULES: Rules = {
    StartLiquidation: start,
    CloseLiquidation: close,
    OverrideLiquidation: override,
}
