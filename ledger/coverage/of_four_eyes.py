"""Cases of four eyes: what is proposed, who approves it, and what an approval binds."""

from ledger import proposal
from ledger.commands import (
    ApproveChange,
    ChangeParameter,
    Command,
    GrantRole,
    ProposeChange,
    ReleaseLegalHold,
)
from ledger.commands.command import ActorField
from ledger.coverage.case import (
    BEGINNING,
    CAROL,
    JUST_AFTER,
    JUST_BEFORE,
    MAX,
    NOW,
    PROPOSAL,
    Case,
    History,
    Refused,
    approval_of,
    proposed,
)
from ledger.coverage.in_order import APPROVAL, DORA, FOUNDATION, IN_ORDER, PAPER, RITA, ask
from ledger.events import (
    ActorKind,
    AffiliationDeclared,
    ChangeDeclined,
    EntityRegistered,
    EntityRole,
    Function,
    LegalHoldPlaced,
    Relation,
    RoleGranted,
)
from ledger.instants import Instant, write_instant
from ledger.reasons import Reason

MIA = ActorField(kind=ActorKind.HUMAN, id="mia", role="compliance")
ROBOT = ActorField(kind=ActorKind.SERVICE, id="robot", role="risk")
AT_NOW = write_instant(NOW)


def with_role(actor: ActorField, until: Instant | None = None, entity: str = "VATP") -> History:
    """Let an actor have been granted his role."""
    event = RoleGranted(
        actor=actor.id,
        kind=actor.kind,
        function=Function(actor.role or ""),
        entity=entity,
        effective_from=BEGINNING,
        until=until,
        approval=APPROVAL,
    )
    return FOUNDATION.then("access", event)


def new_cap(effective_from: Instant | None = None) -> ChangeParameter:
    """Change the cap of leverage."""
    dated = {} if effective_from is None else {"effective_from": write_instant(effective_from)}
    return ask(
        CAROL,
        ChangeParameter,
        name="leverage.cap",
        scope="BTC-PERP/professional",
        value="2",
        unit="ratio",
        source="board",
        rationale="calmer",
        **dated,
    )


def proposal_of(
    change: Command, actor: ActorField = CAROL, expires_at: Instant = JUST_AFTER
) -> ProposeChange:
    """Propose a change."""
    return ask(
        actor,
        ProposeChange,
        proposal=PROPOSAL,
        change={"type": type(change).__name__, **change.body()},
        expires_at=write_instant(expires_at),
        rationale="calmer",
    )


def employed(person: ActorField) -> History:
    """Let the client be an employee, and a hold have been placed on him."""
    event = AffiliationDeclared(
        client="C",
        relation=Relation.EMPLOYEE,
        party=person.id,
        basis="staff",
        effective_from=NOW,
        approval=APPROVAL,
    )
    held = LegalHoldPlaced(client="C", hold="H-1", authority="SFC", notice="N-7")
    return IN_ORDER.then("client-C", event, held)


CAP = new_cap()
HOLD_OVER = ask(CAROL, ReleaseLegalHold, client="C", hold="H-1", reason="case closed")
ELSEWHERE = with_role(MAX, entity="DESK").then(
    "entity-DESK", EntityRegistered(entity="DESK", role=EntityRole.PLATFORM_OPERATOR)
)
AUDITOR = ask(CAROL, GrantRole, grantee="max", kind="human", function="audit")
PROPOSED = proposed(IN_ORDER, CAP)
DECLINED = ChangeDeclined(proposal=PROPOSAL, reason="not now")

PROPOSING: tuple[Case, ...] = (
    Case(
        proposal.propose,
        "nobody proposes what his function may not ask for",
        IN_ORDER,
        proposal_of(CAP, DORA),
        Refused(Reason.ROLE_LACKING, "compliance or finance or management or risk", "dealing"),
    ),
    Case(
        proposal.propose,
        "nothing is proposed that expires at once",
        IN_ORDER,
        proposal_of(CAP, expires_at=NOW),
        Refused(Reason.PROPOSAL_EXPIRED, AT_NOW),
    ),
    Case(
        proposal.propose,
        "nothing is proposed for a moment that is past",
        IN_ORDER,
        proposal_of(new_cap(JUST_BEFORE)),
        Refused(Reason.EFFECTIVE_IN_THE_PAST, attempted=write_instant(JUST_BEFORE)),
    ),
    Case(
        proposal.propose,
        "a change from this moment on is proposed",
        IN_ORDER,
        proposal_of(new_cap(NOW)),
    ),
)

