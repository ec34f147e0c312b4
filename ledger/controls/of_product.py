"""Controls of the product: approved, open, permitted, and with every parameter that it needs."""

from ledger.asset import Asset
from ledger.controls.attempt import Attempt, Breach
from ledger.events import Unit
from ledger.legal_entity import LegalEntity
from ledger.leverage import LEVERAGE_CAP
from ledger.margin_terms import INITIAL_MARGIN, MAINTENANCE_MARGIN
from ledger.product import ACTIVITY, Product
from ledger.reasons import Reason
from ledger.requirements import upholds

WATERFALL = "liquidation.waterfall"


@upholds("R80")
def product_approved(attempt: Attempt) -> Breach | None:
    """The product is approved, and its approval has taken effect."""
    if attempt.terms is not None:
        return None
    known = attempt.situation.of(Product, attempt.product_id).timeline
    reason = Reason.PRODUCT_NOT_YET if known else Reason.PRODUCT_UNKNOWN
    return Breach(reason, attempted=attempt.product_id)


@upholds("R80")
def product_open(attempt: Attempt) -> Breach | None:
    """The product was not withdrawn."""
    withdrawn = attempt.terms is not None and not attempt.terms.open
    return Breach(Reason.PRODUCT_WITHDRAWN, attempted=attempt.product_id) if withdrawn else None


@upholds("R80")
def permitted(attempt: Attempt) -> Breach | None:
    """The regulator's permission for this kind of product is in force."""
    terms = attempt.terms
    if terms is None:
        return None
    entity = attempt.situation.of(LegalEntity, terms.entity)
    if entity.permits(terms.permission, ACTIVITY[terms.kind], attempt.now):
        return None
    return Breach(Reason.PERMISSION_MISSING, terms.permission, ACTIVITY[terms.kind])


@upholds("R80", "R125")
def references_admitted(attempt: Attempt) -> Breach | None:
    """What a perpetual follows is open to retail; for spot, to whoever this client is."""
    if attempt.terms is None:
        return None
    retail = attempt.is_perpetual or not attempt.client.treated_as_professional(attempt.now)
    for reference in attempt.terms.references:
        asset = attempt.situation.of(Asset, reference)
        if not asset.admitted(attempt.now, retail=retail):
            return Breach(Reason.REFERENCE_NOT_ADMITTED, attempted=reference)
    return None


@upholds("R90")
def parameters_recorded(attempt: Attempt) -> Breach | None:
    """What no source gives was recorded by the operator; absent means no trading.

    Leverage is capped by class; whoever is no institution could only trade as a professional.
    """
    if not attempt.is_perpetual:
        return None
    if attempt.leverage_cap is None:
        return _missing(LEVERAGE_CAP, f"{attempt.product_id}/{attempt.client_class}")
    if attempt.initial_margin is None:
        return _missing(INITIAL_MARGIN, attempt.product_id)
    parameters, now = attempt.parameters, attempt.now
    if parameters.amount(MAINTENANCE_MARGIN, Unit.PERCENT, now, attempt.product_id) is None:
        return _missing(MAINTENANCE_MARGIN, attempt.product_id)
    if parameters.text(WATERFALL, Unit.WORDS, now) is None:
        return _missing(WATERFALL)
    return None


def _missing(name: str, scope: str = "") -> Breach:
    return Breach(Reason.PARAMETER_MISSING, attempted=f"{name} {scope}".rstrip())
