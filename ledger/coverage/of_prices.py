"""Cases of the rules for prices: how each is made, of which quotes, and when none is made."""

from collections.abc import Sequence
from typing import Any

from ledger import price_making
from ledger.commands import ReckonPrice, SetMarkMethod, SetPriceMethod
from ledger.coverage.case import CAROL, JUST_AFTER, NOW, Case, History, Refused
from ledger.coverage.in_order import ENGINE, ask
from ledger.coverage.market import CONTRACT
from ledger.coverage.priced_market import (
    INDEX_METHOD,
    METHODS,
)
from ledger.instants import SECOND, Instant, write_instant
from ledger.numbers import amount
from ledger.reasons import Reason
from ledger.situation import TOLERANCE

TEN_SECONDS_AGO = Instant(NOW - 10 * SECOND)
TOO_SOON = Instant(NOW + TOLERANCE.future + 1)
TOO_LONG_AGO = Instant(TEN_SECONDS_AGO - 1)

Said = tuple[str, str, Instant]


def said(source: str, figure: str, at: Instant = NOW) -> Said:
    """Tell what a source says, and when."""
    return (source, figure, at)


ALPHA, BETA, OURS = said("alpha", "1000"), said("beta", "1000"), said("own", "1004")


def reckoned(*quotes: Said, name: str = "BTC-USD", use: str = "index") -> ReckonPrice:
    """Make a price of quotes, as of now."""
    each = [{"source": s, "price": f, "at": write_instant(at)} for s, f, at in quotes]
    return ask(ENGINE, ReckonPrice, name=name, use=use, quotes=each, at=write_instant(NOW))


def worth(*quotes: Said) -> ReckonPrice:
    """Say what a coin counts for, as of now."""
    return reckoned(*quotes, name="BTC", use="collateral")


def method(**fields: Any) -> SetPriceMethod:
    """Say how an index is made."""
    sources: Sequence[dict[str, Any]] = [
        {"source": "alpha", "weight": "1"},
        {"source": "own", "weight": "1", "own": True},
    ]
    usual = {
        "name": "BTC-USD",
        "use": "index",
        "asset": "BTC",
        "currency": "USD",
        "sources": sources,
        "stale_after": 10,
        "deviation": "5",
        "sources_min": 2,
        "lasts": 60,
        "unit": "0.01",
    }
    return ask(CAROL, SetPriceMethod, **{**usual, **fields})


def mark_method(**fields: Any) -> SetMarkMethod:
    """Say how the mark of the contract is made."""
    usual = {
        "instrument": "BTC-PERP",
        "kind": "index",
        "index": "BTC-USD",
        "lasts": 60,
        "unit": "0.5",
    }
    return ask(CAROL, SetMarkMethod, **{**usual, **fields})


METHODS_SAID: tuple[Case, ...] = (
    Case(
        price_making.set_method,
        "no price is made of an asset that is not registered",
        METHODS,
        method(asset="DOGE"),
        Refused(Reason.ASSET_UNKNOWN, attempted="DOGE"),
    ),
    Case(
        price_making.set_method,
        "no price is made in a currency that is not registered",
        METHODS,
        method(currency="EUR"),
        Refused(Reason.ASSET_UNKNOWN, attempted="EUR"),
    ),
    Case(
        price_making.set_method,
        "an index in use does not become one of another asset",
        METHODS,
        method(asset="USD", currency="BTC"),
        Refused(Reason.INDEX_MISFIT, "BTC USD", "USD BTC"),
    ),
    Case(
        price_making.set_method,
        "how an index is made is said by two people, from a moment on",
        METHODS,
        method(effective_from=write_instant(JUST_AFTER)),
        says={"sources_min": 2, "effective_from": JUST_AFTER},
    ),
    Case(
        price_making.set_mark_method,
        "one nanosecond before its terms are in force a contract gets no mark",
        METHODS.changed(CONTRACT, effective_from=JUST_AFTER),
        mark_method(),
        Refused(Reason.INSTRUMENT_UNKNOWN, attempted="BTC-PERP"),
    ),
    Case(
        price_making.set_mark_method,
        "no mark is made of an index that nobody said how to make",
        METHODS.without(INDEX_METHOD),
        mark_method(),
        Refused(Reason.METHOD_MISSING, attempted="BTC-USD"),
    ),
    Case(
        price_making.set_mark_method,
        "no mark is made of an index of another asset than the contract follows",
        METHODS.changed(INDEX_METHOD, asset="ETH"),
        mark_method(),
        Refused(Reason.INDEX_MISFIT, "BTC", "ETH"),
    ),
    Case(
        price_making.set_mark_method,
        "from the moment at which its terms are in force a contract gets a mark",
        METHODS.changed(CONTRACT, effective_from=NOW),
        mark_method(),
        says={"index": "BTC-USD", "effective_from": NOW},
    ),
)


