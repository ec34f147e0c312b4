"""Remembered states: what the last commands left behind, bounded, and never ahead of the log.

The version of most is checked by the append; one that is not checked, such as a price, is caught up
before it is looked at once others have written.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.decider import evolve, initial_state
from ledger.log.log import Log
from ledger.situation import State


class Remembered(NamedTuple):
    """The state of a stream and the version at which it stands."""

    version: int
    state: State


class Memory:
    """The least recently used states give way; what is not remembered is folded from the log."""

    def __init__(self, log: Log, streams_max: int) -> None:
        """Remember at most `streams_max` streams."""
        self._log = log
        self._streams_max = streams_max
        self._known: OrderedDict[str, Remembered] = OrderedDict()
        self._behind: set[str] = set()
        self._seen = 0

    def recall(self, stream: str) -> Remembered:
        """Give the state of a stream, from memory or from the log."""
        known = self._known.get(stream)
        if known is None:
            known = self._known[stream] = self._folded(stream)
            self._shrink()
        else:
            self._known.move_to_end(stream)
        if stream in self._behind:
            known = self._known[stream] = self._caught_up(stream, known)
        return known

    def see(self, size: int) -> None:
        """Learn how far the log goes: where others have written, what is not checked is behind."""
        if size != self._seen:
            unchecked = (s for s, known in self._known.items() if not known.state.CHECKED)
            self._behind.update(unchecked)
            self._seen = size

    def advance(self, states: Mapping[str, Remembered], before: int, size: int) -> None:
        """Take over the states that a commit has made true; it led the log from size to size."""
        if before == self._seen:
            self._seen = size
        for stream, remembered in states.items():
            self._known[stream] = remembered
            self._known.move_to_end(stream)
        self._shrink()

    def forget(self, streams: Iterable[str]) -> None:
        """Forget streams on which another writer was faster."""
        for stream in streams:
            self._known.pop(stream, None)
            self._behind.discard(stream)

    def _folded(self, stream: str) -> Remembered:
        return self._caught_up(stream, Remembered(0, initial_state(stream)))

    def _caught_up(self, stream: str, known: Remembered) -> Remembered:
        version, state = known
        for recorded in self._log.stream(stream, after=version):
            state, version = evolve(state, recorded), recorded.version
        self._behind.discard(stream)
        return Remembered(version, state)

    def _shrink(self) -> None:
        while len(self._known) > self._streams_max:
            stream, _ = self._known.popitem(last=False)
            self._behind.discard(stream)
