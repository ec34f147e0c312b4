"""Cases of the rules for collateral: pledged by an authority, and let go as margin allows."""

from typing import Any

from msgspec.structs import replace

from ledger import collateral
from ledger.chart import Segregation
from ledger.commands import Command, PledgeCollateral, ReleaseCollateral
from ledger.coverage.case import JUST_AFTER, NOW, Case, Gate, History, Refused
from ledger.coverage.in_order import AUTHORITY, OTTO, ask
from ledger.coverage.market import accepted, received
from ledger.coverage.priced_market import (
    BEFORE_THEN,
    HELD,
    MARK,
    PLEDGED,
    PRICED,
    SECURED,
    held,
    priced,
)
from ledger.events import AccountClosed, AccountOpened, AuthorityRevoked, Side
from ledger.numbers import amount
from ledger.reasons import Reason

USUAL = {"account": "A", "asset": "BTC", "amount": "1", "authority": "AUTH-1"}


def pledge(**fields: Any) -> PledgeCollateral:
    """Pledge a coin of account A."""
    return ask(OTTO, PledgeCollateral, **{**USUAL, **fields})


def release(**fields: Any) -> ReleaseCollateral:
    """Let go of a coin of account A."""
    return ask(OTTO, ReleaseCollateral, **{**USUAL, **fields})


def refuses(
    gate: Gate, title: str, refused: Refused, command: Command, history: History = PRICED
) -> Case:
    """Tell a case in which nothing is pledged or let go."""
    return Case(gate, title, history, command, refused)


UNTITLED = Refused(Reason.AUTHORITY_UNKNOWN, attempted="AUTH-1")
NOT_THREE = Refused(Reason.NOT_PLEDGED, "3", "3.01")
SELLING = PRICED.then(
    "account-A",
    received("W", "1", Side.SELL, instrument="BTC-SPOT"),
    accepted("W", "1", "1", instrument="BTC-SPOT", held_asset="BTC"),
)
"""An order W to sell one of the 3 BTC works."""
HOUSES = AccountOpened(account="X", segregation=Segregation.HOUSE)

SHORT = SECURED.changed(PLEDGED, amount=amount("1"), pledged=amount("1"))
"""Of the 3 BTC only 1 is pledged, and the 5 contracts lack 867 USD of margin."""
CASH_PLEDGED = replace(PLEDGED, asset="USD", amount=amount("9000"), pledged=amount("9000"))

PLEDGES: tuple[Case, ...] = (
    refuses(
        collateral.pledge,
        "an account that is not there pledges nothing",
        Refused(Reason.ACCOUNT_UNKNOWN, attempted="N"),
        pledge(account="N"),
    ),
    refuses(
        collateral.pledge,
        "nor does an account that is no client's",
        Refused(Reason.ACCOUNT_WITHOUT_CLIENT, attempted="X"),
        pledge(account="X"),
        PRICED.then("account-X", HOUSES),
    ),
    refuses(
        collateral.pledge,
        "without an authority of the client nothing of his is pledged",
        UNTITLED,
        pledge(),
        PRICED.without(AUTHORITY),
    ),
    refuses(
        collateral.pledge,
        "by another client's authority nothing of his is pledged",
        UNTITLED,
        pledge(account="H"),
    ),
    refuses(
        collateral.pledge,
        "by an authority for something else nothing is pledged",
        UNTITLED,
        pledge(),
        PRICED.changed(AUTHORITY, scope="lending"),
    ),
    refuses(
        collateral.pledge,
        "from the end of the client's authority on nothing of his is pledged",
        UNTITLED,
        pledge(),
        PRICED.changed(AUTHORITY, valid_until=NOW),
    ),
    refuses(
        collateral.pledge,
        "by an authority that was revoked nothing is pledged",
        UNTITLED,
        pledge(),
        PRICED.then("client-C", AuthorityRevoked(client="C", authority="AUTH-1"), at=NOW),
    ),
    refuses(
        collateral.pledge,
        "less than the smallest part of a coin is not pledged",
        Refused(Reason.FINER_THAN_SCALE, attempted="0.000000001"),
        pledge(amount="0.000000001"),
    ),
    refuses(
        collateral.pledge,
        "no more is pledged than is there",
        Refused(Reason.INSUFFICIENT_FUNDS, "3", "3.00000001"),
        pledge(amount="3.00000001"),
    ),
    refuses(
        collateral.pledge,
        "what an order sells is not pledged",
        Refused(Reason.INSUFFICIENT_FUNDS, "2", "2.00000001"),
        pledge(amount="2.00000001"),
        SELLING,
    ),
    Case(
        collateral.pledge,
        "what no order sells is pledged",
        SELLING,
        pledge(amount="2"),
        says={"pledged": amount("2")},
    ),
    Case(
        collateral.pledge,
        "who is short of margin pledges more",
        SHORT,
        pledge(amount="2"),
        says={"pledged": amount("3")},
    ),
    Case(
        collateral.pledge,
        "cash that a position needs is pledged, and still secures it",
        HELD,
        pledge(asset="USD", amount="10000"),
        says={"pledged": amount("10000")},
    ),
    refuses(
        collateral.pledge,
        "a coin without a price that serves does not come to secure a position",
        Refused(Reason.PRICE_STALE, attempted="BTC"),
        pledge(),
        held(priced(worth=BEFORE_THEN)),
    ),
    Case(
        collateral.pledge,
        "all that is there is pledged in the last nanosecond of the client's authority",
        PRICED.changed(AUTHORITY, valid_until=JUST_AFTER),
        pledge(amount="3"),
        says={"pledged": amount("3"), "authority": "AUTH-1"},
    ),
)

