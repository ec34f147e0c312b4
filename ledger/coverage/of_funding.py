"""Cases of the rules for funding: how often it is due, and at which rate."""

from typing import Any

from msgspec.structs import replace

from ledger import funding
from ledger.commands import FixFundingRate, SetFundingRule
from ledger.coverage.case import CAROL, JUST_AFTER, JUST_BEFORE, NOW, Case, History, Refused
from ledger.coverage.in_order import ENGINE, ask
from ledger.coverage.market import CONTRACT
from ledger.coverage.priced_market import (
    BEFORE_THEN,
    FUNDING_RULE,
    MARK,
    METHODS,
    PRICED,
    RARENESS,
    THEN,
    priced,
)
from ledger.events import FundingRateFixed, PremiumSampled
from ledger.instants import SECOND, Instant, write_instant
from ledger.numbers import amount
from ledger.price import RECENT
from ledger.reasons import Flag, Reason

EIGHT_HOURS = 28_800 * SECOND
EARLIER = Instant(NOW - EIGHT_HOURS)
"""When the interval began that ends now."""
LATER = Instant(NOW + EIGHT_HOURS)
EARLIER_STILL = Instant(EARLIER - EIGHT_HOURS)


def rule(**fields: Any) -> SetFundingRule:
    """Say how funding is reckoned."""
    usual = {
        "instrument": "BTC-PERP",
        "interval": 28_800,
        "period": 28_800,
        "interest": "0.0001",
        "rate_unit": "0.000001",
    }
    return ask(CAROL, SetFundingRule, **{**usual, **fields})


def fix(at: Instant = NOW, **fields: Any) -> FixFundingRate:
    """Fix the rate of the interval that ends at a moment."""
    return ask(ENGINE, FixFundingRate, instrument="BTC-PERP", at=write_instant(at), **fields)


def sampled(history: History, *premiums: str, at: Instant = THEN, until: Instant = NOW) -> History:
    """Let the premium have been sampled at a moment, in the interval that ends at another."""
    for premium in premiums:
        event = PremiumSampled(
            instrument="BTC-PERP",
            until=until,
            premium=amount(premium),
            bid=amount("1000"),
            ask=amount("1000"),
            index=METHODS.place_of(FUNDING_RULE),
            index_price=amount("1000"),
        )
        history = history.then("funding-BTC-PERP", event, at=at)
    return history


def fixed(history: History, until: Instant = NOW, rate: str = "0.0001") -> History:
    """Let the rate of the interval that ended at a moment have been fixed."""
    event = FundingRateFixed(
        instrument="BTC-PERP",
        since=Instant(until - EIGHT_HOURS),
        until=until,
        samples=2,
        premium=amount(rate),
        rate=amount(rate),
        rule=history.place_of(FUNDING_RULE),
        mark=history.place_of(MARK),
        mark_price=amount("1000"),
        accrued=amount("0.1"),
    )
    return history.then("funding-BTC-PERP", event, at=until)


RULES: tuple[Case, ...] = (
    Case(
        funding.set_rule,
        "a contract without terms has no funding",
        METHODS,
        rule(instrument="ETH-PERP"),
        Refused(Reason.INSTRUMENT_UNKNOWN, attempted="ETH-PERP"),
    ),
    Case(
        funding.set_rule,
        "coins have no funding",
        METHODS,
        rule(instrument="BTC-SPOT"),
        Refused(Reason.INSTRUMENT_UNKNOWN, attempted="BTC-SPOT"),
    ),
    Case(
        funding.set_rule,
        "without a figure of how rare funding may be there is no rule",
        METHODS.without(RARENESS),
        rule(),
        Refused(Reason.PARAMETER_MISSING, attempted="perpetual.funding"),
    ),
    Case(
        funding.set_rule,
        "an interval one second longer than a contract may go without funding is refused",
        METHODS,
        rule(interval=86_401),
        Refused(Reason.FUNDING_TOO_RARE, "86400", "86401"),
    ),
    Case(
        funding.set_rule,
        "an interval just as long as a contract may go without funding is set by two people",
        METHODS.without(FUNDING_RULE).changed(CONTRACT, effective_from=NOW),
        rule(interval=86_400),
        says={"interval": 86_400, "effective_from": NOW},
    ),
    Case(
        funding.set_rule,
        "no interval becomes shorter while it lasts: its samples would be mixed with others",
        METHODS,
        rule(interval=3_600, effective_from=write_instant(JUST_AFTER)),
        Refused(Reason.NO_INTERVAL_ENDS, "28800", write_instant(JUST_AFTER)),
    ),
    Case(
        funding.set_rule,
        "nor does one before a rule of another interval that takes effect within it",
        METHODS.changed(FUNDING_RULE, effective_from=JUST_AFTER),
        rule(interval=3_600),
        Refused(Reason.NO_INTERVAL_ENDS, "28800", write_instant(JUST_AFTER)),
    ),
    Case(
        funding.set_rule,
        "from the end of an interval on the next ones are shorter",
        METHODS,
        rule(interval=3_600),
        says={"interval": 3_600, "effective_from": NOW},
    ),
)


