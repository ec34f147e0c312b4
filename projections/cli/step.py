"""A step of the demo: a command as anybody would type it."""

from typing import NamedTuple


class Step(NamedTuple):
    """One command of the day, why it is given, and the exit code it must end with."""

    why: str
    line: str
    code: int = 0
