"""Records that an inspector asks about, and views read as rows by column: how tests say it."""

from typing import Any

from msgspec.structs import replace

from ledger.events import (
    Actor,
    ActorKind,
    Approval,
    ChangeProposed,
    ClientClass,
    ClientClassified,
    Event,
    ParameterChanged,
    Request,
    Unit,
    request_record,
)
from projections.replay import AsKnown, Moment, as_of, columns_of
from projections.views import all_views
from tests.domain.scenario import stream_of
from tests.projections.log_of import Log, day

VIEWS = all_views()
NOW = AsKnown()
PAPER, OTHER_PAPER = "e" * 64, "d" * 64
AMY = Actor(kind=ActorKind.HUMAN, id="amy", role="operations")


def approved(proposal: str = "p-1") -> Approval:
    return Approval(
        proposal=proposal,
        digest="0" * 64,
        proposer="carol",
        proposer_function="compliance",
        approver="max",
        approver_function="management",
        approved_at=day(1),
    )


def proposed(proposal: str = "p-1", rationale: str = "the board decided") -> ChangeProposed:
    return ChangeProposed(
        proposal=proposal,
        entity="VATP",
        change_type="ChangeParameter",
        change={"name": "leverage.cap", "value": "3"},
        digest="0" * 64,
        proposer="carol",
        proposer_kind=ActorKind.HUMAN,
        function="compliance",
        expires_at=day(9),
        rationale=rationale,
    )


def classified(as_what: ClientClass = ClientClass.PROFESSIONAL, **said: Any) -> ClientClassified:
    usual: dict[str, Any] = {
        "client": "C",
        "classification": as_what,
        "legal_basis": "Cap. 571D s.5(1)(a)",
        "evidence": PAPER,
        "valid_from": day(1),
    }
    return ClientClassified(**(usual | said))


def changed(after: str | None, before: str | None = None, **said: Any) -> ParameterChanged:
    usual: dict[str, Any] = {
        "name": "leverage.cap",
        "scope": "BTC-PERP/professional",
        "unit": Unit.RATIO,
        "source": "operator",
        "verified": False,
        "effective_from": day(1),
        "approval": approved(),
    }
    return ParameterChanged(after=after, before=before, **(usual | said))


def record(log: Log, event: Event, *, by: Actor | None = None, **said: Any) -> None:
    """Record an event on its own stream, as the first of a command where `by` gave one."""
    command_type = said.pop("command_type", "Something")
    body = said.pop("body", None)
    stream = said.pop("stream", None) or stream_of(event)
    recorded = log.record(event, stream=stream, **said)
    if by is not None:
        request = Request(command_type, "digest", by, "VATP", "rules", body=body)
        log.records[-1] = replace(recorded, request_record=request_record(request))


def told(*events: Event) -> Log:
    """Record events one after another, each on a day of its own."""
    log = Log()
    for event in events:
        record(log, event)
    return log


def rows(log: Log, view: str, moment: Moment = NOW) -> list[dict[str, Any]]:
    """Read a view as rows by column."""
    names = columns_of(VIEWS[view])
    return [dict(zip(names, row, strict=True)) for row in as_of(log, VIEWS[view], moment)]


def part(row: dict[str, Any], *names: str) -> list[Any]:
    return [row[name] for name in names]
