"""Margin calls: who is near liquidation is warned, then called, and adds no risk until it is met.

The levels are parameters. A call asks for what brings equity back to the level of a warning; as
long as it is unmet nothing leaves the account (SFC framework of 11 February 2026, perpetual
contracts).
"""

from ledger.account import unusable
from ledger.commands import CancelMarginCall, ExtendMarginCall, ReportMarginNotice, ReviewMargin
from ledger.events import (
    Draft,
    Event,
    MarginCallCanceled,
    MarginCallExpired,
    MarginCallExtended,
    MarginCallIssued,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginNoticeSent,
    MarginWarningIssued,
    MarginWarningLifted,
    Rung,
    Unit,
)
from ledger.holding import Account, Call
from ledger.instants import MINUTE, Instant, write_instant
from ledger.judgment import judged
from ledger.margin_book import book_of
from ledger.margin_standing import Standing
from ledger.parameters import Parameters
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation

DEADLINE = "margin.call.deadline"
"""How many minutes a client has to meet a call."""


@upholds("R85")
def review(situation: Situation, command: ReviewMargin) -> list[Draft]:
    """Take the next step that an evaluation asks for; refused where it asks for none."""
    account = situation.of(Account, command.account)
    if reason := unusable(account):
        return refuse(command, reason, attempted=command.account)
    found = book_of(situation, account)
    if lack := found.lack:
        return refuse(command, lack.reason, attempted=lack.attempted)
    standing = judged(situation, account, command.instrument, command.at)
    if standing is None:
        attempted = write_instant(command.at)
        return refuse(command, Reason.EVALUATION_OUTDATED, attempted=attempted)
    call = account.calls.get(command.instrument)
    if call is not None:
        event = _followed(situation, command, call, standing)
    elif standing.rung in (Rung.CALL, Rung.LIQUIDATION):
        return _called(situation, command, account, standing)
    else:
        event = _warned(command, account, standing)
    if event is None:
        return refuse(command, Reason.MARGIN_UNCHANGED, attempted=standing.rung)
    return [Draft(command.stream(), event)]


def _followed(
    situation: Situation, command: ReviewMargin, call: Call, standing: Standing
) -> Event | None:
    """Say what became of a call: met, expired, or met in part; None for nothing new."""
    left, place = standing.lacking, standing.evaluation
    if not left:
        return MarginCallMet(command.account, call.number, place, late=situation.now >= call.due_at)
    if situation.now >= call.due_at and not call.expired:
        return MarginCallExpired(command.account, call.number, place, left, call.due_at)
    if call.moved and left < call.left:
        return MarginCallPartlyMet(command.account, call.number, place, left)
    return None


def _called(
    situation: Situation, command: ReviewMargin, account: Account, standing: Standing
) -> list[Draft]:
    deadline = situation.the(Parameters).number(DEADLINE, Unit.MINUTES, situation.now)
    if deadline is None or deadline.number is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=DEADLINE)
    level, source = standing.level(Rung.CALL)
    event = MarginCallIssued(
        account=command.account,
        call=account.called + 1,
        evaluation=standing.evaluation,
        currency=standing.currency,
        amount=standing.lacking,
        equity=standing.equity,
        maintenance=standing.maintenance,
        level=level,
        level_source=source,
        due_at=Instant(situation.now + int(deadline.number) * MINUTE),
        deadline_source=deadline.sequence,
        instrument=command.instrument,
        client=account.client,
    )
    return [Draft(command.stream(), event)]


def _warned(command: ReviewMargin, account: Account, standing: Standing) -> Event | None:
    """Warn once, and lift the warning when it is over; None for nothing new."""
    warned = command.instrument in account.warned
    if warned is (standing.rung is Rung.WARNING):
        return None
    if warned:
        return MarginWarningLifted(command.account, standing.evaluation, command.instrument)
    level, source = standing.level(Rung.WARNING)
    return MarginWarningIssued(
        account=command.account,
        evaluation=standing.evaluation,
        currency=standing.currency,
        equity=standing.equity,
        maintenance=standing.maintenance,
        level=level,
        level_source=source,
        instrument=command.instrument,
        client=account.client,
    )


def _open(account: Account, number: int) -> Call | None:
    return next((call for call in account.calls.values() if call.number == number), None)


@upholds("R85")
def extend(situation: Situation, command: ExtendMarginCall) -> list[Draft]:
    """Give more time for a call that is open; never less."""
    assert situation.approval is not None
    call = _open(situation.of(Account, command.account), command.call)
    if call is None:
        return refuse(command, Reason.MARGIN_CALL_UNKNOWN, attempted=command.call)
    if command.due_at <= max(call.due_at, situation.now):
        limit = write_instant(max(call.due_at, situation.now))
        attempted = write_instant(command.due_at)
        return refuse(command, Reason.NOT_LATER, limit=limit, attempted=attempted)
    event = MarginCallExtended(
        account=command.account,
        call=command.call,
        due_at=command.due_at,
        due_before=call.due_at,
        reason=command.reason,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


@upholds("R85")
def cancel(situation: Situation, command: CancelMarginCall) -> list[Draft]:
    """Take back a call that is open."""
    assert situation.approval is not None
    if _open(situation.of(Account, command.account), command.call) is None:
        return refuse(command, Reason.MARGIN_CALL_UNKNOWN, attempted=command.call)
    event = MarginCallCanceled(
        account=command.account,
        call=command.call,
        reason=command.reason,
        approval=situation.approval,
    )
    return [situation.change(command, event)]


def notify(situation: Situation, command: ReportMarginNotice) -> list[Draft]:
    """Record that the client was told; of a call that never was it is flagged."""
    known = command.call <= situation.of(Account, command.account).called
    event = MarginNoticeSent(
        account=command.account,
        call=command.call,
        channel=command.channel,
        content_digest=command.content_digest,
        flags=situation.flags(command) + (() if known else (Flag.MARGIN_CALL_UNKNOWN,)),
    )
    return [Draft(command.stream(), event, at=command.at)]


RULES: Rules = {
    ReviewMargin: review,
    ExtendMarginCall: extend,
    CancelMarginCall: cancel,
    ReportMarginNotice: notify,
}
