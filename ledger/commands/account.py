"""Commands and facts about a holder's account."""

from pydantic import Field, field_validator

from ledger.chart import HOLDERS, Segregation
from ledger.commands.command import (
    AmountField,
    Command,
    Fact,
    Identifier,
    PositiveAmount,
    Text,
    stream_of,
)
from ledger.events import CorrectionKind


class OpenAccount(Command):
    """Open an account for a client, the house or an affiliate.

    `holder` is a reference into the vault, never a name.
    """

    account: Identifier
    segregation: Segregation = Segregation.CLIENT_TRUST
    holder: Identifier | None = None

    @field_validator("segregation")
    @classmethod
    def _held_by_somebody(cls, value: Segregation) -> Segregation:
        if value not in HOLDERS:
            raise ValueError(f"accounts are opened in {', '.join(sorted(HOLDERS))}")
        return value

    def streams(self) -> tuple[str, ...]:
        """Only the account's own."""
        return (stream_of("account", self.account),)


class CloseAccount(Command):
    """Close an account that holds nothing."""

    account: Identifier

    def streams(self) -> tuple[str, ...]:
        """Only the account's own."""
        return (stream_of("account", self.account),)


class ReportDeposit(Fact):
    """Report cash that arrived from outside: `amount` in units of `asset`, above zero."""

    account: Identifier
    asset: Identifier
    amount: PositiveAmount
    source: Identifier = "bank"
    reference: Identifier | None = None

    def streams(self) -> tuple[str, ...]:
        """The account's and the asset's."""
        return (stream_of("account", self.account), stream_of("asset", self.asset))


class WithdrawCash(Command):
    """Send cash to the world outside: `amount` in units of `asset`, above zero."""

    account: Identifier
    asset: Identifier
    amount: PositiveAmount
    destination: Identifier = "bank"
    reference: Identifier | None = None

    def streams(self) -> tuple[str, ...]:
        """The account's and the asset's."""
        return (stream_of("account", self.account), stream_of("asset", self.asset))


class TransferCash(Command):
    """Move cash between two accounts of one segregation class."""

    account: Identifier
    to_account: Identifier
    asset: Identifier
    amount: PositiveAmount

    def streams(self) -> tuple[str, ...]:
        """Both accounts' and the asset's."""
        return (
            stream_of("account", self.account),
            stream_of("account", self.to_account),
            stream_of("asset", self.asset),
        )


class CorrectMovement(Command):
    """Put a recorded movement right: `corrects` is its sequence, `amount` what it should say.

    The amount is signed in the holder's favour; leave it out for a record that never existed.
    """

    account: Identifier
    asset: Identifier
    corrects: int = Field(gt=0)
    kind: CorrectionKind
    amount: AmountField | None = None
    reason: Text

    def streams(self) -> tuple[str, ...]:
        """The account's and the asset's."""
        return (stream_of("account", self.account), stream_of("asset", self.asset))

    def cites(self) -> tuple[int, ...]:
        """The record that is put right."""
        return (self.corrects,)
