"""Stored views are what the log says, on both databases: live, rebuilt, at any past sequence."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, MetaData, Table, Text, inspect, select, text

from ledger.errors import LogCorrupted, Misconfigured
from ledger.events import Event, Recorded
from ledger.log.database import connect
from ledger.numbers import Amount, amount, from_minor, total, write_amount
from projections.book import ViewBehind, balance_at, book_at
from projections.change import Change, add, put
from projections.exact import ExactAmount
from projections.projection import Projection, View
from projections.replay import AsKnown, as_of
from projections.runner import Runner
from projections.tables import SCHEMA, place, published
from projections.views import all_views, balances, movements, stored_views
from tests.projections.log_of import Log, deposited, log_of, moved_at_venue, transferred, withdrawn
from tests.projections.test_views import stories


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Open an empty database."""
    opened = connect(database_url)
    yield opened
    opened.dispose()


def the_log() -> Log:
    """Tell a story in which every pair of account and asset moves more than once."""
    log = Log(page=3)
    for number in range(1, 9):
        log.record(deposited("A1", f"{number}.5"))
        log.record(transferred("A1", "-1", "A2"))
        log.record(transferred("A2", "1", "A1"))
        log.record(moved_at_venue("M1", "-0.00000001", "1"))
    return log


def live(engine: Engine, view: View) -> list[tuple[object, ...]]:
    """Read the rows of a view as anybody reads them."""
    with engine.connect() as connection:
        rows = connection.execute(select(published(view.tables[0], engine.dialect.name)))
        return sorted(tuple(row) for row in rows)


def stored_names(engine: Engine) -> set[str]:
    """List every table and SQL view of ours."""
    schema = SCHEMA if engine.dialect.name == "postgresql" else None
    found = inspect(engine)
    return {*found.get_table_names(schema=schema), *found.get_view_names(schema=schema)}


def test_live_rebuilt_and_replayed_are_the_same(engine: Engine) -> None:
    log = the_log()
    runner = Runner(engine, log)
    for view in stored_views():
        runner.catch_up(view)
        replayed = list(as_of(log, view, AsKnown()))
        assert live(engine, view) == replayed
        runner.rebuild(view)
        assert live(engine, view) == replayed
        assert runner.check(view).holds


@given(story=stories, pages=st.integers(1, 9))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_story_is_stored_as_it_is_replayed(
    engine: Engine, story: list[Event], pages: int
) -> None:
    log = log_of(*story, page=pages)
    with engine.begin() as connection:
        drop_everything(connection.engine)
    runner = Runner(engine, log)
    for view in stored_views():
        runner.catch_up(view)
        assert live(engine, view) == list(as_of(log, view, AsKnown()))
        assert runner.check(view).holds


