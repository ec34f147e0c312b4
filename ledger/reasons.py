"""Every reason for which a command is refused, in order of precedence: the first that holds wins.

A reason is a word of the vocabulary. It is stored, so it is never renamed; new ones take their
place in the order.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why we refused a command."""

    AT_IN_FUTURE = "at_in_future"
    PLATFORM_NOT_FOUNDED = "platform_not_founded"
    PLATFORM_FOUNDED = "platform_founded"
    FOUNDERS_TOO_ALIKE = "founders_too_alike"
    ENTITY_UNKNOWN = "entity_unknown"
    ROLE_LACKING = "role_lacking"
    ENTITY_NOT_ENTITLED = "entity_not_entitled"
    FOUR_EYES_REQUIRED = "four_eyes_required"
    SELF_DEALING = "self_dealing"
    PROPOSAL_EXISTS = "proposal_exists"
    PROPOSAL_UNKNOWN = "proposal_unknown"
    PROPOSAL_CLOSED = "proposal_closed"
    PROPOSAL_EXPIRED = "proposal_expired"
    APPROVER_IS_PROPOSER = "approver_is_proposer"
    APPROVER_NOT_HUMAN = "approver_not_human"
    SAME_FUNCTION = "same_function"
    APPROVER_IS_BENEFICIARY = "approver_is_beneficiary"
    PAYLOAD_CHANGED = "payload_changed"
    APPROVAL_AFTER_THE_DEED = "approval_after_the_deed"
    EFFECTIVE_IN_THE_PAST = "effective_in_the_past"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    ENTITY_EXISTS = "entity_exists"
    ROLE_EXISTS = "role_exists"
    ROLE_NOT_HELD = "role_not_held"
    LAST_OFFICERS = "last_officers"
    PARAMETER_UNCHANGED = "parameter_unchanged"
    PACK_UNCHANGED = "pack_unchanged"
    PERMISSION_EXISTS = "permission_exists"
    PERMISSION_UNKNOWN = "permission_unknown"
    PRODUCT_EXISTS = "product_exists"
    PRODUCT_UNKNOWN = "product_unknown"
    PRODUCT_NOT_YET = "product_not_yet"
    PRODUCT_WITHDRAWN = "product_withdrawn"
    PERMISSION_MISSING = "permission_missing"
    REFERENCE_NOT_ADMITTED = "reference_not_admitted"
    PARAMETER_MISSING = "parameter_missing"
    ACCOUNT_EXISTS = "account_exists"
    ACCOUNT_UNKNOWN = "account_unknown"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_MIRRORED = "account_mirrored"
    ACCOUNT_WITHOUT_CLIENT = "account_without_client"
    CLIENT_EXISTS = "client_exists"
    CLIENT_UNKNOWN = "client_unknown"
    CLIENT_CEASED = "client_ceased"
    CLIENT_HAS_ACCOUNT = "client_has_account"
    PARENT_NOT_HIS = "parent_not_his"
    ACCOUNT_OPEN = "account_open"
    CLIENT_SUSPENDED = "client_suspended"
    CLIENT_RESTRICTED = "client_restricted"
    RESTRICTION_EXISTS = "restriction_exists"
    RESTRICTION_UNKNOWN = "restriction_unknown"
    AGREEMENT_MISSING = "agreement_missing"
    EVIDENCE_MISSING = "evidence_missing"
    BELOW_THRESHOLD = "below_threshold"
    BASIS_NOT_ACCEPTED = "basis_not_accepted"
    NOT_CLASSIFIED = "not_classified"
    NOT_PROFESSIONAL = "not_professional"
    CLASSIFICATION_LAPSED = "classification_lapsed"
    CONSENT_MISSING = "consent_missing"
    ASSESSMENT_MISSING = "assessment_missing"
    ASSESSMENT_LAPSED = "assessment_lapsed"
    TOO_FEW_TRANSACTIONS = "too_few_transactions"
    KNOWLEDGE_MISSING = "knowledge_missing"
    DERIVATIVES_KNOWLEDGE_MISSING = "derivatives_knowledge_missing"
    RISK_PROFILE_MISSING = "risk_profile_missing"
    EXPOSURE_LIMIT_MISSING = "exposure_limit_missing"
    EXPOSURE_REVIEW_OVERDUE = "exposure_review_overdue"
    EXPOSURE_UNSTATED = "exposure_unstated"
    EXPOSURE_EXCEEDED = "exposure_exceeded"
    CONCENTRATION_EXCEEDED = "concentration_exceeded"
    SUITABILITY_MISSING = "suitability_missing"
    UNSUITABLE = "unsuitable"
    DOCUMENT_UNKNOWN = "document_unknown"
    DISCLOSURE_MISSING = "disclosure_missing"
    VERSION_NOT_NEXT = "version_not_next"
    VERSION_NOT_CURRENT = "version_not_current"
    LANGUAGE_MISSING = "language_missing"
    NEVER_SHOWN = "never_shown"
    AUTHORITY_EXISTS = "authority_exists"
    AUTHORITY_UNKNOWN = "authority_unknown"
    AUTHORITY_TOO_LONG = "authority_too_long"
    AUTHORITY_NOTICE_MISSING = "authority_notice_missing"
    AUTHORITY_MISSING = "authority_missing"
    GIFT_TIED_TO_ASSET = "gift_tied_to_asset"
    CONTROL_UNKNOWN = "control_unknown"
    CONTROL_NOT_WAIVABLE = "control_not_waivable"
    OVERRIDE_EXISTS = "override_exists"
    OVERRIDE_TOO_LONG = "override_too_long"
    HOLD_EXISTS = "hold_exists"
    HOLD_UNKNOWN = "hold_unknown"
    UNDER_LEGAL_HOLD = "under_legal_hold"
    RETENTION_RUNNING = "retention_running"
    KEY_DESTROYED = "key_destroyed"
    AFFILIATION_EXISTS = "affiliation_exists"
    AFFILIATION_UNKNOWN = "affiliation_unknown"
    PROGRAM_EXISTS = "program_exists"
    PROGRAM_UNKNOWN = "program_unknown"
    MARKET_MAKER_NOT_APPOINTED = "market_maker_not_appointed"
    SWEEP_UNKNOWN = "sweep_unknown"
    NOT_SWEPT = "not_swept"
    SWEEP_INCOMPLETE = "sweep_incomplete"
    ASSET_EXISTS = "asset_exists"
    ASSET_UNKNOWN = "asset_unknown"
    ASSET_NOT_ADMITTED = "asset_not_admitted"
    ASSET_ADMITTED = "asset_admitted"
    FINER_THAN_SCALE = "finer_than_scale"
    SAME_ACCOUNT = "same_account"
    SEGREGATION_CROSSED = "segregation_crossed"
    JOURNAL_UNBALANCED = "journal_unbalanced"
    JOURNAL_EXISTS = "journal_exists"
    LINE_DOUBLED = "line_doubled"
    RECORD_UNKNOWN = "record_unknown"
    RECORD_NOT_CORRECTABLE = "record_not_correctable"
    NOTHING_TO_CORRECT = "nothing_to_correct"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    BALANCE_NOT_ZERO = "balance_not_zero"


