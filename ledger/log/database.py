"""Databases by URL: SQLite files and PostgreSQL, opened the one way that the log needs."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from ledger.errors import LogUnreachable, Misconfigured

REVISION = "0001"
"""The migration that this code expects; `tests` hold it against the newest in `alembic/`."""

CONNECT_SECONDS_MAX = 10
BUSY_SECONDS_MAX = 30
BUSY_PAUSE_SECONDS = 0.01
LOG_TABLES = frozenset({"events", "commands", "log_head"})

APPLICATION_ID = 1447380044
"""What the header of a SQLite file of ours says."""


def connect(url: str) -> Engine:
    """Open a database by its URL: `sqlite:///path` or `postgresql://...`.

    Raises `Misconfigured` for any other kind. Nothing is read or created yet.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Misconfigured(
            "the database is no URL such as sqlite:///ledger.db or postgresql://host/name"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        import_module("ledger.log.arrays")  # here and not above: SQLite needs no psycopg
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": CONNECT_SECONDS_MAX},
        )
    raise Misconfigured(
        f"{parsed.get_backend_name()!r} is no database of ours: use SQLite or PostgreSQL"
    )


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Misconfigured("a ledger needs a file: sqlite:///ledger.db")
    if Path(url.database).is_dir():
        raise Misconfigured(f"{url.database} is a folder, not a database file")
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS_MAX})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Durable commits; WAL mode where the file is ours; transactions begin only where we say so."""
    connection.isolation_level = None
    if connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,):
        _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL once; SQLite does not wait for the others who do the same, so we do."""
    until = time.monotonic() + BUSY_SECONDS_MAX
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(BUSY_PAUSE_SECONDS)


@contextmanager
def driver_connection(engine: Engine) -> Iterator[Any]:
    """Lend the driver's own connection from the pool: `sqlite3` or `psycopg`, in autocommit.

    One that breaks leaves the pool. Raises `LogUnreachable`.
    """
    broken = engine.dialect.loaded_dbapi.OperationalError
    try:
        lent = engine.raw_connection()
    except (DBAPIError, broken) as error:
        raise LogUnreachable(str(getattr(error, "orig", error))) from error
    try:
        yield lent.driver_connection
    except broken as error:
        lent.invalidate()
        raise LogUnreachable(str(error)) from error
    finally:
        lent.close()


def require_log(engine: Engine) -> None:
    """Make sure that a log of this code's revision is there.

    Raises `Misconfigured`: no log (run `ledger init`), not ours, older or newer than the code.
    """
    found = revision(engine)
    if found is None:
        raise Misconfigured(f"there is no ledger in {_place(engine)}: run `ledger init` first")
    if found < REVISION:
        raise Misconfigured(f"the ledger in {_place(engine)} is older: run `ledger init`")
    if found > REVISION:
        raise Misconfigured(
            f"the ledger in {_place(engine)} is newer than this program: upgrade the program"
        )


def revision(engine: Engine) -> str | None:
    """Read the migration at which a log stands; None for a database that holds nothing.

    Raises `Misconfigured` for one that holds something else, or that cannot be reached.
    """
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        return None
    try:
        with driver_connection(engine) as connection:
            names = {name for (name,) in connection.execute(_TABLES[engine.dialect.name])}
            if "alembic_version" in names and names >= LOG_TABLES:
                return str(
                    connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
                )
    except (LogUnreachable, sqlite3.DatabaseError) as error:
        raise unusable(engine, error) from None
    if names:
        raise Misconfigured(f"{_place(engine)} is a database, but no ledger: name another one")
    return None


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = current_schema()",
}


def unusable(engine: Engine, error: Exception) -> Misconfigured:
    """Say of a database what its driver says, in one line."""
    cause = (str(getattr(error, "orig", error)).strip() or type(error).__name__).splitlines()[0]
    return Misconfigured(f"cannot use the database {_place(engine)}: {cause}")


def _place(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
