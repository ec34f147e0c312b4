"""The chart of accounts: segregation classes, their normal sides, and the names of accounts.

Debit is positive, credit is negative. A holder's account (a client's, the house's, one mirrored
from a venue) is what somebody owes its holder, so it is credit normal, and a deposit shown in the
holder's favour reads positive. EXTERNAL is the world outside, debit normal, so what it shows is
what the holders' accounts add up to.
"""

from enum import Enum, StrEnum
from typing import Self

from ledger.numbers import Amount, negate


class Side(Enum):
    """The side on which an account's balance normally stands."""

    DEBIT = "debit"
    CREDIT = "credit"


class Naming(Enum):
    """How an account of a class is named: by its holder's id alone, or as CLASS:owner."""

    BY_ID = "by id"
    BY_CLASS = "by class"


class Segregation(StrEnum):
    """Whose assets an account holds, apart from all others (SFC VATP Guidelines 10.1, 10.5).

    Each class has its normal side, and says how its accounts are named.
    """

    normal_side: Side
    naming: Naming

    CLIENT_TRUST = ("CLIENT_TRUST", Side.CREDIT, Naming.BY_ID)
    HOUSE = ("HOUSE", Side.CREDIT, Naming.BY_ID)
    AFFILIATE = ("AFFILIATE", Side.CREDIT, Naming.BY_ID)
    MIRROR = ("MIRROR", Side.CREDIT, Naming.BY_ID)
    RESERVE_FUND = ("RESERVE_FUND", Side.CREDIT, Naming.BY_CLASS)
    COMPENSATION = ("COMPENSATION", Side.CREDIT, Naming.BY_CLASS)
    FEE_INCOME = ("FEE_INCOME", Side.CREDIT, Naming.BY_CLASS)
    SUSPENSE = ("SUSPENSE", Side.CREDIT, Naming.BY_CLASS)
    CLEARING = ("CLEARING", Side.DEBIT, Naming.BY_CLASS)
    ROUNDING = ("ROUNDING", Side.CREDIT, Naming.BY_CLASS)
    EXTERNAL = ("EXTERNAL", Side.DEBIT, Naming.BY_CLASS)

    def __new__(cls, word: str, normal_side: Side, naming: Naming) -> Self:
        member = str.__new__(cls, word)
        member._value_ = word
        member.normal_side = normal_side
        member.naming = naming
        return member


HOLDERS = (Segregation.CLIENT_TRUST, Segregation.HOUSE, Segregation.AFFILIATE)
"""The classes in which an account may be opened by command."""


def in_holders_favour(segregation: Segregation, amount: Amount) -> Amount:
    """Show a signed leg or balance (debit positive) by the normal side of its class."""
    return negate(amount) if segregation.normal_side is Side.CREDIT else amount


def account_name(segregation: Segregation, owner: str) -> str:
    """Name an account: a holder's by his id, all others as CLASS:owner."""
    return owner if segregation.naming is Naming.BY_ID else segregation + ":" + owner


def position_owner(account: str, instrument: str) -> str:
    """Name the owner of a position within its class: no account's id holds a stroke."""
    return f"{account}/{instrument}"


def pledge_owner(account: str) -> str:
    """Name the owner of what an account has pledged, within its class."""
    return f"{account}/+pledged"
