"""A market in order: what the contracts are, a prevailing price, and a client with cash."""

from typing import Any

from msgspec.structs import replace

from ledger.commands import PlaceOrder
from ledger.coverage.case import BEGINNING, Case, Gate, History, Refused
from ledger.coverage.in_order import APPROVAL, DORA, IN_ORDER, ask
from ledger.coverage.trades import NAMES
from ledger.events import (
    AccountOpened,
    CashDeposited,
    ContractKind,
    InstrumentSpecified,
    Liquidity,
    OrderAccepted,
    OrderFilled,
    OrderReceived,
    OrderStatus,
    OrderType,
    ReferencePriceReported,
    Side,
    TimeInForce,
)
from ledger.numbers import Rounding, amount

CONTRACT = InstrumentSpecified(
    instrument="BTC-PERP",
    kind=ContractKind.LINEAR,
    quote="USD",
    settlement="USD",
    reference="BTC",
    multiplier=amount("1"),
    tick=amount("0.5"),
    lot=amount("0.01"),
    value_unit=amount("0.01"),
    value_rounding=Rounding.TOWARD_ZERO,
    fee_unit=amount("0.01"),
    fee_rounding=Rounding.TOWARD_ZERO,
    maker_fee=amount("-0.0001"),
    taker_fee=amount("0.0005"),
    band=amount("10"),
    quantity_max=amount("50"),
    value_max=amount("60000"),
    position_max=amount("40"),
    open_orders_max=2,
    effective_from=BEGINNING,
    approval=APPROVAL,
)
PAIR = replace(
    CONTRACT,
    instrument="BTC-SPOT",
    kind=ContractKind.SPOT,
    base="BTC",
    maker_fee=amount("0.0001"),
)
PREVAILING = ReferencePriceReported(instrument="BTC-PERP", price=amount("1000"))
PREVAILING_SPOT = ReferencePriceReported(instrument="BTC-SPOT", price=amount("1000"))
CASH = CashDeposited(account="A", asset="USD", amount=amount("10000"), source="bank")
COINS = CashDeposited(account="A", asset="BTC", amount=amount("3"), source="chain")

MARKET = (
    IN_ORDER.then("instrument-BTC-PERP", CONTRACT)
    .then("instrument-BTC-SPOT", PAIR)
    .then("price-BTC-PERP", PREVAILING)
    .then("price-BTC-SPOT", PREVAILING_SPOT)
    .then("account-A", CASH, COINS)
    .then("account-H", AccountOpened(account="H", client="D"))
)
"""Account A has 10,000 USD and may trade BTC-PERP at about 1,000; H is another client's."""


def received(order_id: str, quantity: str, side: Side = Side.BUY, **terms: Any) -> OrderReceived:
    """Tell that account A placed a limit order at 1,000."""
    usual = {"account": "A", "instrument": "BTC-PERP", "price": amount("1000"), "client": "C"}
    return OrderReceived(
        order_id=order_id,
        side=side,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity=amount(quantity),
        **{**usual, **terms},
    )


def accepted(order_id: str, quantity: str, hold: str, **said: Any) -> OrderAccepted:
    """Tell that it was accepted with so many US dollars held for it."""
    usual = {"account": "A", "instrument": "BTC-PERP", "terms": 1, "held_asset": "USD"}
    return OrderAccepted(
        order_id=order_id,
        leaves_quantity=amount(quantity),
        hold=amount(hold),
        **{**usual, **said},
    )


def filled(order_id: str, quantity: str, side: Side = Side.BUY, **said: Any) -> OrderFilled:
    """Tell that a whole order of account A was filled at 1,000, from a flat position."""
    signed = quantity if side is Side.BUY else f"-{quantity}"
    cost = amount(f"{signed}000")
    usual: dict[str, Any] = {
        "account": "A",
        "trade_id": f"trade-{order_id}",
        "instrument": "BTC-PERP",
        "client": "C",
        "asset": "USD",
        "held_asset": "USD",
    }
    return OrderFilled(
        order_id=order_id,
        side=side,
        last_quantity=amount(quantity),
        last_price=amount("1000"),
        liquidity=Liquidity.MAKER,
        cost=cost,
        status=OrderStatus.FILLED,
        cumulative_quantity=amount(quantity),
        leaves_quantity=amount("0"),
        position_quantity=amount(signed),
        position_cost=cost,
        **{**usual, **said},
    )


WORKING = MARKET.then("account-A", received("W", "2"), accepted("W", "2", "667.8"))
"""An order W to buy 2 works, and 667.80 USD are held for it."""

LONG = MARKET.then("account-A", received("L", "5"), accepted("L", "5", "1669.5"), filled("L", "5"))
"""Account A holds 5 contracts that cost 5,000 USD."""


def order(**fields: Any) -> PlaceOrder:
    """Let account A buy 1 contract at 1,000, well within its limits."""
    usual = {
        "command_id": "O-1",
        "account": "A",
        "instrument": "BTC-PERP",
        "side": "buy",
        "quantity": "1",
        "price": "1000",
        "exposure": "500000",
        "concentration": "50",
    }
    said = {name: value for name, value in {**usual, **fields}.items() if value is not None}
    return ask(DORA, PlaceOrder, **said)


def takes(gate: Gate, title: str, history: History = MARKET, **asked: Any) -> Case:
    """Tell a case in which an order is accepted."""
    return Case(gate, title, history, order(**asked), says={"order_id": "O-1", "lapsed": ()})


def declines(
    gate: Gate, title: str, refused: Refused, history: History = MARKET, **asked: Any
) -> Case:
    """Tell a case in which this control refuses an order."""
    return Case(gate, title, history, order(**asked), refused._replace(control=NAMES[gate]))
