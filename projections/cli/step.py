"""A step of the demo: a command as anybody would type it."""

from typing import NamedTuple

PROGRAM = "ledger"
TOY_VENUE = "python -m projections.toy_venue"


class Step(NamedTuple):
    """One command of the day, why it is given, and the exit code it must end with."""

    why: str
    line: str
    code: int = 0
    program: str = PROGRAM

    @property
    def typed(self) -> str:
        """Say what is typed."""
        return f"{self.program} {self.line}"
