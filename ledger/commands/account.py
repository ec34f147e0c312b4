"""Commands and facts about a holder's account."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ledger.chart import HOLDERS, Segregation
from ledger.commands.command import (
    AmountField,
    Command,
    Critical,
    DatedChange,
    Fact,
    Identifier,
    PositiveAmount,
    Text,
)
from ledger.events import CorrectionKind, EntityRole, Function, Purpose
from ledger.numbers import Amount

OFFICE = frozenset({Function.OPERATIONS, Function.COMPLIANCE})
CASH = frozenset({Function.OPERATIONS, Function.FINANCE, Function.DEALING})
LEDGERS = frozenset({Function.OPERATIONS, Function.FINANCE})
CUSTODY = frozenset({EntityRole.PLATFORM_OPERATOR, EntityRole.ASSOCIATED_ENTITY})
"""Who moves clients' assets: the operator, and the entity that holds them (Guidelines 10.1)."""


class OpenAccount(Command):
    """Open an account for a client, the house or an affiliate.

    `holder` is a reference into the vault, never a name. `client` is whose account it is, `parent`
    his account of which it is a part: a client has one account, and parts of it.
    """

    STREAM = "account"
    FUNCTIONS = OFFICE
    BOOKS = True

    account: Identifier
    segregation: Segregation = Segregation.CLIENT_TRUST
    holder: Identifier | None = None
    client: Identifier | None = None
    parent: Identifier | None = None

    @field_validator("segregation")
    @classmethod
    def _held_by_somebody(cls, value: Segregation) -> Segregation:
        if value not in HOLDERS:
            raise ValueError(f"accounts are opened in {', '.join(sorted(HOLDERS))}")
        return value


class CloseAccount(Command):
    """Close an account that holds nothing."""

    STREAM = "account"
    FUNCTIONS = OFFICE
    BOOKS = True

    account: Identifier


class ReportDeposit(Fact):
    """Report cash that arrived from outside: `amount` in units of `asset`, above zero."""

    STREAM = "account"
    FUNCTIONS = CASH
    ENTITIES = CUSTODY
    BOOKS = True

    account: Identifier
    asset: Identifier
    amount: PositiveAmount
    source: Identifier = "bank"
    reference: Identifier | None = None


class WithdrawCash(Command):
    """Send cash to the world outside: `amount` in units of `asset`, above zero."""

    STREAM = "account"
    FUNCTIONS = CASH
    ENTITIES = CUSTODY
    BOOKS = True

    account: Identifier
    asset: Identifier
    amount: PositiveAmount
    destination: Identifier = "bank"
    reference: Identifier | None = None


class TransferCash(Command):
    """Move cash between two accounts of one segregation class."""

    STREAM = "account"
    FUNCTIONS = CASH
    ENTITIES = CUSTODY
    BOOKS = True

    account: Identifier
    to_account: Identifier
    asset: Identifier
    amount: PositiveAmount


class CorrectMovement(Critical):
    """Put a recorded movement right: `corrects` is its sequence, `amount` what it should say.

    The amount is signed in the holder's favour; leave it out for a record that never existed. It
    takes effect by its kind. Needs four eyes once the platform is founded.
    """

    STREAM = "account"
    FUNCTIONS = LEDGERS
    BOOKS = True
    CITES = True

    account: Identifier
    asset: Identifier
    corrects: int = Field(gt=0)
    kind: CorrectionKind
    amount: AmountField | None = None
    reason: Text

    def accounts(self) -> tuple[str, ...]:
        """Name the account whose movement it puts right."""
        return (self.account,)


class JournalLine(BaseModel):
    """One line of a manual journal: `amount` signed as the account's class shows it.

    That is in the holder's favour; only EXTERNAL is debited by plus. A holder's account goes by its
    id; any other as `owner` within its class, such as SUSPENSE.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: Identifier
    segregation: Segregation
    asset: Identifier
    amount: AmountField

    @field_validator("segregation")
    @classmethod
    def _not_the_clearing(cls, value: Segregation) -> Segregation:
        if value in (Segregation.CLEARING, Segregation.MIRROR):
            raise ValueError(f"no manual journal is posted to {value}")
        return value

    @field_validator("amount")
    @classmethod
    def _moves_something(cls, value: Amount) -> Amount:
        if not value:
            raise ValueError("a line moves something: its amount is not 0")
        return value


class PostJournal(DatedChange):
    """Post a manual journal whose lines balance in every asset, debits against credits.

    From `effective_from` on, which may be past: what holders' accounts hold now must bear it, what
    they held then is not gone over. What an account of a class holds, such as SUSPENSE, is looked
    at afterwards: the law `funded` of `ledger check` finds a journal that takes more than is there.
    """

    STREAM = "journal"
    FUNCTIONS = LEDGERS
    BACKDATED = True

    journal: Identifier
    purpose: Purpose
    reason: Text
    lines: tuple[JournalLine, ...] = Field(min_length=2, max_length=50)

    def accounts(self) -> tuple[str, ...]:
        """Name the owner on each line, who is an account's, or the account itself."""
        return tuple(line.owner for line in self.lines)
