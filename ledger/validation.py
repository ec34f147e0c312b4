"""Validation exceptions as they must be logged: of what kind each is, and what it upholds.

SFC VATP Guidelines, Schedule 3, 1(c): limits on trading, positions and cash; 1(d): compliance
rules; 1(g): erroneous input.
"""

from collections.abc import Mapping
from enum import StrEnum

from ledger.reasons import Reason


class ExceptionKind(StrEnum):
    """What a refused command ran against."""

    TRADING_LIMIT = "trading_limit"
    POSITION = "position"
    CASH = "cash"
    COMPLIANCE = "compliance"
    ERRONEOUS_INPUT = "erroneous_input"


_KINDS: Mapping[ExceptionKind, frozenset[Reason]] = {
    ExceptionKind.TRADING_LIMIT: frozenset(
        {Reason.EXPOSURE_EXCEEDED, Reason.LEVERAGE_EXCEEDED, Reason.TOO_MANY_ORDERS}
    ),
    ExceptionKind.POSITION: frozenset(
        {
            Reason.CONCENTRATION_EXCEEDED,
            Reason.NOT_REDUCING,
            Reason.POSITION_EXCEEDED,
            Reason.POSITION_OPEN,
        }
    ),
    ExceptionKind.CASH: frozenset(
        {
            Reason.NOT_PLEDGED,
            Reason.INSUFFICIENT_FUNDS,
            Reason.MARGIN_SHORT,
            Reason.BALANCE_NOT_ZERO,
        }
    ),
    ExceptionKind.ERRONEOUS_INPUT: frozenset(
        {
            Reason.AT_IN_FUTURE,
            Reason.ENTITY_UNKNOWN,
            Reason.PROPOSAL_EXISTS,
            Reason.PROPOSAL_UNKNOWN,
            Reason.PROPOSAL_CLOSED,
            Reason.EFFECTIVE_IN_THE_PAST,
            Reason.ENTITY_EXISTS,
            Reason.ROLE_EXISTS,
            Reason.ROLE_NOT_HELD,
            Reason.PARAMETER_UNCHANGED,
            Reason.PACK_UNCHANGED,
            Reason.PERMISSION_EXISTS,
            Reason.PERMISSION_UNKNOWN,
            Reason.PRODUCT_EXISTS,
            Reason.PRODUCT_UNKNOWN,
            Reason.CONTRACT_FIXED,
            Reason.INSTRUMENT_UNCHANGED,
            Reason.PRICE_INPUT_MISSING,
            Reason.SAMPLE_TOO_LATE,
            Reason.NO_INTERVAL_ENDS,
            Reason.FUNDING_FIXED,
            Reason.FUNDING_NOT_FIXED,
            Reason.FUNDING_SETTLED,
            Reason.NO_POSITION,
            Reason.FUNDING_INCOMPLETE,
            Reason.MARGIN_MODE_FIXED,
            Reason.NOT_ISOLATED,
            Reason.ACCOUNT_EXISTS,
            Reason.ACCOUNT_UNKNOWN,
            Reason.ACCOUNT_CLOSED,
            Reason.ACCOUNT_MIRRORED,
            Reason.CLIENT_EXISTS,
            Reason.CLIENT_UNKNOWN,
            Reason.RESTRICTION_EXISTS,
            Reason.RESTRICTION_UNKNOWN,
            Reason.EXPOSURE_UNSTATED,
            Reason.DOCUMENT_UNKNOWN,
            Reason.VERSION_NOT_NEXT,
            Reason.AUTHORITY_EXISTS,
            Reason.AUTHORITY_UNKNOWN,
            Reason.CONTROL_UNKNOWN,
            Reason.OVERRIDE_EXISTS,
            Reason.HOLD_EXISTS,
            Reason.HOLD_UNKNOWN,
            Reason.KEY_DESTROYED,
            Reason.AFFILIATION_EXISTS,
            Reason.AFFILIATION_UNKNOWN,
            Reason.PROGRAM_EXISTS,
            Reason.PROGRAM_UNKNOWN,
            Reason.SWEEP_UNKNOWN,
            Reason.NOT_SWEPT,
            Reason.ASSET_EXISTS,
            Reason.ASSET_UNKNOWN,
            Reason.ASSET_ADMITTED,
            Reason.FINER_THAN_SCALE,
            Reason.SAME_ACCOUNT,
            Reason.JOURNAL_UNBALANCED,
            Reason.JOURNAL_EXISTS,
            Reason.LINE_DOUBLED,
            Reason.RECORD_UNKNOWN,
            Reason.RECORD_NOT_CORRECTABLE,
            Reason.NOTHING_TO_CORRECT,
            Reason.ORDER_UNKNOWN,
            Reason.ORDER_CLOSED,
            Reason.ORDER_PENDING,
            Reason.QUANTITY_EXECUTED,
            Reason.PRICES_NOT_ITS_TYPE,
            Reason.INSTRUMENT_UNKNOWN,
            Reason.PRICE_OFF_TICK,
            Reason.QUANTITY_OFF_LOT,
            Reason.ALREADY_EXPIRED,
            Reason.ORDER_TOO_LARGE,
            Reason.ORDER_TOO_SMALL,
            Reason.STOP_REACHED,
            Reason.PRICE_OUTSIDE_BAND,
            Reason.ABOVE_EXECUTED,
            Reason.ORDERS_OPEN,
            Reason.ENDS_BEFORE_IT_BEGINS,
        }
    ),
    ExceptionKind.COMPLIANCE: frozenset(
        {
            Reason.PLATFORM_NOT_FOUNDED,
            Reason.PLATFORM_FOUNDED,
            Reason.FOUNDERS_TOO_ALIKE,
            Reason.ROLE_LACKING,
            Reason.ENTITY_NOT_ENTITLED,
            Reason.FOUR_EYES_REQUIRED,
            Reason.SELF_DEALING,
            Reason.LAST_OFFICERS,
            Reason.PROPOSAL_EXPIRED,
            Reason.APPROVER_IS_PROPOSER,
            Reason.APPROVER_NOT_HUMAN,
            Reason.SAME_FUNCTION,
            Reason.APPROVER_IS_BENEFICIARY,
            Reason.PAYLOAD_CHANGED,
            Reason.APPROVAL_AFTER_THE_DEED,
            Reason.PRODUCT_NOT_YET,
            Reason.PRODUCT_WITHDRAWN,
            Reason.PERMISSION_MISSING,
            Reason.REFERENCE_NOT_ADMITTED,
            Reason.PARAMETER_MISSING,
            Reason.METHOD_MISSING,
            Reason.FUNDING_TOO_RARE,
            Reason.HAIRCUT_TOO_LOW,
            Reason.OWN_BOOK_ONLY,
            Reason.SOURCES_TOO_FEW,
            Reason.PRICE_MISSING,
            Reason.PRICE_STALE,
            Reason.REFERENCE_PRICE_MISSING,
            Reason.ACCOUNT_WITHOUT_CLIENT,
            Reason.CLIENT_CEASED,
            Reason.CLIENT_HAS_ACCOUNT,
            Reason.PARENT_NOT_HIS,
            Reason.ACCOUNT_OPEN,
            Reason.CLIENT_SUSPENDED,
            Reason.CLIENT_RESTRICTED,
            Reason.AGREEMENT_MISSING,
            Reason.EVIDENCE_MISSING,
            Reason.BELOW_THRESHOLD,
            Reason.BASIS_NOT_ACCEPTED,
            Reason.NOT_CLASSIFIED,
            Reason.NOT_PROFESSIONAL,
            Reason.CLASSIFICATION_LAPSED,
            Reason.CONSENT_MISSING,
            Reason.ASSESSMENT_MISSING,
            Reason.ASSESSMENT_LAPSED,
            Reason.TOO_FEW_TRANSACTIONS,
            Reason.KNOWLEDGE_MISSING,
            Reason.DERIVATIVES_KNOWLEDGE_MISSING,
            Reason.RISK_PROFILE_MISSING,
            Reason.EXPOSURE_LIMIT_MISSING,
            Reason.EXPOSURE_REVIEW_OVERDUE,
            Reason.SUITABILITY_MISSING,
            Reason.UNSUITABLE,
            Reason.DISCLOSURE_MISSING,
            Reason.VERSION_NOT_CURRENT,
            Reason.LANGUAGE_MISSING,
            Reason.NEVER_SHOWN,
            Reason.AUTHORITY_TOO_LONG,
            Reason.AUTHORITY_NOTICE_MISSING,
            Reason.AUTHORITY_MISSING,
            Reason.GIFT_TIED_TO_ASSET,
            Reason.CONTROL_NOT_WAIVABLE,
            Reason.OVERRIDE_TOO_LONG,
            Reason.UNDER_LEGAL_HOLD,
            Reason.RETENTION_RUNNING,
            Reason.MARKET_MAKER_NOT_APPOINTED,
            Reason.SWEEP_INCOMPLETE,
            Reason.ASSET_NOT_ADMITTED,
            Reason.SEGREGATION_CROSSED,
        }
    ),
}

