"""Orders and trades as clients and the engine bring them about, told in short."""

from typing import Any

from ledger.events import (
    CancelReason,
    ExecutionKind,
    FillBusted,
    FillCorrected,
    Initiator,
    Liquidity,
    OrderAccepted,
    OrderAmended,
    OrderAmendRequested,
    OrderCanceled,
    OrderFilled,
    OrderReceived,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
    VenueExecution,
)
from ledger.numbers import ZERO, amount, as_total, negate
from projections.listing import Listing
from projections.replay import as_of
from tests.projections.inspected import NOW, VIEWS, approved
from tests.projections.log_of import Log

PERP = "BTC-PERP"


def received(order_id: str = "o-1", account: str = "A", **said: Any) -> OrderReceived:
    """Say that an order to buy 10 at 100 came in, unless said otherwise."""
    usual: dict[str, Any] = {
        "instrument": PERP,
        "side": Side.BUY,
        "order_type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "quantity": amount("10"),
        "price": amount("100"),
        "client": f"client-{account}",
    }
    return OrderReceived(account=account, order_id=order_id, **(usual | said))


def accepted(order_id: str = "o-1", account: str = "A", **said: Any) -> OrderAccepted:
    """Say that an order of 10 was accepted, with 50 dollars reserved."""
    usual: dict[str, Any] = {
        "instrument": PERP,
        "leaves_quantity": amount("10"),
        "terms": 1,
        "hold": amount("50"),
        "held_asset": "USD",
    }
    return OrderAccepted(account=account, order_id=order_id, **(usual | said))


def canceled(order_id: str = "o-1", account: str = "A", **said: Any) -> OrderCanceled:
    """Say that the engine canceled an order of 10, as its client had asked."""
    usual: dict[str, Any] = {
        "initiator": Initiator.CLIENT,
        "reason": CancelReason.REQUESTED,
        "canceled_quantity": amount("10"),
        "cumulative_quantity": ZERO,
    }
    return OrderCanceled(account=account, order_id=order_id, **(usual | said))


def change_asked(order_id: str = "o-1", account: str = "A", **said: Any) -> OrderAmendRequested:
    """Say that a client asked for 12 at 101."""
    usual: dict[str, Any] = {
        "instrument": PERP,
        "quantity": amount("12"),
        "status": OrderStatus.PENDING_REPLACE,
        "hold": amount("60"),
        "hold_after": amount("60"),
        "held_asset": "USD",
        "price": amount("101"),
    }
    return OrderAmendRequested(account=account, order_id=order_id, **(usual | said))


def changed_to(
    quantity: str, price: str, order_id: str = "o-1", account: str = "A", **said: Any
) -> OrderAmended:
    """Say that the engine changed an order, of which nothing was executed unless said otherwise."""
    usual: dict[str, Any] = {
        "instrument": PERP,
        "side": Side.BUY,
        "order_type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "quantity": amount(quantity),
        "cumulative_quantity": ZERO,
        "leaves_quantity": amount(quantity),
        "status": OrderStatus.NEW,
        "hold": amount("60"),
        "held_asset": "USD",
        "price": amount(price),
    }
    return OrderAmended(account=account, order_id=order_id, **(usual | said))


def filled(
    quantity: str, price: str, order_id: str = "o-1", account: str = "A", **said: Any
) -> OrderFilled:
    """Say that part of an order was executed; it is worth quantity times price."""
    side = said.get("side", Side.BUY)
    worth = as_total(amount(quantity) * amount(price))
    usual: dict[str, Any] = {
        "trade_id": "t-1",
        "instrument": PERP,
        "side": side,
        "last_quantity": amount(quantity),
        "last_price": amount(price),
        "liquidity": Liquidity.MAKER,
        "cost": worth if side is Side.BUY else negate(worth),
        "asset": "USD",
        "terms": 1,
        "status": OrderStatus.PARTIALLY_FILLED,
        "cumulative_quantity": amount(quantity),
        "leaves_quantity": amount("1"),
        "hold": amount("5"),
        "held_asset": "USD",
        "position_quantity": ZERO,
        "position_cost": ZERO,
    }
    return OrderFilled(account=account, order_id=order_id, **(usual | said))


def busted(fill: OrderFilled, **said: Any) -> FillBusted:
    """Say that a fill never should have been."""
    usual: dict[str, Any] = {
        "quantity": fill.last_quantity,
        "price": fill.last_price,
        "cost": negate(fill.cost),
        "realized_profit": negate(fill.realized_profit),
        "fee": negate(fill.fee),
        "status": OrderStatus.CANCELED,
        "cumulative_quantity": ZERO,
    }
    return FillBusted(**_righting(fill), **(usual | said))


def righted(fill: OrderFilled, quantity: str, price: str, **said: Any) -> FillCorrected:
    """Say that a fill should have been of another quantity and price."""
    before, after = fill.cost, as_total(amount(quantity) * amount(price))
    if fill.side is Side.SELL:
        after = negate(after)
    usual: dict[str, Any] = {
        "last_quantity": amount(quantity),
        "last_price": amount(price),
        "quantity": as_total(fill.last_quantity - amount(quantity)),
        "cost": as_total(after - before),
        "realized_profit": ZERO,
        "fee": ZERO,
        "status": OrderStatus.PARTIALLY_FILLED,
        "cumulative_quantity": amount(quantity),
    }
    return FillCorrected(**_righting(fill), **(usual | said))


def _righting(fill: OrderFilled) -> dict[str, Any]:
    same = ("account", "trade_id", "order_id", "instrument", "side", "asset", "segregation")
    said = {name: getattr(fill, name) for name in same}
    positions = {"position_quantity": fill.position_quantity, "position_cost": ZERO}
    if fill.position_quantity is None:
        positions = {}
    return {**said, **positions, "reason": "fat finger", "approval": approved()}


def executed_at_venue(quantity: str, price: str, **said: Any) -> VenueExecution:
    """Say what another venue executed on the mirror M."""
    worth = as_total(amount(quantity) * amount(price))
    usual: dict[str, Any] = {
        "account": "M",
        "venue": "bitmex",
        "kind": ExecutionKind.TRADE,
        "execution_id": "x-1",
        "instrument": "XBTUSD",
        "side": Side.BUY,
        "quantity": amount(quantity),
        "price": amount(price),
        "cost": worth,
        "asset": "XBT",
        "realized_profit": ZERO,
        "position_quantity": amount(quantity),
        "position_cost": worth,
        "order_id": "v-1",
        "liquidity": Liquidity.TAKER,
    }
    return VenueExecution(**(usual | said))


def kept(log: Log, name: str) -> list[tuple[Any, ...]]:
    """Read a view as tuples, as it is shown now."""
    view = VIEWS[name]
    assert not isinstance(view, Listing)
    return list(as_of(log, view, NOW))
