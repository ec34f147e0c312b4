"""What the laws of figures share: prices that are cited, and a word for what is not as due."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable

import msgspec

from ledger.events import IndexPriceComputed, MarkPriceComputed, Recorded
from ledger.instants import Instant
from ledger.log.log import Log
from ledger.numbers import Amount, write_amount
from ledger.situation import TOLERANCE

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


RACE = TOLERANCE.future
"""So many nanoseconds after a price was recorded somebody may not have known of it yet."""


class Moments:
    """Which price was that of a moment: the last at or before it, of those in order of time."""

    def __init__(self) -> None:
        self._known: list[tuple[Instant, Instant, int]] = []

    def note(self, recorded: Recorded) -> None:
        """Take in the next price; one that comes late does not prevail."""
        if not self._known or recorded.at >= self._known[-1][0]:
            self._known.append((recorded.at, recorded.recorded_at, recorded.sequence))
        if len(self._known) > 2 * RECENT_MAX:
            del self._known[:RECENT_MAX]

    def of(self, moment: Instant, now: Instant) -> int | None:
        """Give the sequence of the price that everybody must have known by now; None for none."""
        place = bisect_right(self._known, moment, key=lambda known: known[0])
        for _, recorded_at, sequence in reversed(self._known[:place]):
            if now - recorded_at > RACE:
                return sequence
        return None
