"""Real feeds of two contracts, played together: every line is sealed, every price made again."""

import gzip
import hashlib
import json
from collections import Counter
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from ledger.events import (
    IndexPriceComputed,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    PriceRefused,
    Recorded,
    TicksSealed,
)
from ledger.feed_player import Plan
from ledger.feeding import Played, play
from ledger.instants import SECOND, Instant
from ledger.log.application import LedgerApplication
from ledger.log.sequencer import Sequencer
from ledger.numbers import ZERO, add, subtract
from ledger.outcome import Status
from ledger.pricing import fair_price, mark_of, middle_of, moved_average, price_of, weigh
from ledger.raw_feed import open_feed
from ledger.reasons import Reason
from ledger.situation import Tolerance
from tests.cli.feeds import PLAYER, as_commands, ready, rules
from tests.cli.shell import Shell

FILES = {
    "BTCUSDT": "binance/binance_usdm_btcusdt_20240808.gz",
    "BTCUSD_PERP": "binance/binance_coinm_btcusd_perp_20240808.gz",
}
INSTRUMENTS = {"BTCUSDT": "BTC-PERP", "BTCUSD_PERP": "BTC-INV"}
LINES = 142_224
STEPS = 344
KINDS = {"bookTicker": "book_ticker", "depthUpdate": "depth", "trade": "trade"}
REHEARSAL = Tolerance(future=600 * SECOND)
"""The methods take effect now, so the feeds are moved to now, and last for six minutes."""
SENDER = {"actor": {"kind": "service", "id": "feed", "role": "dealing"}}


class Run(NamedTuple):
    """What was played, by how much the feeds were moved, and what stands in the log."""

    played: Played
    shift: int
    log: list[Recorded]

    def of(self, kind: type) -> list[Recorded]:
        """Give the records of a kind of event."""
        return [recorded for recorded in self.log if isinstance(recorded.event, kind)]

    def at(self, sequence: int) -> Recorded:
        """Give the record at a place of the log."""
        return self.log[sequence - 1]


