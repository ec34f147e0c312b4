"""Every trade, one row for both sides: who traded with whom, at what, and whether it still stands.

`cost` is the value as its buyer paid it, below zero for an inverse contract, and `notional` its
size. Each bust and correction makes another version; a busted trade shows what it was. In an
auction nobody is the aggressor, and no order made or took. A trade of a mirror at another venue is
off the platform, and has only the side that is ours.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.events import (
    Event,
    ExecutionKind,
    FillBusted,
    FillCorrected,
    Liquidity,
    OrderFilled,
    Recorded,
    Side,
    VenueExecution,
)
from ledger.numbers import ZERO, Amount, add, magnitude, negate
from projections.change import Change, Key, Row
from projections.copying import WORDS
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "trade_blotter",
    MetaData(),
    Column("trade_id", Text, primary_key=True),
    Column("status", Text),
    Column("version", Integer),
    Column("executed_at", Nanoseconds),
    Column("instrument", Text),
    Column("price", ExactAmount),
    Column("quantity", ExactAmount),
    Column("notional", ExactAmount),
    Column("cost", ExactAmount),
    Column("asset", Text),
    Column("maker_order_id", Text),
    Column("taker_order_id", Text),
    Column("buyer_account", Text),
    Column("seller_account", Text),
    Column("buyer_order_id", Text),
    Column("seller_order_id", Text),
    Column("buyer_affiliate", Text),
    Column("seller_affiliate", Text),
    Column("buyer_liquidity", Text),
    Column("seller_liquidity", Text),
    Column("aggressor_side", Text),
    Column("on_off_platform", Text),
    Column("venue", Text),
    Column("fee_buyer", ExactAmount),
    Column("fee_seller", ExactAmount),
    Column("bust_reason", Text),
    Column("approved_by", Text),
    Column("flags", Text),
    Column("sequence", BigInteger),
)


class Trade(NamedTuple):
    """A row of the blotter, without its key."""

    status: str = "LIVE"
    version: int = 1
    executed_at: int | None = None
    instrument: str | None = None
    price: Amount | None = None
    quantity: Amount | None = None
    notional: Amount | None = None
    cost: Amount | None = None
    asset: str | None = None
    maker_order_id: str | None = None
    taker_order_id: str | None = None
    buyer_account: str | None = None
    seller_account: str | None = None
    buyer_order_id: str | None = None
    seller_order_id: str | None = None
    buyer_affiliate: str | None = None
    seller_affiliate: str | None = None
    buyer_liquidity: str | None = None
    seller_liquidity: str | None = None
    aggressor_side: str | None = None
    on_off_platform: str = "ON"
    venue: str | None = None
    fee_buyer: Amount | None = None
    fee_seller: Amount | None = None
    bust_reason: str | None = None
    approved_by: str | None = None
    flags: str | None = None
    sequence: int = 0


NEW = Trade()
_SIDES = {Side.BUY: "buyer", Side.SELL: "seller"}


def parts(recorded: Recorded) -> tuple[tuple[Key, Recorded], ...]:
    """Hand each side to its trade; a settlement at another venue is none."""
    event: Any = recorded.event
    if type(event) not in _TRANSCRIBE:
        return ()
    if isinstance(event, VenueExecution):
        if event.kind is not ExecutionKind.TRADE:
            return ()
        return (((f"{event.venue}:{event.account}:{event.execution_id}",), recorded),)
    return (((event.trade_id,), recorded),)


def step(state: Row | None, recorded: Recorded) -> tuple[Row, tuple[Change, ...]]:
    """Write one side into the trade."""
    known: Any = state
    trade = NEW if known is None else Trade(*known)
    event: Any = recorded.event
    after = _TRANSCRIBE[type(event)](trade, event, recorded)
    flags = dict.fromkeys((*(trade.flags or "").split(), *event.flags))
    shown = after._replace(
        flags=" ".join(flags) or None, sequence=max(trade.sequence, recorded.sequence)
    )
    return tuple(shown), ()


def _filled(trade: Trade, event: OrderFilled, recorded: Recorded) -> Trade:
    who = _SIDES[event.side]
    sides: dict[str, Any] = {
        f"{who}_account": event.account,
        f"{who}_order_id": event.order_id,
        f"{who}_affiliate": WORDS[event.affiliate],
        f"{who}_liquidity": event.liquidity.value,
        f"fee_{who}": event.fee,
    }
    return _with_aggressor(
        trade._replace(
            executed_at=recorded.at,
            instrument=event.instrument,
            price=event.last_price,
            quantity=event.last_quantity,
            notional=magnitude(event.cost),
            cost=event.cost if event.side is Side.BUY else negate(event.cost),
            asset=event.asset or None,
            **sides,
        )
    )


def _with_aggressor(trade: Trade) -> Trade:
    """Say whose order met the other's in the book, once both are known and only one of them did."""
    liquidity = (trade.buyer_liquidity, trade.seller_liquidity)
    if liquidity == (Liquidity.TAKER.value, Liquidity.MAKER.value):
        aggressor, taker, maker = Side.BUY, trade.buyer_order_id, trade.seller_order_id
    elif liquidity == (Liquidity.MAKER.value, Liquidity.TAKER.value):
        aggressor, taker, maker = Side.SELL, trade.seller_order_id, trade.buyer_order_id
    else:
        return trade
    return trade._replace(
        aggressor_side=aggressor.value, taker_order_id=taker, maker_order_id=maker
    )


def _righted(trade: Trade, event: FillBusted | FillCorrected, _: Recorded) -> Trade:
    buyer = event.side is Side.BUY
    fee = f"fee_{_SIDES[event.side]}"
    fees: dict[str, Any] = {fee: add(getattr(trade, fee) or ZERO, event.fee)}
    return trade._replace(
        status="BUSTED" if isinstance(event, FillBusted) else "CORRECTED",
        version=sum((trade.version, buyer)),
        bust_reason=event.reason,
        approved_by=event.approval.approver,
        **fees,
    )


def _corrected(trade: Trade, event: FillCorrected, recorded: Recorded) -> Trade:
    cost = trade.cost or ZERO
    if event.side is Side.BUY:
        cost = add(cost, event.cost)
    return _righted(trade, event, recorded)._replace(
        price=event.last_price,
        quantity=event.last_quantity,
        cost=cost,
        notional=magnitude(cost),
    )


def _executed(trade: Trade, event: VenueExecution, recorded: Recorded) -> Trade:
    who = _SIDES[event.side]
    sides: dict[str, Any] = {
        f"{who}_account": event.account,
        f"{who}_order_id": event.order_id,
        f"{who}_liquidity": event.liquidity and event.liquidity.value,
    }
    return trade._replace(
        executed_at=recorded.at,
        instrument=event.instrument,
        price=event.price,
        quantity=event.quantity,
        notional=magnitude(event.cost),
        cost=event.cost if event.side is Side.BUY else negate(event.cost),
        asset=event.asset,
        on_off_platform="OFF",
        venue=event.venue,
        **sides,
    )


_TRANSCRIBE: dict[type[Event], Callable[[Trade, Any, Recorded], Trade]] = {
    OrderFilled: _filled,
    FillBusted: _righted,
    FillCorrected: _corrected,
    VenueExecution: _executed,
}

view = Tally("trade_blotter", table, version=1, memory=table, parts=parts, step=step)
