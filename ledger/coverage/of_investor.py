"""Cases of the controls of the investor."""

from ledger.controls.of_investor import (
    concentration_limited,
    consented,
    corporation_assessed,
    exposure_limited,
    knows_derivatives,
    knows_virtual_assets,
    professional,
    profiled,
    suitable,
)
from ledger.coverage.case import JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import (
    ADMITTED,
    CLASSIFIED,
    CONSENTED,
    IN_ORDER,
    KNOWS_ASSETS,
    KNOWS_DERIVATIVES,
    LEVERAGE_CAP,
    LIMITED,
    PAPER,
    PROFILED,
    SUITED,
)
from ledger.coverage.trades import passes, reduces, refuses
from ledger.events import ClientClass, ClientKind, ConsentWithdrawn, CorporateAssessed
from ledger.instants import Instant, write_instant
from ledger.reasons import Reason

RETAIL = IN_ORDER.changed(CLASSIFIED, classification=ClientClass.RETAIL)
LAPSED = IN_ORDER.changed(CLASSIFIED, valid_until=NOW)
CORPORATION = IN_ORDER.changed(ADMITTED, kind=ClientKind.CORPORATION)
INSTITUTION = (
    IN_ORDER.changed(ADMITTED, kind=ClientKind.INSTITUTION)
    .changed(CLASSIFIED, classification=ClientClass.INSTITUTIONAL, valid_until=None)
    .changed(LEVERAGE_CAP, scope="BTC-PERP/institutional")
)
AT_NOW = write_instant(NOW)


def assessed(valid_until: Instant) -> History:
    """Let a corporation have been assessed by the three criteria."""
    event = CorporateAssessed(
        client="C", structure=PAPER, person=PAPER, awareness=PAPER, valid_until=valid_until
    )
    return CORPORATION.then("client-C", event)


STATUS: tuple[Case, ...] = (
    refuses(
        professional,
        "a retail client does not trade a perpetual",
        Refused(Reason.NOT_PROFESSIONAL, attempted="retail"),
        RETAIL,
        only=("R60",),
    ),
    refuses(
        professional,
        "a client who was never classified does not trade a perpetual",
        Refused(Reason.NOT_CLASSIFIED),
        IN_ORDER.without(CLASSIFIED),
        only=("R60", "R62"),
    ),
    refuses(
        professional,
        "a client whose threshold test counts only later does not trade a perpetual",
        Refused(Reason.NOT_CLASSIFIED),
        IN_ORDER.changed(CLASSIFIED, valid_from=JUST_AFTER),
        only=("R60", "R61"),
    ),
    refuses(
        professional,
        "at its lapse a classification is no longer in force",
        Refused(Reason.CLASSIFICATION_LAPSED, AT_NOW, AT_NOW),
        LAPSED,
    ),
    passes(
        professional,
        "one nanosecond before its lapse a classification is in force",
        IN_ORDER.changed(CLASSIFIED, valid_until=JUST_AFTER),
    ),
    passes(
        professional,
        "from the moment of his classification on a professional trades a perpetual",
        IN_ORDER.changed(CLASSIFIED, valid_from=NOW),
    ),
    passes(
        professional, "a retail client buys what is admitted for all", RETAIL, product="BTC-SPOT"
    ),
    reduces(professional, "a client whose classification has lapsed reduces", LAPSED),
    refuses(
        consented,
        "a professional who has not consented does not trade a perpetual",
        Refused(Reason.CONSENT_MISSING),
        IN_ORDER.without(CONSENTED),
    ),
    refuses(
        consented,
        "a professional who withdrew his consent does not trade a perpetual",
        Refused(Reason.CONSENT_MISSING),
        IN_ORDER.then("client-C", ConsentWithdrawn(client="C")),
    ),
    passes(consented, "a professional who consented trades a perpetual"),
    passes(consented, "an institution need not consent", INSTITUTION.without(CONSENTED)),
    reduces(consented, "without consent a professional reduces", IN_ORDER.without(CONSENTED)),
    refuses(
        corporation_assessed,
        "a corporation that was not assessed does not trade a perpetual",
        Refused(Reason.ASSESSMENT_MISSING),
        CORPORATION,
    ),
    refuses(
        corporation_assessed,
        "from the end of its assessment on a corporation does not trade a perpetual",
        Refused(Reason.ASSESSMENT_LAPSED, AT_NOW, AT_NOW),
        assessed(NOW),
    ),
    passes(
        corporation_assessed,
        "in the last nanosecond of its assessment a corporation trades a perpetual",
        assessed(JUST_AFTER),
    ),
    passes(corporation_assessed, "an individual is not assessed as a corporation"),
    reduces(corporation_assessed, "a corporation that was not assessed reduces", CORPORATION),
    refuses(
        knows_virtual_assets,
        "whose knowledge of virtual assets was not assessed does not buy them",
        Refused(Reason.KNOWLEDGE_MISSING),
        IN_ORDER.without(KNOWS_ASSETS),
        product="BTC-SPOT",
    ),
    passes(knows_virtual_assets, "whoever knows virtual assets buys them", product="BTC-SPOT"),
    passes(
        knows_virtual_assets,
        "an institution's knowledge is not assessed",
        INSTITUTION.without(KNOWS_ASSETS),
    ),
    reduces(
        knows_virtual_assets,
        "whose knowledge was not assessed reduces",
        IN_ORDER.without(KNOWS_ASSETS),
    ),
    refuses(
        knows_derivatives,
        "whose knowledge of derivatives was not assessed does not trade a perpetual",
        Refused(Reason.DERIVATIVES_KNOWLEDGE_MISSING),
        IN_ORDER.without(KNOWS_DERIVATIVES),
    ),
    passes(
        knows_derivatives,
        "whoever does not know derivatives buys what is none",
        IN_ORDER.without(KNOWS_DERIVATIVES),
        product="BTC-SPOT",
    ),
    passes(knows_derivatives, "whoever knows derivatives trades a perpetual"),
    reduces(
        knows_derivatives,
        "whoever does not know derivatives reduces a perpetual",
        IN_ORDER.without(KNOWS_DERIVATIVES),
    ),
)

