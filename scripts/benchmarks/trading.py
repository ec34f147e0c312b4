"""Orders and fills: what one decision takes, 64 callers of them, and a day of them folded."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count

from ledger.commands import Command
from ledger.decider import decide, evolve, initial_state
from ledger.events import Draft, Recorded
from ledger.instants import Instant
from ledger.log.codec import Codec
from ledger.situation import Situation, State
from projections.replay import AsKnown, Memory, fold, pages_until
from projections.views import balances, holds, orders, positions
from scripts.benchmarks.callers import by_tasks, callers_lines, raw_group_commit, rows_of_commands
from scripts.benchmarks.market import Market, market_day
from scripts.benchmarks.rounds import Figure, Goal, Measured, Shown, Sides, times
from scripts.benchmarks.setting import BATCH, Setting, append_all, opened
from scripts.benchmarks.workload import dated

OPEN_ORDERS = 1_000
CLIENTS = 100
FOLDED = (balances.view, positions.view, holds.view, orders.view)


class _States(dict[str, State]):
    def __missing__(self, stream: str) -> State:
        self[stream] = initial_state(stream)
        return self[stream]


class Desk:
    """Decides and evolves in memory, one command after another."""

    def __init__(self) -> None:
        self._states = _States()
        self._numbers = count(1)
        self.records: list[Recorded] = []

    def run(self, commands: Sequence[Command]) -> list[float]:
        """Give the seconds of each command, its decision and what evolves of it."""
        seconds = []
        for command in commands:
            began = time.perf_counter()
            now = Instant(time.time_ns())
            situation = Situation(now, self._states)
            for draft in decide(situation, command):
                recorded = self._recorded(draft, now)
                self._states[draft.stream] = evolve(self._states[draft.stream], recorded)
            seconds.append(time.perf_counter() - began)
        return seconds

    def _recorded(self, draft: Draft, now: Instant) -> Recorded:
        number = next(self._numbers)
        recorded = Recorded(
            sequence=number,
            id="0" * 32,
            stream=draft.stream,
            version=number,
            type=type(draft.event).__name__,
            schema=1,
            at=draft.at or now,
            recorded_at=now,
            command="c",
            event=draft.event,
        )
        self.records.append(recorded)
        return recorded


@contextmanager
def _deciding(setting: Setting) -> Iterator[Sides]:
    """Decide orders and trades of two accounts, of which each has a thousand orders open."""
    market = Market(setting.seed, 2)
    desk = Desk()
    desk.run(market.opening())
    standing = range(OPEN_ORDERS)
    desk.run([market.place(f"b-{number}", number % 2, "buy", "5") for number in standing])
    desk.run([market.place(f"s-{number}", (number + 1) % 2, "sell", "5") for number in standing])
    numbers = count()
    yield Sides(
        limit=partial(written_and_read, desk.records[-OPEN_ORDERS:]),
        ours=lambda: _decided(desk, market, numbers),
    )


def _decided(desk: Desk, market: Market, numbers: Iterator[int]) -> Measured:
    run = next(numbers)
    placed = [market.place(f"x-{run}-{n}", n % 2, "buy", "0.001") for n in range(500)]
    traded = [
        market.trade(number, "0.001").model_copy(update={"command_id": f"t-{run}-{number}"})
        for number in range(500)
    ]
    orders, trades = times(desk.run(placed)), times(desk.run(dated(traded)))
    return {"order": orders["p50"], "fill": trades["p50"] / 2}


def written_and_read(records: Sequence[Recorded]) -> Measured:
    """Write and read the same records and nothing else."""
    codec, seconds = Codec(), []
    for recorded in records:
        began = time.perf_counter()
        codec.decode(1, recorded.type, codec.encode(recorded))
        seconds.append(time.perf_counter() - began)
    return times(seconds)


@contextmanager
def _concurrent(setting: Setting) -> Iterator[Sides]:
    of = market_day(setting.seed, setting.sizes.concurrent, clients=CLIENTS)
    rows = rows_of_commands(setting, of)
    share = len(of.commands) / len(rows)

    def limit() -> Measured:
        raw = raw_group_commit(setting, rows)
        return {**raw, "rate": raw["rate"] * share}

    yield Sides(limit=limit, ours=lambda: by_tasks(setting, of))


@contextmanager
def _day(setting: Setting) -> Iterator[Sides]:
    of = market_day(setting.seed, setting.sizes.read * 6 // 10, clients=CLIENTS)
    opening, batches = setting.drafted(of, BATCH)
    with setting.log("sqlite") as url, opened(url) as application:
        append_all(application.recorder, [*opening, *batches])
        pages = list(pages_until(application.reader, AsKnown()))
        size = sum(map(len, pages))

        def read() -> Measured:
            began = time.perf_counter()
            for _ in application.reader.read():
                pass
            return {"rate": size / (time.perf_counter() - began)}

        def folded() -> Measured:
            began = time.perf_counter()
            memories: list[Memory] = [fold(view, pages) for view in FOLDED]
            seconds = time.perf_counter() - began
            assert all(memories)
            return {"rate": size / seconds}

        yield Sides(limit=read, ours=folded)


FIGURES = (
    Figure(
        "decide",
        f"decide and evolve, {OPEN_ORDERS * 2:,} orders open; limit: the records written and read",
        _deciding,
        (
            Shown("decide an order", "ms", "order", "p50", Goal("ours", "<=", 0.040)),
            Shown("decide a fill", "ms", "fill", "p50", Goal("ours", "<=", 0.040)),
        ),
    ),
    Figure(
        "sequencer-64-market",
        "orders, cancels and trades; limit: as sequencer-64, all rows of a command",
        _concurrent,
        callers_lines("sequencer-64-market", "tasks"),
    ),
    Figure(
        "day",
        "a day of orders and trades, decoded, folded into balances, positions, holds and order"
        " status, one after another; limit: our read of the same log",
        _day,
        (Shown("day", "events/s", "rate", "rate", Goal("ours", ">=", 100_000)),),
    ),
)
