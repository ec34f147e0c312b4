"""What the tests of the command line may ask for: a shell on an empty database, in a folder."""

from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with nothing in the environment that names a ledger."""
    for name in ("LEDGER_DATABASE_URL", "LEDGER_VAULT", "LEDGER_VAULT_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shell(database_url: str) -> Shell:
    """Type on a database that is empty, once of either kind."""
    return Shell(database_url)


@pytest.fixture
def sqlite(sqlite_url: str) -> Shell:
    """Type on a SQLite database that is empty."""
    return Shell(sqlite_url)
