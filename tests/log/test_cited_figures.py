"""Figures cite what they are made of by its place in the log, also where it comes at once."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from ledger.commands import COMMANDS, Command, ProposeChange
from ledger.events import (
    FundingIntervalSettled,
    FundingRateFixed,
    MarginEvaluated,
    MarkPriceComputed,
    Recorded,
)
from ledger.instants import SECOND, Instant, write_instant
from ledger.laws import LAWS, check
from ledger.log.codec import Codec
from ledger.log.log import Log
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.numbers import ZERO, amount, subtract
from ledger.outcome import Outcome, Status
from scripts.benchmarks.market import ANN, BEN, ENGINE, INSTRUMENT, Market
from scripts.benchmarks.workload import dated

FAR = "2199-12-31T00:00:00Z"
METHODS: list[dict[str, Any]] = [
    {
        "type": "ChangeParameter",
        "name": "perpetual.funding",
        "value": "1",
        "unit": "days",
        "source": "an example",
        "rationale": "an example",
    },
    {
        "type": "SetPriceMethod",
        "name": "BTC-USDT",
        "use": "index",
        "asset": "BTC",
        "currency": "USDT",
        "sources": [{"source": name, "weight": "1"} for name in ("alpha", "beta")],
        "stale_after": 10,
        "deviation": "5",
        "sources_min": 2,
        "lasts": 60,
        "unit": "0.01",
    },
    {
        "type": "SetMarkMethod",
        "instrument": INSTRUMENT,
        "kind": "median",
        "index": "BTC-USDT",
        "lasts": 60,
        "unit": "0.01",
    },
    {
        "type": "SetFundingRule",
        "instrument": INSTRUMENT,
        "interval": 1,
        "period": 1,
        "interest": "0.0001",
        "damper": "0.0005",
        "rate_unit": "0.00000001",
    },
]


def asked(name: str, command_id: str, /, **fields: Any) -> Command:
    """Ask as the engine does."""
    return COMMANDS[name].model_validate({"command_id": command_id, "actor": ENGINE, **fields})


def agreed(number: int, change: dict[str, Any]) -> list[Command]:
    """Propose a change and approve it."""
    proposal = {"proposal": f"p-{number}", "change": change, "expires_at": FAR, "rationale": "r"}
    said = {"command_id": f"propose-{number}", "actor": ANN, **proposal}
    propose = ProposeChange.model_validate(said)
    digest = propose.proposed().digest()
    named = {"proposal": f"p-{number}", "change_digest": digest, "actor": BEN}
    approve = COMMANDS["ApproveChange"].model_validate({"command_id": f"ok-{number}", **named})
    return [propose, approve]


def record(sequencer: Sequencer, commands: list[Command]) -> list[Recorded]:
    """Record all commands in one go, and give the last record of each."""
    answers = list(sequencer.record_all(commands))
    outcomes = [answer for answer in answers if isinstance(answer, Outcome)]
    assert [o.reason for o in outcomes] == [None] * len(commands)
    assert {o.status for o in outcomes} == {Status.RECORDED}
    return [o.records[-1] for o in outcomes]


@pytest.fixture
def market(sequencers: Callable[..., Sequencer]) -> Sequencer:
    """Let two clients hold one contract against each other, by methods that are in force."""
    sequencer = sequencers()
    of = Market(1, 2)
    record(sequencer, of.opening())
    record(sequencer, [of.place("b-0", 0, "buy"), of.place("s-0", 1, "sell")])
    record(sequencer, dated([of.trade(0)]))
    for number, change in enumerate(METHODS):
        record(sequencer, agreed(number, change))
    return sequencer


def an_interval(beginning: Instant) -> list[Command]:
    """Ask for all figures of an interval of a second that begins at a moment."""

    def at(tenths: int) -> str:
        return write_instant(beginning + tenths * SECOND // 10)

    def quoted(tenths: int, price: str) -> dict[str, Any]:
        said = [{"source": s, "price": price, "at": at(tenths)} for s in ("alpha", "beta")]
        return {"at": at(tenths), "name": "BTC-USDT", "quotes": said}

    book = {"instrument": INSTRUMENT, "bid": "60010", "ask": "60030"}
    of = {"instrument": INSTRUMENT, "at": at(10)}
    return [
        asked("ReckonPrice", "index-1", **quoted(1, "60000")),
        asked("ReckonMark", "mark-1", at=at(1), last="60020", **book),
        *(asked("SamplePremium", f"sample-{n}", at=at(n), **book) for n in (2, 4, 6)),
        asked("ReckonPrice", "index-2", **quoted(9, "60004")),
        asked("ReckonMark", "mark-2", at=at(10), last="60020", **book),
        asked("FixFundingRate", "fix-1", **of),
        asked("SettleFunding", "pay-1", accounts=["A0", "A1"], **of),
        *(asked("EvaluateMargin", f"margin-{a}", account=a, at=at(10)) for a in ("A0", "A1")),
    ]


def next_second() -> Instant:
    """Give the next whole second, of which a source may already speak."""
    return Instant((time.time_ns() // SECOND + 1) * SECOND)


def test_figures_of_one_go_cite_each_other_by_sequence(market: Sequencer) -> None:
    records = record(market, an_interval(next_second()))
    first_index, first_mark, *samples, index, mark, fixed, paid, long, short = records
    assert isinstance(first_mark.event, MarkPriceComputed)
    assert first_mark.event.index == first_index.sequence
    assert [sample.event.index for sample in samples] == [first_index.sequence] * 3  # type: ignore[attr-defined] # they are samples
    assert isinstance(mark.event, MarkPriceComputed)
    assert mark.event.index == index.sequence
    assert isinstance(fixed.event, FundingRateFixed)
    assert (fixed.event.mark, fixed.event.samples) == (mark.sequence, 3)
    assert isinstance(paid.event, FundingIntervalSettled)
    assert (paid.event.fixed, paid.event.accounts) == (fixed.sequence, 2)
    for evaluated in (long, short):
        assert isinstance(evaluated.event, MarginEvaluated)
        (position,) = evaluated.event.positions
        assert position.mark == mark.sequence


def test_both_sides_of_an_interval_sum_to_what_is_rounded(market: Sequencer) -> None:
    records = record(market, an_interval(next_second()))
    (paid,) = (r.event for r in records if isinstance(r.event, FundingIntervalSettled))
    assert subtract(paid.paid, paid.received) == paid.residual
    assert ZERO <= paid.residual <= amount("0.000002")


def test_a_writer_that_reads_the_log_finds_what_one_that_wrote_it_found(
    market: Sequencer, sequencers: Callable[..., Sequencer]
) -> None:
    beginning = next_second()
    record(market, an_interval(beginning))
    at = write_instant(beginning + SECOND)
    names = [("here", market), ("there", sequencers())]
    (here,), (there,) = (
        record(writer, [asked("EvaluateMargin", name, account="A0", at=at)])
        for name, writer in names
    )
    assert isinstance(here.event, MarginEvaluated)
    assert here.event == there.event


def test_every_law_holds_over_prices_funding_and_margin(
    market: Sequencer, recorder: LogRecorder
) -> None:
    record(market, an_interval(next_second()))
    verdicts = check(Log(recorder, Codec()), list(LAWS))
    assert [verdict for verdict in verdicts if not verdict.holds] == []


def test_a_figure_asked_for_twice_is_made_once(market: Sequencer) -> None:
    commands = an_interval(next_second())
    record(market, commands)
    again = [answer for answer in market.record_all(commands) if isinstance(answer, Outcome)]
    assert {answer.status for answer in again} == {Status.DUPLICATE}
