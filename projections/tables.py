"""Where views live: numbered tables built beside each other, and one name that points to the live.

In PostgreSQL they stand in the schema `ledger_views`, in SQLite under the prefix `view_`. Build 3
of `balances` is the table `balances_3`; `balances` is a plain SQL view on it, all that anybody
reads. Read with READ COMMITTED in PostgreSQL: an older snapshot would not see a newer build's rows.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, DefaultClause, Engine, MetaData, Table, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.sql.elements import quoted_name

from ledger.errors import LogUnreachable, Misconfigured
from projections.change import blank
from projections.projection import View

SCHEMA = "ledger_views"
PREFIX = "view_"
BUSY_MILLISECONDS = 60_000
"""How long SQLite waits for another writer before it gives up."""

Build: TypeAlias = Mapping[Table, Table]
"""The stored table of each table of a view, for one build."""

REFUSED = "42501"
"""What PostgreSQL says to who lacks a privilege."""


class NotAllowed(Misconfigured):
    """The user may only read, or not even that."""


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """Lend a connection, also for work on the driver itself; one that breaks leaves the pool.

    Raises `LogUnreachable` where it broke, `NotAllowed` where the user may not do what was asked.
    """
    try:
        with engine.connect() as connection, _drivers_errors_told(connection):
            yield connection
    except DBAPIError as error:
        if _is_refusal(error.orig):
            raise NotAllowed(str(error.orig)) from error
        if error.connection_invalidated or isinstance(error, OperationalError):
            raise LogUnreachable(str(error.orig)) from error
        raise


@contextmanager
def _drivers_errors_told(connection: Connection) -> Iterator[None]:
    """Let SQLAlchemy know of what its driver raised behind its back."""
    dialect = connection.dialect
    error_class: type[Exception] = dialect.loaded_dbapi.Error
    driver: Any = connection.connection.driver_connection
    try:
        yield
    except error_class as error:
        told: Any = error  # SQLAlchemy types drivers by protocols that no driver declares
        broke = dialect.is_disconnect(told, driver, None)
        connection.invalidate()
        raise DBAPIError.instance(
            None, None, told, error_class, connection_invalidated=broke, dialect=dialect
        ) from error


def _is_refusal(cause: BaseException | None) -> bool:
    """Tell whether a driver's error says that the user may not: by its code, never its words."""
    if isinstance(cause, sqlite3.Error):
        # The low byte is the kind; an error that Python itself raises has no code.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY
    return getattr(cause, "sqlstate", None) == REFUSED


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that may write: all or nothing, and in SQLite the only one.

    Raises as `connected`.
    """
    with connected(engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execution_options(isolation_level="READ COMMITTED")
        yield connection
        connection.commit()


@contextmanager
def looking(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that reads live views, in PostgreSQL each statement as things stand then.

    A snapshot kept from one statement to the next could meet a newer build whose last rows it does
    not see.
    """
    with _reading(engine, "READ COMMITTED") as connection:
        yield connection


@contextmanager
def holding_still(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state throughout: for builds by number, never live names."""
    with _reading(engine, "REPEATABLE READ") as connection:
        yield connection


@contextmanager
def _reading(
    engine: Engine, isolation: Literal["READ COMMITTED", "REPEATABLE READ"]
) -> Iterator[Connection]:
    with connected(engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level=isolation)
        yield connection
        connection.rollback()


def place(dialect: str, name: str) -> str:
    """Give the full name under which a table or view of ours is stored."""
    return f"{PREFIX}{name}" if dialect == "sqlite" else f"{SCHEMA}.{name}"


@cache  # bounded by the views
def published(table: Table, dialect: str) -> Table:
    """Describe the SQL view through which the live build of a table is read."""
    return _copy(table, dialect, table.name)


def build_of(view: View, build: int, dialect: str) -> Build:
    """Describe the stored tables of one build of a view."""
    return {
        table: _with_blanks(_copy(table, dialect, f"{table.name}_{build}")) for table in view.tables
    }


def prepare(connection: Connection) -> None:
    """Create the place where views live; whoever else does the same waits until we commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": SCHEMA})
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        _grant(connection, "schema", SCHEMA, "USAGE")


def let_read(connection: Connection, name: str) -> None:
    """Let whoever may read the log read a table or view of ours, by its full name."""
    if connection.dialect.name == "postgresql":
        _grant(connection, "table", name, "SELECT")


def _grant(connection: Connection, kind: str, name: str, privilege: str) -> None:
    """Grant to the reader and the writer of this database, where they exist and lack it."""
    lacking = text(
        "SELECT rolname FROM pg_roles WHERE rolname IN"  # noqa: S608 - a word of our own
        " (current_database() || '_reader', current_database() || '_writer')"
        f" AND NOT has_{kind}_privilege(rolname, :name, :privilege)"
    )
    values = {"name": name, "privilege": privilege}
    for role in connection.execute(lacking, values).scalars().all():
        quoted = connection.dialect.identifier_preparer.quote_identifier(role)
        connection.exec_driver_sql(f"GRANT {privilege} ON {kind} {name} TO {quoted}")


def create(connection: Connection, build: Build) -> None:
    """Create the empty tables of a build."""
    for stored in build.values():
        stored.create(connection)


def publish(connection: Connection, build: Build) -> None:
    """Let the names that are read point to a build; readers wait or see the one before."""
    for table, stored in build.items():
        name = place(connection.dialect.name, table.name)
        query = f"SELECT * FROM {stored.fullname}"  # noqa: S608 - a name of our own
        connection.execute(text(f"CREATE VIEW {name} AS {query}"))
        let_read(connection, name)


def retract(connection: Connection, names: list[str]) -> None:
    """Take the names that are read away; only ever in the transaction that publishes others."""
    for name in names:
        connection.execute(text(f"DROP VIEW {place(connection.dialect.name, name)}"))


def drop(connection: Connection, names: list[str], build: int) -> None:
    """Drop the tables of a build, known by the names of a view's tables when it was made."""
    for name in names:
        connection.execute(text(f"DROP TABLE {place(connection.dialect.name, f'{name}_{build}')}"))


def _copy(table: Table, dialect: str, name: str) -> Table:
    """Copy the description of a table to where it is stored, its indexes named after it."""
    if dialect == "sqlite":
        copy = table.to_metadata(MetaData(), name=f"{PREFIX}{name}")
        copy.dialect_options["sqlite"]["with_rowid"] = False  # one tree per table, sorted by key
    else:
        copy = table.to_metadata(MetaData(), schema=SCHEMA, name=name)
    for index in copy.indexes:
        columns = "_".join(column.name for column in index.columns)
        index.name = quoted_name(f"{copy.name}_{columns}", quote=None)
    return copy


def _with_blanks(stored: Table) -> Table:
    """Let the database start a row as the algebra does: from zero where a column is never empty."""
    for column in stored.columns:
        if not column.primary_key and blank(column) is not None:
            column.server_default = DefaultClause("0")
    return stored
