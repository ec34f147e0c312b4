"""Trades put right: taken back, or corrected, by events of their own bound to the originals.

Neither rewrites what came after: later fills stay as they were booked, and the position says what
it holds now. Both count from the original's own `at`. A fill can be put right again.
"""

from typing import TypeAlias

from ledger.booking import put_right
from ledger.commands import BustTrade, CorrectTrade
from ledger.contract import value
from ledger.events import (
    Draft,
    FillBusted,
    FillCorrected,
    OrderFilled,
    Recorded,
    Side,
)
from ledger.holding import Account
from ledger.instrument import Instrument
from ledger.numbers import ZERO, Amount, OutOfRange, is_multiple
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.righting import Posted, as_it_should_be, posted, standing
from ledger.situation import Rules, Situation

Originals: TypeAlias = tuple[Recorded, Recorded]
"""The records of the buyer's and of the seller's fill."""

Told: TypeAlias = FillBusted | FillCorrected


@upholds("R11", "R25", "R32")
def bust(situation: Situation, command: BustTrade) -> list[Draft]:
    """Take back both sides of a trade: quantity, cost, realized profit and fee."""
    return _put_right(situation, command, ZERO, ZERO)


@upholds("R11", "R25", "R32")
def correct(situation: Situation, command: CorrectTrade) -> list[Draft]:
    """Put both sides of a trade right: what they are worth, what they realize, what they cost."""
    return _put_right(situation, command, command.quantity, command.price)


def _put_right(
    situation: Situation, command: BustTrade, quantity: Amount, price: Amount
) -> list[Draft]:
    originals = _originals(situation, command)
    if originals is None:
        return refuse(command, Reason.RECORD_UNKNOWN, attempted=command.corrects)
    fill = originals[0].event
    assert isinstance(fill, OrderFilled)
    now = standing(fill, originals[0].sequence, situation.of(Account, fill.account))
    if not now.quantity or (now.quantity, now.price) == (quantity, price):
        return refuse(command, Reason.NOTHING_TO_CORRECT, limit=now.price, attempted=price)
    if quantity > now.quantity:
        return refuse(command, Reason.ABOVE_EXECUTED, limit=now.quantity, attempted=quantity)
    if refusal := _unfit(situation, command, quantity, price):
        return refusal
    buyer = _side(situation, command, originals[0], (quantity, price), None)
    seller = _side(situation, command, originals[1], (quantity, price), buyer)
    return [
        Draft(original.stream, event, at=original.at, corrects=original.sequence)
        for original, event in zip(originals, (buyer, seller), strict=True)
    ]


def _unfit(
    situation: Situation, command: BustTrade, quantity: Amount, price: Amount
) -> list[Draft]:
    """Refuse to correct a trade to what is in no steps, or worth more than any amount may be."""
    known = situation.of(Instrument, command.instrument).specification(situation.now)
    if known is None or not quantity:
        return []
    if not is_multiple(price, known.terms.tick):
        return refuse(command, Reason.PRICE_OFF_TICK, limit=known.terms.tick, attempted=price)
    if not is_multiple(quantity, known.terms.lot):
        return refuse(command, Reason.QUANTITY_OFF_LOT, limit=known.terms.lot, attempted=quantity)
    try:
        value(known.terms, quantity, price)
    except OutOfRange:
        return refuse(command, Reason.ORDER_TOO_LARGE, attempted=price)
    return []


def _originals(situation: Situation, command: BustTrade) -> Originals | None:
    """Find the two fills of the trade that is named, buyer's first; None if they are others."""
    buyer = situation.cited[command.corrects]
    seller = situation.cited[command.corrects + 1]
    if buyer is None or seller is None:
        return None
    named = ((Side.BUY, command.buyer), (Side.SELL, command.seller))
    for recorded, (side, account) in zip((buyer, seller), named, strict=True):
        said = recorded.event
        if not isinstance(said, OrderFilled):
            return None
        wanted = (command.trade_id, command.instrument, side, account)
        if (said.trade_id, said.instrument, said.side, said.account) != wanted:
            return None
    return buyer, seller


def _side(
    situation: Situation,
    command: BustTrade,
    original: Recorded,
    said: tuple[Amount, Amount],
    other: Told | None,
) -> Told:
    """Put one side right; the seller's, where it is the same account, after the buyer's."""
    fill = original.event
    assert isinstance(fill, OrderFilled)
    account = situation.of(Account, fill.account)
    if other is not None and other.account == fill.account:
        account = put_right(account, other, original.sequence - 1)
    instrument = situation.of(Instrument, fill.instrument)
    known = instrument.specification(original.at) or instrument.first(situation.now)
    terms = None if known is None else known.terms
    before = standing(fill, original.sequence, account)
    difference = posted(fill, account, terms, before, as_it_should_be(fill, terms, *said))
    if isinstance(command, CorrectTrade):
        return _corrected(situation, command, fill, difference)
    return _busted(situation, command, fill, difference, before.price)


def _busted(
    situation: Situation, command: BustTrade, fill: OrderFilled, difference: Posted, price: Amount
) -> FillBusted:
    assert situation.approval is not None
    position = difference.position
    return FillBusted(
        account=fill.account,
        trade_id=fill.trade_id,
        order_id=fill.order_id,
        instrument=fill.instrument,
        side=fill.side,
        quantity=difference.taken,
        price=price,
        cost=difference.cost,
        asset=fill.asset,
        realized_profit=difference.realized_profit,
        fee=difference.fee,
        reason=command.reason,
        base=fill.base,
        status=difference.status,
        cumulative_quantity=difference.cumulative,
        position_quantity=None if position is None else position.quantity,
        position_cost=None if position is None else position.cost,
        segregation=difference.segregation,
        flags=difference.flags,
        approval=situation.approval,
    )


def _corrected(
    situation: Situation, command: CorrectTrade, fill: OrderFilled, difference: Posted
) -> FillCorrected:
    assert situation.approval is not None
    position = difference.position
    return FillCorrected(
        account=fill.account,
        trade_id=fill.trade_id,
        order_id=fill.order_id,
        instrument=fill.instrument,
        side=fill.side,
        last_quantity=command.quantity,
        last_price=command.price,
        quantity=difference.taken,
        cost=difference.cost,
        asset=fill.asset,
        realized_profit=difference.realized_profit,
        fee=difference.fee,
        reason=command.reason,
        base=fill.base,
        status=difference.status,
        cumulative_quantity=difference.cumulative,
        position_quantity=None if position is None else position.quantity,
        position_cost=None if position is None else position.cost,
        segregation=difference.segregation,
        flags=difference.flags,
        approval=situation.approval,
    )


RULES: Rules = {BustTrade: bust, CorrectTrade: correct}
