"""Remembered states: what the last commands left behind, bounded, and never ahead of the log."""

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

    def recall(self, stream: str) -> Remembered:
        """Give the state of a stream, from memory or from the log."""
        known = self._known.get(stream)
        if known is None:
            known = self._known[stream] = self._folded(stream)
            self._shrink()
        else:
            self._known.move_to_end(stream)
        return known

    def advance(self, states: Mapping[str, Remembered]) -> None:
        """Take over the states that a commit has made true."""
        for stream, remembered in states.items():
            self._known[stream] = remembered
            self._known.move_to_end(stream)
        self._shrink()

    def forget(self, streams: Iterable[str]) -> None:
        """Forget streams on which another writer was faster."""
        for stream in streams:
            self._known.pop(stream, None)

    def _folded(self, stream: str) -> Remembered:
        state, version = initial_state(stream), 0
        for recorded in self._log.stream(stream):
            state, version = evolve(state, recorded), recorded.version
        return Remembered(version, state)

    def _shrink(self) -> None:
        while len(self._known) > self._streams_max:
            self._known.popitem(last=False)
