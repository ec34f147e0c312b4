"""The sequencer: every command answered once, after the commit, and on the state of the moment."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError

from ledger.commands import Command
from ledger.events import CommandRejected
from ledger.log.drafting import conflict_id
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.outcome import Outcome, Status
from tests.log import ledgers
from tests.log.ledgers import balance, deposit, fund, open_account, require_gap_free, withdraw

Sequencers = Callable[..., Sequencer]


def found(recorder: LogRecorder, command_id: str) -> bool:
    """Tell whether another connection finds a command in the log."""
    return command_id in recorder.find_commands([command_id])


def test_a_lone_caller_is_answered_after_the_commit(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    sequencer = sequencers()
    for sequence, command in enumerate((ledgers.register(), open_account("A")), start=1):
        outcome = sequencer.record(command)
        assert outcome.status is Status.RECORDED
        assert [one.sequence for one in outcome.records] == [sequence]
        assert found(recorder, command.command_id)


def test_many_threads_are_each_answered_once_after_the_commit(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    sequencer = sequencers()
    fund(sequencer, "A", "1")

    def one(number: int) -> int:
        outcome = sequencer.record(deposit("A", "1", f"deposit-{number}"))
        assert outcome.status is Status.RECORDED
        assert outcome.records[0].command == f"deposit-{number}"
        assert found(recorder, f"deposit-{number}")
        return outcome.records[0].sequence

    with ThreadPoolExecutor(32) as threads:
        sequences = list(threads.map(one, range(200)))
    assert sorted(sequences) == list(range(4, 204))
    assert require_gap_free(recorder) == 203
    assert balance(recorder, "A") == "201"


def test_many_tasks_are_each_answered_once_after_the_commit(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    sequencer = sequencers()

    async def one(number: int) -> Outcome:
        outcome = await sequencer.record_async(deposit("A", "1", f"deposit-{number}"))
        assert found(recorder, f"deposit-{number}")
        return outcome

    async def all_of_them() -> list[Outcome]:
        return await asyncio.gather(*map(one, range(200)))

    outcomes = asyncio.run(all_of_them())
    assert [one.records[0].command for one in outcomes] == [f"deposit-{n}" for n in range(200)]
    assert sorted(one.records[0].sequence for one in outcomes) == list(range(1, 201))


def test_what_can_be_spent_once_is_spent_once(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    sequencer = sequencers()
    fund(sequencer, "A", "10")
    with ThreadPoolExecutor(64) as threads:
        outcomes = list(threads.map(sequencer.record, [withdraw("A", "1") for _ in range(64)]))
    assert Counter(outcome.status for outcome in outcomes) == {
        Status.RECORDED: 10,
        Status.REJECTED: 54,
    }
    reasons = {str(outcome.reason).partition(":")[0] for outcome in outcomes}
    assert reasons == {"None", "insufficient_funds"}
    assert balance(recorder, "A") == "0"
    assert require_gap_free(recorder) == 67


def test_commands_of_one_group_see_what_those_before_them_did(sequencers: Sequencers) -> None:
    sequencer = sequencers()
    group = [
        ledgers.register(),
        withdraw("A", "1"),
        open_account("A"),
        withdraw("A", "1"),
        deposit("A", "3"),
        *[withdraw("A", "1") for _ in range(4)],
        ledgers.close_account("A"),
        withdraw("A", "1"),
    ]
    statuses = [answer.status for answer in recorded(sequencer, group)]
    assert statuses == [
        "recorded",
        "rejected",
        "recorded",
        "rejected",
        "recorded",
        "recorded",
        "recorded",
        "recorded",
        "rejected",
        "recorded",
        "rejected",
    ]


def recorded(sequencer: Sequencer, commands: list[Command]) -> list[Outcome]:
    """Record commands as one group, each of which fits."""
    answers = list(sequencer.record_all(commands))
    assert all(isinstance(answer, Outcome) for answer in answers)
    return [answer for answer in answers if isinstance(answer, Outcome)]


def test_one_id_many_times_in_one_group_is_recorded_once(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    outcomes = recorded(sequencers(), [deposit("A", "1", "same")] * 5)
    assert [one.status for one in outcomes] == [Status.RECORDED] + [Status.DUPLICATE] * 4
    assert {one.records[0].sequence for one in outcomes} == {1}
    assert recorder.head().size == 1


def test_one_id_from_many_threads_is_recorded_once(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    writers = [sequencers(), sequencers()]
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(
            threads.map(lambda n: writers[n % 2].record(deposit("A", "1", "same")), range(16))
        )
    assert Counter(one.status for one in outcomes) == {Status.RECORDED: 1, Status.DUPLICATE: 15}
    assert {one.records[0].id for one in outcomes} == {outcomes[0].records[0].id}
    assert recorder.head().size == 1


def test_another_content_under_a_known_id_is_a_conflict_recorded_once(
    log_url: str, recorder: LogRecorder
) -> None:
    with ledgers.sequencer_of(log_url) as sequencer:
        for command in (open_account("A"), deposit("A", "1", "same")):
            sequencer.record(command)
        outcomes = recorded(sequencer, [deposit("A", "2", "same"), deposit("A", "3", "same")] * 2)
        assert {one.status for one in outcomes} == {Status.CONFLICT}
        places = [one.records[0].sequence for one in outcomes]
        assert places == [3, 4, 3, 4]
        assert balance(recorder, "A") == "1"
    with ledgers.sequencer_of(log_url) as sequencer:
        for figure, place in (("2", 3), ("3", 4)):
            again = sequencer.record(deposit("A", figure, "same"))
            assert (again.status, again.records[0].sequence) == (Status.CONFLICT, place)
        assert sequencer.record(deposit("A", "1", "same")).status is Status.DUPLICATE
    assert recorder.head().size == 4


def test_nobody_can_take_the_id_of_a_conflict_before_it_happens() -> None:
    with pytest.raises(ValidationError):
        deposit("A", "1", conflict_id(deposit("A", "2", "same")))


def test_two_contents_under_one_new_id_in_one_group_leave_the_first(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    outcomes = recorded(sequencers(), [deposit("A", figure, "same") for figure in ("1", "2", "1")])
    assert [one.status for one in outcomes] == ["recorded", "conflict", "duplicate"]
    assert recorder.head().size == 2


def test_a_refused_command_stays_refused_when_it_is_sent_again(sequencers: Sequencers) -> None:
    sequencer = sequencers()
    first = sequencer.record(withdraw("A", "1", "early"))
    fund(sequencer, "A", "10")
    again = sequencer.record(withdraw("A", "1", "early"))
    assert (first.status, again.status) == (Status.REJECTED, Status.DUPLICATE)
    assert isinstance(again.records[0].event, CommandRejected)
    assert again.reason == first.reason