@pytest.fixture(scope="module")
def run(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Play both files in one run, for all tests to look at."""
    url = f"sqlite:///{tmp_path_factory.mktemp('feeds') / 'ledger.db'}"
    Shell(url).done("init")
    application = LedgerApplication(url)
    with Sequencer(application, tolerance=REHEARSAL) as sequencer, ExitStack() as opened:
        answers = list(sequencer.record_all(as_commands(rules())))
        assert {getattr(answer, "status", answer) for answer in answers} == {Status.RECORDED}
        feeds = [
            open_feed(name, opened.enter_context((shared_data / name).open("rb")), opened)
            for name in FILES.values()
        ]
        seconds = application.reader.head().recorded_at // SECOND + 1
        shift = (seconds - min(feed.since for feed in feeds) // SECOND) * SECOND
        plan = Plan("BTC-USD", INSTRUMENTS, SECOND, 10_000, shift, SENDER)
        played = play(feeds, plan, sequencer.record_all)
        log = [recorded for page in application.reader.read() for recorded in page]
        again = play(feeds, plan, sequencer.record_all)
        assert again.duplicates == 3 * STEPS + played.batches
        assert application.reader.head().size == len(log)
    application.close()
    return Run(played, shift, log)


def lines_of(shared_data: Path, symbol: str) -> list[bytes]:
    """Read a file without our reader."""
    with gzip.open(shared_data / FILES[symbol]) as file:
        return file.readlines()


def test_every_line_of_both_files_is_sealed_by_its_kind(run: Run, shared_data: Path) -> None:
    assert (run.played.lines, run.played.malformed, run.played.batches) == (LINES, 0, 15)
    for symbol in FILES:
        source = f"binance-{symbol.lower().replace('_', '-')}"
        seals = [
            recorded.event
            for recorded in run.of(TicksSealed)
            if isinstance(recorded.event, TicksSealed) and recorded.event.feed == source
        ]
        lines = lines_of(shared_data, symbol)
        counted: Counter[str] = Counter()
        for line in lines:
            event = json.loads(line.partition(b" ")[2]).get("data", {}).get("e")
            counted[KINDS[event] if event else "snapshot"] += 1
        sealed: Counter[str] = Counter()
        for seal in seals:
            sealed.update(seal.kinds)
        assert sealed == counted
        assert [seal.batch for seal in seals] == list(range(1, len(seals) + 1))
        start = 0
        for seal in seals:
            part = lines[start : start + seal.lines]
            start += seal.lines
            assert seal.lines_digest == hashlib.sha256(b"".join(part)).hexdigest()
            ends = [int(line.partition(b" ")[0]) + run.shift for line in (part[0], part[-1])]
            assert [seal.since, seal.until] == ends
        assert start == len(lines)


def test_every_index_is_made_again_of_what_it_cites(run: Run, shared_data: Path) -> None:
    made = run.of(IndexPriceComputed)
    assert len(made) == run.played.prices == STEPS - 1
    said = {symbol: books(shared_data, symbol) for symbol in FILES}
    for recorded in made:
        event = recorded.event
        assert isinstance(event, IndexPriceComputed)
        method = run.at(event.method).event
        assert isinstance(method, PriceMethodSet)
        quotes = weigh(method, event.quotes, recorded.at)
        assert (quotes, price_of(method, quotes)) == (event.quotes, event.price)
        assert len(event.quotes) == 2
        for quote, symbol in zip(event.quotes, ("BTCUSD_PERP", "BTCUSDT"), strict=True):
            assert quote.at <= recorded.at
            bid, ask = said[symbol][quote.at - run.shift]
            assert quote.price == (bid + ask) / 2


def books(shared_data: Path, symbol: str) -> dict[int, tuple[Decimal, Decimal]]:
    """Give the best bid and ask by the time at which they came, without our reader."""
    found = {}
    for line in lines_of(shared_data, symbol):
        data = json.loads(line.partition(b" ")[2]).get("data", {})
        if data.get("e") == "bookTicker":
            found[int(line.partition(b" ")[0])] = (Decimal(data["b"]), Decimal(data["a"]))
    return found


def test_every_mark_is_made_again_of_what_it_cites(run: Run) -> None:
    made = run.of(MarkPriceComputed)
    assert len(made) == run.played.marks == 2 * (STEPS - 1)
    before: dict[str, Recorded] = {}
    for recorded in made:
        event = recorded.event
        assert isinstance(event, MarkPriceComputed)
        method, index = run.at(event.method).event, run.at(event.index)
        assert isinstance(method, MarkMethodSet)
        assert isinstance(index.event, IndexPriceComputed)
        assert (index.at, index.event.price) == (recorded.at, event.index_price)
        assert event.bid is not None
        assert event.ask is not None
        last = before.get(event.instrument)
        assert event.elapsed == (0 if last is None else recorded.at - last.at)
        spread = subtract(middle_of(event.bid, event.ask), event.index_price)
        basis = moved_average(event.basis_before, spread, event.elapsed, method.window)
        assert basis == event.basis
        fair = fair_price(event.index_price, ZERO, 0, 0, method.unit)
        moving = add(event.index_price, basis)
        assert (fair, moving) == (event.fair, event.moving)
        assert event.price == mark_of(
            method, event.index_price, fair=fair, moving=moving, last=event.last
        )
        before[event.instrument] = recorded


def test_only_what_came_before_both_books_is_refused(run: Run) -> None:
    refused = run.of(PriceRefused)
    assert len(refused) == run.played.refusals.total() == 3
    reasons = {r.event.name: r.event.reason for r in refused if isinstance(r.event, PriceRefused)}
    assert reasons == {
        "BTC-USD": Reason.SOURCES_TOO_FEW,
        "BTC-PERP": Reason.PRICE_MISSING,
        "BTC-INV": Reason.PRICE_MISSING,
    }
    first = Instant(1_723_161_256 * SECOND + run.shift)
    assert {recorded.at for recorded in refused} == {first}


def test_three_spoiled_lines_are_named_and_no_other_is_lost(
    sqlite: Shell, shared_data: Path, folder: Path
) -> None:
    lines = lines_of(shared_data, "BTCUSD_PERP")
    lines[3] = lines[3].replace(b'"b":"', b'"b":"x', 1)
    lines[999] = lines[999][20:]
    lines[48_269] = lines[48_269][:-20] + b"\n"
    file = folder / "spoiled.gz"
    file.write_bytes(gzip.compress(b"".join(lines), 1))
    said = ready(sqlite)(
        *PLAYER, "--json", "feed", "binance", shared_data / FILES["BTCUSDT"], "spoiled.gz"
    )
    assert (said.code, said.data["lines"], said.data["malformed"]) == (1, LINES, 3)
    assert sum(said.data["kinds"].values()) == LINES - 3
    named = [note for note in said.envelope["diagnostics"] if note.startswith("spoiled.gz")]
    assert [note.split(": ")[1] for note in named] == ["line 4", "line 1000", "line 48270"]
    seals = [row["data"] for row in sqlite.log() if row["type"] == "TicksSealed"]
    assert sum(seal["lines"] for seal in seals) == LINES
    spoiled = [(seal["batch"], seal["malformed"]) for seal in seals if "spoiled" in seal]
    assert spoiled == [(1, [4, 1000]), (5, [48_270])]
