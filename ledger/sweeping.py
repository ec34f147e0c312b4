"""Sweeping: every open sweep goes over what was stamped before its opening, and is then closed.

Killed, the same call goes on where it stopped: what was put right before is passed over.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from ledger.api import Ledger
from ledger.commands import CloseSweep, Command, CorrectStamp
from ledger.events import Relation
from ledger.log.exclusive import exclusively
from ledger.outcome import Status
from ledger.sweep_register import Opening, SweepRegister


class Swept(NamedTuple):
    """How many stamped records a sweep went over in this run, and put right in all its runs."""

    sweep: str
    client: str
    relation: Relation
    gone_over: int
    corrected: int


class Outcome(NamedTuple):
    """What became of every sweep that was open; `refused` says why the run stopped, if it did."""

    swept: list[Swept]
    refused: str | None


def sweep_all(ledger: Ledger, sender: Mapping[str, Any]) -> Outcome:
    """Go over what every open sweep asks for, put it right, and close the sweeps.

    `sender` holds who gives the commands, as fields of their envelope; the first refusal ends the
    run, and is recorded. Raises `Locked` while another run goes on.
    """
    with exclusively(ledger.application.recorder.engine, "sweep"):
        run = _Run(ledger, sender)
        refused = run.go()
        return Outcome([run.swept(opening) for opening in run.openings], refused)


class _Run:
    """One run: which sweeps were open as it began, and how far it is.

    The ids of its commands hold how long the log was then, so that a run after a refusal asks anew.
    """

    def __init__(self, ledger: Ledger, sender: Mapping[str, Any]) -> None:
        self._ledger = ledger
        self._sender = sender
        self._size = ledger.reader.head().size
        self._register = SweepRegister()
        for page in ledger.reader.read(upto=self._size):
            for recorded in page:
                self._register.observe(recorded)
        self._gone_over: Counter[Opening] = Counter()
        self.openings = self._register.still_open()

    def go(self) -> str | None:
        """Give the commands one by one; say why one was refused, where one is."""
        for command in chain(self._corrections(), self._closings()):
            outcome = self._ledger.record(command)
            if outcome.status is Status.REJECTED:
                return outcome.reason
            for recorded in outcome.records:
                self._register.observe(recorded)
        return None

    def swept(self, opening: Opening) -> Swept:
        """Say what became of a sweep."""
        said = opening.said
        corrected = self._register.corrected[opening.key]
        return Swept(said.sweep, said.client, said.relation, self._gone_over[opening], corrected)

    def _corrections(self) -> Iterator[Command]:
        """Go over the records before the last opening, once for all sweeps."""
        upto = max((opening.sequence for opening in self.openings), default=0)
        for page in self._ledger.reader.read(upto=upto):
            for recorded in page:
                for finding in self._register.findings(recorded):
                    opening = finding.opening
                    if opening is None or not self._register.is_open(opening.key):
                        continue
                    self._gone_over[opening] += 1
                    if finding.says is not finding.should_say:
                        about = self._about(opening, str(recorded.sequence))
                        yield CorrectStamp(corrects=recorded.sequence, **about)

    def _closings(self) -> Iterator[Command]:
        for opening in self.openings:
            yield CloseSweep(upto=opening.sequence, **self._about(opening, "close"))

    def _about(self, opening: Opening, step: str) -> dict[str, Any]:
        """Give what the commands of a sweep have alike, and the id of this one."""
        client, sweep = opening.key
        command_id = f"sweep/{self._size}/{opening.sequence}/{step}"
        return {"command_id": command_id, "client": client, "sweep": sweep, **self._sender}
