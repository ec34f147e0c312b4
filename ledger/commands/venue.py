"""Facts from another venue's statement about an account held there."""

from typing import ClassVar

from ledger.commands.account import CUSTODY, LEDGERS
from ledger.commands.command import (
    AmountField,
    Digest,
    Fact,
    Identifier,
    InstantField,
    PositiveAmount,
    Word,
)
from ledger.events import ExecutionKind, LineStatus, Liquidity, MovementKind, Side


class OpenMirrorAccount(Fact):
    """Report that an account held at `venue` is mirrored from here on."""

    STREAM = "account"
    FUNCTIONS = LEDGERS
    ENTITIES = CUSTODY
    BOOKS = True

    account: Identifier
    venue: Identifier


class ReportVenueLine(Fact):
    """Report one line of a venue's statement.

    A line with a `status` is not completed and moves nothing. A completed line with a `kind` is a
    movement; without one it is quarantined. `amount` is signed in the holder's favour, `balance`
    the venue's own after the line or its batch, None where the venue states none.
    """

    STREAM = "account"
    FUNCTIONS = LEDGERS
    ENTITIES = CUSTODY
    BOOKS = True

    EVIDENCE: ClassVar[frozenset[str]] = frozenset({"line"})

    account: Identifier
    venue: Identifier
    asset: Identifier
    amount: AmountField
    balance: AmountField | None = None
    venue_kind: Word
    reference: Word
    kind: MovementKind | None = None
    status: LineStatus | None = None
    happened_at: InstantField | None = None
    instrument: Word | None = None
    order_id: Word | None = None
    fee: AmountField | None = None
    line: Digest | None = None


class ReportVenueExecution(Fact):
    """Report a trade or a settlement at another venue, on a mirror account.

    `cost` is signed as the value bought, in units of `asset`, as the venue states it; without it,
    it is price x quantity x multiplier. A `multiplier` that gives another value is flagged.
    """

    STREAM = "account"
    FUNCTIONS = LEDGERS
    ENTITIES = CUSTODY
    BOOKS = True

    EVIDENCE: ClassVar[frozenset[str]] = frozenset({"line"})

    account: Identifier
    venue: Identifier
    kind: ExecutionKind = ExecutionKind.TRADE
    execution_id: Word
    instrument: Identifier
    side: Side
    quantity: PositiveAmount
    price: PositiveAmount
    asset: Identifier
    cost: AmountField | None = None
    multiplier: PositiveAmount | None = None
    order_id: Word | None = None
    liquidity: Liquidity | None = None
    happened_at: InstantField | None = None
    line: Digest | None = None
