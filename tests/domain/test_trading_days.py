"""Random trading days: clients ask, the engine reports, truly or not, and every law holds."""

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from ledger.events import (
    CancelReason,
    FillBusted,
    FillCorrected,
    Initiator,
    OrderAccepted,
    OrderFilled,
    Side,
    VenueRefusal,
)
from ledger.order import Order
from tests.domain.exchange import ACCOUNTS, INSTRUMENTS, Exchange, read_back

DAYS = int(os.environ.get("LEDGER_DAYS", "150"))
"""How many days; `scripts/campaign` plays thousands."""
STEPS = 60

Shape = dict[str, Any]

accounts = st.sampled_from(ACCOUNTS)
instruments = st.sampled_from(INSTRUMENTS)
sides = st.sampled_from(["buy", "sell"])
prices = st.sampled_from(["900", "950", "999.5", "1000", "1000.5", "1050", "1100"])
sizes = st.sampled_from(["0.01", "0.33", "1", "1", "2", "3", "5"])
lots = st.sampled_from(["1", "7", "300", "1000", "2000"])
places = st.sampled_from(range(120))
shapes = st.sampled_from(
    [
        {},
        {},
        {"post_only": True},
        {"time_in_force": "ioc"},
        {"order_type": "market", "price": None},
        {"order_type": "stop", "price": None, "stop_price": "1010"},
        {"order_type": "stop_limit", "stop_price": "1000"},
        {"reduce_only": True},
        {"leverage": "2"},
    ]
)


