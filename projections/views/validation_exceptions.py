"""Every exception of a validation: what was refused, and what passed only waived or reducing.

SFC VATP Guidelines, Schedule 3, 1(c), (d) and (g). One row per refusal of an order, its change or
cancellation, or any other command, one per order or eligibility that used overrides, and one per
reason that bound no reduction. An order's product is its instrument.
"""

from collections.abc import Iterator

from ledger.events import (
    CommandRejected,
    EligibilityConfirmed,
    Event,
    OrderAccepted,
    OrderAmendRejected,
    OrderCancelRejected,
    OrderRejected,
    Recorded,
)
from ledger.validation import EXCEPTION_KIND, UPHELD_BY_CONTROL, ExceptionKind
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "kind",
    "outcome",
    "reason",
    "control",
    "requirements",
    "limit",
    "attempted",
    "overrides",
    "command_type",
    "command",
    "stream",
    "client",
    "account",
    "order_id",
    "product",
    "actor",
    "function",
)


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show each exception with what it was about and who asked."""
    for exception in _exceptions(recorded.event):
        request = recorded.request
        yield (
            recorded.sequence,
            recorded.at,
            recorded.recorded_at,
            *exception,
            request.type if request else None,
            recorded.command,
            recorded.stream,
            _subject(recorded, "client"),
            _subject(recorded, "account"),
            _subject(recorded, "order_id"),
            _subject(recorded, "product") or _subject(recorded, "instrument"),
            request.actor.id if request else None,
            request.actor.role if request else None,
        )


def _exceptions(event: Event) -> Iterator[Row]:
    """Give kind, outcome, reason, control, requirements, limit, attempt and overrides."""
    match event:
        case (
            CommandRejected(reason=reason)
            | OrderRejected(reason=reason)
            | OrderAmendRejected(reason=reason)
            | OrderCancelRejected(reason=reason)
        ) if reason is not None:
            control = getattr(event, "control", None)
            upheld = " ".join(UPHELD_BY_CONTROL.get(control or "", ())) or None
            kind = EXCEPTION_KIND[reason].value
            figures = getattr(event, "limit", None), getattr(event, "attempted", None)
            yield kind, "refused", reason.value, control, upheld, *figures, None
        case (
            EligibilityConfirmed(overrides=overrides, lapsed=lapsed)
            | OrderAccepted(overrides=overrides, lapsed=lapsed)
        ):
            if overrides:
                kind = ExceptionKind.COMPLIANCE.value
                yield kind, "overridden", None, None, None, None, None, " ".join(overrides)
            for reason in lapsed:
                kind = EXCEPTION_KIND[reason].value
                yield kind, "reducing_only", reason.value, None, None, None, None, None


def _subject(recorded: Recorded, name: str) -> str | None:
    """Name the client, account or product: as the event says, the stream, or what was asked."""
    said = getattr(recorded.event, name, None)
    kind, _, of_stream = recorded.stream.partition("-")
    if said is None and kind == name:
        said = of_stream
    if said is None and recorded.request is not None:
        said = (recorded.request.body or {}).get(name)
    return None if said is None else str(said)


view = Listing("validation_exceptions", COLUMNS, rows, requested=(OrderRejected, OrderAccepted))
