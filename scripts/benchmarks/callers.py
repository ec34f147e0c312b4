"""Commands that wait for their commit: one caller after another, and 64 at a time."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Condition, Thread
from typing import Any

from ledger.log.sequencer import Sequencer
from scripts.benchmarks.raw import (
    RawCommand,
    RawPostgres,
    RawRow,
    commands_of,
    raw_postgres,
    raw_table,
    rows_of,
)
from scripts.benchmarks.rounds import Figure, Goal, Measured, Shown, Sides, times
from scripts.benchmarks.setting import Kind, Setting, opened
from scripts.benchmarks.workload import CASH, Workload, dated, workload

CALLERS = 64


@contextmanager
def _single(kind: Kind, setting: Setting) -> Iterator[Sides]:
    of = workload(setting.seed, setting.sizes.singles, accounts=setting.sizes.accounts, mix=CASH)
    rows = list(zip(rows_of_commands(setting, of), _commands(setting, of), strict=True))
    yield Sides(
        limit=partial(_raw_one_by_one, setting, kind, rows),
        ours=partial(_one_by_one, setting, kind, of),
    )


def _raw_one_by_one(
    setting: Setting, kind: Kind, rows: Sequence[tuple[RawRow, RawCommand]]
) -> Measured:
    seconds = []
    with raw_table(setting, kind) as table:
        for row, command in rows:
            began = time.perf_counter()
            table.write_one(row, command)
            seconds.append(time.perf_counter() - began)
    return times(seconds)


def _one_by_one(setting: Setting, kind: Kind, of: Workload) -> Measured:
    seconds = []
    with _sequencer(setting, kind, of) as sequencer:
        for command in of.commands:
            began = time.perf_counter()
            sequencer.record(command)
            seconds.append(time.perf_counter() - began)
    return times(seconds)


@contextmanager
def _concurrent(setting: Setting) -> Iterator[Sides]:
    of = workload(setting.seed, setting.sizes.concurrent, accounts=setting.sizes.accounts, mix=CASH)
    rows = rows_of_commands(setting, of)
    yield Sides(
        limit=partial(raw_group_commit, setting, rows),
        ours=lambda: by_tasks(setting, of) | _by_threads(setting, of),
    )


def by_tasks(setting: Setting, of: Workload) -> dict[str, float]:
    """64 tasks of one loop, each waiting for its answer before it sends again."""
    with _sequencer(setting, "postgresql", of) as sequencer:
        queue, seconds = iter(dated(of.commands)), list[float]()

        async def call() -> None:
            for command in queue:
                began = time.perf_counter()
                await sequencer.record_async(command)
                seconds.append(time.perf_counter() - began)

        began = time.perf_counter()
        asyncio.run(_all([call] * CALLERS))
        elapsed = time.perf_counter() - began
    return _of_callers("tasks", seconds, elapsed)


def _by_threads(setting: Setting, of: Workload) -> dict[str, float]:
    """The same with threads."""
    with _sequencer(setting, "postgresql", of) as sequencer:
        queue, seconds = iter(dated(of.commands)), list[float]()

        def call() -> None:
            for command in queue:
                began = time.perf_counter()
                sequencer.record(command)
                seconds.append(time.perf_counter() - began)

        with ThreadPoolExecutor(CALLERS) as pool:
            began = time.perf_counter()
            for future in [pool.submit(call) for _ in range(CALLERS)]:
                future.result()
            elapsed = time.perf_counter() - began
    return _of_callers("threads", seconds, elapsed)


def raw_group_commit(setting: Setting, rows: Sequence[RawRow]) -> Measured:
    """64 tasks queue rows, and one thread copies whatever waits in one transaction."""
    with raw_postgres(setting) as table:
        writer, queue, seconds = _GroupWriter(table), iter(rows), list[float]()

        async def call() -> None:
            for row in queue:
                began = time.perf_counter()
                await writer.write(row)
                seconds.append(time.perf_counter() - began)

        began = time.perf_counter()
        asyncio.run(_all([call] * CALLERS))
        elapsed = time.perf_counter() - began
        writer.stop()
    return {"rate": len(seconds) / elapsed} | times(seconds)


async def _all(callers: Sequence[Callable[[], Coroutine[Any, Any, None]]]) -> None:
    await asyncio.gather(*(call() for call in callers))


def _of_callers(name: str, seconds: list[float], elapsed: float) -> dict[str, float]:
    figures = {"rate": len(seconds) / elapsed} | times(seconds)
    return {f"{name} {what}": value for what, value in figures.items()}


class _GroupWriter:
    """Group commit and nothing else: what came during one COPY is the next."""

    def __init__(self, table: RawPostgres) -> None:
        self._table = table
        self._waiting: deque[tuple[RawRow, asyncio.Future[None]]] = deque()
        self._changed = Condition()
        self._stopped = False
        self._thread = Thread(target=self._run)
        self._thread.start()

    async def write(self, row: RawRow) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._changed:
            self._waiting.append((row, future))
            self._changed.notify()
        await future

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        sequence = 0
        while group := self._next():
            rows = [
                row._replace(sequence=number) for number, (row, _) in enumerate(group, sequence + 1)
            ]
            sequence += len(rows)
            self._table.write(rows)
            group[0][1].get_loop().call_soon_threadsafe(_answer, [future for _, future in group])

    def _next(self) -> list[tuple[RawRow, asyncio.Future[None]]]:
        with self._changed:
            while not self._waiting and not self._stopped:
                self._changed.wait()
            group = list(self._waiting)
            self._waiting.clear()
        return group


def _answer(futures: Sequence[asyncio.Future[None]]) -> None:
    for future in futures:
        future.set_result(None)


@contextmanager
def _sequencer(setting: Setting, kind: Kind, of: Workload) -> Iterator[Sequencer]:
    """Open a new log whose accounts stand."""
    with (
        setting.log(kind) as url,
        opened(url) as application,
        Sequencer(application) as sequencer,
    ):
        for _ in sequencer.record_all(of.opening):
            pass
        yield sequencer


def rows_of_commands(setting: Setting, of: Workload) -> list[RawRow]:
    """Draft the rows of a workload, all that its commands leave."""
    rows: list[RawRow] = []
    for batch in setting.drafted(of, 1_000)[1]:
        rows += rows_of(batch, len(rows))
    return rows


def _commands(setting: Setting, of: Workload) -> list[RawCommand]:
    """Give the commands behind those rows."""
    commands: list[RawCommand] = []
    for batch in setting.drafted(of, 1_000)[1]:
        commands += commands_of(batch, len(commands))
    return commands


def _lines(name: str) -> tuple[Shown, ...]:
    return (
        Shown(f"{name} p50", "ms", "p50", "p50", Goal("ratio", "<=", 1.5)),
        Shown(f"{name} p99", "ms", "p99", "p99", Goal("ours", "<=", 3)),
    )


def callers_lines(figure: str, callers: str) -> tuple[Shown, ...]:
    """Show the rate of the callers, and how long one of them waits."""
    name = f"{figure} {callers}"
    return (
        Shown(name, "commands/s", f"{callers} rate", "rate", Goal("ours", ">=", 8_000)),
        Shown(f"{name} p50", "ms", f"{callers} p50", "p50"),
        Shown(f"{name} p99", "ms", f"{callers} p99", "p99", Goal("ours", "<=", 15)),
    )


FIGURES = (
    Figure(
        "single",
        "limit: autocommit INSERT of the same row and its command, one prepared statement",
        partial(_single, "postgresql"),
        _lines("single"),
    ),
    Figure(
        "single-sqlite",
        "limit: BEGIN IMMEDIATE, INSERT of the same row and its command, COMMIT",
        partial(_single, "sqlite"),
        _lines("single-sqlite"),
    ),
    Figure(
        f"sequencer-{CALLERS}",
        f"real decisions; limit: {CALLERS} tasks before one thread that"
        " copies what waits (the threads stand beside the same limit)",
        _concurrent,
        callers_lines(f"sequencer-{CALLERS}", "tasks")
        + callers_lines(f"sequencer-{CALLERS}", "threads"),
    ),
)
