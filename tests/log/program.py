"""Processes beside the test: they create a log, append to it, or record commands."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier

from ledger.errors import AppendRefused
from ledger.log.recorder import LogRecorder
from ledger.outcome import Status
from tests.log import ledgers

THREADS = 4

# A server that has imported all of this once forks a new process in milliseconds.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


def start(task: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start a process."""
    process = PROCESSES.Process(target=task, args=arguments, daemon=True)
    process.start()
    return process


def finish(*processes: BaseProcess) -> None:
    """Wait for processes to end, and to end well."""
    for process in processes:
        process.join()
        assert process.exitcode == 0
        process.close()


def create(start_line: Barrier, url: str) -> None:
    """Create the log as soon as everybody is there."""
    start_line.wait()
    ledgers.create(url)


def append_with_aborts(recorder: LogRecorder, stream: str, appends: int) -> None:
    """Append batches of one to three rows, with attempts in between that the log refuses."""
    chance = random.Random(stream)  # noqa: S311 - a test wants the same chances every time
    version = 0
    for _ in range(appends):
        if chance.random() < 0.4:
            try:
                ledgers.append(recorder, stream, 2, after=version + 5)
            except AppendRefused:
                pass
            else:
                raise AssertionError("a gap in a stream was recorded")
        count = chance.randint(1, 3)
        ledgers.append(recorder, stream, count, after=version)
        version += count


def append(start_line: Barrier, url: str, stream: str, appends: int) -> None:
    """Append to a log as soon as everybody is there."""
    recorder = ledgers.recorder_of(url)
    start_line.wait()
    append_with_aborts(recorder, stream, appends)
    recorder.close()


def record(url: str, account: str, count: int, answers: Connection) -> None:
    """Record deposits of one dollar from a few threads; send the id of each one answered."""
    saying = threading.Lock()
    with ledgers.sequencer_of(url) as sequencer, ThreadPoolExecutor(THREADS) as threads:

        def one(number: int) -> None:
            outcome = sequencer.record(ledgers.deposit(account, "1", f"{account}-{number}"))
            assert outcome.status in {Status.RECORDED, Status.DUPLICATE}
            with saying:
                answers.send(outcome.records[0].command)

        list(threads.map(one, range(count)))
