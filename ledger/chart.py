"""The chart of accounts: segregation classes, their normal sides, and the names of accounts.

Debit is positive, credit is negative. A holder's account (a client's, the house's, one mirrored
from a venue) is what somebody owes its holder, so it is credit normal, and a deposit shown in the
holder's favour reads positive. EXTERNAL is the world outside, debit normal, so what it shows is
what the holders' accounts add up to.
"""

from enum import StrEnum

from ledger.numbers import Amount, negate


class Segregation(StrEnum):
    """Whose assets an account holds, apart from all others (SFC VATP Guidelines 10.1, 10.5)."""

    CLIENT_TRUST = "CLIENT_TRUST"
    HOUSE = "HOUSE"
    AFFILIATE = "AFFILIATE"
    RESERVE_FUND = "RESERVE_FUND"
    COMPENSATION = "COMPENSATION"
    FEE_INCOME = "FEE_INCOME"
    MIRROR = "MIRROR"
    SUSPENSE = "SUSPENSE"
    CLEARING = "CLEARING"
    ROUNDING = "ROUNDING"
    EXTERNAL = "EXTERNAL"


class Side(StrEnum):
    """The side on which an account's balance normally stands."""

    DEBIT = "debit"
    CREDIT = "credit"


NORMAL_SIDE = {
    segregation: Side.CREDIT
    for segregation in Segregation
    if segregation not in (Segregation.CLEARING, Segregation.EXTERNAL)
} | {Segregation.CLEARING: Side.DEBIT, Segregation.EXTERNAL: Side.DEBIT}

HOLDERS = frozenset({Segregation.CLIENT_TRUST, Segregation.HOUSE, Segregation.AFFILIATE})
"""The classes in which an account may be opened by command."""

_debit_normal = frozenset(s for s, side in NORMAL_SIDE.items() if side is Side.DEBIT)


def in_holders_favour(segregation: Segregation, amount: Amount) -> Amount:
    """Show a signed leg or balance (debit positive) by the normal side of its class."""
    return amount if segregation in _debit_normal else negate(amount)


def account_name(segregation: Segregation, owner: str) -> str:
    """Name an account: a holder's by his id, all others as CLASS:owner."""
    named_by_id = segregation in HOLDERS or segregation is Segregation.MIRROR
    return owner if named_by_id else f"{segregation}:{owner}"
