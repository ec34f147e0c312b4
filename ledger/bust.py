"""Trades put right: taken back, or corrected, by events of their own bound to the originals.

Neither rewrites what came after: later fills stay as they were booked, and the position says what
it holds now. Both count from the original's own `at`. A fill can be put right again.
"""

from typing import NamedTuple, TypeAlias

from ledger.chart import Segregation
from ledger.commands import BustTrade, CorrectTrade
from ledger.contract import fee, is_inverse, is_spot, signed, value
from ledger.events import (
    Draft,
    FillBusted,
    FillCorrected,
    InstrumentSpecified,
    OrderFilled,
    OrderStatus,
    Recorded,
    Side,
)
from ledger.holding import AS_BOOKED, Account, put_right
from ledger.instrument import Instrument
from ledger.numbers import ZERO, Amount, add, negate, subtract
from ledger.order import Step, status_of
from ledger.position import Position, book, take_back
from ledger.reasons import Flag, Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


class Standing(NamedTuple):
    """What a fill says: as it was booked and put right since, or as it should be."""

    quantity: Amount
    price: Amount
    cost: Amount
    realized_profit: Amount
    fee: Amount


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
    now = _standing(situation, originals[0])
    if not now.quantity or (now.quantity, now.price) == (quantity, price):
        return refuse(command, Reason.NOTHING_TO_CORRECT, limit=now.price, attempted=price)
    if quantity > now.quantity:
        return refuse(command, Reason.ABOVE_EXECUTED, limit=now.quantity, attempted=quantity)
    buyer = _side(situation, command, originals[0], (quantity, price), None)
    seller = _side(situation, command, originals[1], (quantity, price), buyer)
    return [
        Draft(original.stream, event, at=original.at, corrects=original.sequence)
        for original, event in zip(originals, (buyer, seller), strict=True)
    ]


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


def _standing(situation: Situation, original: Recorded, account: Account | None = None) -> Standing:
    fill = original.event
    assert isinstance(fill, OrderFilled)
    known = account or situation.of(Account, fill.account)
    righted = known.righted.get(original.sequence, AS_BOOKED)
    return Standing(
        quantity=subtract(fill.last_quantity, righted.quantity),
        price=fill.last_price if righted.price is None else righted.price,
        cost=add(fill.cost, righted.cost),
        realized_profit=add(fill.realized_profit, righted.realized_profit),
        fee=add(fill.fee, righted.fee),
    )


class Posted(NamedTuple):
    """What is posted to put one fill right, and what it leaves of its order and position."""

    taken: Amount
    cost: Amount
    realized_profit: Amount
    fee: Amount
    status: OrderStatus | None
    cumulative: Amount | None
    position: Position | None
    flags: tuple[Flag, ...]


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
    known = situation.of(Instrument, fill.instrument).specification(original.at)
    terms = None if known is None else known.terms
    before = _standing(situation, original, account)
    after = _as_it_should_be(fill, terms, *said)
    posted = _posted(fill, account, terms, before, after)
    if isinstance(command, CorrectTrade):
        return _corrected(situation, command, fill, posted)
    return _busted(situation, command, fill, posted, before.price)


def _as_it_should_be(
    fill: OrderFilled, terms: InstrumentSpecified | None, quantity: Amount, price: Amount
) -> Standing:
    if not quantity or terms is None:
        return Standing(quantity, price, ZERO, ZERO, ZERO)
    cost = value(terms, signed(fill.side, quantity), price)
    charged = fee(terms, cost, fill.liquidity) if _is_booked(fill) else ZERO
    return Standing(quantity, price, cost, ZERO, charged)


def _is_booked(fill: OrderFilled) -> bool:
    """Tell whether a fill moved its account; one in suspense did not."""
    return fill.segregation is not Segregation.SUSPENSE


