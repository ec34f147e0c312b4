"""Controls of the investor: what he is, what he knows, and how much risk he may bear.

Institutions alone are exempt from what shields investors. A corporation that was assessed, which
the regulator would exempt from some of it as well, is asked like anybody.
"""

from ledger.controls.attempt import Attempt, Breach
from ledger.events import ClientClass, ClientKind, Effect, Subject
from ledger.instants import write_instant
from ledger.reasons import Reason
from ledger.requirements import upholds


@upholds("R60", "R61", "R62")
def professional(attempt: Attempt) -> Breach | None:
    """Whoever trades a perpetual is a professional investor at this moment."""
    latest = attempt.client.classified(attempt.now)
    if not attempt.is_perpetual:
        return None
    if latest is None:
        return Breach(Reason.NOT_CLASSIFIED)
    if latest.classification is ClientClass.RETAIL:
        return Breach(Reason.NOT_PROFESSIONAL, attempted=latest.classification)
    until = latest.term.until
    if until is not None and not latest.term.covers(attempt.now):
        now = write_instant(attempt.now)
        return Breach(Reason.CLASSIFICATION_LAPSED, write_instant(until), now)
    return None


@upholds("R63")
def consented(attempt: Attempt) -> Breach | None:
    """A professional who is no institution consents to be treated as one."""
    asked = attempt.is_perpetual and attempt.classification is ClientClass.PROFESSIONAL
    return Breach(Reason.CONSENT_MISSING) if asked and not attempt.client.consented else None


@upholds("R63")
def corporation_assessed(attempt: Attempt) -> Breach | None:
    """A corporate professional was assessed by the three criteria, lately enough."""
    client = attempt.client
    asked = attempt.is_perpetual and attempt.classification is ClientClass.PROFESSIONAL
    if not asked or client.kind is ClientKind.INDIVIDUAL:
        return None
    if client.assessed_until is None:
        return Breach(Reason.ASSESSMENT_MISSING)
    if attempt.now >= client.assessed_until:
        until, now = write_instant(client.assessed_until), write_instant(attempt.now)
        return Breach(Reason.ASSESSMENT_LAPSED, until, now)
    return None


@upholds("R64")
def knows_virtual_assets(attempt: Attempt) -> Breach | None:
    """The client's knowledge of virtual assets was assessed."""
    known = attempt.is_institutional or Subject.VIRTUAL_ASSETS in attempt.client.knowledge
    return None if known else Breach(Reason.KNOWLEDGE_MISSING)


@upholds("R65")
def knows_derivatives(attempt: Attempt) -> Breach | None:
    """Before a perpetual, his knowledge of derivatives was too."""
    asked = attempt.is_perpetual and not attempt.is_institutional
    missing = asked and Subject.DERIVATIVES not in attempt.client.knowledge
    return Breach(Reason.DERIVATIVES_KNOWLEDGE_MISSING) if missing else None


@upholds("R66")
def profiled(attempt: Attempt) -> Breach | None:
    """The client's risk profile was set."""
    known = attempt.is_institutional or attempt.client.profiled
    return None if known else Breach(Reason.RISK_PROFILE_MISSING)


@upholds("R66")
def exposure_limited(attempt: Attempt) -> Breach | None:
    """What he would be exposed to is stated of an increase, and within his limit, if reviewed."""
    if attempt.is_institutional:
        return None
    if attempt.client.exposure is None:
        return Breach(Reason.EXPOSURE_LIMIT_MISSING)
    due = attempt.client.exposure.review_due
    if attempt.now >= due:
        return Breach(
            Reason.EXPOSURE_REVIEW_OVERDUE, write_instant(due), write_instant(attempt.now)
        )
    if attempt.exposure is None:
        return _unstated(attempt)
    limit = attempt.client.exposure.limit
    exceeded = attempt.exposure > limit
    return Breach(Reason.EXPOSURE_EXCEEDED, limit, attempt.exposure) if exceeded else None


@upholds("R66", "R67")
def concentration_limited(attempt: Attempt) -> Breach | None:
    """No more of it would be in one reference than was set for him."""
    exposure, concentration = attempt.client.exposure, attempt.concentration
    if attempt.is_institutional or exposure is None:
        return None
    if concentration is None:
        return _unstated(attempt)
    limit = exposure.concentration
    exceeded = concentration > limit
    return Breach(Reason.CONCENTRATION_EXCEEDED, limit, concentration) if exceeded else None


def _unstated(attempt: Attempt) -> Breach | None:
    """Ask of an increase alone what the client would be exposed to."""
    increases = attempt.effect is Effect.INCREASE
    return Breach(Reason.EXPOSURE_UNSTATED) if increases else None


@upholds("R67")
def suitable(attempt: Attempt) -> Breach | None:
    """What he was solicited to trade was found to suit him, to this concentration, and still is."""
    if not attempt.solicited or attempt.is_institutional:
        return None
    found = attempt.client.suitability.get(attempt.product_id)
    if found is None or attempt.now >= found.valid_until:
        until = None if found is None else write_instant(found.valid_until)
        return Breach(Reason.SUITABILITY_MISSING, until, attempt.product_id)
    beyond = attempt.concentration is not None and attempt.concentration > found.concentration
    if not found.suitable:
        return Breach(Reason.UNSUITABLE, attempted=attempt.product_id)
    return Breach(Reason.UNSUITABLE, found.concentration, attempt.concentration) if beyond else None
