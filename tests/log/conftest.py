"""What the tests of the log may ask for: a new log, and any number of connections to it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from tests.log.ledgers import create, recorder_of, sequencer_of


@pytest.fixture
def log_url(database_url: str) -> str:
    """Name a new log, once in either kind of database."""
    return create(database_url)


@pytest.fixture
def recorders(log_url: str) -> Iterator[Callable[[], LogRecorder]]:
    """Open the log as often as a test likes, each time with connections of its own."""
    with ExitStack() as opened:

        def another() -> LogRecorder:
            recorder = recorder_of(log_url)
            opened.callback(recorder.close)
            return recorder

        yield another


@pytest.fixture
def recorder(recorders: Callable[[], LogRecorder]) -> LogRecorder:
    """Open the log once."""
    return recorders()


@pytest.fixture
def sequencers(log_url: str) -> Iterator[Callable[..., Sequencer]]:
    """Open the log for commands as often as a test likes."""
    with ExitStack() as opened:
        yield lambda **settings: opened.enter_context(sequencer_of(log_url, **settings))


@pytest.fixture
def postgresql_log(postgresql_url: str) -> str:
    """Name a new log in PostgreSQL."""
    return create(postgresql_url)


@pytest.fixture
def in_postgresql(postgresql_log: str) -> Iterator[LogRecorder]:
    """Open a new log in PostgreSQL."""
    with closing(recorder_of(postgresql_log)) as recorder:
        yield recorder