RISK: tuple[Case, ...] = (
    refuses(
        profiled,
        "a client without a risk profile does not trade",
        Refused(Reason.RISK_PROFILE_MISSING),
        IN_ORDER.without(PROFILED),
    ),
    passes(profiled, "a client with a risk profile trades"),
    passes(profiled, "an institution has no risk profile", INSTITUTION.without(PROFILED)),
    reduces(profiled, "a client without a risk profile reduces", IN_ORDER.without(PROFILED)),
    refuses(
        exposure_limited,
        "a client without an exposure limit does not trade",
        Refused(Reason.EXPOSURE_LIMIT_MISSING),
        IN_ORDER.without(LIMITED),
    ),
    refuses(
        exposure_limited,
        "a limit that is due for review lets nobody increase",
        Refused(Reason.EXPOSURE_REVIEW_OVERDUE, write_instant(NOW), write_instant(NOW)),
        IN_ORDER.changed(LIMITED, review_due=NOW),
    ),
    passes(
        exposure_limited,
        "a limit serves until one nanosecond before its review is due",
        IN_ORDER.changed(LIMITED, review_due=Instant(NOW + 1)),
    ),
    refuses(
        exposure_limited,
        "an increase that does not say its exposure is refused",
        Refused(Reason.EXPOSURE_UNSTATED),
        exposure=None,
    ),
    refuses(
        exposure_limited,
        "an exposure one cent above the limit is refused",
        Refused(Reason.EXPOSURE_EXCEEDED, "1000000", "1000000.01"),
        exposure="1000000.01",
    ),
    passes(exposure_limited, "an exposure equal to the limit passes", exposure="1000000"),
    passes(exposure_limited, "an institution has no limit", INSTITUTION.without(LIMITED)),
    reduces(
        exposure_limited,
        "an exposure above the limit is reduced",
        IN_ORDER,
        exposure="1000000.01",
    ),
    refuses(
        concentration_limited,
        "a concentration above the limit is refused",
        Refused(Reason.CONCENTRATION_EXCEEDED, "60", "60.01"),
        concentration="60.01",
    ),
    refuses(
        concentration_limited,
        "an increase that does not say its concentration is refused",
        Refused(Reason.EXPOSURE_UNSTATED),
        concentration=None,
    ),
    passes(concentration_limited, "a concentration equal to the limit passes", concentration="60"),
    reduces(
        concentration_limited,
        "a concentration above the limit is reduced",
        IN_ORDER,
        concentration="60.01",
    ),
    refuses(
        suitable,
        "what was found not to suit a client is not solicited",
        Refused(Reason.UNSUITABLE, attempted="BTC-PERP"),
        IN_ORDER.changed(SUITED, suitable=False),
        solicited=True,
    ),
    refuses(
        suitable,
        "what was not found to suit a client is not solicited",
        Refused(Reason.SUITABILITY_MISSING, attempted="BTC-PERP"),
        IN_ORDER.without(SUITED),
        solicited=True,
    ),
    refuses(
        suitable,
        "from the end of its assessment on a product is not solicited",
        Refused(Reason.SUITABILITY_MISSING, AT_NOW, "BTC-PERP"),
        IN_ORDER.changed(SUITED, valid_until=NOW),
        solicited=True,
    ),
    refuses(
        suitable,
        "what suits up to a concentration is not solicited beyond it",
        Refused(Reason.UNSUITABLE, "55", "55.01"),
        solicited=True,
        concentration="55.01",
    ),
    passes(
        suitable,
        "what suits up to a concentration is solicited up to it",
        solicited=True,
        concentration="55",
    ),
    passes(
        suitable,
        "in the last nanosecond of its assessment a product is solicited",
        IN_ORDER.changed(SUITED, valid_until=JUST_AFTER),
        solicited=True,
    ),
    passes(suitable, "what nobody solicited needs no assessment", IN_ORDER.without(SUITED)),
    reduces(
        suitable,
        "what does not suit is reduced",
        IN_ORDER.changed(SUITED, suitable=False),
        solicited=True,
    ),
)

CASES = STATUS + RISK
