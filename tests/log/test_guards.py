"""The guards: what a role may do, and what nobody may do to the log."""

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

from ledger.log import guards
from ledger.log.database import connect
from ledger.log.migrations import upgrade
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.outcome import Status
from tests.log import ledgers
from tests.log.ledgers import append, batch_of, contents_of, create, recorder_of, stamp_for
from tests.postgres_server import Server

REFUSED = "42501"
TAMPERING = (
    "UPDATE events SET record = record",
    "DELETE FROM events",
    "INSERT INTO events VALUES (99, 'account-A', 99, 'Opaque', 0, 0, '')",
    "UPDATE commands SET digest = 'other'",
    "DELETE FROM commands",
    "INSERT INTO commands VALUES ('other', 'digest', 99, 1)",
    "DELETE FROM log_head",
)
IN_POSTGRESQL = (
    *TAMPERING,
    "UPDATE log_head SET size = 99",
    "INSERT INTO log_head VALUES (false, 0, 0)",
    "TRUNCATE events",
    "TRUNCATE commands",
    "TRUNCATE log_head",
)
IN_SQLITE = (
    *TAMPERING,
    "UPDATE log_head SET size = 0",
    "UPDATE log_head SET recorded_at = 0",
    "INSERT INTO log_head VALUES (2, 0, 0)",
    "INSERT OR REPLACE INTO log_head VALUES (1, 0, 0)",
    "INSERT OR REPLACE INTO events VALUES (1, 'account-A', 1, 'Opaque', 0, 0, x'00')",
    "INSERT OR REPLACE INTO events VALUES (2, 'account-A', 1, 'Opaque', 0, 0, x'00')",
    "INSERT OR REPLACE INTO commands VALUES ('known', 'other', 1, 1)",
    "UPDATE OR REPLACE events SET version = 2",
)


def one_record(recorder: LogRecorder) -> None:
    """Append a record with a command."""
    batch = batch_of(stamp_for(recorder), "account-A")
    batch.add_command("known", "digest", 1)
    recorder.append(batch)


def login(postgres: Server, url: str, *roles: str, options: str = "LOGIN") -> str:
    """Make a role that may log in, a member of roles of its database; give its URL."""
    database = str(make_url(url).database)
    name = "_".join([database, "login", *roles])
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{name}" {options}'.encode())
        for role in roles:
            connection.execute(f'GRANT "{database}_{role}" TO "{name}"'.encode())
    return postgres.url(database, name)


@pytest.fixture
def log(postgresql_url: str) -> str:
    """Name a new log in PostgreSQL that a superuser has created."""
    return create(postgresql_url)


@pytest.fixture
def as_writer(postgres: Server, log: str) -> Iterator[LogRecorder]:
    """Open the log as a role that may write."""
    with closing(recorder_of(login(postgres, log, "writer"))) as recorder:
        yield recorder


@pytest.mark.parametrize("statement", IN_SQLITE)
def test_sqlite_refuses_what_does_not_come_through_append(sqlite_url: str, statement: str) -> None:
    with closing(recorder_of(create(sqlite_url))) as recorder:
        one_record(recorder)
        before = contents_of(recorder)
        with pytest.raises(recorder.engine.dialect.loaded_dbapi.IntegrityError):
            recorder.query(statement)
        assert contents_of(recorder) == before


def test_sqlite_keeps_its_rows_even_where_the_head_was_moved_by_hand(sqlite_url: str) -> None:
    with closing(recorder_of(create(sqlite_url))) as recorder:
        one_record(recorder)
        rows = recorder.query("SELECT * FROM events")
        recorder.query("UPDATE log_head SET size = 2")
        with pytest.raises(recorder.engine.dialect.loaded_dbapi.IntegrityError):
            recorder.query(IN_SQLITE[-3])
        assert recorder.query("SELECT * FROM events") == rows


def test_postgresql_refuses_every_role_what_does_not_come_through_append(
    log: str, as_writer: LogRecorder
) -> None:
    one_record(as_writer)
    before = contents_of(as_writer)
    with closing(recorder_of(log)) as as_superuser:
        for recorder in (as_writer, as_superuser):
            for statement in IN_POSTGRESQL:
                with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
                    recorder.query(statement)
                assert refused.value.sqlstate == REFUSED, statement
    assert contents_of(as_writer) == before


def test_replaying_a_replica_does_not_switch_the_guards_off(log: str) -> None:
    with closing(recorder_of(log)) as recorder:
        one_record(recorder)
        with recorder.engine.connect() as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")
            with pytest.raises(DBAPIError, match="append-only"):
                connection.exec_driver_sql("DELETE FROM events")
            connection.exec_driver_sql("RESET session_replication_role")


