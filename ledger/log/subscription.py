"""Following the log: listen first, then read, and poll as well, so that nothing is slept through.

A killed connection is opened again for as long as the subscription lives. Records that a topic
filter passes over still move the place from which the next read starts.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from eventsourcing.persistence import Notification, Subscription

from ledger.errors import LogUnreachable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.log.recorder import LogRecorder

PAGE = 500
WAIT_SECONDS = 0.25
"""How long a wait goes on before the subscription looks whether it was stopped."""


class Doorbell(Protocol):
    """Something to wait on until the log may have grown; a late or needless ring does no harm."""

    def wait(self, seconds: float) -> None:
        """Return when the log may have grown, or after so many seconds."""

    def close(self) -> None:
        """Release what it holds."""


class LogSubscription(Subscription["LogRecorder"]):
    """An endless iterator over the records beyond a sequence."""

    def __init__(
        self, recorder: LogRecorder, gt: int | None = None, topics: Sequence[str] = ()
    ) -> None:
        """Listen before anything is read."""
        super().__init__(recorder, gt, topics)
        self._after = gt or 0
        self._pending: deque[Notification] = deque()
        self._doorbell = recorder.doorbell()

    def __exit__(self, *args: object, **kwargs: object) -> None:
        """Stop, and release the connection that listens."""
        super().__exit__(*args, **kwargs)
        self._doorbell.close()

    def __next__(self) -> Notification:
        """Wait for the next record; raise `StopIteration` once stopped."""
        while not self._has_been_stopped:
            if not self._pending and not self._fill():
                self._doorbell.wait(WAIT_SECONDS)
            elif self._pending:
                return self._pending.popleft()
        raise StopIteration

    def _fill(self) -> bool:
        """Read the next page; tell whether the log held anything beyond the place."""
        try:
            head = self._recorder.head().size
            page = self._recorder.select_notifications(
                self._after, PAGE, head, self._topics, inclusive_of_start=False
            )
        except LogUnreachable:
            return False
        self._pending.extend(page)
        moved_on = head > self._after
        self._after = page[-1].id if len(page) == PAGE else head
        return moved_on
