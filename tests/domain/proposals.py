"""The release of a hold that is proposed and approved: short ways to say it."""

from typing import Any

from ledger.commands import Command, ProposeChange
from ledger.events import ChangeApproved, Draft, Event, LegalHoldPlaced
from ledger.instants import DAY, Instant, write_instant
from tests.domain.clients import C_ADMITTED
from tests.domain.officers import CAROL, FOUNDED, MAX, Actor, ask_as
from tests.domain.scenario import NOW, Scenario, given, stream_of

TOMORROW = Instant(NOW + DAY)

HELD = LegalHoldPlaced(client="C", hold="H", authority="SFC", notice="N-7")
RELEASE: dict[str, Any] = {"client": "C", "hold": "H", "reason": "case closed"}


def proposing(
    name: str, by: Actor, change_type: str, change: dict[str, Any], entity: str = "VATP"
) -> ProposeChange:
    asked = ask_as(
        by,
        "ProposeChange",
        proposal=name,
        change={"type": change_type, **change},
        expires_at=write_instant(TOMORROW),
        rationale="needed",
        legal_entity=entity,
    )
    assert isinstance(asked, ProposeChange)
    return asked


def approving(proposed: ProposeChange, by: Actor, entity: str = "VATP") -> Command:
    said = {"proposal": proposed.proposal, "change_digest": proposed.proposed().digest()}
    return ask_as(by, "ApproveChange", legal_entity=entity, **said)


RELEASING = proposing("p-2", CAROL, "ReleaseLegalHold", RELEASE)


def proposed(*history: Event, asked: ProposeChange = RELEASING) -> Scenario:
    """Let a hold have been placed on client C, and its release be proposed."""
    scenario = given(*FOUNDED, C_ADMITTED, HELD, *history).when(asked)
    return scenario.happen(*scenario.drafts)


def happened(scenario: Scenario, *events: Event) -> Scenario:
    return scenario.happen(*(Draft(stream_of(event), event) for event in events))


def approve(scenario: Scenario, by: Actor = MAX, now: Instant = NOW) -> Scenario:
    return scenario.when(approving(RELEASING, by), now)


def is_approved(scenario: Scenario) -> bool:
    return isinstance(scenario.drafts[0].event, ChangeApproved)
