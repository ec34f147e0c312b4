"""Balances at past sequences, beside the shortest question that the database answers."""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Engine

from ledger.log.database import connect
from projections.book import balance_at, book_at
from projections.runner import Runner
from projections.views import movements
from scripts.benchmarks.rounds import Figure, Goal, Measured, Shown, Sides, times
from scripts.benchmarks.setting import Kind, Setting, database_of, opened, path_of

BOOKS = 5


@contextmanager
def _sides(kind: Kind, setting: Setting) -> Iterator[Sides]:
    url = setting.book(kind)
    engine = connect(url)
    with opened(url) as application:
        Runner(engine, application.reader).catch_up(movements.view)
        size = application.reader.head().size
    pairs = [(account, asset) for account, asset, _ in book_at(engine, size)]
    dice = Random(setting.seed)
    places = [(*dice.choice(pairs), dice.randint(1, size)) for _ in range(setting.sizes.questions)]
    driver = (
        setting.driver(database_of(url)) if kind == "postgresql" else sqlite3.connect(path_of(url))
    )
    with closing(driver):
        yield Sides(
            limit=partial(_shortest, driver, setting.sizes.questions),
            ours=partial(_ours, engine, places),
        )
    engine.dispose()


def _shortest(driver: Any, count: int) -> Measured:
    return times([_seconds(lambda: driver.execute("SELECT 1").fetchone()) for _ in range(count)])


def _ours(engine: Engine, places: list[tuple[str, str, int]]) -> Measured:
    single = [_seconds(partial(balance_at, engine, *place)) for place in places]
    books = [_seconds(partial(_whole_book, engine, place[2])) for place in places[:BOOKS]]
    return times(single) | {"book": times(books)["p50"]}


def _whole_book(engine: Engine, sequence: int) -> None:
    deque(book_at(engine, sequence), maxlen=0)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _figure(name: str, kind: Kind, goal: Goal | None) -> Figure:
    return Figure(
        name,
        "one balance, then all of a book of 1,000 accounts, at random past sequences of a log of"
        " `read` commands (see sizes); limit: SELECT 1, which in SQLite is no journey at all",
        partial(_sides, kind),
        (
            Shown(f"{name} p50", "ms", "p50", "p50", goal),
            Shown(f"{name} p99", "ms", "p99", "p99"),
            Shown(f"{name} book", "ms", "book", "p50", Goal("ours", "<=", 20)),
        ),
    )


FIGURES = (
    _figure("as-of", "postgresql", Goal("ratio", "<=", 2)),
    _figure("as-of-sqlite", "sqlite", None),
)
