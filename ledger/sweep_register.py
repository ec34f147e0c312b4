"""The register of sweeps, as the log tells it: which are open, what each goes over and corrected.

Of the sweeps that go over a record, the one opened last decides, as in the rules of `ledger.sweep`.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ledger.events import (
    CorrectionSweepClosed,
    CorrectionSweepOpened,
    Recorded,
    Relation,
    StampCorrected,
)
from ledger.stamp import stamp_of


class Opening(NamedTuple):
    """A sweep as it was opened, at its place in the log."""

    sequence: int
    said: CorrectionSweepOpened

    @property
    def key(self) -> tuple[str, str]:
        """Name the sweep: its client, and its own name."""
        return self.said.client, self.said.sweep

    def goes_over(self, recorded: Recorded) -> bool:
        """Tell whether a record of its client came before it, and is dated as it asks."""
        earlier = recorded.sequence < self.sequence
        return earlier and self.said.since <= recorded.at < self.said.until


class Finding(NamedTuple):
    """What a stamped record says of a relation, corrections included.

    `opening` is the sweep that decides what it should say; None where it was stamped rightly.
    """

    relation: Relation
    says: bool
    stamped: bool
    opening: Opening | None

    @property
    def should_say(self) -> bool:
        """Tell what was declared, as far as known now."""
        return self.stamped if self.opening is None else self.opening.said.holds


class SweepRegister:
    """Folds every sweep of a log; holds one entry for each sweep and for each correction."""

    def __init__(self) -> None:
        """Start with no sweep."""
        self._by_client: dict[str, list[Opening]] = {}
        self._open: dict[tuple[str, str], Opening] = {}
        self._says: dict[tuple[int, Relation], bool] = {}
        self.corrected: Counter[tuple[str, str]] = Counter()

    def observe(self, recorded: Recorded) -> None:
        """Take in the next record of the log."""
        match recorded.event:
            case CorrectionSweepOpened() as said:
                opening = Opening(recorded.sequence, said)
                self._by_client.setdefault(said.client, []).append(opening)
                self._open[opening.key] = opening
            case StampCorrected() as said:
                self._says[recorded.corrects or 0, said.relation] = said.after
                self.corrected[said.client, said.sweep] += 1
            case CorrectionSweepClosed() as said:
                self._open.pop((said.client, said.sweep), None)

    def still_open(self) -> list[Opening]:
        """Give the sweeps that are not closed, in the order in which they were opened."""
        return list(self._open.values())

    def is_open(self, key: tuple[str, str]) -> bool:
        """Tell whether a sweep, named by its client and itself, was opened and not closed."""
        return key in self._open

    def is_empty(self) -> bool:
        """Tell whether there was never a sweep, nor a correction."""
        return not self._by_client and not self._says

    def findings(self, recorded: Recorded) -> Iterator[Finding]:
        """Give, for each relation, what a record says and should say; nothing if not stamped."""
        stamp = stamp_of(recorded.event)
        if stamp is None:
            return
        over = [o for o in self._by_client.get(stamp.client, ()) if o.goes_over(recorded)]
        for relation in Relation:
            stamped = stamp.says(relation)
            says = self._says.get((recorded.sequence, relation), stamped)
            last = next((o for o in reversed(over) if o.said.relation is relation), None)
            yield Finding(relation, says, stamped, last)
