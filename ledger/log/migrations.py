"""Creates the log, or upgrades it, with Alembic; only `ledger init` needs this."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from ledger.log import guards
from ledger.log.database import REVISION, require_log, revision, unusable

MIGRATION_LOCK = 0x4C454447
"""The advisory lock under which one process migrates."""


def migrations_folder() -> Path:
    """Find the migrations: inside the installed package, or beside it in a checkout."""
    package = Path(str(files("ledger")))
    installed = package / "alembic"
    return installed if installed.is_dir() else package.parent / "alembic"


def upgrade(engine: Engine) -> bool:
    """Bring the log to this code's revision; tell whether anything had to be done.

    Several processes may call this at once: one does it, the others wait. Raises `Misconfigured`
    for a database that is not ours or newer than the code.
    """
    found = revision(engine)
    if found is not None and found >= REVISION:
        require_log(engine)
        _complete(engine)
        return False
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    try:
        with _one_at_a_time(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise unusable(engine, error) from None
    engine.dispose()  # a connection opened before is not prepared for what the file is now
    return True


def _complete(engine: Engine) -> None:
    """Put guards in place that whoever created the log was not allowed to make."""
    if engine.dialect.name == "sqlite":
        return
    with _one_at_a_time(engine) as connection:
        if not guards.owner_is_apart(connection) and guards.may_establish(connection):
            guards.establish(connection)


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[Connection]:
    """Open the one transaction in which everything is created, or nothing."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
        return
    transactional = engine.execution_options(isolation_level="READ COMMITTED")
    with transactional.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
        yield connection