APPROVING: tuple[Case, ...] = (
    Case(
        proposal.approve,
        "nobody approves what he proposed himself",
        PROPOSED,
        approval_of(CAP, by=CAROL),
        Refused(Reason.APPROVER_IS_PROPOSER, attempted="carol"),
    ),
    Case(
        proposal.approve,
        "another person of the same function does not approve",
        proposed(with_role(MIA), CAP),
        approval_of(CAP, by=MIA),
        Refused(Reason.SAME_FUNCTION, attempted="compliance"),
    ),
    Case(
        proposal.approve,
        "a program does not approve",
        proposed(with_role(ROBOT), CAP),
        approval_of(CAP, by=ROBOT),
        Refused(Reason.APPROVER_NOT_HUMAN, attempted="service"),
    ),
    Case(
        proposal.approve,
        "at its expiry a proposal is not approved",
        proposed(IN_ORDER, CAP, expires_at=NOW),
        approval_of(CAP),
        Refused(Reason.PROPOSAL_EXPIRED, AT_NOW, AT_NOW),
    ),
    Case(
        proposal.approve,
        "in its last nanosecond a proposal is approved",
        proposed(IN_ORDER, CAP, expires_at=JUST_AFTER),
        approval_of(CAP),
    ),
    Case(
        proposal.approve,
        "nothing but what was proposed is approved",
        PROPOSED,
        approval_of(CAP, digest=PAPER),
        Refused(Reason.PAYLOAD_CHANGED, CAP.digest(), PAPER),
    ),
    Case(
        proposal.approve,
        "nothing is approved after it was to take effect",
        proposed(IN_ORDER, new_cap(JUST_BEFORE)),
        approval_of(new_cap(JUST_BEFORE)),
        Refused(Reason.APPROVAL_AFTER_THE_DEED, write_instant(JUST_BEFORE), AT_NOW),
    ),
    Case(
        proposal.approve,
        "at the moment at which it takes effect a change is still approved",
        proposed(IN_ORDER, new_cap(NOW)),
        approval_of(new_cap(NOW)),
    ),
    Case(
        proposal.approve,
        "a declined proposal is not approved",
        PROPOSED.then(f"proposal-{PROPOSAL}", DECLINED),
        approval_of(CAP),
        Refused(Reason.PROPOSAL_CLOSED),
    ),
    Case(
        proposal.approve,
        "nothing is approved that nobody proposed",
        IN_ORDER,
        ask(MAX, ApproveChange, proposal=PROPOSAL, change_digest=PAPER),
        Refused(Reason.PROPOSAL_UNKNOWN, attempted=PROPOSAL),
    ),
    Case(
        proposal.approve,
        "what was proposed for one legal entity is not approved for another",
        proposed(ELSEWHERE, CAP),
        approval_of(CAP, entity="DESK"),
        Refused(Reason.PROPOSAL_UNKNOWN, "VATP", "DESK"),
    ),
    Case(
        proposal.approve,
        "at the end of his role nothing is approved that somebody proposed in it",
        proposed(with_role(ROBOT, until=NOW), CAP, by=ROBOT),
        approval_of(CAP),
        Refused(Reason.ROLE_LACKING, attempted="robot as risk"),
    ),
    Case(
        proposal.approve,
        "in the last nanosecond of his role what somebody proposed in it is approved",
        proposed(with_role(ROBOT, until=JUST_AFTER), CAP, by=ROBOT),
        approval_of(CAP),
    ),
    Case(
        proposal.approve,
        "an employee does not approve a change about himself as a client",
        proposed(employed(MAX), HOLD_OVER),
        approval_of(HOLD_OVER),
        Refused(Reason.APPROVER_IS_BENEFICIARY, "C", "max"),
    ),
    Case(
        proposal.approve,
        "nobody approves a role of his own",
        proposed(IN_ORDER, AUDITOR),
        approval_of(AUDITOR),
        Refused(Reason.APPROVER_IS_BENEFICIARY, attempted="max"),
    ),
    Case(
        proposal.approve,
        "a colleague approves a change about an employee",
        proposed(employed(RITA), HOLD_OVER),
        approval_of(HOLD_OVER),
    ),
)

CASES = PROPOSING + APPROVING
