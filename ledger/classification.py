"""Classification: what a client is to the regulator, how that is proved, and until when it holds.

A professional investor who is no institution passes the threshold test of his kind; the thresholds
and the term are parameters. A classification that was wrong is corrected from its own beginning.
"""

from collections.abc import Mapping

from ledger.client import Client, absent
from ledger.commands import ClassifyClient, ConfirmClassification, CorrectClassification
from ledger.events import (
    ClassificationConfirmed,
    ClassificationCorrected,
    ClientClass,
    ClientClassified,
    ClientKind,
    CorrectionKind,
    Draft,
    Unit,
    Wealth,
)
from ledger.instants import Instant, day_of, months_after, write_instant
from ledger.numbers import Amount
from ledger.parameters import Parameters
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation

VALIDITY = "client.professional.validity"
"""For how many months a professional investor is one, unless it is confirmed."""

Thresholds = Mapping[Wealth, Amount]
"""What must be reached, in HKD, by the basis of the test."""


@upholds("R04", "R61", "R62")
def classify(situation: Situation, command: ClassifyClient) -> list[Draft]:
    """Classify a client from now or later on, if he is what the evidence is to prove."""
    client = situation.of(Client, command.client)
    valid_from = situation.now if command.valid_from is None else command.valid_from
    professional = command.classification is ClientClass.PROFESSIONAL
    valid_until = _lapse(situation) if professional else None
    thresholds = _thresholds(situation, client) if _is_tested(client, command) else {}
    if refusal := (
        _untimely(situation, command, valid_from, valid_until)
        or _unwritten(command, client, valid_until, thresholds)
        or _unfit(command, client, thresholds)
    ):
        return refusal
    event = ClientClassified(
        client=command.client,
        classification=command.classification,
        legal_basis=command.legal_basis,
        evidence=command.evidence,
        valid_from=valid_from,
        valid_until=valid_until,
        basis=command.basis,
        amount=command.amount,
        threshold=thresholds.get(command.basis) if command.basis else None,
        relevant_date=command.relevant_date,
        notice=command.notice,
    )
    return [Draft(command.stream(), event, at=command.valid_from)]


def _lapse(situation: Situation) -> Instant | None:
    """Say until when a professional who is proved now is one; None while no term is recorded."""
    months = situation.the(Parameters).count(VALIDITY, Unit.MONTHS, situation.now)
    return None if months is None else months_after(situation.now, months)


def _is_tested(client: Client, command: ClassifyClient) -> bool:
    """Tell whether he must reach a threshold to be classified like this."""
    professional = command.classification is ClientClass.PROFESSIONAL
    return professional and client.kind is not ClientKind.INSTITUTION


def _thresholds(situation: Situation, client: Client) -> Thresholds:
    """Look up on which bases this kind of client is tested, and what each must reach."""
    parameters, scope = situation.the(Parameters), client.kind or ""
    tested = {
        basis: parameters.amount(f"client.professional.{basis}", Unit.HKD, situation.now, scope)
        for basis in Wealth
    }
    return {basis: threshold for basis, threshold in tested.items() if threshold is not None}


def _untimely(
    situation: Situation,
    command: ClassifyClient,
    valid_from: Instant,
    valid_until: Instant | None,
) -> list[Draft]:
    """Refuse a proof of what has not come yet, a beginning that is past, or after the end."""
    now, today = situation.now, day_of(situation.now)
    if command.relevant_date is not None and command.relevant_date > today:
        return refuse(command, Reason.AT_IN_FUTURE, limit=today, attempted=command.relevant_date)
    if valid_from < now:
        limit, attempted = write_instant(now), write_instant(valid_from)
        return refuse(command, Reason.EFFECTIVE_IN_THE_PAST, limit=limit, attempted=attempted)
    if valid_until is not None and valid_from >= valid_until:
        limit, attempted = write_instant(valid_until), write_instant(valid_from)
        return refuse(command, Reason.ENDS_BEFORE_IT_BEGINS, limit=limit, attempted=attempted)
    return []


