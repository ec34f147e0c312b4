"""The holders of a contract whom a command names, together: to pay them, or to let them bear."""

from ledger.commands import AllocateLoss, DeleveragePositions, SettleFunding
from ledger.events import Draft
from ledger.holding import Account
from ledger.numbers import Amount
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.situation import Situation

Naming = SettleFunding | DeleveragePositions | AllocateLoss


def holdings_of(situation: Situation, command: Naming) -> dict[str, Amount] | list[Draft]:
    """Give what each holds, by name, signed; refused for a mirror, and for who holds nothing."""
    held: dict[str, Amount] = {}
    for name in sorted(command.accounts):
        account = situation.of(Account, name)
        held[name] = account.position(command.instrument).quantity
        if account.mirror_of or not held[name]:
            return refuse(command, Reason.NO_POSITION, attempted=name)
    return held
