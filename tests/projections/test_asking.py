"""Asking gives what a replay gives, from the views' tables where that is cheaper and allowed."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text

from ledger.errors import LogUnreachable
from ledger.log.database import connect
from projections import ask as asking
from projections.ask import ask
from projections.change import Row
from projections.replay import AsKnown, as_of
from projections.runner import Runner
from projections.tables import NotAllowed, place
from projections.views import balances, stored_views
from tests.postgres_server import Server
from tests.projections.log_of import deposited
from tests.projections.racing import the_log

WHERES: tuple[dict[str, str], ...] = (
    {},
    {"account": "A1"},
    {"account": "A1", "asset": "USD"},
    {"account": "A1", "asset": "XBT"},
    {"asset": "XBT"},
    {"account": "nobody"},
    {"account": "nobody", "asset": "USD"},
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Open an empty database."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def may_only_read(request: pytest.FixtureRequest, database_url: str) -> Iterator[Engine]:
    """Open the same database as somebody who may read the log and write nothing."""
    url = f"sqlite:///file:{make_url(database_url).database}?mode=ro&uri=true"
    if database_url.startswith("postgresql"):
        url = _reader_url(request.getfixturevalue("postgres"), database_url)
    opened = connect(url)
    yield opened
    opened.dispose()


def _reader_url(postgres: Server, database_url: str) -> str:
    database = str(make_url(database_url).database)
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in (
            f'CREATE ROLE "{database}_reader" NOLOGIN',
            f'CREATE ROLE "{database}_login" LOGIN IN ROLE "{database}_reader"',
        ):
            connection.execute(statement.encode())
    return postgres.url(database, f"{database}_login")


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the views that were replayed."""
    found: list[str] = []

    def noted(*asked: object) -> Iterator[Row]:
        found.append(asked[1].name)  # type: ignore[attr-defined]  # a view, as `as_of` takes it
        return as_of(*asked)  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(asking, "as_of", noted)
    return found


@pytest.mark.parametrize("sequence", [None, 0, 1, 100, 10_000])
def test_any_question_is_answered_as_by_a_replay(
    engine: Engine, replays: list[str], sequence: int | None
) -> None:
    log, moment = the_log(), AsKnown(sequence)
    for where in WHERES:
        expected = list(as_of(log, balances.view, moment, where))
        assert list(ask(engine, log, balances.view, moment, where)) == expected
    assert replays == []


def test_who_may_only_read_reads_the_views_until_they_are_behind(
    engine: Engine, may_only_read: Engine, replays: list[str]
) -> None:
    log = the_log()
    for view in stored_views():
        Runner(engine, log).catch_up(view)
        Runner(engine, log).rebuild(view)
    size, now = log.head().size, AsKnown()
    for moment in (now, AsKnown(size - 1)):
        expected = list(as_of(log, balances.view, moment))
        assert list(ask(may_only_read, log, balances.view, moment, {})) == expected
    assert replays == []
    log.record(deposited("A1", "1"))
    expected = list(as_of(log, balances.view, now))
    assert list(ask(may_only_read, log, balances.view, now, {})) == expected
    assert list(ask(may_only_read, log, balances.view, AsKnown(size), {})) != expected
    assert replays == ["balances"]
    with pytest.raises(NotAllowed):
        Runner(may_only_read, log).step(balances.view)


def test_where_no_view_was_ever_built_a_reader_replays(
    engine: Engine, may_only_read: Engine, replays: list[str]
) -> None:
    log = the_log()
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE other (place int)"))
    expected = list(as_of(log, balances.view, AsKnown()))
    assert list(ask(may_only_read, log, balances.view, AsKnown(), {})) == expected
    assert replays == ["balances"]


def test_a_view_that_is_broken_is_no_reason_to_replay(engine: Engine) -> None:
    log = the_log()
    Runner(engine, log).step(balances.view)
    with engine.connect() as connection:
        table = place(engine.dialect.name, "balances_1")
        connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    with pytest.raises(Exception, match="balances_1") as caught:
        list(ask(engine, log, balances.view, AsKnown(), {}))
    assert not isinstance(caught.value, NotAllowed)


def test_a_database_that_cannot_be_reached_is_no_reason_to_replay() -> None:
    nowhere = connect("postgresql://nobody@/none?host=/nowhere")
    with pytest.raises(LogUnreachable):
        ask(nowhere, the_log(), balances.view, AsKnown(), {})
