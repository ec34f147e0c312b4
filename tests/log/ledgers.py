"""Real logs in real databases, and the rows and commands that the tests give them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import Notification
from eventsourcing.utils import Environment

from ledger.commands import (
    CloseAccount,
    Command,
    OpenAccount,
    RegisterAsset,
    ReportDeposit,
    WithdrawCash,
)
from ledger.decider import evolve, initial_state
from ledger.errors import ClockRefused
from ledger.events import AssetKind
from ledger.holding import Account
from ledger.instants import Instant
from ledger.log.application import LedgerApplication
from ledger.log.batch import Batch
from ledger.log.codec import Codec
from ledger.log.database import connect
from ledger.log.factory import DATABASE_URL, LogFactory
from ledger.log.log import Log
from ledger.log.migrations import upgrade
from ledger.log.postgres import PostgresRecorder
from ledger.log.recorder import LogRecorder
from ledger.log.sequencer import Sequencer
from ledger.log.sqlite import SQLiteRecorder
from ledger.numbers import write_amount

STAMPS_MAX = 10_000
LAST_WINTER = "2026-02-11T08:00:00Z"

Around = Callable[[Callable[[Batch], int], Batch], int]


def create(url: str) -> str:
    """Create the log, and give back its URL."""
    engine = connect(url)
    upgrade(engine)
    engine.dispose()
    return url


def factory_of(url: str) -> LogFactory:
    """Make the library's factory for a log."""
    return LogFactory(Environment("ledger", {DATABASE_URL: url}))


def recorder_of(url: str) -> LogRecorder:
    """Open a log as the library opens it."""
    return factory_of(url).application_recorder()


@contextmanager
def sequencer_of(url: str, around: Around | None = None, **settings: Any) -> Iterator[Sequencer]:
    """Open a log for commands; `around` stands between the sequencer and each append."""
    application = LedgerApplication(url)
    if around:
        kind = AroundSQLite if isinstance(application.recorder, SQLiteRecorder) else AroundPostgres
        application.recorder = kind(application.recorder, around)
    with Sequencer(application, **settings) as sequencer:
        yield sequencer
    application.close()


class AroundSQLite(SQLiteRecorder):
    """The real recorder, with something of a test's around its append."""

    def __init__(self, recorder: LogRecorder, around: Around) -> None:
        super().__init__(recorder.engine)
        self._around = around

    def append(self, batch: Batch) -> int:
        return self._around(super().append, batch)


class AroundPostgres(PostgresRecorder):
    """The real recorder, with something of a test's around its append."""

    def __init__(self, recorder: LogRecorder, around: Around) -> None:
        super().__init__(recorder.engine)
        self._around = around

    def append(self, batch: Batch) -> int:
        return self._around(super().append, batch)


def stamp_for(recorder: LogRecorder) -> Instant:
    """Give this moment, and never one before the last record."""
    return Instant(max(time.time_ns(), recorder.head().recorded_at))


def batch_of(stamp: Instant, stream: str, count: int = 1, after: int = 0) -> Batch:
    """Make a batch of opaque rows of one stream, following version `after`."""
    batch = Batch(stamp, expected={stream: after})
    for version in range(after + 1, after + count + 1):
        batch.add_row(stream, version, "Opaque", stamp, f"{stream} {version}".encode())
    return batch


def append(recorder: LogRecorder, stream: str, count: int = 1, after: int = 0) -> int:
    """Append rows as a writer does: stamp again whenever another one was faster."""
    for _ in range(STAMPS_MAX):
        try:
            return recorder.append(batch_of(stamp_for(recorder), stream, count, after))
        except ClockRefused:
            continue
    raise AssertionError("others were always faster")


def register(asset: str = "USD") -> Command:
    """Register an asset with two decimals."""
    return RegisterAsset(command_id=f"register-{asset}", asset=asset, scale=2, kind=AssetKind.FIAT)


def open_account(account: str) -> Command:
    """Open an account."""
    return OpenAccount(command_id=f"open-{account}", account=account)


def close_account(account: str) -> Command:
    """Close an account."""
    return CloseAccount(command_id=f"close-{account}", account=account)


def deposit(account: str, figure: str, command_id: str = "", at: str = LAST_WINTER) -> Command:
    """Report a deposit of dollars."""
    return ReportDeposit.model_validate(_movement(account, figure, command_id) | {"at": at})


def withdraw(account: str, figure: str, command_id: str = "") -> Command:
    """Ask for a withdrawal of dollars."""
    return WithdrawCash.model_validate(_movement(account, figure, command_id))


def _movement(account: str, figure: str, command_id: str) -> dict[str, str]:
    return {
        "command_id": command_id or uuid4().hex,
        "account": account,
        "asset": "USD",
        "amount": figure,
    }


def fund(sequencer: Sequencer, account: str, figure: str) -> None:
    """Open an account that holds so many dollars."""
    for command in (register(), open_account(account), deposit(account, figure)):
        sequencer.record(command)


def balance(recorder: LogRecorder, account: str) -> str:
    """Give the dollars of an account, folded from the log."""
    state = initial_state(f"account-{account}")
    for recorded in Log(recorder, Codec()).stream(f"account-{account}"):
        state = evolve(state, recorded)
    assert isinstance(state, Account)
    return write_amount(state.balance("USD"))


def contents_of(recorder: LogRecorder) -> tuple[object, ...]:
    """Give all that an append can change, for a comparison."""
    return (
        recorder.head(),
        recorder.query("SELECT * FROM events ORDER BY sequence"),
        recorder.query("SELECT * FROM commands ORDER BY command_id"),
    )


def require_gap_free(recorder: LogRecorder) -> int:
    """Make sure that sequences run from 1 to the head, and stamps forward; give the head."""
    rows = recorder.query("SELECT sequence, recorded_at FROM events ORDER BY sequence")
    assert [sequence for sequence, _ in rows] == list(range(1, len(rows) + 1))
    stamps = [stamp for _, stamp in rows]
    assert stamps == sorted(stamps)
    assert recorder.head() == (len(rows), max(stamps, default=0))
    return len(rows)


def do_after_each_read(
    monkeypatch: pytest.MonkeyPatch, recorder: LogRecorder, *deeds: Callable[[], object]
) -> list[int]:
    """After each of the next reads of the log do something; give the places they started from."""
    starts: list[int] = []
    left = iter(deeds)
    real = recorder.select_notifications

    def read(start: int, *arguments: Any, **options: Any) -> list[Notification]:
        found = real(start, *arguments, **options)
        starts.append(start)
        next(left, lambda: None)()
        return found

    monkeypatch.setattr(recorder, "select_notifications", read)
    return starts


class Silence:
    """A bell that never rings."""

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        pass
