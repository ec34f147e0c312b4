"""A ledger opened for use in Python: its log to read, and the one door through which to record."""

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

from ledger.commands import Command
from ledger.log.application import LedgerApplication
from ledger.log.commit import Answer
from ledger.log.log import Log
from ledger.log.sequencer import Sequencer
from ledger.outcome import Outcome


class Ledger:
    """The ledger at a database URL; use it as a context manager.

    >>> from ledger.commands import OpenAccount
    >>> with Ledger(sqlite_url) as ledger:
    ...     ledger.record(OpenAccount(command_id="open-A1", account="A1")).status
    <Status.RECORDED: 'recorded'>
    """

    def __init__(self, url: str) -> None:
        """Open an existing ledger. Raises `Misconfigured` where there is none of ours."""
        self.application = LedgerApplication(url)
        self.sequencer = Sequencer(self.application)

    @property
    def reader(self) -> Log:
        """The log, to read."""
        return self.application.reader

    def record(self, command: Command) -> Outcome:
        """Record one command; see `Sequencer.record`."""
        return self.sequencer.record(command)

    def record_all(self, commands: Iterable[Command]) -> Iterator[Answer]:
        """Record many commands in groups; see `Sequencer.record_all`."""
        return self.sequencer.record_all(commands)

    def close(self) -> None:
        """Answer what is queued and close the connections."""
        self.sequencer.close()
        self.application.close()

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
