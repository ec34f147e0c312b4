"""The persistence module that `eventsourcing` is pointed at: recorders by database URL."""

from typing import Any

from eventsourcing.persistence import (
    AggregateRecorder,
    InfrastructureFactory,
    NotSupportedError,
    ProcessRecorder,
    TrackingRecorder,
)
from sqlalchemy import Engine

from ledger.log.database import connect, require_log
from ledger.log.recorder import LogRecorder
from ledger.log.streams import StreamRecorder

DATABASE_URL = "DATABASE_URL"


class LogFactory(InfrastructureFactory[TrackingRecorder]):
    """Builds the recorder of an existing log; it never creates a table."""

    def application_recorder(self) -> LogRecorder:
        """Open the log at `DATABASE_URL`. Raises `Misconfigured` where there is none of ours."""
        engine = connect(self.env.get(DATABASE_URL, "sqlite:///ledger.db"))
        try:
            require_log(engine)
        except BaseException:
            engine.dispose()
            raise
        return _recorder(engine)

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """Give the log as rows of streams; snapshots are not kept beside it."""
        if purpose != "events":
            raise NotSupportedError(f"this log keeps no {purpose}")
        return StreamRecorder(self.application_recorder())

    def tracking_recorder(
        self,
        tracking_recorder_class: Any = None,  # noqa: ARG002 - the library's interface
    ) -> TrackingRecorder:
        """A view keeps its sequence in the transaction of its rows, not here."""
        raise NotSupportedError("views keep their sequence beside their rows")

    def process_recorder(self) -> ProcessRecorder:
        """A process issues commands from events; loops close through the outside instead."""
        raise NotSupportedError("no handler of an event issues a command")


def _recorder(engine: Engine) -> LogRecorder:
    """Build the recorder of a dialect; the other one's driver is not even imported."""
    if engine.dialect.name == "sqlite":
        from ledger.log.sqlite import SQLiteRecorder  # noqa: PLC0415 - see above

        return SQLiteRecorder(engine)
    from ledger.log.postgres import PostgresRecorder  # noqa: PLC0415 - see above

    return PostgresRecorder(engine)
