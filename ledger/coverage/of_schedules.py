"""Cases of the rules for schedules: what positions need, and what an asset counts for, by date."""

from collections.abc import Sequence
from typing import Any

from ledger import schedules
from ledger.commands import SetHaircutSchedule, SetMarginSchedule
from ledger.coverage.case import CAROL, JUST_AFTER, JUST_BEFORE, NOW, Case, Refused
from ledger.coverage.in_order import ask
from ledger.coverage.market import CONTRACT
from ledger.coverage.priced_market import LENDING_FLOOR, METHODS
from ledger.events import HaircutPurpose
from ledger.instants import write_instant
from ledger.reasons import Reason


def margins(instrument: str = "BTC-PERP", **fields: Any) -> SetMarginSchedule:
    """Say what positions in a contract need."""
    tiers = [
        {"floor": "0", "initial": "33.34", "maintenance": "20"},
        {"floor": "100000", "initial": "50", "maintenance": "30"},
    ]
    return ask(CAROL, SetMarginSchedule, instrument=instrument, tiers=tiers, **fields)


def haircuts(*cuts: str, **fields: Any) -> SetHaircutSchedule:
    """Say by how much a coin is cut before money is lent on it, coin by coin."""
    tiers: Sequence[dict[str, str]] = [
        {"floor": str(floor), "haircut": cut} for floor, cut in enumerate(cuts)
    ]
    usual = {"asset": "BTC", "purpose": "lending", "tiers": tiers}
    return ask(CAROL, SetHaircutSchedule, **{**usual, **fields})


CASES: tuple[Case, ...] = (
    Case(
        schedules.set_margin,
        "one nanosecond before its terms are in force a contract gets no margin schedule",
        METHODS.changed(CONTRACT, effective_from=JUST_AFTER),
        margins(),
        Refused(Reason.INSTRUMENT_UNKNOWN, attempted="BTC-PERP"),
    ),
    Case(
        schedules.set_margin,
        "coins need no margin",
        METHODS,
        margins("BTC-SPOT"),
        Refused(Reason.INSTRUMENT_UNKNOWN, attempted="BTC-SPOT"),
    ),
    Case(
        schedules.set_margin,
        "one nanosecond before its approval no margin is changed",
        METHODS,
        margins(effective_from=write_instant(JUST_BEFORE)),
        Refused(Reason.APPROVAL_AFTER_THE_DEED, write_instant(JUST_BEFORE), write_instant(NOW)),
    ),
    Case(
        schedules.set_margin,
        "from its approval on margin is changed",
        METHODS.changed(CONTRACT, effective_from=NOW),
        margins(effective_from=write_instant(NOW)),
        says={"instrument": "BTC-PERP", "effective_from": NOW},
    ),
    Case(
        schedules.set_haircuts,
        "an asset that is not registered counts for nothing",
        METHODS,
        haircuts("60", asset="DOGE"),
        Refused(Reason.ASSET_UNKNOWN, attempted="DOGE"),
    ),
    Case(
        schedules.set_haircuts,
        "without a least haircut on record nothing is lent on an asset",
        METHODS.without(LENDING_FLOOR),
        haircuts("60"),
        Refused(Reason.PARAMETER_MISSING, attempted="loan.haircut BTC"),
    ),
    Case(
        schedules.set_haircuts,
        "a haircut for lending is not a hundredth of a percent too low",
        METHODS,
        haircuts("59.99", "80"),
        Refused(Reason.HAIRCUT_TOO_LOW, "60", "59.99"),
    ),
    Case(
        schedules.set_haircuts,
        "the least haircut for lending is that of the date from which it counts",
        METHODS.changed(LENDING_FLOOR, effective_from=JUST_AFTER),
        haircuts("60"),
        Refused(Reason.PARAMETER_MISSING, attempted="loan.haircut BTC"),
    ),
    Case(
        schedules.set_haircuts,
        "a haircut for lending may be set for the moment at which its least is in force",
        METHODS.changed(LENDING_FLOOR, effective_from=JUST_AFTER),
        haircuts("60", effective_from=write_instant(JUST_AFTER)),
        says={"purpose": HaircutPurpose.LENDING, "effective_from": JUST_AFTER},
    ),
    Case(
        schedules.set_haircuts,
        "the least haircut for lending is accepted",
        METHODS,
        haircuts("60", "80"),
        says={"purpose": HaircutPurpose.LENDING},
    ),
    Case(
        schedules.set_haircuts,
        "the least haircut for lending binds no margin",
        METHODS,
        haircuts("59.99", purpose="perpetual_margin"),
        says={"purpose": HaircutPurpose.PERPETUAL_MARGIN},
    ),
    Case(
        schedules.set_haircuts,
        "without a least haircut on record nothing need be lent on an asset any more",
        METHODS.without(LENDING_FLOOR),
        haircuts(),
        says={"tiers": ()},
    ),
)
