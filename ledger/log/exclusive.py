"""One at a time: a lock on a ledger for jobs that must not overlap, such as imports."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from ledger.errors import Locked
from ledger.log.database import driver_connection


@contextmanager
def exclusively(engine: Engine, purpose: str) -> Iterator[None]:
    """Hold the lock of a purpose on this ledger; it goes with the process that holds it.

    Raises `Locked` at once where another process holds it.
    """
    hold = _hold_file if engine.dialect.name == "sqlite" else _hold_advisory
    with hold(engine, purpose):
        yield


@contextmanager
def _hold_file(engine: Engine, purpose: str) -> Iterator[None]:
    """Lock a file beside the database; never the database itself, whose locks are SQLite's."""
    with Path(f"{engine.url.database}.{purpose}.lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _locked(purpose) from None
        yield


@contextmanager
def _hold_advisory(engine: Engine, purpose: str) -> Iterator[None]:
    with driver_connection(engine) as connection:
        key = f"ledger {purpose}"
        take = "SELECT pg_try_advisory_lock(hashtextextended(current_schema() || %s, 0))"
        [taken] = connection.execute(take, (key,)).fetchone()
        if not taken:
            raise _locked(purpose)
        try:
            yield
        finally:
            connection.execute(take.replace("try_advisory_lock", "advisory_unlock"), (key,))


def _locked(purpose: str) -> Locked:
    return Locked(f"another {purpose} is running on this ledger: wait for it, then try again")