def _posted(
    fill: OrderFilled,
    account: Account,
    terms: InstrumentSpecified | None,
    before: Standing,
    after: Standing,
) -> Posted:
    taken = subtract(before.quantity, after.quantity)
    position, realized = None, ZERO
    if _is_booked(fill) and terms is not None and not is_spot(terms):
        position, realized = _rebooked(fill, account, terms, before, after)
    status, cumulative = _of_order(fill, account, taken)
    posted = Posted(
        taken,
        subtract(after.cost, before.cost),
        realized,
        subtract(after.fee, before.fee),
        status,
        cumulative,
        position,
        (),
    )
    return posted._replace(flags=_short(fill, account, posted))


def _rebooked(
    fill: OrderFilled,
    account: Account,
    terms: InstrumentSpecified,
    before: Standing,
    after: Standing,
) -> tuple[Position, Amount]:
    """Take the fill out of the position as it stands, and book what it should have been."""
    out = take_back(
        account.position(fill.instrument),
        signed(fill.side, before.quantity),
        before.cost,
        before.realized_profit,
        unit=terms.value_unit,
        inverse=is_inverse(terms),
    )
    if not after.quantity:
        return out.position, out.realized
    again = book(out.position, signed(fill.side, after.quantity), after.cost, terms.value_unit)
    return again.position, add(out.realized, again.realized)


def _of_order(
    fill: OrderFilled, account: Account, taken: Amount
) -> tuple[OrderStatus | None, Amount | None]:
    """Say where the order stands afterwards; nothing of one that is not known any more."""
    order = account.orders.find(fill.order_id)
    step = Step.BUSTED if taken else Step.CORRECTED
    stage = order.after(step) if order is not None and _is_booked(fill) else None
    if order is None or stage is None:
        return None, None
    cumulative = subtract(order.cumulative, taken)
    return status_of(stage, cumulative), cumulative


def _short(fill: OrderFilled, account: Account, posted: Posted) -> tuple[Flag, ...]:
    """Flag what leaves less cash on the account than is held for its orders."""
    if not _is_booked(fill):
        return ()
    moved = {fill.asset: subtract(posted.realized_profit, posted.fee)}
    if fill.base is not None:
        moved[fill.asset] = negate(add(posted.cost, posted.fee))
        moved[fill.base] = negate(signed(fill.side, posted.taken))
    lacking = [
        asset
        for asset, amount in moved.items()
        if amount < ZERO and add(account.unreserved(asset), amount) < ZERO
    ]
    return (Flag.INSUFFICIENT_FUNDS,) if lacking else ()


def _busted(
    situation: Situation, command: BustTrade, fill: OrderFilled, posted: Posted, price: Amount
) -> FillBusted:
    assert situation.approval is not None
    position = posted.position
    return FillBusted(
        account=fill.account,
        trade_id=fill.trade_id,
        order_id=fill.order_id,
        instrument=fill.instrument,
        side=fill.side,
        quantity=posted.taken,
        price=price,
        cost=posted.cost,
        asset=fill.asset,
        realized_profit=posted.realized_profit,
        fee=posted.fee,
        reason=command.reason,
        base=fill.base,
        status=posted.status,
        cumulative_quantity=posted.cumulative,
        position_quantity=None if position is None else position.quantity,
        position_cost=None if position is None else position.cost,
        segregation=fill.segregation,
        flags=posted.flags,
        approval=situation.approval,
    )


def _corrected(
    situation: Situation, command: CorrectTrade, fill: OrderFilled, posted: Posted
) -> FillCorrected:
    assert situation.approval is not None
    position = posted.position
    return FillCorrected(
        account=fill.account,
        trade_id=fill.trade_id,
        order_id=fill.order_id,
        instrument=fill.instrument,
        side=fill.side,
        last_quantity=command.quantity,
        last_price=command.price,
        quantity=posted.taken,
        cost=posted.cost,
        asset=fill.asset,
        realized_profit=posted.realized_profit,
        fee=posted.fee,
        reason=command.reason,
        base=fill.base,
        status=posted.status,
        cumulative_quantity=posted.cumulative,
        position_quantity=None if position is None else position.quantity,
        position_cost=None if position is None else position.cost,
        segregation=fill.segregation,
        flags=posted.flags,
        approval=situation.approval,
    )


RULES: Rules = {BustTrade: bust, CorrectTrade: correct}
