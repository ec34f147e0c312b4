"""A connection that is lost in the middle of a page costs the follower nothing but a moment."""

from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, text

from ledger.errors import LogUnreachable, Misconfigured
from ledger.log.database import connect
from projections import runner as running
from projections import store
from projections.replay import AsKnown, as_of
from projections.runner import Runner
from projections.tables import looking, writing
from projections.views import balances, movements
from tests.projections.racing import RECORDS, the_log

ATTEMPTS = 3


@pytest.fixture
def engine(postgresql_url: str) -> Iterator[Engine]:
    """Open an empty database of PostgreSQL."""
    opened = connect(postgresql_url)
    yield opened
    opened.dispose()


def kill(killer: Engine, pid: int) -> None:
    """End a session of the server, and wait until it is gone."""
    with killer.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_follower_goes_on_when_its_connection_is_killed_in_the_middle_of_a_copy(
    engine: Engine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer, copy = connect(postgresql_url), store._copy  # noqa: SLF001 - the middle of a page
    killed: list[str] = []

    def interrupted(driver: Any, target: str, names: Any, types: Any, rows: list[Any]) -> None:
        def cut() -> Iterator[Any]:
            for number, row in enumerate(rows):
                if number == 1 and len(killed) < ATTEMPTS:
                    killed.append(target)
                    kill(killer, driver.info.backend_pid)
                yield row

        copy(driver, target, names, types, cut())  # type: ignore[arg-type]  # it only iterates

    monkeypatch.setattr(store, "_copy", interrupted)
    monkeypatch.setattr(running, "POLL_SECONDS", 0.01)
    runner, stop = Runner(engine, the_log()), Event()
    thread = Thread(target=runner.follow, args=([movements.view, balances.view], stop))
    thread.start()
    while thread.is_alive() and [p.sequence for p in runner.progress()] != [RECORDS] * 2:
        stop.wait(0.01)
    stop.set()
    thread.join()
    assert len(killed) == ATTEMPTS
    for view in (movements.view, balances.view):
        assert runner.check(view).holds
    killer.dispose()


@pytest.mark.parametrize("opened", [writing, looking])
def test_a_connection_that_broke_leaves_the_pool(
    engine: Engine, postgresql_url: str, opened: Callable[[Engine], Any]
) -> None:
    killer = connect(postgresql_url)

    def use_a_killed_one() -> None:
        with opened(engine) as connection:
            driver = connection.connection.driver_connection
            kill(killer, driver.info.backend_pid)
            driver.execute("SELECT 1")

    with pytest.raises(LogUnreachable):
        use_a_killed_one()
    with opened(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    killer.dispose()


def test_who_finds_his_build_gone_joins_the_one_that_stands_instead(engine: Engine) -> None:
    log = the_log()
    runner = Runner(engine, log)
    runner.catch_up(balances.view)
    second = balances.view._replace(version=2)
    target = runner._begin(second, afresh=True)  # noqa: SLF001 - half of a rebuild
    third = balances.view._replace(version=3)
    runner._begin(third, afresh=True)  # noqa: SLF001 - a newer program's, that dies at once
    with pytest.raises(Misconfigured, match="newer program"):
        runner._finish(second, target)  # noqa: SLF001 - the other half
    assert runner.rebuild(third) > target
    with pytest.raises(Misconfigured, match="newer program"):
        runner._finish(second, target)  # noqa: SLF001 - the same once the newer is live
    with looking(engine) as connection:
        rows = connection.execute(text("SELECT * FROM ledger_views.balances"))
        assert sorted(tuple(row) for row in rows) == list(as_of(log, third, AsKnown()))


def test_who_finds_his_build_forgotten_begins_it_again(engine: Engine) -> None:
    runner = Runner(engine, the_log())
    runner.catch_up(balances.view)
    second = balances.view._replace(version=2)
    target = runner._begin(second, afresh=True)  # noqa: SLF001 - half of a rebuild
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM ledger_views.builds WHERE stage = 'next'"))
        connection.execute(text(f"DROP TABLE ledger_views.balances_{target}"))
    assert runner._finish(second, target) == target  # noqa: SLF001 - the other half
    assert runner.check(second).holds
