"""Trades of the matching engine: one fact, one fill for each side, through CLEARING.

A fact happened: it is booked whatever the rules say of it, and flagged. A side that fits no order
of its account goes to SUSPENSE, where it waits to be put right; it is never dropped.
"""

from typing import NamedTuple

from ledger.account import unusable
from ledger.booking import filled
from ledger.chart import Segregation
from ledger.commands import ReportTrade
from ledger.contract import fee, is_spot, signed, value
from ledger.events import (
    Draft,
    InstrumentSpecified,
    Liquidity,
    OrderFilled,
    OrderStatus,
    Relation,
    Side,
)
from ledger.fill_flags import broken, short
from ledger.holding import Account
from ledger.instrument import Instrument, Specification
from ledger.numbers import (
    AMOUNT_LIMIT,
    ZERO,
    Amount,
    OutOfRange,
    add,
    magnitude,
    negate,
    subtract,
)
from ledger.order import Order, Step, status_of
from ledger.owner import owner_of
from ledger.position import Booked, book
from ledger.reasons import Flag
from ledger.reservation import after_fill, unit_of
from ledger.situation import Rules, Situation


class Half(NamedTuple):
    """One side of a trade: whose it is, and what it is worth, `cost` signed as the value bought.

    None where that is more than any amount may be.
    """

    side: Side
    account: Account
    account_id: str
    order_id: str
    liquidity: Liquidity
    specification: Specification | None
    cost: Amount | None
    flags: tuple[Flag, ...]

    @property
    def order(self) -> Order | None:
        return self.account.orders.find(self.order_id)


def report(situation: Situation, command: ReportTrade) -> list[Draft]:
    """Book both sides of a trade, the buyer's first; the seller's sees what that has left."""
    buyer = fill(situation, command, _half(situation, command, Side.BUY))
    half = _half(situation, command, Side.SELL)
    if half.account_id == buyer.account:
        half = half._replace(account=filled(half.account, buyer))
    seller = fill(situation, command, half)
    return [Draft(f"account-{event.account}", event, at=command.at) for event in (buyer, seller)]


def _half(situation: Situation, command: ReportTrade, side: Side) -> Half:
    named = command.buyer if side is Side.BUY else command.seller
    instrument = situation.of(Instrument, command.instrument)
    in_force = instrument.specification(command.at)
    known = in_force or instrument.first(situation.now)
    makes = command.aggressor is not None and command.aggressor is not side
    return Half(
        side=side,
        account=situation.of(Account, named.account),
        account_id=named.account,
        order_id=named.order_id,
        liquidity=Liquidity.MAKER if makes else Liquidity.TAKER,
        specification=known,
        cost=_cost(command, side, known),
        flags=situation.flags(command)
        + ((Flag.BEFORE_TERMS,) if known is not in_force else ())
        + _self_trade(situation, command),
    )


def _cost(command: ReportTrade, side: Side, known: Specification | None) -> Amount | None:
    """Reckon what a side is worth, signed; nothing by unknown terms, None beyond all amounts."""
    if known is None:
        return ZERO
    try:
        return value(known.terms, signed(side, command.quantity), command.price)
    except OutOfRange:
        return None


def _self_trade(situation: Situation, command: ReportTrade) -> tuple[Flag, ...]:
    """Flag a trade of a client, or of one account, with itself."""
    buyer, seller = command.buyer.account, command.seller.account
    owners = {situation.of(Account, name).client for name in (buyer, seller)}
    same_client = len(owners) == 1 and None not in owners
    return (Flag.SELF_TRADE,) if same_client or buyer == seller else ()


def fill(situation: Situation, command: ReportTrade, half: Half) -> OrderFilled:
    """Book one side on the account whose order it fills, or in suspense where it fits none."""
    order, specification = half.order, half.specification
    misfit = _misfit(command, half)
    if misfit is not None or order is None or specification is None or half.cost is None:
        return _suspended(command, half, misfit or Flag.TOO_LARGE)
    moved = _moved(half.account, command, half, half.cost, specification.terms)
    if magnitude(moved.booked.position.cost) >= AMOUNT_LIMIT:
        return _suspended(command, half, Flag.TOO_LARGE)
    return _booked(situation, command, half, order, specification, moved)


def _misfit(command: ReportTrade, half: Half) -> Flag | None:
    """Say what keeps a side from being booked on the account: first the account, then the order."""
    reason = unusable(half.account)
    if reason is not None:
        return Flag(reason)
    order = half.order
    if half.specification is None:
        return Flag.INSTRUMENT_UNKNOWN
    if order is None:
        return Flag.ORDER_UNKNOWN
    if order.instrument != command.instrument:
        return Flag.WRONG_INSTRUMENT
    if order.side is not half.side:
        return Flag.WRONG_SIDE
    if order.after(Step.PARTIALLY_FILLED) is None:
        return Flag.ORDER_CLOSED
    if half.cost is None:
        return Flag.TOO_LARGE
    executable = order.leaves if order.works else order.canceled
    return Flag.OVERFILLED if command.quantity > executable else None