RELEASES: tuple[Case, ...] = (
    refuses(
        collateral.release,
        "an account that is closed lets go of nothing",
        Refused(Reason.ACCOUNT_CLOSED, attempted="A"),
        release(),
        PRICED.then("account-A", PLEDGED, AccountClosed(account="A")),
    ),
    refuses(
        collateral.release,
        "without any pledge nothing is let go",
        Refused(Reason.NOT_PLEDGED, "0", "1"),
        release(),
    ),
    refuses(
        collateral.release,
        "no more is let go than is pledged",
        NOT_THREE,
        release(amount="3.01"),
        PRICED.then("account-A", PLEDGED),
    ),
    Case(
        collateral.release,
        "without a position all that is pledged is let go",
        PRICED.then("account-A", PLEDGED),
        release(amount="3"),
        says={"pledged": amount("0")},
    ),
    refuses(
        collateral.release,
        "what a position needs is not let go",
        Refused(Reason.MARGIN_SHORT, "0", "-3"),
        release(amount="0.92"),
        SECURED,
    ),
    Case(
        collateral.release,
        "what a position can do without is let go",
        SECURED,
        release(amount="0.91"),
        says={"pledged": amount("2.09")},
    ),
    Case(
        collateral.release,
        "cash that is let go still secures a position",
        HELD.then("account-A", CASH_PLEDGED),
        release(asset="USD", amount="9000"),
        says={"pledged": amount("0")},
    ),
    Case(
        collateral.release,
        "from the end of the client's authority on what was pledged by it is let go",
        PRICED.then("account-A", PLEDGED).changed(AUTHORITY, valid_until=NOW),
        release(amount="3"),
        says={"pledged": amount("0")},
    ),
    Case(
        collateral.release,
        "a coin that no price values any more is let go where the rest is enough",
        held(priced(worth=BEFORE_THEN).then("account-A", PLEDGED)),
        release(amount="3"),
        says={"pledged": amount("0")},
    ),
    refuses(
        collateral.release,
        "what a position has lost at its mark is not let go",
        Refused(Reason.MARGIN_SHORT, "0", "-4.33"),
        release(amount="0.78"),
        SECURED.changed(MARK, price=amount("966")),
    ),
    refuses(
        collateral.release,
        "nothing is let go beside a position at a mark one nanosecond too old",
        Refused(Reason.PRICE_STALE, attempted="BTC-PERP"),
        release(),
        held(priced(mark=BEFORE_THEN).then("account-A", PLEDGED)),
    ),
)

CASES = PLEDGES + RELEASES
