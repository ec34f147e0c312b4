"""A founded platform and its officers: who asks, who approves, and how the examples say it."""

from typing import Any, TypedDict

from ledger.commands import COMMANDS, Command
from ledger.events import (
    ActorKind,
    Approval,
    EntityRegistered,
    EntityRole,
    Function,
    Officer,
    PlatformFounded,
    RoleGranted,
)
from ledger.instants import Instant
from tests.domain.scenario import NOW, Scenario


class Actor(TypedDict):
    """Who gives a command, as a command says it."""

    kind: str
    id: str
    role: str


def officer(name: str, function: Function) -> Actor:
    return Actor(kind="human", id=name, role=function.value)


CAROL = officer("carol", Function.COMPLIANCE)
RITA = officer("rita", Function.RISK)
MAX = officer("max", Function.MANAGEMENT)
DORA = officer("dora", Function.DEALING)
OTTO = officer("otto", Function.OPERATIONS)
FAY = officer("fay", Function.FINANCE)
TED = officer("ted", Function.TECHNOLOGY)
ENGINE = Actor(kind="engine", id="matcher", role="dealing")
OFFICERS = (CAROL, RITA, MAX, DORA, OTTO, FAY, TED)

PLATFORM = PlatformFounded(
    entity="VATP",
    officers=tuple(Officer(id=o["id"], function=Function(o["role"])) for o in OFFICERS),
)
VATP = EntityRegistered(entity="VATP", role=EntityRole.PLATFORM_OPERATOR)
FOUNDED = (PLATFORM, VATP)
"""What has happened once the platform is founded."""

APPROVAL = Approval(
    proposal="p-1",
    digest="0" * 64,
    proposer="carol",
    proposer_function="compliance",
    approver="max",
    approver_function="management",
    approved_at=NOW,
)
"""Whose four eyes the examples of a rule alone rest on; see `Scenario.when_approved`."""


def role_granted(actor: Actor) -> RoleGranted:
    """Let somebody else act for the platform, as two officers agreed."""
    return RoleGranted(
        actor=actor["id"],
        kind=ActorKind(actor["kind"]),
        function=Function(actor["role"]),
        entity="VATP",
        effective_from=NOW,
        approval=APPROVAL,
    )


def ask_as(actor: Actor, name: str, /, **fields: object) -> Command:
    """Make a command that an officer gives."""
    said = {"command_id": "c-1", "actor": actor, **fields}
    return COMMANDS[name].model_validate(said)


def by_two(scenario: Scenario, name: str, now: Instant = NOW, /, **fields: Any) -> Scenario:
    """Ask for a critical change on which two people agreed."""
    return scenario.when_approved(ask_as(CAROL, name, **fields), APPROVAL, now)
