"""Cases of a pledge that takes the place of another, at once."""

from typing import Any

from msgspec.structs import replace

from ledger import collateral
from ledger.commands import SubstituteCollateral
from ledger.coverage.case import JUST_AFTER, NOW, Case, Refused
from ledger.coverage.in_order import AUTHORITY, BTC, OTTO, ask
from ledger.coverage.market import CASH, COINS
from ledger.coverage.of_collateral import NOT_THREE, UNTITLED, USUAL, refuses
from ledger.coverage.priced_market import HAIRCUTS, SECURED, THEN, WORTH, WORTH_METHOD
from ledger.numbers import amount
from ledger.reasons import Reason


def substitute(**fields: Any) -> SubstituteCollateral:
    """Pledge ether of account A in place of a coin."""
    swapped = {**USUAL, "with_asset": "ETH", "with_amount": "20", **fields}
    return ask(OTTO, SubstituteCollateral, **swapped)


MIXED = (
    SECURED.then("asset-ETH", replace(BTC, asset="ETH"))
    .then("collateral-ETH", replace(WORTH_METHOD, name="ETH", asset="ETH"))
    .then("collateral-ETH", replace(WORTH, name="ETH", price=amount("50")), at=THEN)
    .then("haircut-ETH", replace(HAIRCUTS, asset="ETH"))
    .then("account-A", replace(COINS, asset="ETH", amount=amount("20")))
)
"""Beside the 3 BTC that secure 5 contracts there are 20 ETH that count for 40 USD each."""

CASES: tuple[Case, ...] = (
    refuses(
        collateral.substitute,
        "from the end of the client's authority on no pledge takes the place of another",
        UNTITLED,
        substitute(),
        MIXED.changed(AUTHORITY, valid_until=NOW),
    ),
    refuses(
        collateral.substitute,
        "no more takes the place of a pledge than is there",
        Refused(Reason.INSUFFICIENT_FUNDS, "20", "20.1"),
        substitute(with_amount="20.1"),
        MIXED,
    ),
    refuses(
        collateral.substitute,
        "nothing takes the place of more than is pledged",
        NOT_THREE,
        substitute(amount="3.01"),
        MIXED,
    ),
    refuses(
        collateral.substitute,
        "a pledge that leaves too little does not take the place of another",
        Refused(Reason.MARGIN_SHORT, "0", "-0.2"),
        substitute(with_amount="1.67"),
        MIXED,
    ),
    refuses(
        collateral.substitute,
        "cash that takes the place of a pledge secures nothing twice",
        Refused(Reason.MARGIN_SHORT, "0", "-447"),
        substitute(amount="2.1", with_asset="USD", with_amount="500"),
        SECURED.then("account-A", replace(CASH, amount=amount("500"))),
    ),
    Case(
        collateral.substitute,
        "a pledge that leaves enough takes the place of another",
        MIXED.changed(AUTHORITY, valid_until=JUST_AFTER),
        substitute(with_amount="1.68"),
        says={"pledged": amount("2"), "with_pledged": amount("1.68")},
    ),
)
