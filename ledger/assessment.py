"""Assessment: what a client knows, how much risk he may bear, and what suits him, with evidence."""

from ledger.client import Client, absent
from ledger.commands import (
    AssessCorporation,
    AssessKnowledge,
    AssessSuitability,
    SetExposureLimit,
    SetRiskProfile,
)
from ledger.events import (
    ClientKind,
    CorporateAssessed,
    Draft,
    ExposureLimitSet,
    KnowledgeAssessed,
    RiskProfileSet,
    Route,
    SuitabilityAssessed,
    Unit,
)
from ledger.instants import day_of, months_after, write_instant
from ledger.parameters import Parameters
from ledger.product import Product
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation

VALIDITY = "client.assessment.validity"
"""For how many months the assessment of a corporation holds."""

TRANSACTIONS = "client.knowledge.transactions"
"""How many transactions count as knowledge."""

WINDOW = "client.knowledge.window"
"""Within how many years before the assessment they count."""


@upholds("R63")
def assess_corporation(situation: Situation, command: AssessCorporation) -> list[Draft]:
    """Note the assessment of a client who is no individual, by its three criteria."""
    now, client = situation.now, situation.of(Client, command.client)
    months = situation.the(Parameters).count(VALIDITY, Unit.MONTHS, now)
    if months is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=VALIDITY)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    if client.kind is ClientKind.INDIVIDUAL:
        return refuse(command, Reason.BASIS_NOT_ACCEPTED, attempted=client.kind)
    event = CorporateAssessed(
        client=command.client,
        structure=command.structure,
        person=command.person,
        awareness=command.awareness,
        valid_until=months_after(now, months),
    )
    return [Draft(command.stream(), event)]


@upholds("R64", "R65")
def assess_knowledge(situation: Situation, command: AssessKnowledge) -> list[Draft]:
    """Note that a client knows a subject: never without evidence, by trading only if he traded."""
    if command.route is Route.TRADING:
        return _by_trading(situation, command)
    return _unassessable(situation, command) or _known(command)


def _by_trading(situation: Situation, command: AssessKnowledge) -> list[Draft]:
    """Count the transactions from the very day on which the window begins until today."""
    now, parameters = situation.now, situation.the(Parameters)
    needed = parameters.count(TRANSACTIONS, Unit.COUNT, now)
    years = parameters.count(WINDOW, Unit.YEARS, now)
    if needed is None or years is None:
        missing = TRANSACTIONS if needed is None else WINDOW
        return refuse(command, Reason.PARAMETER_MISSING, attempted=missing)
    if refusal := _unassessable(situation, command):
        return refusal
    since, today = day_of(months_after(now, -12 * years)), day_of(now)
    counted = sum(since <= day <= today for day in command.transactions)
    if counted < needed:
        return refuse(command, Reason.TOO_FEW_TRANSACTIONS, limit=needed, attempted=counted)
    return _known(command, counted)


def _unassessable(situation: Situation, command: AssessKnowledge) -> list[Draft]:
    """Refuse whoever is not here, and whatever nothing proves."""
    if reason := absent(situation.of(Client, command.client)):
        return refuse(command, reason, attempted=command.client)
    return refuse(command, Reason.EVIDENCE_MISSING) if command.evidence is None else []


def _known(command: AssessKnowledge, transactions: int | None = None) -> list[Draft]:
    assert command.evidence is not None
    event = KnowledgeAssessed(
        client=command.client,
        subject=command.subject,
        route=command.route,
        evidence=command.evidence,
        transactions=transactions,
    )
    return [Draft(command.stream(), event)]


@upholds("R66")
def set_risk_profile(situation: Situation, command: SetRiskProfile) -> list[Draft]:
    """Set a client's risk profile, as an assessment found it."""
    if reason := absent(situation.of(Client, command.client)):
        return refuse(command, reason, attempted=command.client)
    event = RiskProfileSet(
        client=command.client, profile=command.profile, evidence=command.evidence
    )
    return [Draft(command.stream(), event)]


@upholds("R66")
def set_exposure_limit(situation: Situation, command: SetExposureLimit) -> list[Draft]:
    """Set how much a client may be exposed, once he was notified, until it is reviewed."""
    now = write_instant(situation.now)
    if command.notified_at > situation.now:
        notified = write_instant(command.notified_at)
        return refuse(command, Reason.AT_IN_FUTURE, limit=now, attempted=notified)
    if command.review_due <= situation.now:
        due = write_instant(command.review_due)
        return refuse(command, Reason.EFFECTIVE_IN_THE_PAST, limit=now, attempted=due)
    if reason := absent(situation.of(Client, command.client)):
        return refuse(command, reason, attempted=command.client)
    event = ExposureLimitSet(
        client=command.client,
        limit=command.limit,
        concentration=command.concentration,
        wealth_band=command.wealth_band,
        notified_at=command.notified_at,
        review_due=command.review_due,
    )
    return [Draft(command.stream(), event)]


@upholds("R67")
def assess_suitability(situation: Situation, command: AssessSuitability) -> list[Draft]:
    """Note whether a product suits a client; the product may no longer be, or not yet be, open."""
    if command.valid_until <= situation.now:
        now, until = write_instant(situation.now), write_instant(command.valid_until)
        return refuse(command, Reason.EFFECTIVE_IN_THE_PAST, limit=now, attempted=until)
    if not situation.of(Product, command.product).timeline:
        return refuse(command, Reason.PRODUCT_UNKNOWN, attempted=command.product)
    if reason := absent(situation.of(Client, command.client)):
        return refuse(command, reason, attempted=command.client)
    event = SuitabilityAssessed(
        client=command.client,
        product=command.product,
        suitable=command.suitable,
        concentration=command.concentration,
        evidence=command.evidence,
        valid_until=command.valid_until,
    )
    return [Draft(command.stream(), event)]


RULES: Rules = {
    AssessCorporation: assess_corporation,
    AssessKnowledge: assess_knowledge,
    SetRiskProfile: set_risk_profile,
    SetExposureLimit: set_exposure_limit,
    AssessSuitability: assess_suitability,
}
