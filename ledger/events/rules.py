"""Events of the rules in force: packs of figures, and each figure as it changes."""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.instants import Instant


class Unit(StrEnum):
    """What a parameter's value is, and so how it is written.

    Numbers are decimals in normal form. Dates are ISO days, and both dates and words are parted by
    single spaces.
    """

    HKD = "hkd"
    PERCENT = "percent"
    RATIO = "ratio"
    COUNT = "count"
    MINUTES = "minutes"
    BUSINESS_DAYS = "business_days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    DATES = "dates"
    WORDS = "words"


class RulePackAdopted(Approved, frozen=True):
    """A rule pack of so many figures was adopted; `file_digest` is the SHA-256 of its file.

    Each figure that it changes follows as a `ParameterChanged`.
    """

    pack: str
    version: str
    file_digest: str
    figures: int
    effective_from: Instant


class ParameterChanged(Approved, frozen=True):
    """A parameter has another value from `effective_from` on; `after` is None where it ends.

    `scope` narrows it, such as `BTC-PERP/professional`; `source` is the paragraph that says so and
    `verified` whether its text was read. `pack` names the rule pack that brought it.
    """

    name: str
    after: str | None
    unit: Unit
    source: str
    verified: bool
    effective_from: Instant
    scope: str = ""
    before: str | None = None
    pack: str | None = None
    rationale: str | None = None
    clients_notified_at: Instant | None = None
    regulator_notice: str | None = None
