"""Creating and opening a log: only what is empty becomes one, only one of ours is opened."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from ledger.errors import Misconfigured
from ledger.log.database import REVISION, connect, require_log, revision
from ledger.log.migrations import migrations_folder, upgrade
from ledger.log.recorder import LogRecorder
from tests.log.ledgers import append, create, recorder_of


def refused(task: Callable[..., object], url: str) -> str:
    """Make sure that a database is refused; give the sentence that says why."""
    engine = connect(url)
    with pytest.raises(Misconfigured) as why:
        task(engine)
    engine.dispose()
    assert "\n" not in str(why.value)
    return str(why.value)


def execute(url: str, *statements: str) -> None:
    """Run statements past the guards, as a stranger to the log would."""
    engine = connect(url)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_the_code_expects_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_creating_a_log_twice_changes_nothing(database_url: str) -> None:
    engine = connect(database_url)
    assert revision(engine) is None
    assert upgrade(engine) is True
    with closing(recorder_of(database_url)) as recorder:
        append(recorder, "account-A")
    assert upgrade(engine) is False
    assert revision(engine) == REVISION
    engine.dispose()
    with closing(recorder_of(database_url)) as recorder:
        assert recorder.head().size == 1


def test_opening_a_log_that_is_not_there_says_how_to_create_it(database_url: str) -> None:
    with pytest.raises(Misconfigured, match="run `ledger init` first"):
        recorder_of(database_url)
    assert "run `ledger init` first" in refused(require_log, database_url)


def test_asking_for_a_log_creates_no_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        recorder_of(f"sqlite:///{tmp_path / 'ledger.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_database_is_refused(database_url: str) -> None:
    execute(database_url, "CREATE TABLE addresses (name text)")
    assert "no ledger" in refused(upgrade, database_url)
    assert "no ledger" in refused(require_log, database_url)
    execute(database_url, "INSERT INTO addresses VALUES ('unharmed')")


def test_a_foreign_file_stays_as_it_is_to_the_last_byte(tmp_path: Path) -> None:
    file = tmp_path / "foreign.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE addresses (name text)")
        connection.commit()
    before = hashlib.sha256(file.read_bytes()).digest()
    refused(upgrade, f"sqlite:///{file}")
    assert hashlib.sha256(file.read_bytes()).digest() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("number", "hint"), [("9999", "upgrade the program"), ("0000", "older")])
def test_a_log_of_another_revision_is_refused(database_url: str, number: str, hint: str) -> None:
    execute(create(database_url), f"UPDATE alembic_version SET version_num = '{number}'")  # noqa: S608 - a constant
    assert hint in refused(require_log, database_url)
    if number > REVISION:
        assert hint in refused(upgrade, database_url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear customer, " * 500)
    for task in (upgrade, require_log):
        assert "not a database" in refused(task, f"sqlite:///{file}")
    assert file.read_text() == "Dear customer, " * 500


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is a folder"):
        connect(f"sqlite:///{tmp_path}")
    assert "unable to open" in refused(upgrade, f"sqlite:///{tmp_path / 'absent' / 'ledger.db'}")


@pytest.mark.parametrize("url", ["ledger.db", "sqlite://", "sqlite:///:memory:", "mysql://host/db"])
def test_a_url_that_names_no_log_is_refused(url: str) -> None:
    with pytest.raises(Misconfigured):
        connect(url)


def test_a_server_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    url = f"postgresql://nobody:secret@/absent?host={tmp_path}"
    for task in (upgrade, require_log):
        sentence = refused(task, url)
        assert "cannot use the database" in sentence
        assert "secret" not in sentence


def test_a_database_that_does_not_exist_is_refused(postgresql_url: str) -> None:
    assert "does not exist" in refused(require_log, f"{postgresql_url}".replace("test_", "absent_"))


def test_a_log_cannot_be_taken_down(log_url: str, recorder: LogRecorder) -> None:
    append(recorder, "account-A")
    error = (sqlite3.Error, psycopg.Error)
    with pytest.raises(error):
        recorder.query("DELETE FROM log_head")
    assert log_url
    assert recorder.head().size == 1


def test_a_log_in_sqlite_is_durable_and_says_whose_it_is(sqlite_url: str) -> None:
    create(sqlite_url)
    with closing(recorder_of(sqlite_url)) as recorder:
        assert recorder.query("PRAGMA journal_mode") == [("wal",)]
        assert recorder.query("PRAGMA synchronous") == [(2,)]
        assert recorder.query("PRAGMA application_id") == [(0x5645_444C,)]
