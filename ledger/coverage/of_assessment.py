"""Cases of the rules by which a client is classified and assessed."""

from typing import Any

from ledger import assessment, classification
from ledger.commands import (
    AssessCorporation,
    AssessKnowledge,
    AssessSuitability,
    ClassifyClient,
    ConfirmClassification,
    CorrectClassification,
    SetExposureLimit,
    SetRiskProfile,
)
from ledger.coverage.case import CAROL, JUST_AFTER, JUST_BEFORE, NOW, Case, Refused
from ledger.coverage.in_order import (
    ADMITTED,
    ASSESSMENT,
    CLASSIFIED,
    FOUNDATION,
    IN_ORDER,
    OTTO,
    PAPER,
    PORTFOLIO,
    RITA,
    TRANSACTIONS,
    ask,
)
from ledger.coverage.of_investor import CORPORATION
from ledger.events import Route
from ledger.instants import write_instant
from ledger.numbers import amount
from ledger.reasons import Reason

AT_NOW, AT_JUST_BEFORE, AT_JUST_AFTER = map(write_instant, (NOW, JUST_BEFORE, JUST_AFTER))
UNKNOWN = Refused(Reason.CLIENT_UNKNOWN, attempted="C")
FIVE_DAYS = ["2023-02-11", "2024-01-01", "2024-01-02", "2024-01-03", "2026-02-11"]
"""The first and the last are those on which a window of three years begins and ends."""


def classify(**fields: Any) -> ClassifyClient:
    """Classify the client as a professional by his portfolio."""
    usual = {
        "classification": "professional",
        "legal_basis": "Cap. 571D s.5",
        "evidence": PAPER,
        "basis": "portfolio",
        "amount": "8000000",
        "relevant_date": "2026-02-10",
    }
    return ask(OTTO, ClassifyClient, client="C", **{**usual, **fields})


def knowledge(**fields: Any) -> AssessKnowledge:
    """Note that the client knows virtual assets, by having traded them."""
    usual = {
        "subject": "virtual_assets",
        "route": Route.TRADING,
        "evidence": PAPER,
        "transactions": FIVE_DAYS,
    }
    return ask(OTTO, AssessKnowledge, client="C", **{**usual, **fields})


def limit(**fields: Any) -> SetExposureLimit:
    """Set how much the client may be exposed."""
    usual = {
        "limit": "1000000",
        "concentration": "60",
        "wealth_band": "B",
        "notified_at": AT_NOW,
        "review_due": AT_JUST_AFTER,
    }
    return ask(RITA, SetExposureLimit, client="C", **{**usual, **fields})


def suitability(valid_until: str) -> AssessSuitability:
    """Note that the product suits the client."""
    return ask(
        OTTO,
        AssessSuitability,
        client="C",
        product="BTC-PERP",
        suitable=True,
        concentration="50",
        evidence=PAPER,
        valid_until=valid_until,
    )


CONFIRM = ask(OTTO, ConfirmClassification, client="C", evidence=PAPER)
PROFILE = ask(OTTO, SetRiskProfile, client="C", profile="balanced", evidence=PAPER)
CRITERIA = ask(OTTO, AssessCorporation, client="C", structure=PAPER, person=PAPER, awareness=PAPER)


def correction(sequence: int) -> CorrectClassification:
    """Declare a classification one that should never have been."""
    return ask(
        CAROL,
        CorrectClassification,
        client="C",
        corrects=sequence,
        kind="never_existed",
        reason="the evidence was another client's",
    )


CLASSES: tuple[Case, ...] = (
    Case(
        classification.classify,
        "a portfolio of HKD 7,999,999.99 makes no individual a professional",
        IN_ORDER,
        classify(amount="7999999.99"),
        Refused(Reason.BELOW_THRESHOLD, "8000000", "7999999.99"),
        only=("R61",),
    ),
    Case(
        classification.classify,
        "a portfolio of HKD 8,000,000 makes an individual a professional",
        IN_ORDER,
        classify(),
        says={"evidence": PAPER, "threshold": amount("8000000")},
    ),
    Case(
        classification.classify,
        "total assets of HKD 39,999,999.99 make no corporation a professional",
        CORPORATION,
        classify(basis="total_assets", amount="39999999.99"),
        Refused(Reason.BELOW_THRESHOLD, "40000000", "39999999.99"),
        only=("R61",),
    ),
    Case(
        classification.classify,
        "total assets of HKD 40,000,000 make a corporation a professional",
        CORPORATION,
        classify(basis="total_assets", amount="40000000"),
        only=("R61",),
    ),
    Case(
        classification.classify,
        "an individual is not tested by his total assets",
        IN_ORDER,
        classify(basis="total_assets", amount="40000000"),
        Refused(Reason.BASIS_NOT_ACCEPTED, "portfolio", "total_assets"),
        only=("R61",),
    ),
    Case(
        classification.classify,
        "without a threshold on record nobody becomes a professional",
        IN_ORDER.without(PORTFOLIO),
        classify(),
        Refused(Reason.PARAMETER_MISSING, attempted="client.professional.portfolio individual"),
        only=("R61",),
    ),
    Case(
        classification.classify,
        "a test without its particulars makes nobody a professional",
        IN_ORDER,
        classify(amount=None),
        Refused(Reason.EVIDENCE_MISSING, "basis, amount and relevant_date"),
        only=("R04", "R62"),
    ),
    Case(
        classification.confirm,
        "at its lapse a classification is not confirmed",
        IN_ORDER.changed(CLASSIFIED, valid_until=NOW),
        CONFIRM,
        Refused(Reason.CLASSIFICATION_LAPSED, AT_NOW, AT_NOW),
    ),
    Case(
        classification.confirm,
        "in its last nanosecond a classification is confirmed for another year",
        IN_ORDER.changed(CLASSIFIED, valid_until=JUST_AFTER),
        CONFIRM,
        says={"evidence": PAPER},
    ),
    Case(
        classification.correct,
        "what is no classification is not corrected as one",
        IN_ORDER,
        correction(IN_ORDER.place_of(ADMITTED)),
        Refused(Reason.RECORD_NOT_CORRECTABLE, attempted="ClientAdmitted"),
    ),
    Case(
        classification.correct,
        "a classification is corrected by two people, with what it said and why",
        IN_ORDER,
        correction(IN_ORDER.place_of(CLASSIFIED)),
        says={"before": "professional", "reason": "the evidence was another client's"},
    ),
)

