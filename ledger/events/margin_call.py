"""Events of margin calls: a warning, a call with its deadline, and how each came to its end.

Amounts are in the currency of the evaluation that is cited by `evaluation`, 0 where nothing was
left to evaluate. `instrument` is the isolated position that it is about; None for all the others.
Calls of an account count 1, 2, 3 and so on.
"""

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant
from ledger.numbers import Amount
from ledger.reasons import Flag


class MarginWarningIssued(Event, frozen=True):
    """Equity fell below so many percent, `level`, of what must be maintained."""

    account: str
    evaluation: int
    currency: str
    equity: Amount
    maintenance: Amount
    level: Amount
    level_source: int
    instrument: str | None = None
    client: str | None = None


class MarginWarningLifted(Event, frozen=True):
    """Equity is at the level of the warning again, or nothing must be maintained any more."""

    account: str
    evaluation: int
    instrument: str | None = None


class MarginCallIssued(Event, frozen=True):
    """The client was called to bring equity back to the level of a warning, by `due_at`.

    `amount` is what equity lacks of that, and `level` the percent of what must be maintained below
    which it fell. `deadline_source` is the record that says how long he has.
    """

    account: str
    call: int
    evaluation: int
    currency: str
    amount: Amount
    equity: Amount
    maintenance: Amount
    level: Amount
    level_source: int
    due_at: Instant
    deadline_source: int
    instrument: str | None = None
    client: str | None = None


class MarginCallPartlyMet(Event, frozen=True):
    """After something was paid in, pledged or traded less is missing than was: `left`."""

    account: str
    call: int
    evaluation: int
    left: Amount


class MarginCallMet(Event, frozen=True):
    """Nothing is missing any more; `late` where that was after the deadline."""

    account: str
    call: int
    evaluation: int
    late: bool = False


class MarginCallExpired(Event, frozen=True):
    """The deadline passed and `left` is still missing: nobody need wait any longer."""

    account: str
    call: int
    evaluation: int
    left: Amount
    due_at: Instant


class MarginCallExtended(Approved, frozen=True):
    """Two people gave the client more time, for a reason."""

    account: str
    call: int
    due_at: Instant
    due_before: Instant
    reason: str


class MarginCallCanceled(Approved, frozen=True):
    """Two people took a call back, for a reason."""

    account: str
    call: int
    reason: str


class MarginNoticeSent(Event, frozen=True):
    """The client was told of a call, or of what became of it, on a channel at a moment.

    `content_digest` is the SHA-256, in hex, of what he was sent.
    """

    account: str
    call: int
    channel: str
    content_digest: str
    flags: tuple[Flag, ...] = ()
