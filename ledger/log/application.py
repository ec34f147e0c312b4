"""The application of `eventsourcing` that holds the log together: set-up, mapper, life cycle."""

from typing import Any

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, NotSupportedError, Recording, StoredEvent
from eventsourcing.utils import Environment, EnvType

from ledger.events import Recorded
from ledger.log.codec import Codec
from ledger.log.factory import DATABASE_URL
from ledger.log.log import Log
from ledger.log.recorder import LogRecorder


class RecordMapper(Mapper[str]):
    """Maps records by our own codec: no Python path and no validation gap in what is stored."""

    def __init__(self, codec: Codec) -> None:
        """Use a codec in place of transcoder, compressor and cipher."""
        self._codec = codec

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode a record."""
        recorded: Recorded = domain_event
        record = self._codec.encode(recorded)
        return StoredEvent(recorded.stream, recorded.version, recorded.type, record)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Decode a record; its place in the log is not known here."""
        return self._codec.decode(0, stored_event.topic, stored_event.state)


class LedgerApplication(Application[str]):
    """Opens the log at a database URL. Raises `Misconfigured` where there is none of ours."""

    name = "ledger"
    recorder: LogRecorder

    def __init__(self, url: str, codec: Codec | None = None) -> None:
        """Open an existing log."""
        self.codec = codec or Codec()
        super().__init__({"PERSISTENCE_MODULE": "ledger.log.factory", DATABASE_URL: url})
        self.reader = Log(self.recorder, self.codec)

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Take what was given and nothing from the process: a flag outdoes its environment."""
        return Environment(name, env)

    def construct_mapper(self) -> Mapper[str]:
        """Use our own records."""
        return RecordMapper(self.codec)

    def save(self, *_: Any, **__: Any) -> list[Recording[str]]:
        """Refuse: commands reach the log through the sequencer, and nothing else does."""
        raise NotSupportedError("give the command to the sequencer")

    def close(self) -> None:
        """Close the connections."""
        super().close()
        if recorder := getattr(self, "recorder", None):
            recorder.close()
