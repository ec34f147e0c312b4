"""The law of stamps: as what a client acted is what was declared of him, once sweeps are closed."""

from ledger.affiliation import sweep_after
from ledger.client import Client, evolve
from ledger.events import (
    AffiliationDeclared,
    AffiliationEnded,
    CorrectionSweepClosed,
    CorrectionSweepOpened,
    Event,
    Recorded,
    Relation,
    StampCorrected,
)
from ledger.journal import Legs
from ledger.log.batch import CompleteRow
from ledger.log.reader import Head, LogReader
from ledger.stamp import Stamp, stamp_of
from ledger.sweep_register import SweepRegister


class Stamps:
    """`stamps`: every stamp says what was declared, or a sweep that is closed put it right.

    A stamp must agree with the declarations before it in the log. What late declarations ask for is
    held against the log in a second pass, and only where there were any.
    """

    def __init__(self, log: LogReader, head: Head) -> None:
        del head
        self._log = log
        self._upto = 0
        self._count = 0
        self._clients: dict[str, Client] = {}
        self._due: CorrectionSweepOpened | None = None
        self._register = SweepRegister()

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        self._upto = recorded.sequence
        event = recorded.event
        breach = self._not_as_due(event) or self._unfounded(event)
        stamp = stamp_of(event)
        if stamp is not None:
            self._count += 1
            breach = breach or self._misstamped(stamp, recorded)
        if isinstance(event, AffiliationDeclared | AffiliationEnded):
            client = self._clients.get(event.client, Client())
            self._due = sweep_after(client, event, recorded.recorded_at)
            self._clients[event.client] = evolve(client, recorded)
        self._register.observe(recorded)
        return breach

    def _not_as_due(self, event: Event) -> str | None:
        """A late declaration is followed at once by the sweep that it asks for, and no other."""
        due, self._due = self._due, None
        if event == due or (due is None and not isinstance(event, CorrectionSweepOpened)):
            return None
        if due is None:
            return "it opens a sweep that no late declaration asks for"
        return "the late declaration before it opens no such sweep"

    def _unfounded(self, event: Event) -> str | None:
        """A sweep corrects and is closed while it is open, and counts what it corrected."""
        if not isinstance(event, StampCorrected | CorrectionSweepClosed):
            return None
        key = (event.client, event.sweep)
        if not self._register.is_open(key):
            return f"sweep {event.sweep} of client {event.client} is not open"
        corrected = self._register.corrected[key]
        if isinstance(event, CorrectionSweepClosed) and event.corrected != corrected:
            return f"the sweep says {event.corrected} corrections, the log holds {corrected}"
        return None

    def _misstamped(self, stamp: Stamp, recorded: Recorded) -> str | None:
        client = self._clients.get(stamp.client, Client())
        for relation in Relation:
            declared = client.is_a(relation, recorded.at)
            if stamp.says(relation) is not declared:
                return _said(relation, says=stamp.says(relation), declared=declared)
        return None

    def conclude(self) -> tuple[str, str | None]:
        figure = f"{self._count} stamps, {self._register.corrected.total()} corrected"
        if count := len(self._register.still_open()):
            figure += f", {count} sweeps open"
        late = "a late declaration at the end of the log opens no sweep" if self._due else None
        return figure, late or self._missed()

    def _missed(self) -> str | None:
        """Name the first record that closed sweeps should have left otherwise."""
        if self._register.is_empty():
            return None
        for page in self._log.read(upto=self._upto):
            for recorded in page:
                for finding in self._register.findings(recorded):
                    opening = finding.opening
                    if opening is not None and self._register.is_open(opening.key):
                        continue
                    if finding.says is not finding.should_say:
                        said = _said(
                            finding.relation, says=finding.says, declared=finding.should_say
                        )
                        return f"sequence {recorded.sequence}: {said}, and no sweep is open"
        return None


def _said(relation: Relation, *, says: bool, declared: bool) -> str:
    words = {True: f"a client who is an {relation}", False: f"a client who is no {relation}"}
    return f"it stands as done by {words[says]}, declared is {words[declared]}"
