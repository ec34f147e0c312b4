"""Cases of marks: of an index that serves, the contract's own market, and its last trade."""

from typing import Any

from ledger import mark
from ledger.commands import ReckonMark
from ledger.coverage.case import NOW, Case, Refused
from ledger.coverage.in_order import ENGINE, ask
from ledger.coverage.priced_market import (
    BEFORE_THEN,
    INDEX,
    MARK,
    MARK_METHOD,
    METHODS,
    PRICED,
    priced,
)
from ledger.events import MarkKind
from ledger.instants import Instant, write_instant
from ledger.numbers import amount
from ledger.reasons import Reason
from ledger.situation import TOLERANCE

TOO_SOON = Instant(NOW + TOLERANCE.future + 1)


def marked(**book: Any) -> ReckonMark:
    """Make a mark of the book and the last trade, as of now."""
    usual = {"bid": "1001", "ask": "1003", "last": "1004"}
    taken = {name: figure for name, figure in {**usual, **book}.items() if figure}
    return ask(ENGINE, ReckonMark, instrument="BTC-PERP", at=write_instant(NOW), **taken)


STALE = Refused(Reason.PRICE_STALE, write_instant(BEFORE_THEN), "BTC-USD")
FAIR = PRICED.changed(MARK_METHOD, kind=MarkKind.FAIR)

CASES: tuple[Case, ...] = (
    Case(
        mark.reckon,
        "a contract whose mark nobody said how to make gets none",
        METHODS.without(MARK_METHOD),
        marked(),
        Refused(Reason.METHOD_MISSING),
    ),
    Case(
        mark.reckon,
        "a mark is not made of an index that was never made",
        METHODS,
        marked(),
        Refused(Reason.PRICE_MISSING, attempted="BTC-USD"),
    ),
    Case(
        mark.reckon,
        "a mark is not made of an index one nanosecond too old",
        priced(index=BEFORE_THEN),
        marked(),
        STALE,
    ),
    Case(
        mark.reckon,
        "a mark is not made of an index of a moment later than clocks may differ",
        priced(index=TOO_SOON),
        marked(),
        Refused(Reason.PRICE_STALE, write_instant(TOO_SOON), "BTC-USD"),
    ),
    Case(
        mark.reckon,
        "a mark of the median needs a last trade",
        PRICED,
        marked(last=None),
        Refused(Reason.PRICE_INPUT_MISSING, attempted="median"),
    ),
    Case(
        mark.reckon,
        "a mark of the median needs a book",
        PRICED,
        marked(bid=None, ask=None),
        Refused(Reason.PRICE_INPUT_MISSING, attempted="median"),
    ),
    Case(
        mark.reckon,
        "of an index that serves for the last time, its own market and the last trade, a mark is "
        "the middle one",
        PRICED.without(MARK),
        marked(),
        says={
            "price": amount("1002"),
            "index": PRICED.place_of(INDEX),
            "fair": amount("1000"),
            "moving": amount("1002"),
        },
    ),
    Case(
        mark.reckon,
        "without a book or a trade a mark is made of the index alone, where that is its method",
        FAIR,
        marked(bid=None, ask=None, last=None),
        says={"price": amount("1000")},
    ),
)
