"""Corrections: a record is never edited; what was wrong with it is posted beside it.

Three kinds (as ISO 20022 action types split them): a *business change* takes effect now; a record
that *was wrong*, or of something that *never existed*, is put right from its own `at`, so that the
books as known now are right at every moment in between, and the books as known then still say what
they said.
"""

from typing import NamedTuple

from ledger.asset import Asset, misfit
from ledger.chart import Segregation
from ledger.commands import CorrectMovement
from ledger.events import (
    CashDeposited,
    CashWithdrawn,
    CorrectionKind,
    Draft,
    Event,
    MovementCorrected,
)
from ledger.holding import Account
from ledger.numbers import ZERO, Amount, add, negate, subtract
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


class Movement(NamedTuple):
    """What a record of a movement says: `amount` signed in the holder's favour."""

    asset: str
    amount: Amount
    segregation: Segregation
    counterparty: str
    counterparty_segregation: Segregation


def movement_of(event: Event) -> Movement | None:
    """Read a movement of cash that can be corrected by itself; None for any other event.

    One side of a transfer cannot: its other side would no longer clear. Transfer back instead.
    """
    outside = Segregation.EXTERNAL
    match event:
        case CashDeposited():
            return Movement(event.asset, event.amount, event.segregation, event.source, outside)
        case CashWithdrawn():
            out = negate(event.amount)
            return Movement(event.asset, out, event.segregation, event.destination, outside)
        case _:
            return None


@upholds("R11")
def correct(situation: Situation, command: CorrectMovement) -> list[Draft]:
    """Post the difference between what a record says and what it should say.

    Not on a mirror: it repeats a venue's books, and would no longer follow from their lines.
    """
    account, asset = situation.of(Account, command.account), situation.of(Asset, command.asset)
    original = situation.cited[command.corrects]
    if account.mirror_of is not None:
        return refuse(command, Reason.ACCOUNT_MIRRORED, limit=account.mirror_of)
    after = ZERO if command.amount is None else command.amount
    if reason := misfit(asset, after):
        return refuse(command, reason, limit=asset.scale, attempted=after)
    if original is None or original.stream != command.stream():
        return refuse(command, Reason.RECORD_UNKNOWN, attempted=command.corrects)
    movement = movement_of(original.event)
    if movement is None:
        return refuse(command, Reason.RECORD_NOT_CORRECTABLE, attempted=original.type)
    if movement.asset != command.asset:
        return refuse(command, Reason.RECORD_UNKNOWN, limit=movement.asset, attempted=command.asset)
    before = account.corrected.get(original.sequence, movement.amount)
    if before == after:
        return refuse(command, Reason.NOTHING_TO_CORRECT, limit=before, attempted=after)
    event = MovementCorrected(
        account=command.account,
        asset=movement.asset,
        amount=subtract(after, before),
        before=before,
        after=after,
        kind=command.kind,
        counterparty=movement.counterparty,
        reason=command.reason,
        segregation=movement.segregation,
        counterparty_segregation=movement.counterparty_segregation,
        approval=situation.approval,
        flags=_short(account, movement, subtract(after, before)),
    )
    from_the_start = command.kind is not CorrectionKind.BUSINESS_CHANGE
    at = original.at if from_the_start else None
    return [Draft(original.stream, event, at=at, corrects=original.sequence)]


def _short(account: Account, movement: Movement, amount: Amount) -> tuple[Flag, ...]:
    """Flag what leaves less on the account than is held for its orders."""
    in_suspense = movement.segregation is Segregation.SUSPENSE
    left = add(account.unreserved(movement.asset), amount)
    return (Flag.INSUFFICIENT_FUNDS,) if left < ZERO and not in_suspense else ()


RULES: Rules = {CorrectMovement: correct}
