"""The log read and decoded, folded in memory, and projected into tables."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from ledger.log.application import LedgerApplication
from ledger.log.database import connect
from projections.replay import AsKnown, fold, pages_until
from projections.runner import Runner, catch_up_all
from projections.views import balances, stored_views
from scripts.benchmarks.raw import drain
from scripts.benchmarks.rounds import Figure, Goal, Measured, Shown, Sides
from scripts.benchmarks.setting import Kind, Setting, database_of, opened

Ours = Callable[[Setting, Kind, LedgerApplication], Measured]


@contextmanager
def _read(kind: Kind, setting: Setting) -> Iterator[Sides]:
    url = setting.book(kind)
    with opened(url) as application:
        size = application.reader.head().size
        yield Sides(
            limit=lambda: {"rate": size / _seconds(partial(drain, setting, kind, url))},
            ours=partial(_decoded, application),
        )


@contextmanager
def _beside_reading(ours: Ours, kind: Kind, setting: Setting) -> Iterator[Sides]:
    with opened(setting.book(kind)) as application:
        yield Sides(
            limit=partial(_decoded, application),
            ours=partial(ours, setting, kind, application),
        )


def _decoded(application: LedgerApplication) -> Measured:
    log = application.reader
    return {"rate": log.head().size / _seconds(lambda: deque(log.read(), maxlen=0))}


def _fold(_: Setting, __: Kind, application: LedgerApplication) -> Measured:
    """Fold each view from the log, which `ledger replay` and `ledger show` read once a view."""
    log = application.reader
    spent = {
        view.name: _seconds(partial(fold, view, pages_until(log, AsKnown())))
        for view in stored_views()
    }
    size = log.head().size
    return {"balances": size / spent["balances"], "all": size / sum(spent.values())}


def _project(setting: Setting, kind: Kind, application: LedgerApplication) -> Measured:
    """Catch up from nothing, in the database of the log."""
    size = application.reader.head().size
    engine = connect(setting.book(kind))
    figures = {}
    for name, views in (("balances", [balances.view]), ("all", stored_views())):
        _drop_views(setting, kind)
        runner = Runner(engine, application.reader)
        figures[name] = size / _seconds(partial(catch_up_all, runner, views))
    engine.dispose()
    return figures


def _drop_views(setting: Setting, kind: Kind) -> None:
    if kind == "postgresql":
        with setting.driver(database_of(setting.book(kind))) as driver:
            driver.execute("DROP SCHEMA IF EXISTS ledger_views CASCADE")
        setting.settle()
        return
    engine = connect(setting.book(kind))
    with engine.connect() as connection:
        query = "SELECT type, name FROM sqlite_master WHERE name GLOB 'view_*' AND type <> 'index'"
        for what, name in connection.exec_driver_sql(query).fetchall():
            connection.exec_driver_sql(f"DROP {what} {name}")
    engine.dispose()


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _read_figure(name: str, kind: Kind) -> Figure:
    raw = "COPY (SELECT sequence, type, record) TO STDOUT" if kind == "postgresql" else "raw fetch"
    goal = Goal("ratio", ">=", 0.45)
    shown = (Shown(name, "events/s", "rate", "rate", goal),)
    return Figure(name, f"limit: {raw} of the same rows, undecoded", partial(_read, kind), shown)


def _fold_figure(name: str, kind: Kind) -> Figure:
    return Figure(
        name,
        "with reading and decoding; all views: the log is read once for each; limit: our `read`",
        partial(_beside_reading, _fold, kind),
        (
            Shown(f"{name} balances", "events/s", "balances", "rate", Goal("ours", ">=", 100_000)),
            Shown(f"{name} all views", "events/s", "all", "rate"),
        ),
    )


def _project_figure(name: str, kind: Kind) -> Figure:
    return Figure(
        name,
        "limit: our `read`, since a COPY of the resulting rows would be no fair one",
        partial(_beside_reading, _project, kind),
        (
            Shown(f"{name} balances", "events/s", "balances", "rate", Goal("ours", ">=", 40_000)),
            Shown(f"{name} all views", "events/s", "all", "rate"),
        ),
    )


FIGURES = (
    _read_figure("read", "postgresql"),
    _read_figure("read-sqlite", "sqlite"),
    _fold_figure("fold", "postgresql"),
    _fold_figure("fold-sqlite", "sqlite"),
    _project_figure("project", "postgresql"),
    _project_figure("project-sqlite", "sqlite"),
)
