"""Sessions of a database, which outlive for a moment the process that was killed."""

import time

from sqlalchemy import Engine

WAIT_SECONDS_MAX = 60
_OTHERS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid()
"""


def sessions(engine: Engine) -> frozenset[int]:
    """Name the sessions of others on a PostgreSQL database; SQLite has none."""
    if engine.dialect.name == "sqlite":
        return frozenset()
    with engine.connect() as connection:
        return frozenset(connection.exec_driver_sql(_OTHERS).scalars())


def outlive(engine: Engine, known: frozenset[int]) -> None:
    """Wait until the sessions that were not `known` before have ended.

    PostgreSQL goes on with what a process had sent when it was killed: it commits, and holds locks.
    """
    until = time.monotonic() + WAIT_SECONDS_MAX
    while sessions(engine) - known:
        assert time.monotonic() < until, "a session of a dead process never ended"
        time.sleep(0.002)
