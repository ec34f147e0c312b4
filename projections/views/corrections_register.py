"""Every record that puts another right, and every manual journal: before, after, why and by whom.

Of a trade that was put right there is a row for each side; what it said before is in `executions`.
`days_after` counts the whole days from when the original took effect until its correction was
recorded; it is empty for a change of business, which counts from its own day on.
"""

from collections.abc import Iterator

from ledger.chart import account_name
from ledger.events import (
    Approval,
    ClassificationCorrected,
    CorrectionKind,
    Event,
    FillBusted,
    FillCorrected,
    JournalPosted,
    MovementCorrected,
    Recorded,
    StampCorrected,
)
from ledger.instants import whole_days
from ledger.numbers import Amount, write_amount
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "corrects",
    "at",
    "recorded_at",
    "kind",
    "type",
    "stream",
    "client",
    "account",
    "asset",
    "before",
    "after",
    "reason",
    "days_after",
    "command",
    "proposal",
    "proposer",
    "proposer_function",
    "approver",
    "approver_function",
    "approved_at",
)

MANUAL = "manual_journal"
"""The kind of a journal that people made; the other kinds are those of `CorrectionKind`."""


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show what a correction says, and whose four eyes let it happen."""
    event = recorded.event
    said = _said(event)
    if said is None:
        return
    kind, before, after, reason = said
    days = None
    if recorded.corrects is not None and kind != CorrectionKind.BUSINESS_CHANGE:
        days = whole_days(recorded.at, recorded.recorded_at)
    yield (
        recorded.sequence,
        recorded.corrects,
        recorded.at,
        recorded.recorded_at,
        kind,
        recorded.type,
        recorded.stream,
        getattr(event, "client", None),
        _account(event),
        getattr(event, "asset", None),
        before,
        after,
        reason,
        days,
        recorded.command,
        *_four_eyes(getattr(event, "approval", None)),
    )


def _said(event: Event) -> tuple[str, str | None, str | None, str] | None:
    """Give the kind, what stood before, what stands after, and the reason."""
    match event:
        case MovementCorrected(kind=kind, before=before, after=after, reason=reason):
            return kind.value, write_amount(before), write_amount(after), reason
        case ClassificationCorrected(kind=kind, before=was, reason=reason):
            return kind.value, was.value, None, reason
        case StampCorrected(relation=relation, before=was, after=now, sweep=sweep):
            before_text, after_text = (
                f"{relation} {_word(holds=was)}",
                f"{relation} {_word(holds=now)}",
            )
            return CorrectionKind.WAS_WRONG.value, before_text, after_text, f"sweep {sweep}"
        case FillBusted(quantity=quantity, price=price, reason=reason):
            return CorrectionKind.NEVER_EXISTED.value, _traded(quantity, price), None, reason
        case FillCorrected(last_quantity=quantity, last_price=price, reason=reason):
            return CorrectionKind.WAS_WRONG.value, None, _traded(quantity, price), reason
        case JournalPosted(amount=amount, purpose=purpose, reason=reason):
            return MANUAL, None, write_amount(amount), f"{purpose.value}: {reason}"
        case _:
            return None


def _account(event: Event) -> str | None:
    """Name the account as the journal names it."""
    if isinstance(event, JournalPosted):
        return account_name(event.segregation, event.owner)
    return getattr(event, "account", None)


def _traded(quantity: Amount, price: Amount) -> str:
    return f"{write_amount(quantity)} @ {write_amount(price)}"


def _word(*, holds: bool) -> str:
    return "yes" if holds else "no"


def _four_eyes(approval: Approval | None) -> Row:
    if approval is None:
        return None, None, None, None, None, None
    return (
        approval.proposal,
        approval.proposer,
        approval.proposer_function,
        approval.approver,
        approval.approver_function,
        approval.approved_at,
    )


view = Listing("corrections_register", COLUMNS, rows)
