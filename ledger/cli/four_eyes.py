"""What the commands of four eyes share: where a proposal stands, and what it says, in full."""

import hashlib
import time
from collections.abc import Mapping
from itertools import count
from typing import Any, NamedTuple, TypeVar

import msgspec
from pydantic import ValidationError

from ledger.api import Ledger
from ledger.cli.frame import Session
from ledger.commands import ProposeChange
from ledger.commands.command import first_problem
from ledger.decider import evolve, initial_state
from ledger.errors import Misconfigured
from ledger.events import ChangeProposed
from ledger.instants import Instant, days_after, read_instant, write_instant
from ledger.outcome import Outcome, Status
from ledger.proposal import Proposal
from ledger.situation import State

DAYS_TO_APPROVE = 7
"""How long a proposal may wait for its approval, unless the proposer says otherwise."""

S = TypeVar("S", bound=State)


def now() -> Instant:
    """Read the clock."""
    return Instant(time.time_ns())


class Standing(NamedTuple):
    """A proposal as it stands, by name; `version` moves with whatever happens to it."""

    name: str
    version: int
    proposed: ChangeProposed | None
    closed: bool

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for an approval that can still come."""
        proposed = self.proposed
        return proposed is not None and not self.closed and now() < proposed.expires_at

    def command_id(self, verb: str, who: str) -> str:
        """Name a command so that the same, sent again before anything happened, is the same."""
        said = msgspec.json.encode([verb, who, self.name, self.version])
        return f"{verb}-{hashlib.sha256(said).hexdigest()[:32]}"


def folded(ledger: Ledger, kind: type[S], name: str = "") -> tuple[S, int]:
    """Give the state of a stream as it stands now, and its version."""
    stream = f"{kind.STREAM}-{name}" if name else kind.STREAM
    state, version = initial_state(stream), 0
    for recorded in ledger.reader.stream(stream):
        state, version = evolve(state, recorded), recorded.version
    assert isinstance(state, kind)
    return state, version


def standing(ledger: Ledger, name: str) -> Standing:
    """Look up where a proposal stands."""
    proposal, version = folded(ledger, Proposal, name)
    return Standing(name, version, proposal.proposed, proposal.closed)


def latest(ledger: Ledger, name: str) -> Standing:
    """Find the first proposal of this name, or of it with a number, that is not over yet."""
    for attempt in count(1):
        found = standing(ledger, name if attempt == 1 else f"{name}-{attempt}")
        if found.proposed is None or found.is_open:
            return found
    raise AssertionError


def read_expiry(text: str | None) -> Instant:
    """Read when a proposal expires; seven days from now if unsaid. Raises `Misconfigured`."""
    if text is None:
        return days_after(now(), DAYS_TO_APPROVE)
    try:
        return read_instant(text)
    except ValueError as error:
        raise Misconfigured(f"--expires: {error}") from None


def drafted(
    change: dict[str, Any], why: str, expires: str | None, sender: Mapping[str, Any]
) -> ProposeChange:
    """Make the command that proposes a change, under names that are not its last.

    Raises `Malformed` with the field, `Misconfigured` for an expiry that is no time.
    """
    fields = {
        "command_id": "unnamed",
        "proposal": "unnamed",
        "change": change,
        "expires_at": write_instant(read_expiry(expires)),
        "rationale": why,
        **sender,
    }
    try:
        return ProposeChange.model_validate(fields)
    except ValidationError as error:
        raise first_problem(error) from None


def named(draft: ProposeChange, found: Standing) -> ProposeChange:
    """Give a draft the name of its proposal, and the id that goes with it."""
    command_id = found.command_id("propose", draft.actor.id)
    return draft.model_copy(update={"proposal": found.name, "command_id": command_id})


def shown(found: Standing) -> dict[str, Any]:
    """Say all of a proposal: who proposed what, why, until when, and its digest."""
    proposed = found.proposed
    if proposed is None:
        raise Misconfigured(f"no proposal {found.name} was ever made: see `ledger show proposals`")
    state = "open" if found.is_open else "closed" if found.closed else "expired"
    return {
        "proposal": found.name,
        "state": state,
        "entity": proposed.entity,
        "type": proposed.change_type,
        "change": proposed.change,
        "digest": proposed.digest,
        "proposer": proposed.proposer,
        "proposer_kind": proposed.proposer_kind,
        "function": proposed.function,
        "rationale": proposed.rationale,
        "expires_at": write_instant(proposed.expires_at),
    }


def told(session: Session, outcome: Outcome) -> bool:
    """Explain a command that did not do what it asked for; tell whether it did."""
    if outcome.reason is not None:
        session.explain(outcome.reason)
    return outcome.reason is None


def answer(outcome: Outcome) -> dict[str, Any]:
    """Give the outcome of a command as data."""
    word = Status.RECORDED if outcome.status is Status.DUPLICATE else outcome.status
    return {"outcome": word, "events": [recorded.sequence for recorded in outcome.records]}
