"""How a decision says no: one event with the reason, the limit and the attempt."""

from decimal import Decimal

from ledger.commands import Command
from ledger.events import CommandRejected, Draft
from ledger.numbers import Amount, write_amount
from ledger.reasons import Reason


def refuse(
    command: Command,
    reason: Reason,
    *,
    limit: object = None,
    attempted: object = None,
    control: str | None = None,
) -> list[Draft]:
    """Refuse a command, recorded in its own stream; `control` names the one that refused."""
    event = CommandRejected(
        command_type=type(command).__name__,
        reason=reason,
        limit=figure(limit),
        attempted=figure(attempted),
        control=control,
    )
    return [Draft(stream=command.stream(), event=event)]


def figure(said: object) -> str | None:
    """Write a figure or a word; None stays None."""
    if isinstance(said, Decimal):
        return write_amount(Amount(said))
    return None if said is None else str(said)
