"""How soon a follower hears of an append, from the start of the append to its delivery."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from random import Random
from threading import Thread

from ledger.log.batch import Batch
from scripts.benchmarks.raw import RawRow, raw_postgres, raw_sqlite, rows_of
from scripts.benchmarks.rounds import Figure, Goal, Measured, Shown, Sides, times
from scripts.benchmarks.setting import Kind, Setting, append_all, database_of, opened
from scripts.benchmarks.workload import CASH, workload

PAUSE_SECONDS_MAX = 0.025
HEARD_SECONDS_MAX = 10


@contextmanager
def _sides(kind: Kind, setting: Setting) -> Iterator[Sides]:
    of = workload(setting.seed, setting.sizes.deliveries, accounts=100, mix=CASH)
    opening, batches = setting.drafted(of, 1)
    rows = [row for number, batch in enumerate(batches) for row in rows_of(batch, number)]
    raw = _heard_raw if kind == "postgresql" else _committed_raw
    yield Sides(
        limit=partial(raw, setting, rows),
        ours=partial(_heard, setting, kind, opening, batches),
    )


def _heard(
    setting: Setting, kind: Kind, opening: Sequence[Batch], batches: Sequence[Batch]
) -> Measured:
    """Append one record at a time; a subscription with connections of its own delivers it."""
    with setting.log(kind) as url, opened(url) as writer, opened(url) as reader:
        after = append_all(writer.recorder, opening)
        acts = [partial(append_all, writer.recorder, [batch]) for batch in batches]
        with reader.recorder.subscribe(gt=after) as subscription:
            return _latencies(setting, acts, subscription)


def _heard_raw(setting: Setting, rows: Sequence[RawRow]) -> Measured:
    """INSERT and NOTIFY in one statement, and a bare connection that listens."""
    with raw_postgres(setting) as table:
        name = table.driver.info.dbname
        with setting.driver(database_of(setting.server.url(name))) as listener:
            listener.execute("LISTEN raw")
            return _latencies(
                setting, [partial(table.ring_with, row) for row in rows], listener.notifies()
            )


def _committed_raw(setting: Setting, rows: Sequence[RawRow]) -> Measured:
    """The commit alone: nothing tells another connection that a file has grown."""
    seconds = []
    with raw_sqlite(setting) as table:
        for row in rows:
            began = time.perf_counter()
            table.write([row])
            seconds.append(time.perf_counter() - began)
    return times(seconds)


def _latencies(
    setting: Setting, acts: Sequence[Callable[[], object]], deliveries: Iterable[object]
) -> Measured:
    sent: list[float] = []
    heard: list[float] = []

    def listen() -> None:
        heard.extend(time.perf_counter() for _ in islice(deliveries, len(acts)))

    listener = Thread(target=listen, daemon=True)
    listener.start()
    dice = Random(setting.seed)
    for act in acts:
        time.sleep(dice.uniform(0, PAUSE_SECONDS_MAX))
        sent.append(time.perf_counter())
        act()
    listener.join(HEARD_SECONDS_MAX)
    return times([later - earlier for earlier, later in zip(sent, heard, strict=True)])


def _figure(name: str, kind: Kind, limit: str) -> Figure:
    return Figure(
        name,
        f"from the start of the append, its commit included; limit: {limit}",
        partial(_sides, kind),
        (
            Shown(f"{name} p50", "ms", "p50", "p50"),
            Shown(f"{name} p99", "ms", "p99", "p99", Goal("ours", "<=", 100)),
        ),
    )


FIGURES = (
    _figure("subscribe", "postgresql", "INSERT with NOTIFY, heard by a bare LISTEN"),
    _figure("subscribe-sqlite", "sqlite", "the raw commit alone"),
)
