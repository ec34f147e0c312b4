"""Events of a holder's account: its life, the cash that moves on it, and corrections."""

from enum import StrEnum

from ledger.chart import Segregation
from ledger.events.approval import Approval, Approved
from ledger.events.event import Event
from ledger.numbers import Amount
from ledger.reasons import Flag


class AccountOpened(Event, frozen=True):
    """An account was opened for a client, the house or an affiliate.

    `holder` points to the personal data in the vault; the log never carries it. `client` is whose
    account it is, `parent` the account of which it is a part.
    """

    account: str
    segregation: Segregation = Segregation.CLIENT_TRUST
    holder: str | None = None
    client: str | None = None
    parent: str | None = None


class AccountClosed(Event, frozen=True):
    """An account was closed; it held nothing."""

    account: str


class CashDeposited(Event, frozen=True):
    """Cash arrived from outside: `amount` > 0 in units of `asset`.

    In class SUSPENSE when the account was unknown, closed or a mirror: never dropped, flagged.
    """

    account: str
    asset: str
    amount: Amount
    source: str
    segregation: Segregation = Segregation.CLIENT_TRUST
    reference: str | None = None
    flags: tuple[Flag, ...] = ()


class CashWithdrawn(Event, frozen=True):
    """Cash left for the world outside: `amount` > 0 in units of `asset`."""

    account: str
    asset: str
    amount: Amount
    destination: str
    segregation: Segregation = Segregation.CLIENT_TRUST
    reference: str | None = None


class CashTransferred(Event, frozen=True):
    """One side of a transfer between two accounts: `amount` is signed, negative where it leaves.

    Each side balances against CLEARING, which is flat once both sides stand.
    """

    account: str
    asset: str
    amount: Amount
    counterparty: str
    segregation: Segregation = Segregation.CLIENT_TRUST


class CorrectionKind(StrEnum):
    """The three kinds of correction, split as the action types of the HKMA/SFC trade reports.

    A business change counts from now. The other two count from the original's own `at`.
    """

    BUSINESS_CHANGE = "business_change"
    WAS_WRONG = "was_wrong"
    NEVER_EXISTED = "never_existed"


class MovementCorrected(Event, frozen=True):
    """A recorded movement was corrected; the original stays, named in the envelope's `corrects`.

    `before` is what the record said until now, `after` what it should say, `amount` the difference
    (signed, in the holder's favour), which is all that is posted.
    """

    account: str
    asset: str
    amount: Amount
    before: Amount
    after: Amount
    kind: CorrectionKind
    counterparty: str
    reason: str
    segregation: Segregation = Segregation.CLIENT_TRUST
    counterparty_segregation: Segregation = Segregation.EXTERNAL
    approval: Approval | None = None
    flags: tuple[Flag, ...] = ()


class Purpose(StrEnum):
    """What a manual journal is for; the first three let client money cross over (10.6, 10.11)."""

    SETTLEMENT = "settlement"
    FEE_OWED = "fee_owed"
    CLIENT_INSTRUCTION = "client_instruction"
    CORRECTION = "correction"
    SUSPENSE_CLEARED = "suspense_cleared"


class JournalOpened(Approved, frozen=True):
    """A manual journal begins: so many lines follow, each a `JournalPosted`, and no other ever."""

    journal: str
    purpose: Purpose
    reason: str
    lines: int


class JournalPosted(Approved, frozen=True):
    """One line of a manual journal, posted against CLEARING, which is flat after the last one.

    `amount` is in units of `asset`, signed as the account's class shows it: a holder's in his
    favour. `owner` is the holder's account by its id, or the owner of an account within its class.
    """

    journal: str
    line: int
    owner: str
    segregation: Segregation
    asset: str
    amount: Amount
    purpose: Purpose
    reason: str