def drop_everything(engine: Engine) -> None:
    """Empty the database of views: nothing in them is a fact."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))
            return
        for kind in ("view", "table"):
            query = text("SELECT name FROM sqlite_master WHERE type = :kind")
            for name in connection.execute(query, {"kind": kind}).scalars().all():
                connection.execute(text(f"DROP {kind} {name}"))


def test_after_every_page_the_view_is_complete_up_to_its_sequence(engine: Engine) -> None:
    log = the_log()
    runner = Runner(engine, log)
    sequence = 0
    while taken := runner.step(movements.view):
        sequence += taken
        assert live(engine, movements.view) == list(as_of(log, movements.view, AsKnown(sequence)))
    assert sequence == len(log.records)


def test_progress_tells_how_far_behind_a_view_is(engine: Engine) -> None:
    log = the_log()
    runner = Runner(engine, log)
    assert runner.progress() == []
    runner.step(balances.view)
    (progress,) = runner.progress()
    assert progress == ("balances", 1, 1, 3, len(log.records) - 3)


def test_a_page_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    log = the_log()

    def fails_late(recorded: Recorded) -> Iterator[Change]:
        if recorded.sequence == 6:
            raise ArithmeticError
        yield from balances.project(recorded)

    runner = Runner(engine, log)
    view = balances.view._replace(project=fails_late)
    runner.step(view)
    with pytest.raises(ArithmeticError):
        runner.step(view)
    assert runner.progress()[0].sequence == 3
    assert live(engine, view) == list(as_of(log, view, AsKnown(3)))


def test_a_gap_in_the_log_stops_the_view(engine: Engine) -> None:
    log = the_log()
    del log.records[1]
    with pytest.raises(LogCorrupted):
        Runner(engine, log).step(balances.view)


def test_a_greater_version_is_rebuilt_before_it_is_served(engine: Engine) -> None:
    log = the_log()
    Runner(engine, log).catch_up(balances.view)
    wider = Table(
        "balances",
        MetaData(),
        *(column._copy() for column in balances.table.columns),  # noqa: SLF001 - a wider copy of the same table
        Column("note", Text),
    )

    def project(recorded: Recorded) -> Iterator[Change]:
        for change in balances.project(recorded):
            account, asset = change.key
            delta = change.values[0]
            yield add(wider, account=account, asset=asset, amount=delta)
            yield put(wider, account=account, asset=asset, note=recorded.type)

    newer = Projection("balances", wider, version=2, project=project)
    runner = Runner(engine, log)
    assert runner.catch_up(newer) == 0
    assert live(engine, newer) == list(as_of(log, newer, AsKnown()))
    assert runner.check(newer).holds
    with pytest.raises(Misconfigured, match="newer program"):
        Runner(engine, log).step(balances.view)
    with pytest.raises(Misconfigured):
        runner.check(balances.view)


def test_a_rebuild_leaves_only_the_new_tables(engine: Engine) -> None:
    runner = Runner(engine, the_log())
    runner.catch_up(movements.view)
    before = stored_names(engine)
    assert runner.rebuild(movements.view) == 2
    assert stored_names(engine) == {name.replace("_1", "_2") for name in before}


def test_an_abandoned_rebuild_is_replaced_by_the_next(engine: Engine) -> None:
    log = the_log()
    runner = Runner(engine, log)
    runner.catch_up(balances.view)
    runner._begin(balances.view, afresh=True)  # noqa: SLF001 - a rebuild that died half way
    assert runner._advance(balances.view, "next") == 3  # noqa: SLF001 - as above
    assert Runner(engine, log).rebuild(balances.view) == 3
    assert runner.check(balances.view).holds


def test_a_row_that_was_tampered_with_is_found(engine: Engine) -> None:
    runner = Runner(engine, the_log())
    runner.catch_up(balances.view)
    table = place(engine.dialect.name, "balances_1")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET amount = '1' WHERE account = 'A2'"))  # noqa: S608 - a table of ours
    assert not runner.check(balances.view).holds
    runner.rebuild(balances.view)
    assert runner.check(balances.view).holds


def test_one_account_at_any_past_sequence_is_what_replay_says(engine: Engine) -> None:
    log = the_log()
    Runner(engine, log).catch_up(movements.view)
    for sequence in range(len(log.records) + 1):
        book = list(as_of(log, balances.view, AsKnown(sequence)))
        assert list(book_at(engine, sequence)) == book
        held = {row[:2]: row[2] for row in book}
        for account, asset in [("A1", "USD"), ("M1", "XBT"), ("nobody", "USD")]:
            known = held.get((account, asset), amount("0"))
            assert balance_at(engine, account, asset, sequence) == known


def test_a_view_that_is_behind_never_answers_for_later(engine: Engine) -> None:
    with pytest.raises(Misconfigured):
        balance_at(engine, "A1", "USD", 1)
    Runner(engine, the_log()).step(movements.view)
    with pytest.raises(ViewBehind):
        balance_at(engine, "A1", "USD", 4)
    with pytest.raises(ViewBehind):
        list(book_at(engine, 4))


HUGE = Amount(amount("999999999999999999.999999999999999999"))


def test_amounts_near_the_limit_stay_exact_through_many_adds(engine: Engine) -> None:
    smallest = from_minor(1, 18)
    log = Log(page=5)
    log.record(deposited("A1", write_amount(HUGE)))
    for _ in range(30):
        log.record(deposited("A1", write_amount(smallest)))
        log.record(withdrawn("A2", write_amount(HUGE)))
    runner = Runner(engine, log)
    for view in stored_views():
        runner.catch_up(view)
        assert runner.check(view).holds
    held = {row[0]: row[2] for row in live(engine, balances.view)}
    assert held["A1"] == total([HUGE] + [smallest] * 30)
    assert (
        write_amount(balance_at(engine, "A1", "USD", 31))
        == "1000000000000000000.000000000000000014"
    )
    assert str(held["A2"]) == "-29999999999999999999.99999999999999997"


def test_a_sum_is_shown_in_normal_form(engine: Engine) -> None:
    log = log_of(
        *[deposited("A1", "0.5")] * 4, withdrawn("A1", "1.5"), withdrawn("A1", "0.5"), page=1
    )
    runner = Runner(engine, log)
    shown = []
    while runner.step(balances.view):
        shown.append(str(live(engine, balances.view)[0][2]))
    assert shown == ["0.5", "1", "1.5", "2", "0.5", "0"]


def test_changes_of_every_shape_reach_one_row(engine: Engine) -> None:
    table = Table(
        "counts",
        MetaData(),
        Column("account", Text, primary_key=True),
        Column("amount", ExactAmount, nullable=False),
        Column("note", Text),
    )

    def project(recorded: Recorded) -> Iterator[Change]:
        account = "odd" if recorded.sequence % 2 else "even"
        if recorded.sequence % 3:
            yield add(table, account=account, amount=amount("0.1"))
        if recorded.sequence % 5 == 0:
            yield put(table, account=account, note=f"n{recorded.sequence}", amount=amount("7"))
        yield put(table, account=f"{account}-seen")

    view = Projection("counts", table, version=1, project=project)
    for log in (the_log(), Log(the_log().records, page=1), Log(the_log().records, page=50)):
        drop_everything(engine)
        runner = Runner(engine, log)
        runner.catch_up(view)
        assert live(engine, view) == list(as_of(log, view, AsKnown()))


def test_every_view_that_is_stored_has_a_name_of_its_own() -> None:
    names = [table.name for view in stored_views() for table in view.tables]
    assert all(first != second for first, second in pairwise(sorted(names)))
    assert "builds" not in names
    assert set(names) >= {"balances", "movements"}
    assert all_views()["movements"] is movements.view