def test_a_writer_appends_and_reads_through_the_whole_sequencer(postgres: Server, log: str) -> None:
    url = login(postgres, log, "writer")
    with ledgers.sequencer_of(url) as sequencer:
        ledgers.fund(sequencer, "A", "10")
        assert sequencer.record(ledgers.withdraw("A", "4")).status is Status.RECORDED
        assert sequencer.record(ledgers.withdraw("A", "7")).status is Status.REJECTED
    with closing(recorder_of(url)) as recorder, recorder.subscribe() as subscription:
        assert next(subscription).id == 1


def test_a_reader_reads_and_follows_but_cannot_append(postgres: Server, log: str) -> None:
    with closing(recorder_of(log)) as recorder:
        append(recorder, "account-A")
    with closing(recorder_of(login(postgres, log, "reader"))) as recorder:
        assert recorder.head().size == 1
        with recorder.subscribe() as subscription:
            assert next(subscription).id == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            append(recorder, "account-A", after=1)


def test_a_stranger_neither_reads_nor_appends(postgres: Server, log: str) -> None:
    database = str(make_url(log).database)
    url = login(postgres, log).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (b"SELECT * FROM events", b"SELECT * FROM event_log"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        owner = connection.execute(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [f"{database}_owner"]
        )
        assert owner.fetchone() == (False,)


def missing(engine: Engine) -> list[str]:
    """Name the guards that are missing, and close the connections."""
    with engine.connect() as connection:
        found = guards.missing(connection)
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("options", "gaps"), [("LOGIN", ["ledger init"]), ("LOGIN CREATEROLE", [])]
)
def test_an_owner_of_a_database_who_is_no_superuser_can_create_the_log(
    postgres: Server, postgresql_url: str, options: str, gaps: list[str]
) -> None:
    url = login(postgres, postgresql_url, options=options)
    owner, database = make_url(url).username, make_url(url).database
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{database}" OWNER TO "{owner}"'.encode())
    create(url)
    if not gaps:
        url = login(postgres, postgresql_url, "writer")
    with ledgers.sequencer_of(url) as sequencer:
        assert sequencer.record(ledgers.register()).status is Status.RECORDED
    found = missing(connect(url))
    assert len(found) == len(gaps)
    assert all(gap in one for gap, one in zip(gaps, found, strict=True))


@pytest.mark.parametrize("name", ["Ledger-of {}", "ledger.{}", "LEDGER{}"])
def test_a_database_may_have_a_name_that_needs_quotes(
    postgres: Server, postgresql_url: str, name: str
) -> None:
    quoted = name.format(str(make_url(postgresql_url).database)[:20])
    url = make_url(postgres.create_database(quoted)).render_as_string(hide_password=False)
    try:
        with ledgers.sequencer_of(create(url)) as sequencer:
            assert sequencer.record(ledgers.register()).status is Status.RECORDED
    finally:
        postgres.drop_database(quoted)


def test_a_superuser_and_a_switched_off_trigger_are_named_as_gaps(log: str) -> None:
    assert missing(connect(log)) == ["a login that is no superuser: this one passes every guard"]
    engine = connect(log)
    with engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER append_only")
    found = missing(engine)
    assert "the triggers of the log, enabled ALWAYS" in found


def test_a_dropped_trigger_in_sqlite_is_named_as_a_gap(sqlite_url: str) -> None:
    engine = connect(create(sqlite_url))
    assert missing(engine) == []
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER events_delete")
    assert missing(engine) == ["the triggers of the log"]


def test_the_view_for_an_auditor_decodes_the_bytes(
    log_url: str, sequencers: Callable[..., Sequencer]
) -> None:
    ledgers.fund(sequencers(), "A", "10")
    as_text = "CAST(record AS text)" if log_url.startswith("sqlite") else "record ->> 'type'"
    with closing(recorder_of(log_url)) as recorder:
        rows = recorder.query(f"SELECT stream, type, {as_text} FROM event_log ORDER BY sequence")  # noqa: S608 - two constants
    assert [row[:2] for row in rows] == [
        ("asset-USD", "AssetRegistered"),
        ("account-A", "AccountOpened"),
        ("account-A", "CashDeposited"),
    ]
    assert all(kind in record for _, kind, record in rows)


def test_creating_the_log_again_changes_no_guard(log: str) -> None:
    engine = connect(log)
    assert upgrade(engine) is False
    assert len(missing(engine)) == 1
