"""What every test may ask for: an empty database of either kind, and the shared data."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from tests.postgres_server import Server, postgres_server

CHECKOUT = Path(__file__).resolve().parent.parent

# A slow machine is not a wrong program.
settings.register_profile("ledger", deadline=None)
settings.load_profile("ledger")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One PostgreSQL server for the session, or for each worker of pytest-xdist."""
    with postgres_server(fsync=False) as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Name a SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def postgresql_url(postgres: Server) -> Iterator[str]:
    """Name a PostgreSQL database that is empty, and dropped afterwards."""
    name = f"test_{uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Name an empty database, once of either kind; PostgreSQL starts only when it is asked for."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Find the sample data beside the checkout, or where LEDGER_SHARED_DATA says."""
    beside = CHECKOUT.parent / "shared" / "data"
    folder = Path(os.environ.get("LEDGER_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip("the shared data is absent: let LEDGER_SHARED_DATA name its folder")
    return folder
