"""What a client needs in order to trade, each taken away by itself: one breach for each control."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from ledger.controls import CONTROLS, Control
from ledger.coverage.case import BEGINNING, NOW, History
from ledger.coverage.in_order import (
    ACKNOWLEDGED,
    ADMITTED,
    AGREED,
    AUTHORITY,
    BTC_ADMITTED,
    CLASSIFIED,
    CONSENTED,
    IN_ORDER,
    KNOWS_ASSETS,
    KNOWS_DERIVATIVES,
    LEVERAGE_CAP,
    PERMITTED,
    PROFILED,
    SUITED,
)
from ledger.coverage.of_client import related, restricted
from ledger.coverage.of_product import withdrawn
from ledger.events import (
    AccountClosed,
    ClientKind,
    Draft,
    Event,
    Extent,
    Relation,
)
from ledger.reasons import Reason

Change = Callable[[History], History]


class Taken(NamedTuple):
    """How a paper is taken away, by what happened or by what is asked, and the reason it gives."""

    reason: Reason
    change: Change = lambda history: history
    asked: dict[str, object] = {}


def without(event: Event) -> Change:
    return lambda history: history.without(event)


def changed(event: Event, **fields: object) -> Change:
    return lambda history: history.changed(event, **fields)


def after(draft: Draft) -> Change:
    return lambda history: History((*history.drafts, draft))


CLOSED = Draft("account-A", AccountClosed(account="A"))
SUSPENDED = restricted(Extent.SUSPENDED).drafts[-1]
RESTRICTED = restricted(Extent.REDUCE_ONLY, "R-2").drafts[-1]
AFFILIATED = related(Relation.AFFILIATE, BEGINNING).drafts[-1]

TAKEN_AWAY: dict[str, Taken] = {
    "product_open": Taken(Reason.PRODUCT_WITHDRAWN, after(withdrawn(NOW).drafts[-1])),
    "permission": Taken(Reason.PERMISSION_MISSING, changed(PERMITTED, until=NOW)),
    "references": Taken(Reason.REFERENCE_NOT_ADMITTED, without(BTC_ADMITTED)),
    "parameters": Taken(Reason.PARAMETER_MISSING, without(LEVERAGE_CAP)),
    "account": Taken(Reason.ACCOUNT_CLOSED, after(CLOSED)),
    "suspension": Taken(Reason.CLIENT_SUSPENDED, after(SUSPENDED)),
    "restriction": Taken(Reason.CLIENT_RESTRICTED, after(RESTRICTED)),
    "agreement": Taken(Reason.AGREEMENT_MISSING, without(AGREED)),
    "professional": Taken(Reason.CLASSIFICATION_LAPSED, changed(CLASSIFIED, valid_until=NOW)),
    "consent": Taken(Reason.CONSENT_MISSING, without(CONSENTED)),
    "assessment": Taken(Reason.ASSESSMENT_MISSING, changed(ADMITTED, kind=ClientKind.CORPORATION)),
    "knowledge": Taken(Reason.KNOWLEDGE_MISSING, without(KNOWS_ASSETS)),
    "derivatives_knowledge": Taken(
        Reason.DERIVATIVES_KNOWLEDGE_MISSING, without(KNOWS_DERIVATIVES)
    ),
    "risk_profile": Taken(Reason.RISK_PROFILE_MISSING, without(PROFILED)),
    "exposure": Taken(Reason.EXPOSURE_EXCEEDED, asked={"exposure": "1000000.01"}),
    "concentration": Taken(Reason.CONCENTRATION_EXCEEDED, asked={"concentration": "60.01"}),
    "suitability": Taken(Reason.SUITABILITY_MISSING, without(SUITED), {"solicited": True}),
    "disclosures": Taken(Reason.DISCLOSURE_MISSING, without(ACKNOWLEDGED)),
    "authority": Taken(Reason.AUTHORITY_MISSING, without(AUTHORITY)),
    "market_maker": Taken(Reason.MARKET_MAKER_NOT_APPOINTED, after(AFFILIATED)),
}
"""By the name of the control that speaks."""


def history_without(taken: Collection[str]) -> History:
    """Begin with everything in order, and take some of it away."""
    history = IN_ORDER
    for name, paper in TAKEN_AWAY.items():
        if name in taken:
            history = paper.change(history)
    return history


def asked_without(taken: Collection[str]) -> dict[str, Any]:
    """Say what is asked beyond the limits that were taken away."""
    return {key: value for name in taken for key, value in TAKEN_AWAY[name].asked.items()}


def speaking(taken: Collection[str]) -> list[Control]:
    """Give the controls that have something to say, in their order.

    Whoever is a professional no longer is not asked for a professional's papers.
    """
    silent = {"consent", "assessment"} if "professional" in taken else set()
    return [control for control in CONTROLS if control.name in set(taken) - silent]
