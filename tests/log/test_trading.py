"""Orders and trades through the sequencer, on both databases: durable, answered once, provable."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.commands import COMMANDS, Command
from ledger.events import OrderRejected, Recorded
from ledger.laws import LAWS, check
from ledger.log.codec import Codec
from ledger.log.log import Log
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.outcome import Outcome, Status
from ledger.reasons import Reason
from scripts.benchmarks.market import DAN, INSTRUMENT, Market, market_day
from scripts.benchmarks.workload import dated

CLIENTS = 4


@pytest.fixture
def market(sequencers: Callable[..., Sequencer]) -> Sequencer:
    """Let four clients with all their papers and cash be ready to trade."""
    sequencer = sequencers()
    record(sequencer, Market(1, CLIENTS).opening())
    return sequencer


def record(sequencer: Sequencer, commands: list[Command]) -> list[Outcome]:
    answers = list(sequencer.record_all(commands))
    assert all(isinstance(answer, Outcome) for answer in answers)
    return [answer for answer in answers if isinstance(answer, Outcome)]


def order(order_id: str, **fields: Any) -> Command:
    usual = {
        "command_id": order_id,
        "actor": DAN,
        "account": "A0",
        "instrument": INSTRUMENT,
        "side": "buy",
        "quantity": "0.01",
        "price": "60000",
        "exposure": "1",
        "concentration": "1",
    }
    return COMMANDS["PlaceOrder"].model_validate(usual | fields)


def test_a_day_of_orders_and_trades_keeps_every_law(
    market: Sequencer, recorder: LogRecorder
) -> None:
    of = market_day(1, 700, clients=CLIENTS)
    outcomes = record(market, dated(of.commands))
    assert {outcome.status for outcome in outcomes} == {Status.RECORDED}
    verdicts = check(Log(recorder, Codec()), list(LAWS))
    assert [verdict for verdict in verdicts if not verdict.holds] == []
    figures = {verdict.law: verdict.figure for verdict in verdicts}
    trades = sum(type(command).__name__ == "ReportTrade" for command in of.commands)
    placed = sum(type(command).__name__ == "PlaceOrder" for command in of.commands)
    assert trades > 50
    assert figures["orders"].startswith(f"{placed} orders, ")


def test_two_writers_never_reserve_the_same_money(
    market: Sequencer, sequencers: Callable[..., Sequencer]
) -> None:
    other = sequencers()
    third = {"quantity": "600", "price": "60000", "leverage": "1", "side": "sell"}
    statuses = [
        record(writer, [order(f"o-{number}", **third)])[0].status
        for number, writer in enumerate((market, other, market, other))
    ]
    assert statuses == [Status.RECORDED, Status.RECORDED, Status.REJECTED, Status.REJECTED]


def test_an_order_that_is_rejected_keeps_its_id(market: Sequencer) -> None:
    too_dear = order("o-1", price="90000")
    (first,) = record(market, [too_dear])
    (again,) = record(market, [too_dear])
    (mended,) = record(market, [order("o-1")])
    assert first.status is Status.REJECTED
    assert again.status is Status.DUPLICATE
    assert sequences(again.records) == sequences(first.records)
    assert mended.status is Status.CONFLICT
    rejected = first.records[-1].event
    assert isinstance(rejected, OrderRejected)
    assert (rejected.order_id, rejected.reason) == ("o-1", Reason.PRICE_OUTSIDE_BAND)
    assert "too far from the prevailing one" in str(first.reason)


def test_a_trade_that_is_reported_twice_is_booked_once(market: Sequencer) -> None:
    of = Market(1, CLIENTS)
    record(market, [of.place("b-0", 0, "buy"), of.place("s-0", 2, "sell")])
    (trade,) = dated([of.trade(0)])
    (first,), (again,) = record(market, [trade]), record(market, [trade])
    assert (first.status, again.status) == (Status.RECORDED, Status.DUPLICATE)
    assert sequences(again.records) == sequences(first.records)
    assert len(first.records) == 2


def test_of_orders_in_one_group_no_two_reserve_the_same_money(market: Sequencer) -> None:
    all_of_it = {"quantity": "8000", "price": "60000"}
    (first, second) = record(market, [order("o-1", **all_of_it), order("o-2", **all_of_it)])
    assert (first.status, second.status) == (Status.REJECTED, Status.REJECTED)
    half = {"quantity": "900", "price": "60000", "side": "sell", "leverage": "1"}
    outcomes = record(market, [order(f"o-{number}", **half) for number in (3, 4)])
    assert [outcome.status for outcome in outcomes] == [Status.RECORDED, Status.REJECTED]
    assert str(outcomes[1].reason).startswith("insufficient_funds")


def sequences(records: tuple[Recorded, ...]) -> list[int]:
    return [recorded.sequence for recorded in records]
