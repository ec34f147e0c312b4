"""Runners that race each other move every record into the views exactly once."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from threading import Event, Thread

import pytest
from sqlalchemy import func, select

from ledger.log.database import connect
from projections.replay import AsKnown, as_of
from projections.runner import Runner
from projections.tables import looking, published
from projections.views import all_views, movements, stored_views
from tests.projections.racing import RECORDS, race, the_log

RACERS = 4


def racers(kind: str) -> Executor:
    """Line up threads, or processes that share nothing with us."""
    if kind == "threads":
        return ThreadPoolExecutor(RACERS)
    return ProcessPoolExecutor(RACERS, mp_context=get_context("spawn"))


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_four_racing_runners_record_everything_once(database_url: str, kind: str) -> None:
    with racers(kind) as executor:
        for future in [executor.submit(race, database_url) for _ in range(RACERS)]:
            future.result()
    with running(database_url) as runner:
        assert {(p.sequence, p.lag, p.build) for p in runner.progress()} == {(RECORDS, 0, 1)}
        for view in stored_views():
            assert runner.check(view).holds


def test_racing_rebuilds_end_in_one_complete_view(database_url: str) -> None:
    race(database_url)
    with running(database_url) as runner, ThreadPoolExecutor(RACERS) as executor:
        view = movements.view
        futures = [executor.submit(runner.rebuild, view) for _ in range(RACERS)]
        assert max(future.result() for future in futures) > 1
        assert runner.check(view).holds
        assert runner.rebuild(view) > 1


def test_a_reader_never_sees_a_half_view(database_url: str) -> None:
    race(database_url)
    seen: set[int] = set()
    stop = Event()
    thread = Thread(target=keep_reading, args=(database_url, seen, stop))
    with running(database_url) as runner:
        thread.start()
        for _ in range(5):
            runner.rebuild(movements.view)
        stop.set()
        thread.join()
    assert seen == {2 * RECORDS}


def keep_reading(url: str, seen: set[int], stop: Event) -> None:
    """Count the rows of a view over and over."""
    engine = connect(url)
    table = published(movements.table, engine.dialect.name)
    while not stop.is_set():
        with engine.connect() as connection:
            seen.add(connection.execute(select(func.count()).select_from(table)).scalar_one())
    engine.dispose()


def test_a_runner_follows_the_log_until_it_is_stopped(database_url: str) -> None:
    log, rest = the_log(), the_log().records[RECORDS // 2 :]
    del log.records[RECORDS // 2 :]
    stop, rung = Event(), Event()

    def doorbell(seconds: float) -> None:
        if len(log.records) < RECORDS:
            log.records += rest
        else:
            rung.wait(seconds / 100)

    engine = connect(database_url)
    runner = Runner(engine, log)
    thread = Thread(target=runner.follow, args=(stored_views(), stop, doorbell))
    thread.start()
    while {(p.sequence, p.lag) for p in runner.progress()} != {(RECORDS, 0)}:
        rung.wait(0.01)
    stop.set()
    thread.join()
    view = all_views()["balances"]
    (row,) = as_of(log, view, AsKnown(), {"account": "M1"})
    with looking(engine) as connection:
        stored = next(each for each in stored_views() if each.name == "balances")
        balances = published(stored.tables[0], engine.dialect.name)
        query = select(balances).where(balances.c.account == "M1")
        assert tuple(connection.execute(query).one()) == row
    engine.dispose()


@contextmanager
def running(url: str) -> Iterator[Runner]:
    """Open a runner on a database that others have filled."""
    engine = connect(url)
    yield Runner(engine, the_log())
    engine.dispose()
