"""What became of a command: recorded, rejected by a rule, known before, or in conflict."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.events import (
    CommandConflicted,
    CommandRejected,
    OrderAmendRejected,
    OrderCancelRejected,
    OrderRejected,
    PriceRefused,
    Recorded,
)
from ledger.meaning import MEANING
from ledger.reasons import Reason


class Status(StrEnum):
    """The word for an outcome."""

    RECORDED = "recorded"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command: its status and the records that stand in the log because of it.

    A duplicate carries the records of the first sending, whatever they say.
    """

    status: Status
    records: tuple[Recorded, ...]

    @property
    def reason(self) -> str | None:
        """Say why, in a sentence, where the command did not do what it asked for."""
        match self.records[-1].event:
            case (
                CommandRejected() | OrderRejected() | OrderAmendRejected() | PriceRefused()
            ) as refused:
                return _sentence(refused.reason, refused.limit, refused.attempted)
            case OrderCancelRejected(reason=reason):
                return _sentence(reason, None, None)
            case CommandConflicted(command_id=command_id):
                return f"the id {command_id} was used before with another content, which stands"
            case _:
                return None


def _sentence(reason: Reason | None, limit: str | None, attempted: str | None) -> str | None:
    """Name a reason, what it means and its figures; None where it was not us who refused."""
    if reason is None:
        return None
    figures = [f"limit {limit}"] if limit is not None else []
    figures += [f"attempted {attempted}"] if attempted is not None else []
    return f"{reason}: {MEANING[reason]}" + (f" ({', '.join(figures)})" if figures else "")


def outcome_of(records: tuple[Recorded, ...]) -> Outcome:
    """Read the outcome off the records that a command has just led to."""
    match records[-1].event:
        case CommandRejected() | OrderRejected() | PriceRefused():
            return Outcome(Status.REJECTED, records)
        case OrderAmendRejected(reason=reason) | OrderCancelRejected(reason=reason) if reason:
            return Outcome(Status.REJECTED, records)
        case CommandConflicted():
            return Outcome(Status.CONFLICT, records)
        case _:
            return Outcome(Status.RECORDED, records)
