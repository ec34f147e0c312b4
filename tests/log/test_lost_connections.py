"""Connections that break: nobody stops for good, and no command is recorded twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from queue import Queue
from threading import Event, Thread

import psycopg
from eventsourcing.persistence import Notification
from sqlalchemy import make_url

from ledger.errors import LogUnreachable
from ledger.log.batch import Batch
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.outcome import Status
from tests.log import ledgers
from tests.log.ledgers import append, recorder_of, require_gap_free
from tests.postgres_server import Server

Sequencers = Callable[..., Sequencer]


def kill_connections(url: str, database: str | None = None) -> int:
    """Cut off whoever is connected to a database; count them."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        killed = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = coalesce(%s, current_database()) AND pid <> pg_backend_pid()",
            [database],
        ).fetchall()
    return len(killed)


def allow_connections(server: Server, url: str, allowed: str) -> None:
    """Let nobody connect to a database any more, or everybody again."""
    administer = server.url("postgres").replace("+psycopg", "")
    with psycopg.connect(administer, autocommit=True) as connection:
        database = make_url(url).database
        connection.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS {allowed}'.encode())


def test_a_subscription_outlives_its_connections(
    postgresql_log: str, in_postgresql: LogRecorder
) -> None:
    """Defect 6: one killed connection stopped the runner for good."""
    delivered: Queue[Notification] = Queue()

    def read_on() -> None:
        for notification in subscription:
            delivered.put(notification)

    with in_postgresql.subscribe() as subscription, closing(recorder_of(postgresql_log)) as writer:
        reader = Thread(target=read_on)
        reader.start()
        for sequence in range(1, 4):
            append(writer, "account-A", after=sequence - 1)
            assert delivered.get(timeout=60).id == sequence
            writer.close()
            assert kill_connections(postgresql_log) >= 1
        append(writer, "account-A", after=3)
        assert delivered.get(timeout=60).id == 4
        subscription.stop()
        reader.join()


def test_the_sequencer_outlives_its_connections(postgresql_log: str) -> None:
    """Defect 6, on the side that writes: the command is answered once, on a new connection."""
    with ledgers.sequencer_of(postgresql_log) as sequencer:
        ledgers.fund(sequencer, "A", "10")
        for number in range(3):
            assert kill_connections(postgresql_log) >= 1
            outcome = sequencer.record(ledgers.deposit("A", "1", f"after-{number}"))
            assert outcome.status is Status.RECORDED
            assert outcome.records[0].sequence == 4 + number
    with closing(recorder_of(postgresql_log)) as recorder:
        assert require_gap_free(recorder) == 6


def test_the_sequencer_waits_for_a_server_that_is_away(
    postgres: Server, postgresql_log: str
) -> None:
    """Defect 6, when connecting fails as well: the command is answered once it is back."""
    tried_twice = Event()
    tries: list[int] = []

    def count(real_append: Callable[[Batch], int], batch: Batch) -> int:
        tries.append(1)
        if len(tries) == 5:
            tried_twice.set()
        return real_append(batch)

    with ledgers.sequencer_of(postgresql_log, count) as sequencer, ThreadPoolExecutor(1) as thread:
        ledgers.fund(sequencer, "A", "10")
        allow_connections(postgres, postgresql_log, "false")
        kill_connections(postgres.url("postgres"), str(make_url(postgresql_log).database))
        answer = thread.submit(sequencer.record, ledgers.withdraw("A", "1"))
        tried_twice.wait()
        allow_connections(postgres, postgresql_log, "true")
        assert answer.result().records[0].sequence == 4


def test_an_acknowledgment_lost_after_the_commit_is_answered_from_the_log(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    """Defect 7: the events were stored and the caller was told of a conflict."""
    lost: list[int] = []

    def lose_the_first_two(real_append: Callable[[Batch], int], batch: Batch) -> int:
        before = real_append(batch)
        if len(lost) < 2:
            lost.append(before)
            raise LogUnreachable("the connection broke after the commit")
        return before

    sequencer = sequencers(around=lose_the_first_two)
    for sequence, command in enumerate((ledgers.register(), ledgers.open_account("A")), start=1):
        outcome = sequencer.record(command)
        assert outcome.status is Status.RECORDED
        assert [one.sequence for one in outcome.records] == [sequence]
    assert lost == [0, 1]
    assert sequencer.record(ledgers.open_account("A")).status is Status.DUPLICATE
    assert sequencer.record(ledgers.deposit("A", "5")).records[0].version == 2
    assert require_gap_free(recorder) == 3


def test_an_append_that_never_arrived_is_made_again(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    """Defect 7, its other half: the connection broke before the commit."""
    failures = iter([True, True])

    def fail_twice(real_append: Callable[[Batch], int], batch: Batch) -> int:
        if next(failures, False):
            raise LogUnreachable("the connection broke before the commit")
        return real_append(batch)

    assert sequencers(around=fail_twice).record(ledgers.register()).status is Status.RECORDED
    assert require_gap_free(recorder) == 1
