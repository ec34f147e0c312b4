"""Two writers of one log: no gate is passed on a state that has just changed, no answer is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.commands import Command
from ledger.errors import Malformed
from ledger.log.batch import Batch
from ledger.log.database import connect
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.outcome import Outcome, Status
from tests.log import ledgers, program
from tests.log.ledgers import balance, deposit, fund, open_account, require_gap_free, withdraw
from tests.log.program import PROCESSES, finish, start
from tests.sessions import outlive, sessions

Sequencers = Callable[..., Sequencer]


@pytest.mark.parametrize(
    ("rival", "reason"),
    [
        ([withdraw("A", "10", "rival")], "insufficient_funds"),
        ([withdraw("A", "10", "rival"), ledgers.close_account("A")], "account_closed"),
    ],
    ids=["spent", "closed"],
)
def test_a_gate_is_never_passed_on_a_state_that_has_just_changed(
    sequencers: Sequencers, recorder: LogRecorder, rival: list[Command], reason: str
) -> None:
    other = sequencers()
    decided: list[list[str]] = []

    def be_overtaken(real_append: Callable[[Batch], int], batch: Batch) -> int:
        decided.append(batch.types)
        if batch.command_ids == ["overtaken"] and len(decided) == 4:
            for command in rival:
                assert other.record(command).status is Status.RECORDED
        return real_append(batch)

    overtaken = sequencers(around=be_overtaken)
    fund(overtaken, "A", "10")
    outcome = overtaken.record(withdraw("A", "10", "overtaken"))
    assert outcome.status is Status.REJECTED
    assert str(outcome.reason).startswith(reason)
    assert decided[-1] == ["CommandRejected"]
    assert {*map(tuple, decided[3:-1])} == {("CashWithdrawn",)}
    assert balance(recorder, "A") == "0"
    assert require_gap_free(recorder) == 4 + len(rival)


def test_a_stream_that_was_only_read_is_read_again_when_it_moved(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    other = sequencers()
    attempts: list[dict[str, int]] = []

    def be_overtaken(real_append: Callable[[Batch], int], batch: Batch) -> int:
        attempts.append(dict(batch.expected))
        if len(attempts) == 1:
            other.record(ledgers.register())
        return real_append(batch)

    outcome = sequencers(around=be_overtaken).record(deposit("A", "1.5"))
    assert outcome.status is Status.RECORDED
    assert {one["asset-USD"] for one in attempts[:-1]} == {0}
    assert attempts[-1]["asset-USD"] == 1
    request = outcome.records[0].request
    assert request is not None
    assert request.reads == {"asset-USD": 1}
    assert require_gap_free(recorder) == 2


def test_a_memory_of_two_streams_is_enough_for_ten_accounts(
    sequencers: Sequencers, recorder: LogRecorder
) -> None:
    sequencer = sequencers(streams_max=2)
    accounts = [f"A{number}" for number in range(10)]
    sequencer.record(ledgers.register())
    for _ in range(2):
        for account in accounts:
            sequencer.record(open_account(account))
            sequencer.record(deposit(account, "1"))
    answers = list(sequencer.record_all(withdraw(account, "1.5") for account in accounts * 2))
    statuses = [one.status for one in answers if isinstance(one, Outcome)]
    assert statuses == [Status.RECORDED] * 10 + [Status.REJECTED] * 10
    assert len(sequencer._committer._memory._known) <= 2  # noqa: SLF001 - what it holds back shows nowhere else
    assert {balance(recorder, account) for account in accounts} == {"0.5"}
    assert require_gap_free(recorder) == 1 + 10 + 20 + 20


def test_another_process_beside_the_writer_lets_both_make_progress(
    log_url: str, sequencers: Sequencers, recorder: LogRecorder
) -> None:
    sequencer = sequencers()
    fund(sequencer, "A", "1")
    answers, theirs = PROCESSES.Pipe(duplex=False)
    process = start(program.record, log_url, "A", 40, theirs)
    theirs.close()
    with ThreadPoolExecutor(4) as threads:
        ours = list(
            threads.map(sequencer.record, [deposit("A", "1", f"ours-{n}") for n in range(40)])
        )
    assert len(received(answers)) == 40
    finish(process)
    assert {outcome.status for outcome in ours} == {Status.RECORDED}
    assert require_gap_free(recorder) == 83
    assert balance(recorder, "A") == "81"


def received(answers: Connection) -> list[str]:
    """Take every answer that a process has sent, until it closes the pipe."""
    ids = []
    with answers:
        while True:
            try:
                ids.append(answers.recv())
            except (EOFError, OSError):
                return ids


def test_a_writer_that_is_killed_loses_nothing_that_it_answered(
    log_url: str, recorder: LogRecorder
) -> None:
    with ledgers.sequencer_of(log_url) as sequencer:
        fund(sequencer, "A", "1")
    engine = connect(log_url)
    known = sessions(engine)
    answers, theirs = PROCESSES.Pipe(duplex=False)
    process = start(program.record, log_url, "A", 5_000, theirs)
    theirs.close()
    answered = [answers.recv() for _ in range(40)]
    process.kill()
    answered += received(answers)
    process.join()
    assert process.exitcode == -9
    process.close()
    outlive(engine, known)
    engine.dispose()
    assert set(recorder.find_commands(answered)) == set(answered)
    survived = require_gap_free(recorder) - 3
    assert len(answered) <= survived < 5_000
    with ledgers.sequencer_of(log_url) as sequencer:
        again = [deposit("A", "1", f"A-{number}") for number in range(survived + 20)]
        statuses = [one.status for one in sequencer.record_all(again) if isinstance(one, Outcome)]
        assert statuses.count(Status.DUPLICATE) == survived
        assert statuses.count(Status.RECORDED) == 20
        assert balance(recorder, "A") == str(survived + 21)
    assert require_gap_free(recorder) == survived + 23


NUMBERS = st.integers(min_value=0, max_value=2)
FIGURES = st.sampled_from(["1", "2.5", "7", "0.001"])
TASKS = st.tuples(
    st.sampled_from(["open", "close", "deposit", "withdraw"]),
    NUMBERS,
    FIGURES,
    st.one_of(st.none(), NUMBERS),
)
TaskList = list[tuple[str, int, str, int | None]]


def commands_of(tasks: TaskList) -> list[Command]:
    """Make commands on accounts of their own; some share an id, and some of those a content."""
    prefix = uuid4().hex[:12]
    commands: list[Command] = [ledgers.register()]
    for place, (kind, number, figure, shared) in enumerate(tasks):
        account = f"{prefix}-{number}"
        command_id = f"{prefix}-{place if shared is None else f'shared-{shared}'}"
        command: Command
        match kind:
            case "open":
                command = open_account(account)
            case "close":
                command = ledgers.close_account(account)
            case "deposit":
                command = deposit(account, figure)
            case _:
                command = withdraw(account, figure)
        commands.append(command.model_copy(update={"command_id": command_id}))
    return commands


def alternately(first: Sequencer, second: Sequencer, commands: list[Command]) -> list[object]:
    """Record one command here, the next one there."""
    return [
        (second if place % 2 else first).record(command) for place, command in enumerate(commands)
    ]


def told(answers: list[object]) -> list[object]:
    """Say what each caller was told, without what differs from run to run."""
    assert not any(isinstance(answer, Malformed) for answer in answers)
    outcomes = [answer for answer in answers if isinstance(answer, Outcome)]
    return [
        (
            one.status,
            [record.type for record in one.records],
            one.status is Status.CONFLICT or one.reason,
        )
        for one in outcomes
    ]


@pytest.fixture
def two_writers(sequencers: Sequencers) -> tuple[Sequencer, Sequencer]:
    """Open one log for commands twice."""
    return sequencers(), sequencers()


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(tasks=st.lists(TASKS, max_size=25))
def test_neither_grouping_nor_a_second_writer_changes_an_outcome(
    two_writers: tuple[Sequencer, Sequencer], recorder: LogRecorder, tasks: TaskList
) -> None:
    first, second = two_writers
    first.record(ledgers.register())
    runs = [commands_of(tasks) for _ in range(3)]
    answers = [
        told([first.record(command) for command in runs[0]]),
        told(list(first.record_all(runs[1]))),
        told(alternately(first, second, runs[2])),
    ]
    assert answers[0] == answers[1] == answers[2]
    accounts = [[f"{run[1].command_id[:12]}-{n}" for n in range(3)] for run in runs if tasks]
    balances = [[balance(recorder, account) for account in names] for names in accounts]
    assert all(one == balances[0] for one in balances)