EXCEPTION_KIND: Mapping[Reason, ExceptionKind] = {
    reason: kind for kind, reasons in _KINDS.items() for reason in reasons
}
"""The one kind of each reason."""

UPHELD_BY_CONTROL: Mapping[str, tuple[str, ...]] = {
    "product_approved": ("R80",),
    "product_open": ("R80",),
    "permission": ("R80",),
    "references": ("R80", "R125"),
    "parameters": ("R90",),
    "account": ("R69",),
    "suspension": ("R37",),
    "restriction": ("R37",),
    "agreement": ("R59",),
    "professional": ("R60", "R61", "R62"),
    "consent": ("R63",),
    "assessment": ("R63",),
    "knowledge": ("R64",),
    "derivatives_knowledge": ("R65",),
    "risk_profile": ("R66",),
    "exposure": ("R66",),
    "concentration": ("R66", "R67"),
    "suitability": ("R67",),
    "disclosures": ("R68",),
    "authority": ("R48",),
    "market_maker": ("R110",),
    "instrument": ("R23",),
    "steps": ("R29",),
    "expiry": ("R29",),
    "size": ("R27", "R29"),
    "prevailing_price": ("R29",),
    "price_band": ("R29",),
    "reducing": ("R23",),
    "leverage": ("R27",),
    "open_orders": ("R27",),
    "position": ("R27",),
    "funds": ("R28", "R34"),
}
"""The requirements that each control declares, for views, which must not know the controls."""