ASSESSMENTS: tuple[Case, ...] = (
    Case(
        assessment.assess_corporation,
        "an individual is not assessed as a corporation is",
        IN_ORDER,
        CRITERIA,
        Refused(Reason.BASIS_NOT_ACCEPTED, attempted="individual"),
    ),
    Case(
        assessment.assess_corporation,
        "without a term on record no corporation is assessed",
        CORPORATION.without(ASSESSMENT),
        CRITERIA,
        Refused(Reason.PARAMETER_MISSING, attempted="client.assessment.validity"),
    ),
    Case(
        assessment.assess_corporation,
        "a corporation is assessed by three criteria",
        CORPORATION,
        CRITERIA,
        says={"structure": PAPER, "person": PAPER, "awareness": PAPER},
    ),
    Case(
        assessment.assess_knowledge,
        "knowledge without evidence is none",
        IN_ORDER,
        knowledge(evidence=None),
        Refused(Reason.EVIDENCE_MISSING),
    ),
    Case(
        assessment.assess_knowledge,
        "four transactions are not knowledge",
        IN_ORDER,
        knowledge(transactions=FIVE_DAYS[1:]),
        Refused(Reason.TOO_FEW_TRANSACTIONS, "5", "4"),
    ),
    Case(
        assessment.assess_knowledge,
        "a transaction on the day before the window does not count",
        IN_ORDER,
        knowledge(transactions=["2023-02-10", *FIVE_DAYS[1:]]),
        Refused(Reason.TOO_FEW_TRANSACTIONS, "5", "4"),
    ),
    Case(
        assessment.assess_knowledge,
        "without a number on record no transactions are knowledge",
        IN_ORDER.without(TRANSACTIONS),
        knowledge(),
        Refused(Reason.PARAMETER_MISSING, attempted="client.knowledge.transactions"),
    ),
    Case(
        assessment.assess_knowledge,
        "five transactions within three years are knowledge",
        IN_ORDER,
        knowledge(),
        says={"transactions": 5, "evidence": PAPER},
    ),
    Case(
        assessment.set_risk_profile,
        "the risk of nobody is profiled who was not admitted",
        FOUNDATION,
        PROFILE,
        UNKNOWN,
    ),
    Case(assessment.set_risk_profile, "a client's risk is profiled", IN_ORDER, PROFILE),
    Case(
        assessment.set_exposure_limit,
        "no exposure limit is set before the client was notified",
        IN_ORDER,
        limit(notified_at=AT_JUST_AFTER),
        Refused(Reason.AT_IN_FUTURE, AT_NOW, AT_JUST_AFTER),
    ),
    Case(
        assessment.set_exposure_limit,
        "no exposure limit is set whose review is due already",
        IN_ORDER,
        limit(review_due=AT_NOW),
        Refused(Reason.EFFECTIVE_IN_THE_PAST, AT_NOW, AT_NOW),
    ),
    Case(
        assessment.set_exposure_limit,
        "an exposure limit is set in the moment in which the client is notified",
        IN_ORDER,
        limit(),
    ),
    Case(
        assessment.assess_suitability,
        "no product is found suitable until a moment that is past",
        IN_ORDER,
        suitability(AT_NOW),
        Refused(Reason.EFFECTIVE_IN_THE_PAST, AT_NOW, AT_NOW),
    ),
    Case(
        assessment.assess_suitability,
        "a product is found suitable up to a concentration",
        IN_ORDER,
        suitability(AT_JUST_AFTER),
        says={"product": "BTC-PERP", "suitable": True},
    ),
)

CASES = CLASSES + ASSESSMENTS
