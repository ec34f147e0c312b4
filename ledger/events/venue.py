"""Events of a mirror: what another venue's statement says about an account held there."""

from enum import StrEnum

from ledger.chart import Segregation
from ledger.events.dealing import Side
from ledger.events.event import Event
from ledger.events.trade import Liquidity
from ledger.instants import Instant
from ledger.numbers import Amount
from ledger.reasons import Flag


class MovementKind(StrEnum):
    """One vocabulary for the ledger lines of all venues."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    TRADE = "trade"
    FEE = "fee"
    FUNDING = "funding"
    REALIZED_PROFIT = "realized_profit"
    SETTLEMENT = "settlement"
    DELIVERY = "delivery"
    LIQUIDATION = "liquidation"
    TAKEOVER = "takeover"
    DELEVERAGING = "deleveraging"
    SOCIALIZED_LOSS = "socialized_loss"
    INSURANCE = "insurance"
    INTEREST = "interest"
    LOAN = "loan"
    CONVERSION = "conversion"
    BONUS = "bonus"
    CORRECTION = "correction"
    CUSTODY = "custody"
    UNREALIZED_PROFIT = "unrealized_profit"
    OPENING_BALANCE = "opening_balance"


class LineStatus(StrEnum):
    """How far the venue says that a line has come; only a completed one moves anything."""

    PENDING = "pending"
    CANCELED = "canceled"


class MirrorAccountOpened(Event, frozen=True):
    """An account held at another venue is mirrored from here on."""

    account: str
    venue: str


class VenueMovement(Event, frozen=True):
    """A line of a venue's statement that moved cash.

    `amount` is signed in the holder's favour, `balance` the venue's own after the line (or after
    the batch in which it was booked; None where the venue states none), `venue_kind` the venue's
    word for `kind`, `line` the keyed digest of the raw line in the vault. The envelope's `at` is
    when it took effect; `happened_at` when the venue says that it happened. In class SUSPENSE where
    the account is no mirror of it.
    """

    account: str
    venue: str
    kind: MovementKind
    asset: str
    amount: Amount
    balance: Amount | None
    venue_kind: str
    reference: str
    happened_at: Instant | None = None
    instrument: str | None = None
    order_id: str | None = None
    fee: Amount | None = None
    line: str | None = None
    segregation: Segregation = Segregation.MIRROR
    flags: tuple[Flag, ...] = ()


class VenueLineNoted(Event, frozen=True):
    """A line that the venue did not complete, so that it moves nothing: `amount` is only stated."""

    account: str
    venue: str
    status: LineStatus
    asset: str
    amount: Amount
    venue_kind: str
    reference: str
    happened_at: Instant | None = None
    kind: MovementKind | None = None
    instrument: str | None = None
    balance: Amount | None = None
    order_id: str | None = None
    fee: Amount | None = None
    line: str | None = None


class VenueLineQuarantined(Event, frozen=True):
    """A line whose kind we do not know: the venue's balance moves, and what for is not guessed.

    The other side stands in SUSPENSE under the venue's name until somebody explains it.
    """

    account: str
    venue: str
    asset: str
    amount: Amount
    balance: Amount | None
    venue_kind: str
    reference: str
    happened_at: Instant | None = None
    instrument: str | None = None
    order_id: str | None = None
    fee: Amount | None = None
    line: str | None = None
    segregation: Segregation = Segregation.MIRROR
    flags: tuple[Flag, ...] = ()


class ExecutionKind(StrEnum):
    """What moved a position at another venue."""

    TRADE = "trade"
    SETTLEMENT = "settlement"
    OPENING_POSITION = "opening_position"


class VenueExecution(Event, frozen=True):
    """A trade or settlement at another venue, on a mirror: it moves quantity and cost, and no cash.

    `cost` is signed as the value bought, in units of `asset`, as the venue states it; where price,
    quantity and multiplier give another value the event is flagged. `realized_profit` is by
    average cost, and left the position for the venue's own books: its statement brings the cash.
    `line` is the keyed digest of the raw line in the vault. In class SUSPENSE where the account is
    no mirror of it.
    """

    account: str
    venue: str
    kind: ExecutionKind
    execution_id: str
    instrument: str
    side: Side
    quantity: Amount
    price: Amount
    cost: Amount
    asset: str
    realized_profit: Amount
    position_quantity: Amount
    position_cost: Amount
    multiplier: Amount | None = None
    order_id: str | None = None
    liquidity: Liquidity | None = None
    happened_at: Instant | None = None
    line: str | None = None
    segregation: Segregation = Segregation.MIRROR
    flags: tuple[Flag, ...] = ()
