"""The throw-away server is a real one, and is gone when we are done with it."""

import os
from pathlib import Path

import pytest
import sqlalchemy

from tests.postgres_server import SUPERUSER, Server, find_binaries, postgres_server


def answer(url: str, question: str) -> object:
    """Ask one question of a database."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        return connection.scalar(sqlalchemy.text(question))


def test_a_database_of_either_kind_answers(database_url: str) -> None:
    assert answer(database_url, "SELECT 6 * 7") == 42


def test_the_server_tells_who_and_what_it_is(postgres: Server) -> None:
    url = postgres.url("postgres")
    assert answer(url, "SHOW server_version") == postgres.version
    assert answer(url, "SELECT current_user") == SUPERUSER


def test_a_server_is_durable_by_default_and_leaves_nothing_behind() -> None:
    with postgres_server() as server:
        assert answer(server.url("postgres"), "SHOW fsync") == "on"
    assert not server.folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


def test_a_test_server_trades_durability_for_speed(postgres: Server) -> None:
    assert answer(postgres.url("postgres"), "SHOW fsync") == "off"


def test_a_wrong_choice_of_binaries_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_PG_BIN", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="LEDGER_PG_BIN"):
        find_binaries()
