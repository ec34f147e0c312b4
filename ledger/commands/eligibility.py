"""The command that asks all controls before the trade, as every order will."""

from ledger.commands.command import Command, Identifier, NonNegativeAmount, Percent
from ledger.events import Effect, Function


class CheckEligibility(Command):
    """Ask whether an account may trade a product now.

    `exposure` is what the client would be exposed to afterwards, in HKD, and `concentration` the
    percent of it in this product's references; both as whoever asks has reckoned them.
    """

    STREAM = "account"
    FUNCTIONS = frozenset({Function.DEALING})

    account: Identifier
    product: Identifier
    effect: Effect = Effect.INCREASE
    solicited: bool = False
    exposure: NonNegativeAmount | None = None
    concentration: Percent | None = None
