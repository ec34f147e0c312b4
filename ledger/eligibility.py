"""Eligibility: whether an account may trade a product now, by the controls that orders ask too."""

from ledger.commands import CheckEligibility
from ledger.controls import Clearance, Finding, clear
from ledger.controls.attempt import Attempt
from ledger.controls.of_client import program_of
from ledger.events import Draft, EligibilityConfirmed, Relation
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R27", "R28", "R111", "R115")
def check(situation: Situation, command: CheckEligibility) -> list[Draft]:
    """Ask every control; the first refusal is recorded, and so is that there was none."""
    attempt = Attempt(
        situation,
        account_id=command.account,
        product_id=command.product,
        effect=command.effect,
        solicited=command.solicited,
        exposure=command.exposure,
        concentration=command.concentration,
    )
    clearance = clear(attempt)
    if clearance.refusal is not None:
        return _refused(command, clearance.refusal)
    return [Draft(command.stream(), _confirmed(attempt, clearance))]


def _refused(command: CheckEligibility, finding: Finding) -> list[Draft]:
    control, (reason, limit, attempted) = finding.control.name, finding.breach
    return refuse(command, reason, limit=limit, attempted=attempted, control=control)


def _confirmed(attempt: Attempt, clearance: Clearance) -> EligibilityConfirmed:
    """Say who may trade what, stamped with what was declared of him."""
    terms, client, owner = attempt.terms, attempt.client, attempt.account.client
    assert terms is not None
    assert owner is not None
    return EligibilityConfirmed(
        account=attempt.account_id,
        client=owner,
        product=attempt.product_id,
        effect=attempt.effect,
        solicited=attempt.solicited,
        permission=terms.permission,
        exposure=attempt.exposure,
        concentration=attempt.concentration,
        affiliate=client.is_a(Relation.AFFILIATE, attempt.now),
        employee=client.is_a(Relation.EMPLOYEE, attempt.now),
        program=program_of(attempt),
        lapsed=clearance.lapsed,
        overrides=clearance.overrides,
    )


RULES: Rules = {CheckEligibility: check}
