"""Commands about margin calls: a program reviews, two people extend or cancel, a notice is told."""

from pydantic import Field

from ledger.commands.command import (
    Critical,
    Digest,
    Fact,
    Identifier,
    InstantField,
    Reckoning,
    Text,
    Word,
)
from ledger.commands.instrument import PROGRAMS
from ledger.commands.margin import RISK
from ledger.commands.rules import DEFINING


class ReviewMargin(Reckoning):
    """Warn, call, or tell what became of a call, by the evaluation that was made as of `at`.

    `instrument` names an isolated position. An account that has nothing to be margined any more is
    reviewed without an evaluation.
    """

    STREAM = "account"
    FUNCTIONS = RISK
    KINDS = PROGRAMS

    account: Identifier
    instrument: Identifier | None = None


class ReportMarginNotice(Fact):
    """Report that the client was told of a call; `content_digest` is the SHA-256 of the notice."""

    STREAM = "account"
    FUNCTIONS = RISK
    KINDS = PROGRAMS

    account: Identifier
    call: int = Field(ge=1)
    channel: Word
    content_digest: Digest


class ExtendMarginCall(Critical):
    """Give a client more time to meet a call, until `due_at`."""

    STREAM = "account"
    FUNCTIONS = DEFINING

    account: Identifier
    call: int = Field(ge=1)
    due_at: InstantField
    reason: Text

    def accounts(self) -> tuple[str, ...]:
        return (self.account,)


class CancelMarginCall(Critical):
    """Take a call back, such as one at a price that was wrong."""

    STREAM = "account"
    FUNCTIONS = DEFINING

    account: Identifier
    call: int = Field(ge=1)
    reason: Text

    def accounts(self) -> tuple[str, ...]:
        return (self.account,)
