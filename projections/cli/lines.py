"""The lines of the demo's files: commands as JSON objects, each given by one of its people.

Two people make every critical change: Ann of compliance proposes, Ben of risk approves.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import count
from typing import Any

from ledger.commands import ProposeChange

Line = dict[str, Any]

FAR = "2099-12-31T00:00:00Z"
PERPETUAL, SPOT = "BTC-PERP", "BTC-HKD"


def _person(name: str, function: str) -> Line:
    return {"kind": "human", "id": name, "role": function}


ANN, BEN = _person("ann", "compliance"), _person("ben", "risk")
OLI = _person("oli", "operations")
GATEWAY = {"kind": "service", "id": "gateway", "role": "dealing"}
ENGINE = {"kind": "engine", "id": "toy-venue", "role": "dealing"}


class Lines:
    """Writes commands one after another, each with an id of its own."""

    def __init__(self, name: str) -> None:
        self._ids = (f"{name}-{number}" for number in count(1))

    def by(self, actor: Line, name: str, /, **fields: Any) -> Line:
        """Write a command that somebody gives."""
        return {"type": name, "command_id": next(self._ids), "actor": actor, **fields}

    def by_two(self, proposal: str, name: str, /, **fields: Any) -> Iterator[Line]:
        """Propose a change and approve exactly that."""
        said = self.by(
            ANN,
            "ProposeChange",
            proposal=proposal,
            change={"type": name, **fields},
            expires_at=FAR,
            rationale="resolved by the risk committee",
        )
        content = {key: value for key, value in said.items() if key != "type"}
        change = ProposeChange.model_validate(content).proposed()
        yield said
        yield self.by(BEN, "ApproveChange", proposal=proposal, change_digest=change.digest())


def digest(text: str) -> str:
    """Give the digest of some document."""
    return sha256(text.encode()).hexdigest()


def ndjson(lines: Iterable[Line]) -> str:
    """Write a file of one JSON object a line."""
    return "".join(json.dumps(line) + "\n" for line in lines)