class TradingDay(RuleBasedStateMachine):
    """Three accounts of two clients on a linear contract, an inverse one, and a spot pair."""

    def __init__(self) -> None:
        super().__init__()
        self.exchange = Exchange()
        self.orders: list[tuple[str, str, str, Side]] = []
        self.trades: list[dict[str, Any]] = []

    @initialize(first=sizes)
    def opens(self, first: str) -> None:
        for account, side in (("A", "buy"), ("E", "sell")):
            self.place(account, "BTC-PERP", side, first, "1", "1000", {})

    @rule(a=accounts, i=instruments, s=sides, size=sizes, lot=lots, price=prices, shape=shapes)
    def orders_come(
        self, a: str, i: str, s: str, size: str, lot: str, price: str, shape: Shape
    ) -> None:
        self.place(a, i, s, size, lot, price, shape)

    def place(
        self, account: str, name: str, side: str, size: str, lot: str, price: str, shape: Shape
    ) -> None:
        fields = {"price": price, **shape}
        records = self.exchange.ask(
            "PlaceOrder",
            account=account,
            instrument=name,
            side=side,
            quantity=lot if name == "BTC-INV" else size,
            exposure="1",
            concentration="1",
            **{key: value for key, value in fields.items() if value is not None},
        )
        answer = records[-1].event
        if isinstance(answer, OrderAccepted):
            self.orders.append((account, answer.order_id, name, Side(side)))

    def pick(self, place: int) -> tuple[str, str, str, Side]:
        """Choose an order that works; at times one that does not, or that nobody placed."""
        if not self.orders or place % 20 == 19:
            return ("A", "unknown", "BTC-PERP", Side.BUY)
        known = self.orders if place % 5 == 4 else self.working()
        return known[place % len(known)]

    def working(self) -> list[tuple[str, str, str, Side]]:
        """List the orders that work, or all where none does."""
        found = [placed for placed in self.orders if self.stands(placed).works]
        return found or self.orders

    def stands(self, placed: tuple[str, str, str, Side]) -> Order:
        order = self.exchange.order(placed[0], placed[1])
        assert order is not None
        return order

    def counterpart(self, place: int, of: tuple[str, str, str, Side]) -> tuple[str, str, str, Side]:
        """Choose an order that one could meet; where there is none, any."""
        meets = [p for p in self.working() if p[2] == of[2] and p[3] is not of[3]]
        return meets[place % len(meets)] if meets and place % 7 else self.pick(place)

    @rule(place=places, size=sizes, lot=lots, price=prices)
    def asks_to_amend(self, place: int, size: str, lot: str, price: str) -> None:
        account, order_id, name, _ = self.pick(place)
        order = self.exchange.order(account, order_id)
        fields: dict[str, str] = {}
        if order is None or order.price is not None:
            fields["price"] = price
        if order is not None and order.stop_price is not None:
            fields["stop_price"] = "1005"
        quantity = lot if name == "BTC-INV" else size
        reckoned = {"exposure": "1", "concentration": "1"}
        named = {"account": account, "order_id": order_id, "quantity": quantity}
        self.exchange.ask("AmendOrder", **named, **reckoned, **fields)

    @rule(place=places)
    def asks_to_cancel(self, place: int) -> None:
        account, order_id, _, _ = self.pick(place)
        self.exchange.ask("CancelOrder", account=account, order_id=order_id)

    @rule(
        place=places,
        kind=st.sampled_from(
            [
                ("ReportOrderAmended", {}),
                ("ReportAmendRejected", {"reason": VenueRefusal.TOO_LATE}),
                ("ReportOrderCanceled", {"initiator": Initiator.CLIENT}),
                (
                    "ReportOrderCanceled",
                    {"initiator": "venue", "reason": CancelReason.NOT_FILLED_AT_ONCE},
                ),
                ("ReportCancelRejected", {"reason": VenueRefusal.TOO_LATE}),
                ("ReportOrderTriggered", {"price": "1010"}),
                ("ReportOrderExpired", {}),
            ]
        ),
    )
    def the_engine_reports(self, place: int, kind: tuple[str, dict[str, Any]]) -> None:
        account, order_id, _, _ = self.pick(place)
        self.exchange.ask(kind[0], account=account, order_id=order_id, **kind[1])

    @rule(place=places, size=sizes)
    def the_engine_restates(self, place: int, size: str) -> None:
        account, order_id, _, _ = self.pick(place)
        reason = {"reason": "self_trade_prevented"}
        named = {"account": account, "order_id": order_id}
        self.exchange.ask("ReportOrderRestated", **named, quantity=size, **reason)

    @rule(one=places, other=places, size=sizes, lot=lots, price=prices)
    def the_engine_matches(self, one: int, other: int, size: str, lot: str, price: str) -> None:
        """Two orders meet, mostly of opposite sides; what does not fit goes to suspense."""
        if not self.orders:
            return
        buyer = self.pick(one)
        seller = self.counterpart(other, buyer)
        if buyer[3] is Side.SELL:
            buyer, seller = seller, buyer
        records = self.exchange.ask(
            "ReportTrade",
            instrument=buyer[2],
            quantity=lot if buyer[2] == "BTC-INV" else size,
            price=price,
            buyer={"account": buyer[0], "order_id": buyer[1]},
            seller={"account": seller[0], "order_id": seller[1]},
            aggressor="buy",
        )
        fill = records[0].event
        assert isinstance(fill, OrderFilled)
        named = {"instrument": fill.instrument, "trade_id": fill.trade_id}
        sides = {"buyer": buyer[0], "seller": seller[0], "corrects": records[0].sequence}
        self.trades.append({**named, **sides})

    @rule(place=places, size=sizes, price=prices, busts=st.booleans())
    def two_people_put_right(self, place: int, size: str, price: str, *, busts: bool) -> None:
        if not self.trades:
            return
        trade = self.trades[place % len(self.trades)]
        if busts:
            self.exchange.put_right("BustTrade", **trade)
        else:
            self.exchange.put_right("CorrectTrade", **trade, quantity=size, price=price)

    @rule(account=accounts, asset=st.sampled_from(["USD", "BTC"]), figure=prices)
    def money_moves(self, account: str, asset: str, figure: str) -> None:
        amount = figure if asset == "USD" else "0.5"
        named = {"account": account, "asset": asset, "amount": amount}
        self.exchange.ask("WithdrawCash", **named)

    def teardown(self) -> None:
        scenario = self.exchange.scenario
        again = read_back(scenario.records)
        assert {name: again[name] for name in scenario.states} == dict(scenario.states)


TestTradingDay = TradingDay.TestCase
TestTradingDay.settings = settings(
    max_examples=DAYS,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_bust_and_a_correction_are_reached_on_such_days() -> None:
    exchange = Exchange()
    for account, side in (("A", "buy"), ("E", "sell")):
        named = {"account": account, "instrument": "BTC-PERP", "side": side}
        sized = {"quantity": "2", "price": "1000", "exposure": "1", "concentration": "1"}
        exchange.ask("PlaceOrder", **named, **sized)
    sides = {"buyer": {"account": "A", "order_id": "c-1"}}
    sides |= {"seller": {"account": "E", "order_id": "c-2"}}
    traded = exchange.ask("ReportTrade", instrument="BTC-PERP", quantity="2", price="1000", **sides)
    named = {"instrument": "BTC-PERP", "trade_id": "c-3", "buyer": "A", "seller": "E"}
    said = {**named, "corrects": traded[0].sequence}
    corrected = exchange.put_right("CorrectTrade", **said, quantity="1", price="990")
    assert all(isinstance(recorded.event, FillCorrected) for recorded in corrected)
    busted = exchange.put_right("BustTrade", **said)
    assert all(isinstance(recorded.event, FillBusted) for recorded in busted)
    assert not exchange.account("A").position("BTC-PERP").quantity
    assert exchange.account("A").balance("USD") == exchange.account("E").balance("USD")
