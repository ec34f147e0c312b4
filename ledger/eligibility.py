"""Eligibility: may this account trade this product now? Every order will ask the same controls."""

from ledger.commands import CheckEligibility
from ledger.controls import clear
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
        control, breach = clearance.refusal.control, clearance.refusal.breach
        return refuse(
            command,
            breach.reason,
            limit=breach.limit,
            attempted=breach.attempted,
            control=control.name,
        )
    terms, client = attempt.terms, attempt.client
    assert terms is not None
    assert attempt.account.client is not None
    event = EligibilityConfirmed(
        account=command.account,
        client=attempt.account.client,
        product=command.product,
        effect=command.effect,
        solicited=command.solicited,
        permission=terms.permission,
        exposure=command.exposure,
        concentration=command.concentration,
        affiliate=client.is_a(Relation.AFFILIATE, situation.now),
        employee=client.is_a(Relation.EMPLOYEE, situation.now),
        program=program_of(attempt),
        lapsed=clearance.lapsed,
        overrides=clearance.overrides,
    )
    return [Draft(command.stream(), event)]


RULES: Rules = {CheckEligibility: check}
