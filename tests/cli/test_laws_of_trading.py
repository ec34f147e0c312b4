"""`ledger check orders positions`: what no order can do, a hold without cash, a false position."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.coverage.market import CASH, accepted, filled, received
from ledger.events import (
    AccountOpened,
    CancelReason,
    CashWithdrawn,
    Draft,
    Initiator,
    OrderCanceled,
    OrderStatus,
    Side,
)
from ledger.numbers import ZERO, amount
from ledger.reasons import Flag
from tests.cli.forging import Forger, breach_of, figure_of
from tests.cli.shell import Shell

OPENED = AccountOpened(account="A", client="C")
PLACED, TAKEN = received("L", "5"), accepted("L", "5", "1669.5")
BOUGHT = filled("L", "5")
WITHDRAWN = CashWithdrawn(account="A", asset="USD", amount=amount("9000"), destination="bank")
SOLD = tuple(
    replace(event, account="H")
    for event in (
        received("S", "5", Side.SELL),
        accepted("S", "5", "1669.5"),
        filled("S", "5", Side.SELL),
    )
)


def canceled(left: str) -> OrderCanceled:
    return OrderCanceled(
        account="A",
        order_id="L",
        initiator=Initiator.CLIENT,
        reason=CancelReason.REQUESTED,
        canceled_quantity=amount(left),
        cumulative_quantity=ZERO,
    )


def writing(*events: Any) -> Callable[[Forger], None]:
    """Write what happened on accounts, true or not."""

    def write(forger: Forger) -> None:
        forger.write(*(Draft(f"account-{event.account}", event) for event in events))

    return write


TRADED = (OPENED, CASH, PLACED, TAKEN, BOUGHT)
OTHER_SIDE = (AccountOpened(account="H", client="D"), replace(CASH, account="H"), *SOLD)


@pytest.mark.parametrize(
    ("law", "figure"), [("orders", "2 orders, 0 open"), ("positions", "2 positions")]
)
def test_what_is_as_it_should_be_is_counted(sqlite: Shell, law: str, figure: str) -> None:
    assert figure_of(law, sqlite, writing(*TRADED, *OTHER_SIDE)) == figure


@pytest.mark.parametrize(
    ("events", "breach"),
    [
        ((PLACED, PLACED), "order L is received twice"),
        ((PLACED, BOUGHT), "order L is filled while it is received"),
        ((PLACED, TAKEN, canceled("5"), TAKEN), "order L is accepted while it is canceled"),
        ((PLACED, TAKEN, canceled("4")), "order L: canceled_quantity is 4, due 5"),
        (
            (PLACED, replace(TAKEN, leaves_quantity=amount("4"))),
            "order L: leaves_quantity is 4, due 5",
        ),
        (
            (PLACED, TAKEN, replace(BOUGHT, cumulative_quantity=amount("4"))),
            "order L: cumulative_quantity is 4, due 5",
        ),
        (
            (PLACED, TAKEN, replace(BOUGHT, status=OrderStatus.NEW)),
            "order L is told to be new, and is filled",
        ),
        ((PLACED, TAKEN, WITHDRAWN), "more is held than there is: -669.5 USD"),
        (
            (PLACED, replace(TAKEN, hold=amount("10000.01"))),
            "more is held than there is: -0.01 USD",
        ),
    ],
)
def test_what_cannot_befall_an_order_is_found(
    sqlite: Shell, events: tuple[Any, ...], breach: str
) -> None:
    assert breach in breach_of("orders", sqlite, writing(OPENED, CASH, *events))


def test_a_hold_without_cash_is_none_that_a_flag_tells_of(sqlite: Shell) -> None:
    said = replace(BOUGHT, hold=amount("10000.01"), flags=(Flag.INSUFFICIENT_FUNDS,))
    partly = replace(
        said,
        last_quantity=amount("1"),
        cumulative_quantity=amount("1"),
        leaves_quantity=amount("4"),
        status=OrderStatus.PARTIALLY_FILLED,
    )
    history = (OPENED, CASH, PLACED, TAKEN, partly)
    assert figure_of("orders", sqlite, writing(*history)) == "1 orders, 1 open"


def test_a_position_that_was_not_posted_is_found(sqlite: Shell) -> None:
    told = replace(BOUGHT, position_quantity=amount("6"))
    breach = breach_of("positions", sqlite, writing(*TRADED[:-1], told, *OTHER_SIDE))
    assert breach.endswith("A/BTC-PERP is posted at 5 for 5000")


def test_a_contract_that_nobody_sold_is_found(sqlite: Shell) -> None:
    breach = breach_of("positions", sqlite, writing(*TRADED))
    assert breach == "BTC-PERP: longs and shorts differ"