def fixes(title: str, history: History, **says: object) -> Case:
    """Tell a case in which a rate is fixed."""
    return Case(funding.fix_rate, title, history, fix(), says=says)


def fixes_none(title: str, refused: Refused, history: History, at: Instant = NOW) -> Case:
    """Tell a case in which no rate is fixed of the interval that ends at a moment."""
    return Case(funding.fix_rate, title, history, fix(at), refused)


DUE = sampled(PRICED, "0.0003", "0.0005")
"""The premium was sampled twice, 0.04 % on average."""
TOO_FEW = sampled(PRICED, "0.0003")
DEARER = replace(MARK, price=amount("1100"))
AT_NOW, AT_EARLIER = write_instant(NOW), write_instant(EARLIER)
FORGOTTEN = DUE.then("price-BTC-PERP", *(DEARER,) * RECENT, at=Instant(NOW + 60 * SECOND))
"""So many marks were made since that of the interval's end is no longer remembered."""
NO_MARK = Refused(Reason.PRICE_STALE, attempted="BTC-PERP")

RATES: tuple[Case, ...] = (
    fixes_none(
        "one nanosecond before its rule is in force no rate is fixed",
        Refused(Reason.METHOD_MISSING, attempted="BTC-PERP"),
        DUE.changed(FUNDING_RULE, effective_from=JUST_AFTER),
    ),
    fixes(
        "a rate is fixed of its samples and the mark, from its rule's first moment on",
        DUE.changed(FUNDING_RULE, effective_from=NOW),
        premium=amount("0.0004"),
        rate=amount("0.0001"),
        mark_price=amount("1000"),
        flags=(),
    ),
    *(
        fixes_none(
            f"one nanosecond {when} an interval ends no rate is fixed",
            Refused(Reason.NO_INTERVAL_ENDS, "28800", write_instant(moment)),
            DUE,
            moment,
        )
        for when, moment in (("before", JUST_BEFORE), ("after", JUST_AFTER))
    ),
    fixes_none(
        "long after, when the mark of its end is forgotten, no rate is fixed without it",
        NO_MARK,
        FORGOTTEN,
    ),
    Case(
        funding.fix_rate,
        "it is fixed by the mark that is named",
        FORGOTTEN,
        fix(mark=FORGOTTEN.place_of(MARK)),
        says={"mark_price": amount("1000"), "mark": FORGOTTEN.place_of(MARK)},
    ),
    Case(
        funding.fix_rate,
        "but by no later one",
        FORGOTTEN,
        fix(mark=len(FORGOTTEN.drafts)),
        NO_MARK,
    ),
    Case(
        funding.fix_rate,
        "nor by what is no mark",
        FORGOTTEN,
        fix(mark=1),
        NO_MARK,
    ),
    fixes_none("a rate is fixed once", Refused(Reason.FUNDING_FIXED, AT_NOW, AT_NOW), fixed(DUE)),
    fixes_none(
        "nor is one fixed of an interval before another that is",
        Refused(Reason.FUNDING_FIXED, AT_NOW, AT_EARLIER),
        fixed(DUE),
        EARLIER,
    ),
    fixes(
        "the rate of an interval is fixed after that of the one before",
        sampled(fixed(PRICED, until=EARLIER), "0.0008", "0.0008"),
        rate=amount("0.0003"),
        flags=(),
    ),
    fixes(
        "a rate after an interval that had none says so",
        sampled(fixed(PRICED, until=EARLIER_STILL), "0.0008", "0.0008"),
        flags=(Flag.INTERVAL_SKIPPED,),
    ),
    fixes(
        "a sample one nanosecond after the end of an interval counts for the next",
        sampled(DUE, "0.0008", at=JUST_AFTER, until=LATER),
        samples=2,
        premium=amount("0.0004"),
    ),
    fixes(
        "a sample of the moment at which an interval ends counts",
        sampled(TOO_FEW, "0.0005", at=NOW),
        samples=2,
        premium=amount("0.0004"),
    ),
    fixes(
        "a rate of one sample less than its rule asks for says so",
        TOO_FEW,
        samples=1,
        premium=amount("0.00015"),
        flags=(Flag.SAMPLES_MISSING,),
    ),
    fixes_none(
        "a mark one nanosecond too old fixes no rate",
        NO_MARK,
        sampled(priced(mark=BEFORE_THEN), "0.0003"),
    ),
    fixes_none(
        "a price that was only reported fixes no rate",
        Refused(Reason.PRICE_MISSING, attempted="BTC-PERP"),
        sampled(METHODS, "0"),
    ),
    fixes(
        "a mark one nanosecond after the end of an interval is not the mark at its end",
        DUE.then("price-BTC-PERP", DEARER, at=JUST_AFTER),
        mark=DUE.place_of(MARK),
        mark_price=amount("1000"),
    ),
    fixes(
        "a mark of the moment at which an interval ends is the mark at its end",
        DUE.then("price-BTC-PERP", DEARER, at=NOW),
        mark_price=amount("1100"),
    ),
    fixes(
        "a rate is never above its cap",
        sampled(PRICED, "0.02", "0.02"),
        premium=amount("0.02"),
        rate=amount("0.01"),
    ),
)

CASES = RULES + RATES
