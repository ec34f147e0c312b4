"""Fourteen defects of the library's own recorders, by number: none of them is ours.

3 is tested with the library's contract, 6 and 7 with lost connections, 1 also with append. 10 and
12 do not concern the log: it encrypts nothing, and views keep their place beside their rows.
"""

import json
import time
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from queue import Queue
from threading import Thread

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from sqlalchemy import make_url

from ledger.log import subscription as following
from ledger.log.codec import Codec
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.log.subscription import LogSubscription
from tests.log import ledgers, program
from tests.log.ledgers import append, batch_of, create, recorder_of, require_gap_free, stamp_for
from tests.log.program import PROCESSES, finish, start

Sequencers = Callable[..., Sequencer]


def sequences(subscription: LogSubscription, count: int) -> list[int]:
    """Wait for the next so many records."""
    return [notification.id for notification in islice(subscription, count)]


@pytest.mark.parametrize("options", ["-csearch_path={}", "-c search_path={}"])
def test_two_logs_in_two_schemas_of_one_database_do_not_mix(
    postgresql_url: str, options: str
) -> None:
    """Defect 2: the append of one application wrote into the table of another."""
    urls = []
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as connection:
        for schema in ("alpha", "beta"):
            connection.execute(f"CREATE SCHEMA {schema}".encode())
            url = make_url(postgresql_url).update_query_dict({"options": options.format(schema)})
            urls.append(create(url.render_as_string(hide_password=False)))
    with closing(recorder_of(urls[0])) as alpha, closing(recorder_of(urls[1])) as beta:
        with alpha.subscribe() as of_alpha, beta.subscribe() as of_beta:
            append(alpha, "account-A", 3)
            assert (alpha.head().size, beta.head().size) == (3, 0)
            append(beta, "account-B", 1)
            assert sequences(of_alpha, 3) == [1, 2, 3]
            assert [one.originator_id for one in islice(of_beta, 1)] == ["account-B"]
        assert not alpha.select_events("account-B")


def test_a_record_committed_between_reading_and_waiting_is_delivered(
    recorder: LogRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defect 4: what was committed in that window was slept through until the next append."""
    monkeypatch.setattr(following, "WAIT_SECONDS", 3600.0)
    ledgers.do_after_each_read(monkeypatch, recorder, lambda: append(recorder, "account-A"))
    with recorder.subscribe() as subscription:
        assert sequences(subscription, 1) == [1]


def test_a_record_is_delivered_by_polling_when_no_bell_rings(
    recorder: LogRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defect 4: there was no look at the log besides the notification."""
    monkeypatch.setattr(recorder, "doorbell", ledgers.Silence)
    ledgers.do_after_each_read(monkeypatch, recorder, lambda: append(recorder, "account-A"))
    with recorder.subscribe() as subscription:
        assert sequences(subscription, 1) == [1]


def test_a_save_of_ten_thousand_events_returns(recorder: LogRecorder) -> None:
    """Defect 5: it hung at random while it held the lock."""
    events = [
        StoredEvent("account-A", version, "Opaque", b"x" * 500) for version in range(1, 10_001)
    ]
    assert recorder.insert_events(events) == list(range(1, 10_001))
    with pytest.raises(IntegrityError):
        recorder.insert_events(events[-1:])
    assert require_gap_free(recorder) == 10_000


def test_several_processes_may_create_the_log_at_once(database_url: str) -> None:
    """Defect 8: processes that started together died of each other's creation of tables."""
    start_line = PROCESSES.Barrier(4)
    finish(*[start(program.create, start_line, database_url) for _ in range(4)])
    with closing(recorder_of(database_url)) as recorder:
        append(recorder, "account-A")
        assert require_gap_free(recorder) == 1


def test_a_subscription_moves_past_records_that_its_filter_drops(
    recorder: LogRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defect 9: what the filter dropped never moved the place, and whoever waited timed out."""

    def append_one_that_is_wanted() -> None:
        batch = batch_of(stamp_for(recorder), "account-B", 2)
        batch.types[1] = "Wanted"
        recorder.append(batch)

    append(recorder, "account-A", 2_000)
    starts = ledgers.do_after_each_read(monkeypatch, recorder, append_one_that_is_wanted)
    with recorder.subscribe(topics=["Wanted"]) as subscription:
        assert sequences(subscription, 1) == [2_002]
    assert starts == [0, 2_000]


def test_the_last_record_cannot_be_deleted(recorder: LogRecorder) -> None:
    """Defect 11: the application returned an older version, and nobody noticed."""
    append(recorder, "account-A", 2)
    error = recorder.engine.dialect.loaded_dbapi.Error
    with pytest.raises(error, match="append-only"):
        recorder.query("DELETE FROM events WHERE sequence = 2")
    assert require_gap_free(recorder) == 2


def test_a_tail_that_was_cut_off_behind_the_guards_shows(
    in_postgresql: LogRecorder,
) -> None:
    """Defect 11: the head still counts what is gone, and the place is never filled again."""
    append(in_postgresql, "account-A", 3)
    with in_postgresql.engine.connect() as superuser:
        superuser.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER ALL")
        superuser.exec_driver_sql("DELETE FROM events WHERE sequence = 3")
        superuser.exec_driver_sql("ALTER TABLE events ENABLE ALWAYS TRIGGER append_only")
    assert in_postgresql.head().size == 3
    assert append(in_postgresql, "account-B") == 3
    found = [sequence for sequence, _, _ in in_postgresql.rows(0, 10, 10)]
    assert found == [1, 2, 4]


def test_an_append_without_conditions_waits_for_the_lock_of_the_head(
    in_postgresql: LogRecorder,
) -> None:
    """Defect 13: it took no lock, and a reader skipped most of the records."""
    append(in_postgresql, "account-A")
    appended: Queue[int] = Queue()

    def append_unconditionally() -> None:
        batch = batch_of(stamp_for(in_postgresql), "account-B")
        batch.expected.clear()
        appended.put(in_postgresql.append(batch))

    other = in_postgresql.engine.execution_options(isolation_level="READ COMMITTED")
    with other.begin() as held:
        held.exec_driver_sql("SELECT * FROM log_head FOR UPDATE")
        writer = Thread(target=append_unconditionally)
        writer.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid'"
        while in_postgresql.query(waiting) != [(1,)]:
            time.sleep(0.01)
        assert appended.empty()
    writer.join()
    assert appended.get() == 1


def test_records_are_read_without_the_library(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    """Defect 14: a new release of the library could not read what the last one had written."""
    ledgers.fund(sequencers(), "A", "10")
    rows = recorder.query("SELECT sequence, type, record FROM events ORDER BY sequence")
    for sequence, kind, record in rows:
        decoded = Codec().decode(sequence, kind, record)
        fields = json.loads(record)
        assert (decoded.sequence, decoded.type, decoded.stream) == (
            sequence,
            fields["type"],
            fields["stream"],
        )
        assert b"eventsourcing" not in record
        assert b"ledger." not in record
        assert Codec().is_canonical(kind, record)
