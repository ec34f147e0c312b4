"""Records that no rule decided, written past the sequencer: what the laws must find."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from ledger.commands import ActorField, change_of
from ledger.commands.command import content_digest
from ledger.events import (
    Actor,
    ActorKind,
    Approval,
    ChangeApproved,
    ChangeProposed,
    Draft,
    ParameterChanged,
    Recorded,
    Request,
    Unit,
    request_record,
)
from ledger.instants import Instant
from ledger.log.batch import Batch
from ledger.log.codec import Codec
from ledger.log.log import Log
from ledger.log.recorder import LogRecorder
from ledger.log.ruleset import ruleset
from tests.cli.shell import Shell, command, ndjson
from tests.log.ledgers import recorder_of, stamp_for

OFFICERS = {"carol": "compliance", "cora": "compliance", "max": "management", "otto": "operations"}
FOUNDING = command(
    "FoundPlatform",
    "founding",
    officers=[{"id": name, "function": function} for name, function in OFFICERS.items()],
)
FAR_AWAY = Instant(2**62)
FIGURE: dict[str, object] = {
    "name": "leverage.cap",
    "value": "5",
    "unit": "ratio",
    "source": "an example",
    "rationale": "volatile",
}
"""The change of a parameter that is proposed in these tests."""


def acting(name: str, function: str | None = None, kind: ActorKind = ActorKind.HUMAN) -> Actor:
    """Name an officer as the actor of a command."""
    return Actor(kind=kind, id=name, role=function or OFFICERS[name])


CAROL, MAX = acting("carol"), acting("max")


def proposed(change_type: str = "ChangeParameter", **change: object) -> ChangeProposed:
    """Give Carol's proposal of a change, in the words in which the rules record it."""
    asked = change_of(
        change_type,
        change or FIGURE,
        command_id="c",
        actor=ActorField(),
        legal_entity="VATP",
    )
    return ChangeProposed(
        proposal="p-1",
        entity="VATP",
        change_type=change_type,
        change=asked.body(),
        digest=content_digest(change_type, asked.body()),
        proposer="carol",
        proposer_kind=ActorKind.HUMAN,
        function="compliance",
        expires_at=FAR_AWAY,
        rationale="volatile",
    )


def approval_of(what: ChangeProposed, stamp: Instant, approver: Actor = MAX) -> Approval:
    """Give the approval of a proposal at a moment."""
    return Approval(
        proposal=what.proposal,
        digest=what.digest,
        proposer=what.proposer,
        proposer_function=what.function,
        approver=approver.id,
        approver_function=approver.role or "",
        approved_at=stamp,
    )


def approved(approval: Approval, change_type: str = "ChangeParameter") -> Draft:
    """Give the record of an approval."""
    event = ChangeApproved(approval=approval, change_type=change_type)
    return Draft(f"proposal-{approval.proposal}", event)


def changed(approval: Approval, value: str = "5") -> Draft:
    """Give the record of what the usual change leads to."""
    event = ParameterChanged(
        name="leverage.cap",
        after=value,
        unit=Unit.RATIO,
        source="an example",
        verified=False,
        effective_from=approval.approved_at,
        rationale="volatile",
        approval=approval,
    )
    return Draft("rules", event)


class Forger:
    """Writes commands and records of his own into a log, as if they had been decided."""

    def __init__(self, recorder: LogRecorder) -> None:
        self._recorder = recorder
        self._codec = Codec()
        self._versions: Counter[str] = Counter()
        for page in Log(recorder, self._codec).read():
            self._versions.update(recorded.stream for recorded in page)
        self._count = 0
        self._now = self.stamp()

    def stamp(self) -> Instant:
        """Give the moment of all that is written from here on, until the next is asked for."""
        self._now = stamp_for(self._recorder)
        return self._now

    def propose(self, what: ChangeProposed, actor: Actor = CAROL) -> None:
        """Write a proposal."""
        self.write(Draft(f"proposal-{what.proposal}", what), actor=actor)

    def agree(self, what: ChangeProposed, *deeds: Draft, by: Actor = MAX) -> None:
        """Write a proposal, its approval, and what it leads to."""
        self.propose(what)
        agreed = approved(approval_of(what, self._now, by), what.change_type)
        self.write(agreed, *deeds, actor=by)

    def write(
        self,
        *drafts: Draft,
        actor: Actor = CAROL,
        rules: str | None = None,
        reads: dict[str, int] | None = None,
        entity: str = "VATP",
    ) -> None:
        """Write records under one command."""
        now = self._now
        self._count += 1
        request = Request(
            type="Forged",
            digest=f"forged {self._count}",
            actor=actor,
            legal_entity=entity,
            ruleset=rules or ruleset(),
            reads=reads or {},
        )
        batch = Batch(now)
        for place, draft in enumerate(drafts):
            recorded = self._record(draft, now)
            if not place:
                recorded = replace(recorded, request_record=request_record(request))
            record = self._codec.encode(recorded)
            batch.add_row(draft.stream, recorded.version, recorded.type, recorded.at, record)
        batch.add_command(f"forged-{self._count}", request.digest, len(drafts))
        self._recorder.append(batch)

    def _record(self, draft: Draft, now: Instant) -> Recorded:
        self._versions[draft.stream] += 1
        return Recorded(
            id=f"{sum(self._versions.values()):032x}",
            stream=draft.stream,
            version=self._versions[draft.stream],
            type=type(draft.event).__name__,
            schema=1,
            at=now if draft.at is None else draft.at,
            recorded_at=now,
            command=f"forged-{self._count}",
            corrects=draft.corrects,
            event=draft.event,
        )


Forgery = Callable[[Forger], object]


@contextmanager
def forging(shell: Shell) -> Iterator[Forger]:
    """Found a platform, and let somebody write into its log who should not."""
    shell.done("init")
    shell.done("record", stdin=ndjson(FOUNDING))
    recorder = recorder_of(str(shell.url))
    try:
        yield Forger(recorder)
    finally:
        recorder.close()


def agree(forger: Forger) -> None:
    """Write the usual change as two people agree on it."""
    stamp = forger.stamp()
    what = proposed()
    forger.agree(what, changed(approval_of(what, stamp)))


def breach_of(law: str, shell: Shell, forgery: Forgery) -> str:
    """Let something be forged; give what the law says of it, and see that `check` ends with 1."""
    with forging(shell) as forger:
        forgery(forger)
    said = shell("--json", "check", law)
    (verdict,) = [row for row in said.data if row["holds"] != "override"]
    assert (said.code, verdict["holds"]) == (1, "BROKEN"), verdict
    breach: str = verdict["breach"]
    return breach


def figure_of(law: str, shell: Shell, forgery: Forgery) -> str:
    """Let something be written that is as it should be; give the figure of the law that holds."""
    with forging(shell) as forger:
        forgery(forger)
    first, *_ = shell.json("check", law)
    assert first["holds"] == "holds"
    figure: str = first["figure"]
    return figure
