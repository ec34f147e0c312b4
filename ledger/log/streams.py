"""The log behind the library's aggregate recorder: rows of streams, without their sequence."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import AggregateRecorder, StoredEvent

from ledger.log.recorder import LogRecorder


class StreamRecorder(AggregateRecorder):
    """The same log as the library's aggregate recorder: rows of streams, no sequence."""

    def __init__(self, recorder: LogRecorder) -> None:
        """Stand in front of the log's recorder."""
        self._recorder = recorder

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Append rows; the aggregate contract says nothing of sequences."""
        self._recorder.insert_events(stored_events, **kwargs)

    def close(self) -> None:
        """Close all connections of the log."""
        self._recorder.close()

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """Give the rows of a stream with gt < version <= lte."""
        return self._recorder.select_events(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
