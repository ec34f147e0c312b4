"""Reading the log: in pages, in the order of either clock, at a place, and as it grows."""

from collections.abc import Callable
from itertools import chain, islice
from threading import Thread

import pytest

from ledger.errors import LogCorrupted, UnknownEvent
from ledger.instants import Instant, read_instant
from ledger.log.codec import Codec
from ledger.log.log import Log
from ledger.log.reader import PAGE
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from tests.log import ledgers
from tests.log.ledgers import append, batch_of, stamp_for

Sequencers = Callable[..., Sequencer]


@pytest.fixture
def log(recorder: LogRecorder) -> Log:
    """Read a log."""
    return Log(recorder, Codec())


def deposits(sequencer: Sequencer, count: int, at: str = ledgers.LAST_WINTER) -> None:
    """Record so many deposits."""
    answers = sequencer.record_all(ledgers.deposit("A", "1", at=at) for _ in range(count))
    assert len(list(answers)) == count


def test_pages_cover_the_log_once_and_in_order(log: Log, sequencers: Sequencers) -> None:
    deposits(sequencers(), PAGE + 5)
    pages = [[recorded.sequence for recorded in page] for page in log.read()]
    assert [len(page) for page in pages] == [PAGE, 5]
    assert list(chain.from_iterable(pages)) == list(range(1, PAGE + 6))
    assert [one.sequence for page in log.read(3, 6) for one in page] == [4, 5, 6]
    assert list(log.read(PAGE + 5)) == []
    assert [one.sequence for page in log.read(PAGE + 4, PAGE + 99) for one in page] == [PAGE + 5]


def test_the_order_of_the_world_is_by_at_and_then_by_sequence(
    log: Log, sequencers: Sequencers
) -> None:
    sequencer = sequencers()
    for day in (3, 1, 2, 1):
        deposits(sequencer, 1, f"2026-02-0{day}T00:00:00Z")
    read = [
        one.sequence
        for page in log.read_by_at(read_instant("2026-02-02T00:00:00Z"), upto=4)
        for one in page
    ]
    assert read == [2, 4, 3]
    assert [one.sequence for page in log.read_by_at(log.head().recorded_at, 3) for one in page] == [
        2,
        3,
        1,
    ]


def test_the_order_of_the_world_comes_in_pages_and_may_be_left_early(
    log: Log, sequencers: Sequencers
) -> None:
    sequencer = sequencers()
    deposits(sequencer, PAGE + 1)
    end = log.head()
    assert [len(page) for page in log.read_by_at(end.recorded_at, end.size)] == [PAGE, 1]
    reading = log.read_by_at(end.recorded_at, end.size)
    assert len(next(iter(reading))) == PAGE
    del reading
    deposits(sequencer, 1)
    assert log.head().size == PAGE + 2


def test_the_sequence_at_a_moment_is_the_last_one_recorded_by_then(
    recorder: LogRecorder, log: Log
) -> None:
    stamps = [stamp_for(recorder)]
    assert log.sequence_at(stamps[0]) == 0
    for number, count in enumerate((1, 3, 2)):
        stamps.append(Instant(stamps[-1] + 1_000))
        recorder.append(batch_of(stamps[-1], f"account-{number}", count))
    assert [log.sequence_at(stamp) for stamp in stamps] == [0, 1, 4, 6]
    assert [log.sequence_at(Instant(stamp - 1)) for stamp in stamps] == [0, 0, 1, 4]
    assert log.sequence_at(Instant(stamps[-1] + 1)) == 6


def test_a_stream_is_read_beyond_a_version(log: Log, sequencers: Sequencers) -> None:
    ledgers.fund(sequencers(), "A", "10")
    assert [one.version for one in log.stream("account-A")] == [1, 2]
    assert [one.version for one in log.stream("account-A", after=1)] == [2]
    assert list(log.stream("account-A", after=2)) == []
    assert list(log.stream("account-B")) == []


def test_a_record_is_read_by_its_place_and_none_beyond(log: Log, sequencers: Sequencers) -> None:
    ledgers.fund(sequencers(), "A", "10")
    third = log.record(3)
    assert third is not None
    assert (third.sequence, third.type) == (3, "CashDeposited")
    assert log.record(0) is None
    assert log.record(4) is None
    assert [one.sequence for one in log.records(2, 2)] == [2, 3]


def test_a_record_that_this_code_does_not_know_is_named(recorder: LogRecorder, log: Log) -> None:
    append(recorder, "account-A")
    with pytest.raises(UnknownEvent, match="sequence 1"):
        log.record(1)
    with pytest.raises(LogCorrupted, match="sequence 7"):
        recorder.recorded_at(7)


def test_a_record_is_delivered_as_soon_as_it_stands(
    recorder: LogRecorder, recorders: Callable[[], LogRecorder]
) -> None:
    with recorder.subscribe() as subscription:
        other = recorders()
        for version in range(3):
            append(other, "account-A", after=version)
            [notification] = islice(subscription, 1)
            assert (notification.id, notification.originator_version) == (version + 1, version + 1)


def test_a_subscription_starts_beyond_a_place_and_reads_page_after_page(
    recorder: LogRecorder,
) -> None:
    append(recorder, "account-A", 1_203)
    with recorder.subscribe(gt=2) as subscription:
        found = [notification.id for notification in islice(subscription, 1_201)]
    assert found == list(range(3, 1_204))


def test_a_stopped_subscription_ends(recorder: LogRecorder) -> None:
    with recorder.subscribe() as subscription:
        stopper = Thread(target=subscription.stop)
        stopper.start()
        assert list(subscription) == []
        stopper.join()
