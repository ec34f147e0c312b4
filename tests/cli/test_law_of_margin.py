"""`ledger check margin`: an evaluation that what came before it does not lead to is found."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.coverage.case import NOW
from ledger.events import (
    CashDeposited,
    CollateralPledged,
    CollateralPriceComputed,
    Draft,
    HaircutScheduleSet,
    HaircutTier,
    MarginAllocated,
    MarginEvaluated,
    MarginScheduleSet,
    MarkPriceComputed,
    OrderFilled,
    ParameterChanged,
    Rung,
)
from ledger.instants import SECOND, Instant
from ledger.laws import of_margin
from ledger.numbers import ONE, ZERO, amount
from tests.cli import forging
from tests.cli.forged_day import Forgery, event, place, sound, writing
from tests.cli.forging import Forger, breach_of, figure_of
from tests.cli.shell import Shell
from tests.domain.margin_books import tier
from tests.log.ledgers import stamp_for

MARGIN = MarginEvaluated


def position(**said: Any) -> dict[str, Any]:
    """Let the evaluation say something else of its one position."""
    return {"positions": (replace(event(MARGIN).positions[0], **said),)}


def coins(**said: Any) -> dict[str, Any]:
    """Let the evaluation say something else of the coins that are pledged."""
    cash, pledged = event(MARGIN).collateral
    return {"collateral": (cash, replace(pledged, **said))}


def test_an_evaluation_that_follows_is_counted(sqlite: Shell) -> None:
    assert figure_of("margin", sqlite, writing(sound())) == "1 evaluations recomputed"


SAID = {
    "its equity": Forgery(MARGIN, 0, {"equity": ONE}, "equity is 1, due 167640"),
    "its rung": Forgery(MARGIN, 0, {"rung": Rung.CALL}, "rung is call, due healthy"),
    "its ratio": Forgery(MARGIN, 0, {"ratio": ONE}, "ratio is 1, due 1862.6666"),
    "a mark": Forgery(MARGIN, 0, position(mark=34), "positions 1 mark is 34, due 37"),
    "a schedule": Forgery(MARGIN, 0, position(schedule=10), "positions 1 schedule is 10, due 11"),
    "its price": Forgery(
        MARGIN, 0, position(liquidation_price=ONE), "liquidation_price is 1, due 29685.19"
    ),
    "what must be maintained": Forgery(
        MARGIN, 0, position(maintenance=ZERO), "positions 1 maintenance is 0, due 9000"
    ),
    "what coins are worth": Forgery(
        MARGIN, 0, coins(post_haircut=ONE), "collateral 2 post_haircut is 1, due 107865"
    ),
    "the price of coins": Forgery(
        MARGIN, 0, coins(price_source=46), "collateral 2 price_source is 46, due 44"
    ),
    "no coins": Forgery(
        MARGIN, 0, {"collateral": event(MARGIN).collateral[:1]}, "collateral is (CollateralValue"
    ),
    "a level": Forgery(MARGIN, 0, {"rungs": {Rung.CALL: 6}}, "rungs is "),
    "whose it is": Forgery(MARGIN, 0, {"client": "X"}, "client is X, due client-A"),
    "another account": Forgery(MARGIN, 0, {"account": "H"}, "it stands on margin-A"),
    "a later moment": Forgery(
        MARGIN, 0, {}, "it was not possible: price_stale", Instant(NOW + 10**12)
    ),
}
BEFORE = {
    "the schedule": Forgery(
        MarginScheduleSet, 0, {"tiers": (tier("0", "6", "10"),)}, "maintenance is 9000, due 10800"
    ),
    "the haircut": Forgery(
        HaircutScheduleSet, 0, {"tiers": (HaircutTier(ZERO, amount("20")),)}, "due 155775"
    ),
    "a level": Forgery(ParameterChanged, 0, {"after": "2000"}, "rung is healthy, due call"),
    "the mark": Forgery(MarkPriceComputed, 2, {"price": amount("60001")}, "due 167644.8"),
    "the price of coins": Forgery(
        CollateralPriceComputed, 0, {"price": amount("50000")}, "equity is 167640, due 149775"
    ),
    "a deposit": Forgery(CashDeposited, 0, {"amount": amount("59999")}, "equity is 167640, due"),
    "a pledge": Forgery(CollateralPledged, 0, {"pledged": ONE}, "equity is 167640, due 113775"),
    "a position": Forgery(
        OrderFilled, 0, {"position_cost": amount("179999")}, "equity is 167640, due 167641"
    ),
}


@pytest.mark.parametrize("what", SAID)
def test_an_evaluation_that_says_something_else_is_found(sqlite: Shell, what: str) -> None:
    forgery = SAID[what]
    assert forgery.breach in breach_of("margin", sqlite, writing(forgery.told()))


@pytest.mark.parametrize("what", BEFORE)
def test_an_evaluation_from_something_else_is_found(sqlite: Shell, what: str) -> None:
    forgery = BEFORE[what]
    assert forgery.breach in breach_of("margin", sqlite, writing(forgery.told()))


def later_mark() -> Draft:
    """Tell a mark that another writer recorded in the meantime."""
    mark = sound()[place(MarkPriceComputed, 2)]
    return replace(mark, event=replace(mark.event, price=amount("61000")))


def racing(reads: dict[str, int]) -> Callable[[Forger], None]:
    """Let a mark come between an evaluation and its place in the log."""

    def write(forger: Forger) -> None:
        writing(sound()[:-1])(forger)
        forger.write(later_mark())
        forger.stamp()
        forger.write(sound()[-1], reads=reads)

    return write


LOOKED_AT = {"account-A": 8, "price-BTC-PERP": 4, "collateral-BTC": 3}


def test_the_price_counts_that_the_writer_looked_at(sqlite: Shell) -> None:
    assert figure_of("margin", sqlite, racing(LOOKED_AT)) == "1 evaluations recomputed"


def test_whoever_says_that_he_looked_at_the_later_price_must_have(sqlite: Shell) -> None:
    breach = breach_of("margin", sqlite, racing({**LOOKED_AT, "price-BTC-PERP": 5}))
    assert "equity is 167640, due 170775" in breach


def test_nobody_looks_at_a_price_that_moved_on_long_before(
    sqlite: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The log takes nothing far ahead of the clock: three seconds are long here, not six.
    monkeypatch.setattr(of_margin, "RACE", 2 * SECOND)
    ahead = count(0, 3 * SECOND)
    monkeypatch.setattr(forging, "stamp_for", lambda log: Instant(stamp_for(log) + next(ahead)))
    breach = breach_of("margin", sqlite, racing(LOOKED_AT))
    assert breach.endswith("it looked at price-BTC-PERP as it had long ceased to stand")


def set_aside(*instruments: str) -> list[Draft]:
    """Let 40,000 of the 59,775 USD that account A has left be set aside for each contract."""
    most = amount("40000")
    return [
        Draft("account-A", MarginAllocated("A", name, "USD", most, most)) for name in instruments
    ]


def test_what_is_set_aside_once_is_no_breach(sqlite: Shell) -> None:
    told = (*sound(), *set_aside("BTC-PERP"))
    assert figure_of("margin", sqlite, writing(told)) == "1 evaluations recomputed"


def test_what_is_set_aside_twice_is_found(sqlite: Shell) -> None:
    told = (*sound(), *set_aside("BTC-PERP", "ETH-PERP"))
    breach = breach_of("margin", sqlite, writing(told))
    assert breach.endswith("80000 USD is set aside, of 59775")
