"""The sequencer: the only way commands reach the log.

Commands of any number of threads and tasks queue up; whatever arrived during one commit is decided
one after another on remembered states and becomes the next. A lone caller goes straight through.
A caller is answered after the commit and never before, so a crash loses only what nobody was told.
Beside another writer it stays correct: the log checks every version under its lock, and a batch
that lost the race is decided again on fresh states.
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from threading import Condition, Lock, Thread
from types import TracebackType
from typing import Self

from ledger.commands import Command
from ledger.errors import Closed, LogUnreachable, Malformed, Overloaded
from ledger.log.application import LedgerApplication
from ledger.log.commit import Answer, Committer
from ledger.outcome import Outcome
from ledger.situation import TOLERANCE, Tolerance

QUEUE_MAX = 10_000
GROUP_MAX = 1_000
STREAMS_MAX = 10_000
PATIENCE_SECONDS = 30.0
FULL_SECONDS = 0.001


class _Ticket:
    """A command in the queue, and the one who waits for its answer."""

    __slots__ = ("answer", "command")

    def __init__(self, command: Command) -> None:
        self.command = command
        self.answer: Answer | BaseException | None = None

    def outcome(self) -> Outcome:
        if isinstance(self.answer, Outcome):
            return self.answer
        assert self.answer is not None
        raise self.answer


class _ThreadTicket(_Ticket):
    """Somebody's thread waits at a gate."""

    __slots__ = ("gate",)

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self.gate = Lock()
        self.gate.acquire()


class _TaskTicket(_Ticket):
    """Somebody's task awaits a future of its loop."""

    __slots__ = ("future", "loop")

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Outcome] = self.loop.create_future()

    def deliver(self) -> None:
        if self.future.cancelled():
            return
        if isinstance(self.answer, Outcome):
            self.future.set_result(self.answer)
        else:
            assert self.answer is not None
            self.future.set_exception(self.answer)


class Sequencer:
    """Takes commands from any thread or task; one writer at a time reaches the log."""

    def __init__(
        self,
        application: LedgerApplication,
        *,
        tolerance: Tolerance = TOLERANCE,
        clock: Callable[[], int] = time.time_ns,
        queue_max: int = QUEUE_MAX,
        group_max: int = GROUP_MAX,
        streams_max: int = STREAMS_MAX,
    ) -> None:
        """Start for an application; close it, or use it as a context manager."""
        self._committer = Committer(
            application, tolerance=tolerance, clock=clock, streams_max=streams_max
        )
        self._queue: deque[_Ticket] = deque()
        self._queue_max = queue_max
        self._group_max = group_max
        self._changed = Condition()
        self._writing = Lock()
        self._closed = False
        self._thread = Thread(target=self._run, name="sequencer", daemon=True)
        self._thread.start()

    def record(self, command: Command, patience: float = PATIENCE_SECONDS) -> Outcome:
        """Record a command and give its outcome once it is durable.

        Raises `Malformed` for a command too large to record, `Overloaded` when the queue stays full
        for `patience` seconds, `Closed`, and what keeps the log from answering.
        """
        if not self._queue and not self._closed and self._writing.acquire(blocking=False):
            try:
                [answer] = self._committer.commit([command])
            finally:
                self._writing.release()
            return _unwrapped(answer)
        ticket = _ThreadTicket(command)
        self._enqueue(ticket, patience)
        ticket.gate.acquire()
        return ticket.outcome()

    async def record_async(self, command: Command, patience: float = PATIENCE_SECONDS) -> Outcome:
        """Do the same from a task; the loop is never blocked."""
        ticket = _TaskTicket(command)
        until = time.monotonic() + patience
        while not self._offer(ticket):
            if time.monotonic() > until:
                raise Overloaded("the queue is full: nothing was recorded, try again later")
            await asyncio.sleep(FULL_SECONDS)
        return await ticket.future

    def record_all(self, commands: Iterable[Command]) -> Iterator[Answer]:
        """Record many commands of one caller, a group at a time, each group durable together.

        Gives the answers in order: an `Outcome`, or `Malformed` for one too large to record.
        """
        stream = iter(commands)
        while group := list(islice(stream, self._group_max)):
            if self._closed:
                raise Closed("the sequencer is closed")
            with self._writing:
                answers = self._committer.commit(group)
            yield from answers

    def close(self) -> None:
        """Answer what is queued, then take no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _enqueue(self, ticket: _Ticket, patience: float) -> None:
        until = time.monotonic() + patience
        with self._changed:
            while not self._closed and len(self._queue) >= self._queue_max:
                if not self._changed.wait(until - time.monotonic()):
                    raise Overloaded("the queue is full: nothing was recorded, try again later")
            self._take(ticket)

    def _offer(self, ticket: _Ticket) -> bool:
        with self._changed:
            if not self._closed and len(self._queue) >= self._queue_max:
                return False
            self._take(ticket)
        return True

    def _take(self, ticket: _Ticket) -> None:
        if self._closed:
            raise Closed("the sequencer is closed")
        self._queue.append(ticket)
        if len(self._queue) == 1:
            self._changed.notify_all()

    def _run(self) -> None:
        """Commit group after group, until closed and empty."""
        while group := self._next_group():
            with self._writing:
                self._settle(group)
            _answer(group)

    def _next_group(self) -> list[_Ticket]:
        with self._changed:
            while not self._queue and not self._closed:
                self._changed.wait()
        # Whoever writes now may finish first: what arrives meanwhile joins the group.
        with self._writing, self._changed:
            was_full = len(self._queue) >= self._queue_max
            group = [self._queue.popleft() for _ in range(min(len(self._queue), self._group_max))]
            if was_full:
                self._changed.notify_all()
        return group

    def _settle(self, group: Sequence[_Ticket]) -> None:
        """Commit a group; where something is wrong with one of it, each answers for itself."""
        try:
            answers = self._committer.commit([ticket.command for ticket in group])
        except LogUnreachable as error:
            for ticket in group:
                ticket.answer = error
        except BaseException as error:  # noqa: BLE001 - every caller must hear of it
            if len(group) == 1:
                group[0].answer = error
                return
            for ticket in group:
                self._settle([ticket])
        else:
            for ticket, answer in zip(group, answers, strict=True):
                ticket.answer = answer


def _answer(group: Sequence[_Ticket]) -> None:
    """Wake whoever waits; the tasks of one loop are woken together."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[_TaskTicket]] = defaultdict(list)
    for ticket in group:
        if isinstance(ticket, _ThreadTicket):
            ticket.gate.release()
        elif isinstance(ticket, _TaskTicket):
            by_loop[ticket.loop].append(ticket)
    for loop, tickets in by_loop.items():
        with suppress(RuntimeError):  # a loop that was closed has nobody left who waits
            loop.call_soon_threadsafe(_deliver, tickets)


def _deliver(tickets: Sequence[_TaskTicket]) -> None:
    for ticket in tickets:
        ticket.deliver()


def _unwrapped(answer: Answer) -> Outcome:
    if isinstance(answer, Malformed):
        raise answer
    return answer
