"""Every reason for which a command is refused, in order of precedence: the first that holds wins.

A reason is a word of the vocabulary. It is stored, so it is never renamed; new ones take their
place in the order.
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why we refused a command."""

    AT_IN_FUTURE = "at_in_future"
    ACCOUNT_EXISTS = "account_exists"
    ACCOUNT_UNKNOWN = "account_unknown"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_MIRRORED = "account_mirrored"
    ASSET_EXISTS = "asset_exists"
    ASSET_UNKNOWN = "asset_unknown"
    FINER_THAN_SCALE = "finer_than_scale"
    SAME_ACCOUNT = "same_account"
    SEGREGATION_CROSSED = "segregation_crossed"
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
    Reason.ACCOUNT_EXISTS: "an account with this id was opened before",
    Reason.ACCOUNT_UNKNOWN: "no account with this id was ever opened",
    Reason.ACCOUNT_CLOSED: "the account is closed",
    Reason.ACCOUNT_MIRRORED: "the account repeats a venue's books, so only its statement moves it",
    Reason.ASSET_EXISTS: "an asset with this id was registered before",
    Reason.ASSET_UNKNOWN: "no asset with this id is registered",
    Reason.FINER_THAN_SCALE: "the amount has more decimals than the asset's scale",
    Reason.SAME_ACCOUNT: "an account cannot transfer to itself",
    Reason.SEGREGATION_CROSSED: "the two accounts stand in different segregation classes",
    Reason.RECORD_UNKNOWN: "no such record stands on this account",
    Reason.RECORD_NOT_CORRECTABLE: "only a movement of cash can be corrected",
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