def _unwritten(
    command: ClassifyClient, client: Client, valid_until: Instant | None, thresholds: Thresholds
) -> list[Draft]:
    """Refuse a professional for whom the term, or every threshold of his kind, is not recorded."""
    if command.classification is not ClientClass.PROFESSIONAL:
        return []
    if valid_until is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=VALIDITY)
    is_tested = client.kind is not None and _is_tested(client, command)
    if is_tested and command.basis is not None and not thresholds:
        name = f"client.professional.{command.basis}"
        return refuse(command, Reason.PARAMETER_MISSING, attempted=f"{name} {client.kind}")
    return []


def _unfit(command: ClassifyClient, client: Client, thresholds: Thresholds) -> list[Draft]:
    """Refuse whoever is not here, is no institution, or does not pass the test he must."""
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    institutional = command.classification is ClientClass.INSTITUTIONAL
    if institutional and client.kind is not ClientKind.INSTITUTION:
        limit = ClientKind.INSTITUTION
        return refuse(command, Reason.BASIS_NOT_ACCEPTED, limit=limit, attempted=client.kind)
    return _unproven(command, thresholds) if _is_tested(client, command) else []


def _unproven(command: ClassifyClient, thresholds: Thresholds) -> list[Draft]:
    """Refuse a test that does not say what it adds up, or does not reach the threshold."""
    basis, amount = command.basis, command.amount
    if basis is None or amount is None or command.relevant_date is None:
        needed = "basis, amount and relevant_date"
        return refuse(command, Reason.EVIDENCE_MISSING, limit=needed)
    if basis not in thresholds:
        accepted = " or ".join(sorted(thresholds))
        return refuse(command, Reason.BASIS_NOT_ACCEPTED, limit=accepted, attempted=basis)
    threshold = thresholds[basis]
    if amount < threshold:
        return refuse(command, Reason.BELOW_THRESHOLD, limit=threshold, attempted=amount)
    return []


@upholds("R63")
def confirm(situation: Situation, command: ConfirmClassification) -> list[Draft]:
    """Confirm that a client is still a professional, while he is: his term begins anew."""
    now, client = situation.now, situation.of(Client, command.client)
    valid_until, latest = _lapse(situation), client.classified(now)
    if valid_until is None:
        return refuse(command, Reason.PARAMETER_MISSING, attempted=VALIDITY)
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    if latest is None:
        return refuse(command, Reason.NOT_CLASSIFIED)
    if latest.classification is not ClientClass.PROFESSIONAL:
        return refuse(command, Reason.NOT_PROFESSIONAL, attempted=latest.classification)
    until = latest.term.until
    if until is not None and until <= now:
        limit, attempted = write_instant(until), write_instant(now)
        return refuse(command, Reason.CLASSIFICATION_LAPSED, limit=limit, attempted=attempted)
    event = ClassificationConfirmed(
        client=command.client, evidence=command.evidence, valid_until=valid_until
    )
    return [Draft(command.stream(), event)]


@upholds("R32", "R62")
def correct(situation: Situation, command: CorrectClassification) -> list[Draft]:
    """Take back a recorded classification: from now on, or as if it had never been."""
    assert situation.approval is not None
    client, original = situation.of(Client, command.client), situation.cited[command.corrects]
    if reason := absent(client):
        return refuse(command, reason, attempted=command.client)
    if original is None or original.stream != command.stream():
        return refuse(command, Reason.RECORD_UNKNOWN, attempted=command.corrects)
    if not isinstance(original.event, ClientClassified):
        return refuse(command, Reason.RECORD_NOT_CORRECTABLE, attempted=original.type)
    if all(stands.version != original.version for stands in client.classifications):
        return refuse(command, Reason.NOTHING_TO_CORRECT, attempted=command.corrects)
    event = ClassificationCorrected(
        client=command.client,
        version=original.version,
        before=original.event.classification,
        kind=command.kind,
        reason=command.reason,
        approval=situation.approval,
    )
    from_the_start = command.kind is not CorrectionKind.BUSINESS_CHANGE
    at = original.at if from_the_start else None
    return [Draft(command.stream(), event, at=at, corrects=original.sequence)]


RULES: Rules = {
    ClassifyClient: classify,
    ConfirmClassification: confirm,
    CorrectClassification: correct,
}
