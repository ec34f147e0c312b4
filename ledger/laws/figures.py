"""What the laws of figures share: prices that are cited, and a word for what is not as due."""

from collections import OrderedDict
from collections.abc import Callable

import msgspec

from ledger.events import IndexPriceComputed, MarkPriceComputed, Recorded
from ledger.log.log import Log
from ledger.numbers import Amount, write_amount

RECENT_MAX = 10_000
"""So many prices are remembered that others may cite; an older one is read from the log."""


class Cited:
    """Prices by sequence, to see whether one that is cited says what is said of it."""

    def __init__(self, log: Log, kind: type[IndexPriceComputed | MarkPriceComputed]) -> None:
        self._log = log
        self._kind = kind
        self._recent: OrderedDict[int, Recorded] = OrderedDict()

    def note(self, recorded: Recorded) -> None:
        """Remember a price, and forget the oldest."""
        if isinstance(recorded.event, self._kind):
            self._recent[recorded.sequence] = recorded
            if len(self._recent) > RECENT_MAX:
                self._recent.popitem(last=False)

    def find(self, sequence: int, before: Recorded) -> Recorded | None:
        """Give the price that stands at a place before a record; None where none does."""
        if not 0 < sequence < before.sequence:
            return None
        found = self._recent.get(sequence) or self._log.record(sequence)
        return found if found is not None and isinstance(found.event, self._kind) else None


def reckoned(breach: Callable[[], str | None]) -> str | None:
    """Give what a law finds; where figures are such that nothing follows from them, that."""
    try:
        return breach()
    except (ArithmeticError, AssertionError, LookupError, ValueError) as error:
        return f"it cannot be reckoned: {type(error).__name__} {error}".rstrip()


def said(name: str, told: Amount | None, due: Amount | None) -> str | None:
    """Tell of a figure that is not what is due."""
    if told == due:
        return None
    shown = ["none" if figure is None else write_amount(figure) for figure in (told, due)]
    return f"{name} is {shown[0]}, due {shown[1]}"


def difference(said: object, due: object) -> str | None:
    """Tell of the first figure in which two events differ, however deep it stands."""
    if isinstance(said, msgspec.Struct) and type(said) is type(due):
        for name in said.__struct_fields__:
            if inner := difference(getattr(said, name), getattr(due, name)):
                return f"{name} {inner}"
        return None
    if isinstance(said, tuple) and isinstance(due, tuple) and len(said) == len(due):
        for place, (one, other) in enumerate(zip(said, due, strict=True), start=1):
            if inner := difference(one, other):
                return f"{place} {inner}"
        return None
    return None if said == due else f"is {said}, due {due}"
