"""Cases of roles: who may ask for what, in which function, and what one person may not do."""

from ledger import access
from ledger.commands import AdmitClient, GrantOverride, GrantRole, RevokeRole
from ledger.commands.command import ActorField
from ledger.coverage.case import CAROL, JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import DORA, FOUNDATION, IN_ORDER, OTTO, PAPER, TED, ask
from ledger.coverage.of_four_eyes import CAP, with_role
from ledger.events import ActorKind
from ledger.reasons import Reason

EVE = ActorField(kind=ActorKind.HUMAN, id="eve", role="operations")
NOBODY = ActorField(kind=ActorKind.HUMAN, id="eve")
ADMITTING = "compliance or operations"


def admission(actor: ActorField, legal_entity: str = "VATP") -> AdmitClient:
    """Ask to admit another client."""
    return ask(
        actor,
        AdmitClient,
        client="D",
        kind="individual",
        identity=PAPER,
        legal_entity=legal_entity,
    )


def override() -> GrantOverride:
    """Waive the exposure limit for a day."""
    return ask(
        CAROL,
        GrantOverride,
        client="C",
        override="O-1",
        control="exposure",
        reason="a hedge in transfer",
        until="2026-02-12T08:00:00Z",
    )


def role(command_type: type[GrantRole | RevokeRole], actor: str) -> GrantRole | RevokeRole:
    """Grant a person a role in operations, or take it away."""
    said = {"reason": "left"} if command_type is RevokeRole else {"kind": "human"}
    return ask(TED, command_type, grantee=actor, function="operations", **said)


CASES: tuple[Case, ...] = (
    Case(
        access.barred,
        "whoever does not say in which function he acts is refused",
        FOUNDATION,
        admission(NOBODY),
        Refused(Reason.ROLE_LACKING, ADMITTING, "eve as nobody"),
        only=("R12",),
    ),
    Case(
        access.barred,
        "whoever does not hold the role that he says is refused",
        FOUNDATION,
        admission(EVE),
        Refused(Reason.ROLE_LACKING, ADMITTING, "eve as operations"),
        only=("R12", "R31"),
    ),
    Case(
        access.barred,
        "whoever holds a role for other duties is refused",
        FOUNDATION,
        admission(DORA),
        Refused(Reason.ROLE_LACKING, ADMITTING, "dora as dealing"),
        only=("R31", "R124"),
    ),
    Case(
        access.barred,
        "at its end a role is no longer held",
        with_role(EVE, until=NOW),
        admission(EVE),
        Refused(Reason.ROLE_LACKING, ADMITTING, "eve as operations"),
        only=("R31",),
    ),
    Case(
        access.barred,
        "in its last nanosecond a role is held",
        with_role(EVE, until=JUST_AFTER),
        admission(EVE),
        only=("R31",),
    ),
    Case(
        access.barred,
        "nobody acts for a legal entity that is not registered",
        FOUNDATION,
        admission(OTTO, "OTHER"),
        Refused(Reason.ENTITY_UNKNOWN, attempted="OTHER"),
        only=("R12",),
    ),
    Case(
        access.barred,
        "before the platform is founded nobody has a role",
        History(),
        admission(OTTO),
        Refused(Reason.PLATFORM_NOT_FOUNDED),
        only=("R31",),
    ),
    Case(
        access.barred,
        "a critical parameter is not changed by one person",
        IN_ORDER,
        CAP,
        Refused(Reason.FOUR_EYES_REQUIRED),
        alone=True,
        only=("R32", "R124"),
    ),
    Case(
        access.barred,
        "an override is not granted by one person",
        IN_ORDER,
        override(),
        Refused(Reason.FOUR_EYES_REQUIRED),
        alone=True,
        only=("R105",),
    ),
    Case(access.barred, "whoever holds the role is heard", FOUNDATION, admission(OTTO)),
    Case(
        access.grant,
        "a role is not granted twice",
        FOUNDATION,
        role(GrantRole, "otto"),
        Refused(Reason.ROLE_EXISTS, attempted="otto as operations"),
    ),
    Case(access.grant, "a role is granted by two people", FOUNDATION, role(GrantRole, "eve")),
    Case(
        access.revoke,
        "a role that nobody holds is not revoked",
        FOUNDATION,
        role(RevokeRole, "eve"),
        Refused(Reason.ROLE_NOT_HELD, attempted="eve as operations"),
    ),
    Case(access.revoke, "a role is revoked at once", FOUNDATION, role(RevokeRole, "otto")),
)
