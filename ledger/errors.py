"""The errors that are no business outcome: bad input, a wrong set-up, a broken log.

    LedgerError
    ├── Malformed            input that says nothing: line, field and remedy
    ├── Misconfigured        the database is missing, not ours, too old or too new
    ├── Locked               another process does the same, and only one may
    ├── LogCorrupted         what stands in the log contradicts itself
    │   └── UnknownEvent     a record of a type or schema that this code does not know
    ├── Unbalanced           an event whose legs do not sum to zero: a defect of ours
    ├── LogUnreachable       the connection broke; what was asked may or may not have happened
    ├── AppendRefused        the log did not take a batch, and nothing of it was recorded
    │   ├── StaleState       a stream moved on since it was read
    │   ├── KnownCommand     a command of the batch stands in the log already
    │   └── ClockRefused     the batch would step back in time, or the clock is off
    ├── Overloaded           the queue of the sequencer is full
    └── Closed               the sequencer takes no more commands

A refusal by a rule is never an exception: it is an event with a reason.
"""


class LedgerError(Exception):
    """Whatever the ledger itself raises."""


class Malformed(LedgerError):
    """Input that cannot be read: `line` (1 for the first, 0 if none), `field` and what to do."""

    def __init__(self, field: str, problem: str, line: int = 0) -> None:
        """Keep the place apart from the sentence, so that a reader of a file can add the line."""
        self.field = field
        self.problem = problem
        self.line = line
        place = [f"line {line}"] if line else []
        place += [f"field {field}"] if field else []
        super().__init__(": ".join([*place, problem]))

    def at_line(self, line: int) -> "Malformed":
        """Say the same of a line of a file."""
        return Malformed(self.field, self.problem, line)


class Misconfigured(LedgerError):
    """The database or a setting is not what this command needs; the message says what to do."""


class Locked(LedgerError):
    """Another process holds the lock of this job; nothing was done."""


class LogCorrupted(LedgerError):
    """The log contradicts itself; the message names the sequence."""


class UnknownEvent(LogCorrupted):
    """A record of a type or schema that this code does not know."""


class Unbalanced(LedgerError):
    """The legs of an event do not sum to zero; a defect of ours, and nothing was recorded."""


class LogUnreachable(LedgerError):
    """The database did not answer; whether an append was recorded, only its command ids tell."""


class AppendRefused(LedgerError):
    """The log did not take a batch; nothing of it was recorded."""


class StaleState(AppendRefused):
    """A stream that was written or only read has moved on; read it again and decide again."""


class KnownCommand(AppendRefused):
    """A command of the batch stands in the log already; its outcome answers it."""


class ClockRefused(AppendRefused):
    """The batch is stamped before the last record, or too far from the server's clock."""


class Overloaded(LedgerError):
    """The queue is full; nothing was recorded, try again later."""


class Closed(LedgerError):
    """The sequencer was closed; nothing was recorded."""