class Cash(NamedTuple):
    """What a fill moves in cash: in the settlement asset, and of a spot trade in the base."""

    settled: Amount
    delivered: Amount


class Moved(NamedTuple):
    """What a side moves: cost, position, fee and cash, and whether its position grows."""

    cost: Amount
    booked: Booked
    fee: Amount
    cash: Cash
    grows: bool


def _booked(
    situation: Situation,
    command: ReportTrade,
    half: Half,
    order: Order,
    specification: Specification,
    moved: Moved,
) -> OrderFilled:
    account, terms = half.account, specification.terms
    cumulative = add(order.cumulative, command.quantity)
    leaves = subtract(order.leaves, command.quantity) if order.works else ZERO
    hold = _hold(terms, order, leaves, moved.cash)
    client = owner_of(situation, account)
    assert account.segregation is not None
    position = None if is_spot(terms) else moved.booked.position
    return OrderFilled(
        account=half.account_id,
        trade_id=command.command_id,
        order_id=half.order_id,
        instrument=command.instrument,
        side=half.side,
        last_quantity=command.quantity,
        last_price=command.price,
        liquidity=half.liquidity,
        cost=moved.cost,
        asset=terms.settlement,
        base=terms.base,
        terms=specification.version,
        realized_profit=ZERO if position is None else moved.booked.realized,
        fee=moved.fee,
        status=_status(order, cumulative, leaves),
        cumulative_quantity=cumulative,
        leaves_quantity=leaves,
        hold=hold,
        held_asset=order.held_asset,
        position_quantity=None if position is None else position.quantity,
        position_cost=None if position is None else position.cost,
        segregation=account.segregation,
        client=account.client,
        affiliate=client.is_a(Relation.AFFILIATE, command.at),
        employee=client.is_a(Relation.EMPLOYEE, command.at),
        flags=half.flags
        + broken(command, half.liquidity, order, terms, grows=moved.grows)
        + short(account, _in_assets(terms, moved.cash), order, subtract(order.hold, hold)),
    )


def _moved(
    account: Account, command: ReportTrade, half: Half, cost: Amount, terms: InstrumentSpecified
) -> Moved:
    """Reckon what a side moves, on the position as it stands."""
    quantity = signed(half.side, command.quantity)
    before = account.position(command.instrument)
    booked = book(before, quantity, cost, terms.value_unit)
    charged = fee(terms, cost, half.liquidity)
    grows = magnitude(booked.position.quantity) > magnitude(before.quantity)
    return Moved(cost, booked, charged, _cash(terms, quantity, cost, charged, booked), grows)


def _cash(
    terms: InstrumentSpecified, quantity: Amount, cost: Amount, charged: Amount, booked: Booked
) -> Cash:
    if is_spot(terms):
        return Cash(negate(add(cost, charged)), quantity)
    return Cash(subtract(booked.realized, charged), ZERO)


def _in_assets(terms: InstrumentSpecified, cash: Cash) -> dict[str, Amount]:
    moved = {terms.settlement: cash.settled}
    return moved if terms.base is None else moved | {terms.base: cash.delivered}


def _hold(terms: InstrumentSpecified, order: Order, leaves: Amount, cash: Cash) -> Amount:
    """Give what stays reserved: never what went out of the asset that is held for the order."""
    if not order.works:
        return ZERO
    moved = cash.settled if order.held_asset == terms.settlement else cash.delivered
    spent = max(ZERO, negate(moved))
    return after_fill(order, leaves, spent, unit_of(terms, order.held_asset))


def _status(order: Order, cumulative: Amount, leaves: Amount) -> OrderStatus:
    stage = order.after(order.fill_step(cumulative, leaves))
    assert stage is not None
    return status_of(stage, cumulative)


def _suspended(command: ReportTrade, half: Half, misfit: Flag) -> OrderFilled:
    """Book a side in suspense: its quantity and cost wait there, and no fee is charged."""
    terms = half.specification.terms if half.specification else None
    return OrderFilled(
        account=half.account_id,
        trade_id=command.command_id,
        order_id=half.order_id,
        instrument=command.instrument,
        side=half.side,
        last_quantity=command.quantity,
        last_price=command.price,
        liquidity=half.liquidity,
        cost=half.cost or ZERO,
        asset=terms.settlement if terms else "",
        base=terms.base if terms else None,
        terms=half.specification.version if half.specification else 0,
        segregation=Segregation.SUSPENSE,
        flags=(*half.flags, misfit),
    )


RULES: Rules = {ReportTrade: report}
