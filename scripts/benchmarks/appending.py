"""Durable appends of encoded rows in batches, beside raw bulk writes of the same rows."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from scripts.benchmarks.raw import commands_of, raw_table, rows_of
from scripts.benchmarks.rounds import Figure, Goal, Shown, Sides
from scripts.benchmarks.setting import Batches, Kind, Setting, append_all, opened


@contextmanager
def _sides(kind: Kind, size: int, setting: Setting) -> Iterator[Sides]:
    batches = setting.trading_batches(size)
    yield Sides(
        limit=lambda: {
            "rate": _raw(setting, kind, batches),
            "bare": _raw(setting, kind, _without_commands(batches)),
        },
        ours=lambda: {
            "rate": _ours(setting, kind, batches),
            "bare": _ours(setting, kind, _without_commands(batches)),
        },
    )


def _raw(setting: Setting, kind: Kind, batches: Batches) -> float:
    opening, measured = batches
    with raw_table(setting, kind) as table:
        rows = 0
        for batch in opening:
            table.write(rows_of(batch, rows))
            rows += len(batch.records)
        prepared = []
        for batch in measured:
            prepared.append((rows_of(batch, rows), commands_of(batch, rows)))
            rows += len(batch.records)
        _settle(setting, kind)
        began = time.perf_counter()
        for part, commands in prepared:
            table.write(part, commands)
        seconds = time.perf_counter() - began
    return sum(len(part) for part, _ in prepared) / seconds


def _ours(setting: Setting, kind: Kind, batches: Batches) -> float:
    opening, measured = batches
    with setting.log(kind) as url, opened(url) as application:
        append_all(application.recorder, opening)
        _settle(setting, kind)
        began = time.perf_counter()
        rows = append_all(application.recorder, measured)
        return rows / (time.perf_counter() - began)


def _without_commands(batches: Batches) -> Batches:
    opening, measured = batches
    bare = [replace(one, command_ids=[], digests=[], firsts=[], counts=[]) for one in measured]
    return opening, bare


def _settle(setting: Setting, kind: Kind) -> None:
    if kind == "postgresql":
        setting.settle()


def _figure(name: str, kind: Kind, size: int, remark: str) -> Figure:
    raw = "binary COPY" if kind == "postgresql" else "executemany"
    return Figure(
        name,
        f"limit: {raw} of the same rows into the columns and indexes of `events` and `commands`,"
        " one commit a batch; the second line leaves the commands out on both sides",
        partial(_sides, kind, size),
        (
            Shown(name, "events/s", "rate", "rate", Goal("ratio", ">=", 0.60, remark)),
            Shown(f"{name}, no commands rows", "events/s", "bare", "bare"),
        ),
    )


FIGURES = (
    _figure("append-1000", "postgresql", 1_000, "aim 40,000/s"),
    _figure("append-100", "postgresql", 100, "aim 30,000/s"),
    _figure("append-sqlite-1000", "sqlite", 1_000, "aim 40,000/s"),
)