_place = {reason: place for place, reason in enumerate(Reason)}


def precedes(reason: Reason, other: Reason) -> bool:
    """Tell whether a reason comes before another in the order of precedence."""
    return _place[reason] < _place[other]


MEANING = {
    Reason.AT_IN_FUTURE: "the fact is dated further in the future than clocks may differ",
    Reason.PLATFORM_NOT_FOUNDED: "this needs roles, and the platform is not founded yet",
    Reason.PLATFORM_FOUNDED: "the platform was founded before",
    Reason.FOUNDERS_TOO_ALIKE: "a first officer must be able to propose roles, another to approve",
    Reason.ENTITY_UNKNOWN: "no legal entity with this id is registered",
    Reason.ROLE_LACKING: "the actor holds no role in force in which this may be asked",
    Reason.ENTITY_NOT_ENTITLED: "this is not for a legal entity of this kind to ask",
    Reason.FOUR_EYES_REQUIRED: "this is only ever proposed, and takes effect by an approval",
    Reason.SELF_DEALING: "nobody decides about an account of his own",
    Reason.PROPOSAL_EXISTS: "a proposal with this id was made before",
    Reason.PROPOSAL_UNKNOWN: "no proposal with this id was ever made for this entity",
    Reason.PROPOSAL_CLOSED: "the proposal was approved or declined before",
    Reason.PROPOSAL_EXPIRED: "the proposal's time to be approved is over",
    Reason.APPROVER_IS_PROPOSER: "nobody approves what he proposed himself",
    Reason.APPROVER_NOT_HUMAN: "only a person approves",
    Reason.SAME_FUNCTION: "proposer and approver must act in two functions",
    Reason.APPROVER_IS_BENEFICIARY: "nobody approves a change about himself",
    Reason.PAYLOAD_CHANGED: "the digest is not that of what was proposed",
    Reason.APPROVAL_AFTER_THE_DEED: "it was to take effect before this approval: propose it anew",
    Reason.EFFECTIVE_IN_THE_PAST: "this cannot take effect before it is recorded",
    Reason.ENDS_BEFORE_IT_BEGINS: "this would be over before it begins",
    Reason.ENTITY_EXISTS: "a legal entity with this id was registered before",
    Reason.ROLE_EXISTS: "the actor holds this role already",
    Reason.ROLE_NOT_HELD: "the actor does not hold this role",
    Reason.LAST_OFFICERS: "nobody could then propose a role and somebody else approve it",
    Reason.PARAMETER_UNCHANGED: "the parameter has this value already",
    Reason.PACK_UNCHANGED: "every figure of the pack is in force already",
    Reason.PERMISSION_EXISTS: "a permission with this id was recorded before",
    Reason.PERMISSION_UNKNOWN: "no permission with this id stands for this entity",
    Reason.PRODUCT_EXISTS: "the product is approved already",
    Reason.PRODUCT_UNKNOWN: "no product with this id is approved",
    Reason.PRODUCT_WITHDRAWN: "the product was withdrawn: only reducing is left",
    Reason.PRODUCT_NOT_YET: "the product's approval has not taken effect yet",
    Reason.PERMISSION_MISSING: "no permission of the regulator is in force: only reducing is left",
    Reason.REFERENCE_NOT_ADMITTED: "an asset it follows is not admitted: only reducing is left",
    Reason.PARAMETER_MISSING: "a parameter without which there is no trading is not recorded",
    Reason.ACCOUNT_EXISTS: "an account with this id was opened before",
    Reason.ACCOUNT_UNKNOWN: "no account with this id was ever opened",
    Reason.ACCOUNT_CLOSED: "the account is closed",
    Reason.ACCOUNT_MIRRORED: "the account repeats a venue's books, so only its statement moves it",
    Reason.ACCOUNT_WITHOUT_CLIENT: "the account belongs to no admitted client",
    Reason.CLIENT_EXISTS: "a client with this id was admitted before",
    Reason.CLIENT_UNKNOWN: "no client with this id was ever admitted",
    Reason.CLIENT_CEASED: "the client has left",
    Reason.CLIENT_HAS_ACCOUNT: "a client has one account, and others only as parts of it",
    Reason.PARENT_NOT_HIS: "the account named as the whole is not this client's",
    Reason.ACCOUNT_OPEN: "a client is let go only when all his accounts are closed",
    Reason.CLIENT_SUSPENDED: "the client is suspended",
    Reason.CLIENT_RESTRICTED: "the client is restricted to reducing",
    Reason.RESTRICTION_EXISTS: "a restriction with this id was placed before",
    Reason.RESTRICTION_UNKNOWN: "no such restriction is in force",
    Reason.AGREEMENT_MISSING: "the client has signed no agreement",
    Reason.EVIDENCE_MISSING: "there is no assessment without evidence",
    Reason.BELOW_THRESHOLD: "the amount does not reach the threshold of a professional investor",
    Reason.BASIS_NOT_ACCEPTED: "a client of this kind is not classified or assessed on this basis",
    Reason.NOT_CLASSIFIED: "the client was never classified",
    Reason.NOT_PROFESSIONAL: "only a professional investor may trade this",
    Reason.CLASSIFICATION_LAPSED: "the client's classification is not in force",
    Reason.CONSENT_MISSING: "the client has not consented to be treated as a professional",
    Reason.ASSESSMENT_MISSING: "the corporate professional investor was not assessed",
    Reason.ASSESSMENT_LAPSED: "the corporate professional investor must be assessed anew",
    Reason.TOO_FEW_TRANSACTIONS: "fewer transactions within the window than count as knowledge",
    Reason.KNOWLEDGE_MISSING: "the client's knowledge of virtual assets was not assessed",
    Reason.DERIVATIVES_KNOWLEDGE_MISSING: "the client's knowledge of derivatives was not assessed",
    Reason.RISK_PROFILE_MISSING: "the client's risk profile was never set",
    Reason.EXPOSURE_LIMIT_MISSING: "no exposure limit was set for the client",
    Reason.EXPOSURE_REVIEW_OVERDUE: "the client's exposure limit must be reviewed first",
    Reason.EXPOSURE_UNSTATED: "an increase must say what the client would be exposed to",
    Reason.EXPOSURE_EXCEEDED: "the client would be exposed to more than his limit",
    Reason.CONCENTRATION_EXCEEDED: "too much of the exposure would be in one reference",
    Reason.SUITABILITY_MISSING: "no assessment in force says that the product suits the client",
    Reason.UNSUITABLE: "the product was found not to suit the client",
    Reason.DOCUMENT_UNKNOWN: "no version of this document applies",
    Reason.DISCLOSURE_MISSING: "a disclosure was not acknowledged as it applies now",
    Reason.VERSION_NOT_NEXT: "versions of a document count 1, 2, 3 and so on",
    Reason.VERSION_NOT_CURRENT: "another version of the document applies now",
    Reason.LANGUAGE_MISSING: "the document was not published in this language",
    Reason.NEVER_SHOWN: "what was never shown cannot be acknowledged",
    Reason.AUTHORITY_EXISTS: "a standing authority with this id was given before",
    Reason.AUTHORITY_UNKNOWN: "no standing authority with this id is in force",
    Reason.AUTHORITY_TOO_LONG: "the authority of a client who is no professional ends sooner",
    Reason.AUTHORITY_NOTICE_MISSING: "the client must be reminded in time before a renewal",
    Reason.AUTHORITY_MISSING: "the standing authority that this product needs is not in force",
    Reason.GIFT_TIED_TO_ASSET: "nothing but a discount on fees may be tied to an asset",
    Reason.CONTROL_UNKNOWN: "no control has this name",
    Reason.CONTROL_NOT_WAIVABLE: "nobody can waive this control",
    Reason.OVERRIDE_EXISTS: "an override with this id was granted before",
    Reason.OVERRIDE_TOO_LONG: "an override must end, and sooner than this",
    Reason.HOLD_EXISTS: "a hold with this id was placed before",
    Reason.HOLD_UNKNOWN: "no such hold is in force",
    Reason.UNDER_LEGAL_HOLD: "a legal hold forbids it",
    Reason.RETENTION_RUNNING: "the records must still be kept",
    Reason.KEY_DESTROYED: "the key was destroyed before",
    Reason.AFFILIATION_EXISTS: "the client is declared as this already",
    Reason.AFFILIATION_UNKNOWN: "the client is not declared as this",
    Reason.PROGRAM_EXISTS: "the client makes a market under this program already",
    Reason.PROGRAM_UNKNOWN: "the client makes no market under this program",
    Reason.MARKET_MAKER_NOT_APPOINTED: "an affiliate trades only as an appointed market maker",
    Reason.SWEEP_UNKNOWN: "no such sweep is open",
    Reason.NOT_SWEPT: "the record is none that this sweep goes over",
    Reason.SWEEP_INCOMPLETE: "the sweep must go over everything up to the declaration",
    Reason.ASSET_EXISTS: "an asset with this id was registered before",
    Reason.ASSET_UNKNOWN: "no asset with this id is registered",
    Reason.ASSET_NOT_ADMITTED: "the asset is not admitted",
    Reason.ASSET_ADMITTED: "the asset is admitted like this already",
    Reason.FINER_THAN_SCALE: "the amount has more decimals than the asset's scale",
    Reason.SAME_ACCOUNT: "an account cannot transfer to itself",
    Reason.SEGREGATION_CROSSED: "assets of one segregation class would stand in another",
    Reason.JOURNAL_UNBALANCED: "the lines of a journal must sum to zero in every asset",
    Reason.JOURNAL_EXISTS: "a journal with this id was posted before",
    Reason.LINE_DOUBLED: "an account and asset stand on two lines of one journal",
    Reason.RECORD_UNKNOWN: "no such record stands on this account",
    Reason.RECORD_NOT_CORRECTABLE: "this kind of record cannot be corrected like this",
    Reason.NOTHING_TO_CORRECT: "the record already says this",
    Reason.INSUFFICIENT_FUNDS: "the account holds less than this",
    Reason.BALANCE_NOT_ZERO: "an account is closed only when it holds nothing",
}


class Flag(StrEnum):
    """Which rule a fact breaks. A fact happened elsewhere: it is recorded, and flagged."""

    LATE = "late"
    ACCOUNT_UNKNOWN = "account_unknown"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_MIRRORED = "account_mirrored"
    NOT_A_MIRROR = "not_a_mirror"
    ASSET_UNKNOWN = "asset_unknown"
    FINER_THAN_SCALE = "finer_than_scale"
