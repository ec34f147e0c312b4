"""What the toy venue prints: a line for whatever became of an order that was not a trade."""

from collections.abc import Iterator

from ledger.chart import Segregation
from ledger.events import (
    Event,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderRestated,
    OrderTriggered,
)
from ledger.numbers import write_amount
from ledger.outcome import Outcome


def told(answer: Outcome) -> Iterator[str]:
    """Tell what the ledger has recorded of orders, but for what everybody expects."""
    if answer.reason is not None:
        yield _line(answer.records[-1].event, f"refused, {answer.reason}")
        return
    for recorded in answer.records:
        if text := _text(recorded.event):
            yield _line(recorded.event, text)


def _line(event: Event, text: str) -> str:
    what = getattr(event, "order_id", getattr(event, "name", "-"))
    return f"{what:<4} {text}"


def _text(event: Event) -> str | None:
    match event:
        case OrderCanceled(initiator=by, reason=reason, canceled_quantity=quantity):
            return f"canceled by the {by}, {reason}: {write_amount(quantity)}"
        case OrderAmended(quantity=quantity):
            return f"amended: {write_amount(quantity)}"
        case OrderRestated(quantity=quantity, reason=reason):
            return f"restated, {reason}: {write_amount(quantity)}"
        case OrderTriggered(price=price):
            return f"triggered at {write_amount(price)}"
        case OrderFilled(segregation=Segregation.SUSPENSE, flags=flags):
            return f"filled in suspense, {' '.join(flags)}"
        case _:
            return None
