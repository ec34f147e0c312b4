"""The queue of the sequencer: what is full, closed, broken or cancelled harms nobody else."""

import asyncio
from collections.abc import Callable
from threading import Event

import pytest

from ledger.errors import Closed, Malformed, Overloaded
from ledger.log.batch import Batch
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.outcome import Outcome, Status
from tests.log.ledgers import deposit, open_account, require_gap_free

Sequencers = Callable[..., Sequencer]
Append = Callable[[Batch], int]


class Gate:
    """Holds back appends until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = Event(), Event()
        self.opened.set()

    def shut(self) -> None:
        self.reached.clear()
        self.opened.clear()

    def __call__(self, real_append: Append, batch: Batch) -> int:
        self.reached.set()
        self.opened.wait()
        return real_append(batch)


async def queued(sequencer: Sequencer, gate: Gate, count: int) -> "list[asyncio.Task[Outcome]]":
    """Have one command held back at the gate, and so many more wait in the queue."""
    gate.shut()
    tasks = []
    for number in range(count + 1):
        command = deposit("A", "1", f"task-{number}")
        tasks.append(asyncio.create_task(sequencer.record_async(command)))
        await asyncio.to_thread(gate.reached.wait)
    return tasks


def test_a_queue_that_is_full_refuses_who_has_no_patience_and_serves_the_others(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    gate = Gate()
    sequencer = sequencers(around=gate, queue_max=2)
    hasty = deposit("A", "1", "hasty")

    async def crowd() -> list[Outcome]:
        tasks = await queued(sequencer, gate, 2)
        with pytest.raises(Overloaded):
            await sequencer.record_async(hasty, patience=0)
        with pytest.raises(Overloaded):
            await asyncio.to_thread(sequencer.record, hasty, 0)
        patient = asyncio.create_task(asyncio.to_thread(sequencer.record, deposit("A", "1")))
        gate.opened.set()
        return await asyncio.gather(*tasks, patient)

    assert {one.status for one in asyncio.run(crowd())} == {Status.RECORDED}
    assert recorder.find_commands(["hasty"]) == {}
    assert sequencer.record(hasty).status is Status.RECORDED
    assert require_gap_free(recorder) == 5


def test_closing_answers_what_is_queued_and_takes_no_more(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    gate = Gate()
    sequencer = sequencers(around=gate)

    async def close_on_a_queue() -> list[Outcome]:
        tasks = await queued(sequencer, gate, 7)
        closing = asyncio.create_task(asyncio.to_thread(sequencer.close))
        gate.opened.set()
        await closing
        return await asyncio.gather(*tasks)

    assert {one.status for one in asyncio.run(close_on_a_queue())} == {Status.RECORDED}
    late = deposit("A", "1", "late")
    with pytest.raises(Closed):
        sequencer.record(late)
    with pytest.raises(Closed):
        asyncio.run(sequencer.record_async(late))
    with pytest.raises(Closed):
        list(sequencer.record_all([late]))
    assert require_gap_free(recorder) == 8


def test_an_exception_in_one_group_reaches_its_callers_and_no_later_one(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    failures = iter([True])

    def break_once(real_append: Append, batch: Batch) -> int:
        if next(failures, False):
            raise ZeroDivisionError("a defect")
        return real_append(batch)

    async def in_a_task() -> Outcome:
        return await sequencer.record_async(deposit("A", "1", "again"))

    sequencer = sequencers(around=break_once)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_a_task())
    assert recorder.head().size == 0
    assert asyncio.run(in_a_task()).status is Status.RECORDED


def test_a_command_that_cannot_be_recorded_does_no_harm_to_its_group(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    sequencer = sequencers()
    sequencer.record(open_account("A"))
    most = str(10**18 - 1)
    fill = [deposit("A", most) for _ in range(100)]
    answers = list(sequencer.record_all([*fill, deposit("A", most), deposit("B", "1")]))
    assert isinstance(answers[100], Malformed)
    assert isinstance(answers[101], Outcome)
    with pytest.raises(Malformed, match=r"10\^20"):
        sequencer.record(deposit("A", most))
    assert require_gap_free(recorder) == 102


def test_a_task_that_was_cancelled_disturbs_nobody(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    gate = Gate()
    sequencer = sequencers(around=gate)

    async def cancel_one_of_three() -> list[Outcome]:
        tasks = await queued(sequencer, gate, 2)
        tasks[1].cancel()
        gate.opened.set()
        return [await tasks[0], await tasks[2]]

    statuses = [outcome.status for outcome in asyncio.run(cancel_one_of_three())]
    assert statuses == [Status.RECORDED, Status.RECORDED]
    assert sequencer.record(deposit("A", "1", "after")).status is Status.RECORDED
    assert require_gap_free(recorder) in {3, 4}


def test_a_loop_that_ended_early_disturbs_nobody(sequencers: Sequencers) -> None:
    gate = Gate()
    sequencer = sequencers(around=gate)

    async def leave() -> None:
        gate.shut()
        task = asyncio.create_task(sequencer.record_async(deposit("A", "1", "left")))
        await asyncio.to_thread(gate.reached.wait)
        task.cancel()

    asyncio.run(leave())
    gate.opened.set()
    assert sequencer.record(deposit("A", "1", "after")).status is Status.RECORDED
    assert sequencer.record(deposit("A", "1", "left")).status is Status.DUPLICATE
