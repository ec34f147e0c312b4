"""`ledger check liquidations`: a case as the rules tell it, and each figure told otherwise."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.commands import CloseLiquidation, DeleveragePositions
from ledger.coverage.bankrupt_market import DRAWN, after, step
from ledger.events import (
    DeficitCovered,
    DeficitRecognized,
    DeleveragingQueueRanked,
    DeleveragingRanked,
    Draft,
    Event,
    LiquidationDetected,
    LiquidationOrdersCanceled,
    LossAllocated,
    PositionDeleveraged,
    PositionTakenOver,
    ReserveFundDrawn,
)
from ledger.numbers import ONE, amount
from tests.cli.forged_day import FOUNDING, Told
from tests.cli.forging import Forger, breach_of, figure_of
from tests.cli.shell import Shell

BEARING = ReserveFundDrawn | DeleveragingQueueRanked | LossAllocated


@cache
def told() -> Told:
    """Let a deficit of 300 be borne: 100 by the fund, 200 by the other side, and the case close."""
    borne = after(DRAWN, step(DeleveragePositions))
    return after(borne, step(CloseLiquidation)).drafts


def writing(drafts: Told) -> Callable[[Forger], None]:
    """Write each record under a command; what is borne together with what it covers."""

    def write(forger: Forger) -> None:
        group: list[Draft] = []
        for draft in drafts[FOUNDING:]:
            group.append(draft)
            opens = isinstance(group[0].event, BEARING)
            if not opens or isinstance(draft.event, DeficitCovered):
                forger.write(*group)
                group = []

    return write


def otherwise(kind: type[Event], which: int = 0, **fields: Any) -> Told:
    """Let one record say something else."""
    drafts = list(told())
    place = [n for n, draft in enumerate(drafts) if type(draft.event) is kind][which]
    drafts[place] = replace(drafts[place], event=replace(drafts[place].event, **fields))
    return tuple(drafts)


def test_a_case_that_follows_is_counted(sqlite: Shell) -> None:
    assert figure_of("liquidations", sqlite, writing(told())) == "1 cases, 1 closed"
    assert sqlite.laws().keys().isdisjoint(BOOKS)


BOOKS = ("balance", "clearing", "positions", "liquidations")
FORGED: dict[str, tuple[type[Event], dict[str, Any], str]] = {
    "equity": (LiquidationDetected, {"equity": ONE}, "equity is 1, due -300"),
    "evaluation": (LiquidationDetected, {"evaluation": 3}, "which is no evaluation"),
    "step": (LiquidationOrdersCanceled, {"step": 4}, "it is step 4 after step 2"),
    "cost": (PositionTakenOver, {"cost": ONE}, "cost is 1, due -3300"),
    "surplus": (PositionTakenOver, {"surplus": ONE}, "surplus is 1, due -300"),
    "deficit": (DeficitRecognized, {"amount": ONE}, "amount is 1, due 300"),
    "fund": (ReserveFundDrawn, {"balance": ONE}, "balance is 1, due 0"),
    "covered": (DeficitCovered, {"amount": ONE, "left": amount("299")}, "amount is 1, due 100"),
    "left": (DeficitCovered, {"left": ONE}, "left is 1, due 200"),
    "borne": (PositionDeleveraged, {"borne": ONE}, "borne is 1, due 200.4"),
    "price": (PositionDeleveraged, {"price": amount("650")}, "price is 650, due 660"),
    "score": (DeleveragingRanked, {"score": ONE}, "H is ranked 1, due is H"),
    "ranked": (DeleveragingQueueRanked, {"ranked": 2}, "2 are ranked, and 1 are told of"),
    "needed": (DeleveragingQueueRanked, {"quantity": ONE}, "more is given up than is needed"),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_figure_that_does_not_follow_is_found(sqlite: Shell, what: str) -> None:
    kind, fields, breach = FORGED[what]
    assert breach in breach_of("liquidations", sqlite, writing(otherwise(kind, **fields)))


def test_a_case_that_closes_uncovered_is_found(sqlite: Shell) -> None:
    drafts = told()
    place = next(n for n, d in enumerate(drafts) if type(d.event) is DeleveragingQueueRanked)
    closed = drafts[-1]
    early = replace(closed, event=replace(closed.event, step=7))
    said = breach_of("liquidations", sqlite, writing((*drafts[:place], early)))
    assert "uncovered is 200, due 0" in said
