"""What a writer remembers is what the log says: a record is corrected in the run that made it."""

from typing import Any

from ledger.commands import ProposeChange
from tests.cli.shell import Shell, command, ndjson

ANN = {"kind": "human", "id": "ann", "role": "compliance"}
BEN = {"kind": "human", "id": "ben", "role": "risk"}
OFFICERS = [{"id": "ann", "function": "compliance"}, {"id": "ben", "function": "risk"}]
PAPER = "ab" * 32
CLASSIFIED = 4
"""Where the classification comes to stand in the log."""


def correction() -> list[dict[str, object]]:
    """Write the proposal that the classification never existed, and its approval."""
    fields: dict[str, Any] = {
        "proposal": "p1",
        "change": {
            "type": "CorrectClassification",
            "client": "C1",
            "corrects": CLASSIFIED,
            "kind": "never_existed",
            "reason": "another client's papers",
        },
        "expires_at": "2099-12-31",
        "rationale": "found at the yearly review",
    }
    proposal = ProposeChange.model_validate({"command_id": "c4", "actor": ANN, **fields})
    digest = proposal.proposed().digest()
    return [
        command("ProposeChange", "c4", actor=ANN, **fields),
        command("ApproveChange", "c5", actor=BEN, proposal="p1", change_digest=digest),
    ]


def test_a_classification_is_corrected_in_the_run_that_made_it(shell: Shell) -> None:
    shell.done("init")
    retail = {"classification": "retail", "legal_basis": "none", "evidence": PAPER}
    said = shell.done(
        "record",
        stdin=ndjson(
            command("FoundPlatform", "c1", officers=OFFICERS),
            command("AdmitClient", "c2", actor=ANN, client="C1", kind="trust", identity=PAPER),
            command("ClassifyClient", "c3", actor=ANN, client="C1", **retail),
            *correction(),
        ),
    )
    outcomes = [(line["outcome"], line["reason"]) for line in said.lines]
    assert outcomes == [("recorded", None)] * 5
    shown = shell.done("event", CLASSIFIED).out
    assert "ClientClassified" in shown
