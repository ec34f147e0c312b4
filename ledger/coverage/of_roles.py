"""Cases of roles: who may ask for what, in which function, and what one person may not do."""

from ledger import access
from ledger.commands import (
    AdmitClient,
    GrantOverride,
    GrantRole,
    LiftRestriction,
    ReportReferencePrice,
    RevokeRole,
)
from ledger.commands.command import ActorField
from ledger.coverage.case import CAROL, JUST_AFTER, MAX, NOW, Case, History, Refused
from ledger.coverage.in_order import (
    DORA,
    ENGINE,
    FOUNDATION,
    FOUNDED,
    IN_ORDER,
    OTTO,
    PAPER,
    RITA,
    TED,
    ask,
)
from ledger.coverage.market import MARKET, order
from ledger.coverage.of_four_eyes import CAP, employed, with_role
from ledger.events import ActorKind, EntityRegistered, EntityRole
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


def price(actor: ActorField) -> ReportReferencePrice:
    """Report what a contract costs."""
    said = {"instrument": "BTC-PERP", "price": "1000", "at": "2026-02-11T08:00:00Z"}
    return ask(actor, ReportReferencePrice, **said)


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


MARKET_MAKER = EntityRegistered(entity="MM", role=EntityRole.AFFILIATED_MARKET_MAKER)
OF_THE_AFFILIATE = with_role(EVE, entity="MM").then("entity-MM", MARKET_MAKER)
LIFTED = ask(RITA, LiftRestriction, client="C", restriction="R-1", reason="over")
TWO_LEFT = FOUNDATION.changed(
    FOUNDED, officers=tuple(o for o in FOUNDED.officers if o.id in ("ted", "max"))
)


def leaving(actor: ActorField) -> RevokeRole:
    """Take the role of an officer away."""
    return ask(TED, RevokeRole, grantee=actor.id, function=actor.role, reason="left")


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
        "the officers of an affiliate decide nothing about the platform",
        OF_THE_AFFILIATE,
        admission(EVE, "MM"),
        Refused(Reason.ENTITY_NOT_ENTITLED, "platform_operator", "MM, affiliated_market_maker"),
        only=("R110", "R124"),
    ),
    Case(
        access.barred,
        "nobody decides about himself as a client",
        employed(RITA),
        LIFTED,
        Refused(Reason.SELF_DEALING, "C", "rita"),
        only=("R124",),
    ),
    Case(
        access.barred,
        "nor does he trade for himself as a client",
        employed(DORA),
        order(),
        Refused(Reason.SELF_DEALING, "C", "dora"),
        only=("R124",),
    ),
    Case(
        access.barred,
        "what the engine knows no person reports",
        MARKET,
        price(DORA),
        Refused(Reason.ROLE_LACKING, "dealing or operations, a program", "dora as dealing"),
        only=("R31", "R124"),
    ),
    Case(access.barred, "the engine reports it", MARKET, price(ENGINE), only=("R31",)),
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
    Case(
        access.revoke,
        "the last two officers who can grant a role stay",
        TWO_LEFT,
        leaving(MAX),
        Refused(Reason.LAST_OFFICERS, attempted="max as management"),
    ),
    Case(access.revoke, "a role is revoked at once", FOUNDATION, role(RevokeRole, "otto")),
)