def makes(title: str, figure: str, command: ReckonPrice, history: History = METHODS) -> Case:
    """Tell a case in which a price is made of quotes."""
    return Case(price_making.reckon, title, history, command, says={"price": amount(figure)})


def refuses(title: str, refused: Refused, command: ReckonPrice, history: History = METHODS) -> Case:
    """Tell a case in which no price is made."""
    return Case(price_making.reckon, title, history, command, refused)


ONE_TOO_FEW = Refused(Reason.SOURCES_TOO_FEW, "2", "1")
OURS_ALONE = Refused(Reason.OWN_BOOK_ONLY, attempted="own")

SOURCES: tuple[Case, ...] = (
    refuses(
        "one nanosecond before its method is in force no price is made",
        Refused(Reason.METHOD_MISSING),
        reckoned(ALPHA, BETA, OURS),
        METHODS.changed(INDEX_METHOD, effective_from=JUST_AFTER),
    ),
    makes(
        "a price is the mean of its sources by their weights, from its method's first moment on",
        "1002",
        reckoned(ALPHA, BETA, OURS),
        METHODS.changed(INDEX_METHOD, effective_from=NOW),
    ),
    refuses(
        "one source less than the method asks for makes no price",
        Refused(Reason.SOURCES_TOO_FEW, "3", "2"),
        reckoned(ALPHA, BETA),
        METHODS.changed(INDEX_METHOD, sources_min=3),
    ),
    makes("as many sources as the method asks for make a price", "1002.67", reckoned(ALPHA, OURS)),
    refuses(
        "without any quote there is no price",
        Refused(Reason.SOURCES_TOO_FEW, "2", "0"),
        reckoned(),
    ),
    makes(
        "a quote one nanosecond too old counts for nothing",
        "1002.67",
        reckoned(said("alpha", "1000", TOO_LONG_AGO), OURS, BETA),
    ),
    makes(
        "a quote just as old as it may be counts",
        "1002",
        reckoned(said("alpha", "1000", TEN_SECONDS_AGO), OURS, BETA),
    ),
    refuses(
        "a quote of a later moment counts for nothing",
        ONE_TOO_FEW,
        reckoned(said("alpha", "1000", JUST_AFTER), BETA),
    ),
    refuses(
        "a source that the method does not name counts for nothing",
        ONE_TOO_FEW,
        reckoned(said("gamma", "1000"), BETA),
    ),
    makes(
        "a quote just as far from the median as it may be counts",
        "1025",
        reckoned(ALPHA, BETA, said("own", "1050")),
    ),
    makes(
        "a quote a cent further from the median counts for nothing",
        "1000",
        reckoned(ALPHA, BETA, said("own", "1050.01")),
    ),
    refuses(
        "two quotes too far apart make no price",
        Refused(Reason.SOURCES_TOO_FEW, "2", "0"),
        reckoned(ALPHA, said("beta", "1200")),
    ),
    refuses("our own book alone makes no index", OURS_ALONE, reckoned(OURS)),
    refuses(
        "nor does it between two others that are too far from it",
        OURS_ALONE,
        reckoned(said("alpha", "900"), said("beta", "1200"), OURS),
    ),
    refuses(
        "a coin counts for nothing by our own book beside a quote one nanosecond too old",
        OURS_ALONE,
        worth(said("alpha", "1000", TOO_LONG_AGO), OURS),
    ),
    makes(
        "a coin is priced by our own book beside a quote just as old as it may be",
        "1002",
        worth(said("alpha", "1000", TEN_SECONDS_AGO), OURS),
    ),
)

CASES = METHODS_SAID + SOURCES
