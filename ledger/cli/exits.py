"""How a command ends: the exit codes, and which error means which, in one sentence."""

from enum import IntEnum

from ledger.errors import (
    LedgerError,
    Locked,
    LogCorrupted,
    LogUnreachable,
    Malformed,
    Unbalanced,
)


class Exit(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    INPUT = 3
    ACCEPTED = 4
    LOCKED = 5
    DEFECT = 70


def explained(error: Exception) -> tuple[str, int]:
    """Say what went wrong and what to do next, and give the exit code."""
    match error:
        case Malformed():
            return str(error), Exit.INPUT
        case LogCorrupted():
            return f"the log is corrupt: {error}", Exit.FOUND
        case LogUnreachable():
            again = "give the command again: what was recorded is not recorded twice"
            return f"{error}; {again}", Exit.USAGE
        case Unbalanced():
            return _defect(error)
        case Locked():
            return str(error), Exit.LOCKED
        case LedgerError():
            return str(error), Exit.USAGE
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return f"{place}{error.strerror}: nothing can be written or read there", Exit.USAGE
        case _ if _refusal_of_database(error):
            return f"the database refuses: {_refusal_of_database(error)}", Exit.USAGE
        case _:
            return _defect(error)


def _defect(error: Exception) -> tuple[str, int]:
    said = f"{type(error).__name__}: {error} (a defect of ours: run with --debug)"
    return said, Exit.DEFECT


def _refusal_of_database(error: Exception) -> str:
    """Say in a line what the database does not allow this user; empty for any other error."""
    cause = getattr(error, "orig", error)
    names = {kind.__name__ for kind in type(cause).__mro__}
    return (
        str(cause).splitlines()[0] if names & {"InsufficientPrivilege", "OperationalError"} else ""
    )
