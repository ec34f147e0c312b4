"""A price that another writer recorded is the price for everybody, also without any race."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from ledger.commands import COMMANDS, Command
from ledger.events import MarginEvaluated
from ledger.instants import write_instant
from ledger.laws import check
from ledger.log.codec import Codec
from ledger.log.log import Log
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.numbers import amount
from scripts.benchmarks.market import ENGINE, INSTRUMENT, Market
from scripts.benchmarks.workload import dated

CLIENTS = 4


@pytest.fixture
def market(sequencers: Callable[..., Sequencer]) -> Sequencer:
    """Let client 0 have bought of client 2 at about 60,000."""
    sequencer, of = sequencers(), Market(1, CLIENTS)
    list(sequencer.record_all(of.opening()))
    list(sequencer.record_all([of.place("b-0", 0, "buy"), of.place("s-0", 2, "sell")]))
    list(sequencer.record_all(dated([of.trade(0)])))
    return sequencer


def asked(kind: str, command_id: str, **fields: Any) -> Command:
    moment = write_instant(time.time_ns())
    said = {"command_id": command_id, "actor": ENGINE, "at": moment, **fields}
    return COMMANDS[kind].model_validate(said)


def marked(writer: Sequencer, command_id: str) -> object:
    """Evaluate the margin of client 0; give the price at which his position was valued."""
    outcome = writer.record(asked("EvaluateMargin", command_id, account="A0"))
    event = outcome.records[0].event
    assert isinstance(event, MarginEvaluated), event
    return event.positions[0].mark_price


def told(writer: Sequencer, command_id: str, price: str) -> None:
    writer.record(asked("ReportReferencePrice", command_id, instrument=INSTRUMENT, price=price))


def test_evaluations_of_one_writer_keep_their_law(market: Sequencer, recorder: LogRecorder) -> None:
    assert marked(market, "e-1") == amount("60000")
    told(market, "p-1", "61000")
    assert marked(market, "e-2") == amount("61000")
    (verdict,) = check(Log(recorder, Codec()), ["margin"])
    assert (verdict.holds, verdict.figure) == (True, "2 evaluations recomputed")


def test_whoever_looked_at_a_price_sees_the_next_one_of_another_writer(
    market: Sequencer, sequencers: Callable[..., Sequencer]
) -> None:
    other = sequencers()
    assert marked(other, "e-1") == amount("60000")
    told(market, "p-1", "66000")
    assert marked(other, "e-2") == amount("66000")
