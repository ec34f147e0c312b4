"""Append: what it checks, in which order, and that the sequence never has a gap."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from ledger.errors import AppendRefused, ClockRefused, KnownCommand, StaleState
from ledger.instants import SECOND, Instant
from ledger.log.batch import Batch, KnownAs
from ledger.log.recorder import CLOCK_TOLERANCE, LogRecorder
from tests.log import program
from tests.log.ledgers import append, batch_of, contents_of, require_gap_free, stamp_for
from tests.log.program import PROCESSES, append_with_aborts, finish, start

WRITERS = 16
DEFECTS = ("time", "command", "version", "row")
REFUSALS: dict[str, type[AppendRefused]] = {
    "time": ClockRefused,
    "command": KnownCommand,
    "version": StaleState,
    "row": StaleState,
}

Recorders = Callable[[], LogRecorder]


def broken_batch(recorder: LogRecorder, *defects: str) -> Batch:
    """Make a batch of two rows after `account-A` 1 with these defects."""
    head = recorder.head()
    stamp = Instant(head.recorded_at - 1) if "time" in defects else stamp_for(recorder)
    batch = batch_of(stamp, "account-A", 2, after=1)
    if "version" in defects:
        batch.expected["account-A"] = 7
    if "row" in defects:
        batch.add_row("account-A", 3, "Opaque", stamp, b"again")
    batch.add_command("known" if "command" in defects else "new", "digest", 1)
    return batch


def one_record(recorder: LogRecorder) -> None:
    """Append a first record with a command."""
    batch = batch_of(stamp_for(recorder), "account-A")
    batch.add_command("known", "digest", 1)
    recorder.append(batch)


@pytest.mark.parametrize("first", range(len(DEFECTS)), ids=DEFECTS)
def test_the_first_check_that_fails_names_the_refusal_and_nothing_is_left(
    recorder: LogRecorder, first: int
) -> None:
    one_record(recorder)
    before = contents_of(recorder)
    with pytest.raises(REFUSALS[DEFECTS[first]]):
        recorder.append(broken_batch(recorder, *DEFECTS[first:]))
    assert contents_of(recorder) == before
    assert recorder.append(broken_batch(recorder)) == 1
    assert require_gap_free(recorder) == 3


def test_the_order_of_checks_is_time_then_commands_then_versions(recorder: LogRecorder) -> None:
    one_record(recorder)
    refusals = []
    for first in range(3):
        with pytest.raises(AppendRefused) as refused:
            recorder.append(broken_batch(recorder, *DEFECTS[first:]))
        refusals.append(type(refused.value))
    assert refusals == [ClockRefused, KnownCommand, StaleState]


def test_a_batch_stamped_at_the_same_moment_as_the_last_record_is_taken(
    recorder: LogRecorder,
) -> None:
    stamp = stamp_for(recorder)
    recorder.append(batch_of(stamp, "account-A"))
    recorder.append(batch_of(stamp, "account-B"))
    assert recorder.head() == (2, stamp)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_clock_that_is_too_far_off_is_refused(recorder: LogRecorder, side: int) -> None:
    far = Instant(time.time_ns() + side * (CLOCK_TOLERANCE + 60 * SECOND))
    with pytest.raises(ClockRefused):
        recorder.append(batch_of(far, "account-A"))
    assert recorder.head() == (0, 0)


def test_a_stream_that_was_only_read_must_not_have_moved(recorder: LogRecorder) -> None:
    append(recorder, "client-C")
    batch = batch_of(stamp_for(recorder), "account-A")
    batch.expected["client-C"] = 1
    append(recorder, "client-C", after=1)
    batch.stamp = stamp_for(recorder)
    with pytest.raises(StaleState, match="client-C has moved on"):
        recorder.append(batch)
    batch.expected["client-C"] = 2
    assert recorder.append(batch) == 2


def test_a_command_of_the_batch_is_found_by_its_id(recorder: LogRecorder) -> None:
    append(recorder, "account-A", 4)
    batch = batch_of(stamp_for(recorder), "account-B", 2)
    batch.add_command("both", "digest", 2)
    recorder.append(batch)
    assert recorder.find_commands(["both", "other"]) == {"both": KnownAs("digest", 5, 2)}
    many = [f"unknown-{number}" for number in range(1_200)]
    assert list(recorder.find_commands([*many, "both"])) == ["both"]


@pytest.mark.parametrize("count", [1, 2, 999, 10_000])
def test_a_batch_may_have_any_size(recorder: LogRecorder, count: int) -> None:
    append(recorder, "account-A")
    batch = batch_of(stamp_for(recorder), "account-B", count)
    for number in range(count):
        batch.command_ids.append(f"command-{number}")
        batch.digests.append("digest")
        batch.firsts.append(number + 1)
        batch.counts.append(1)
    assert recorder.append(batch) == 1
    assert require_gap_free(recorder) == count + 1
    with pytest.raises(KnownCommand):
        recorder.append(batch)


def follow(recorder: LogRecorder, done: Event) -> list[int]:
    """Read the log's end over and over; give the sequences as they came."""
    seen: list[int] = []
    while True:
        last_look = done.is_set()
        page = recorder.select_notifications(seen[-1] if seen else 0, 100, inclusive_of_start=False)
        seen.extend(notification.id for notification in page)
        if last_look and not page:
            return seen


def test_threads_that_append_and_abort_leave_no_gap_and_a_reader_skips_nothing(
    recorder: LogRecorder, recorders: Recorders
) -> None:
    """Defect 1: without a lock across the numbering a reader skipped most of the records."""
    done = Event()
    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reading = threads.submit(follow, recorders(), done)
        writing = [
            threads.submit(append_with_aborts, recorders(), f"account-{number}", 8)
            for number in range(WRITERS)
        ]
        for one in writing:
            one.result()
        done.set()
        seen = reading.result()
    size = require_gap_free(recorder)
    assert size >= 8 * WRITERS
    assert seen == list(range(1, size + 1))


def test_processes_that_append_and_abort_leave_no_gap_and_a_reader_skips_nothing(
    log_url: str, recorder: LogRecorder, recorders: Recorders
) -> None:
    """Defect 1, across processes."""
    start_line = PROCESSES.Barrier(3)
    processes = [
        start(program.append, start_line, log_url, f"account-{number}", 25) for number in range(3)
    ]
    done = Event()
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(follow, recorders(), done)
        finish(*processes)
        done.set()
        seen = reading.result()
    size = require_gap_free(recorder)
    assert size >= 75
    assert seen == list(range(1, size + 1))


def test_streams_of_concurrent_writers_keep_their_versions_in_order(
    recorder: LogRecorder, recorders: Recorders
) -> None:
    def compete(rival: LogRecorder) -> int:
        won = 0
        for _ in range(10):
            version = len(rival.rows_of_stream("account-A", 0, 100))
            try:
                append(rival, "account-A", after=version)
                won += 1
            except StaleState:
                continue
        return won

    with ThreadPoolExecutor(4) as threads:
        won = sum(threads.map(compete, [recorders() for _ in range(4)]))
    versions = [event.originator_version for event in recorder.select_events("account-A")]
    assert versions == list(range(1, won + 1))
    assert require_gap_free(recorder) == won
