"""`ledger check calls`: a call that does not follow, and what leaves though one is unmet."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.commands import EvaluateMargin, ReviewMargin
from ledger.coverage.case import NOW, History
from ledger.coverage.in_order import figure
from ledger.events import (
    CashTransferred,
    CashWithdrawn,
    CollateralReleased,
    Draft,
    Event,
    MarginCallExpired,
    MarginCallIssued,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginWarningIssued,
    ParameterChanged,
    Unit,
)
from ledger.instants import Instant
from ledger.numbers import ONE, amount
from tests.cli.forged_day import Told, place, sound, writing
from tests.cli.forging import breach_of, figure_of
from tests.cli.shell import Shell
from tests.domain.priced_day import after

TRUST = Segregation.CLIENT_TRUST


@cache
def called() -> Told:
    """Let account A be called: of 9,000 to be maintained 2,000 percent are asked for."""
    level = sound()[place(ParameterChanged)].event
    history = History(sound()[:-1]).changed(level, after="2000")
    history = history.then("rules", figure("margin.call.deadline", "60", Unit.MINUTES))
    history = after(history, EvaluateMargin, NOW, account="A")
    *before, draft = after(history, ReviewMargin, NOW, account="A").drafts
    # What is forged is recorded today: the deadline is far away.
    return (*before, replace(draft, event=replace(draft.event, due_at=Instant(2**62))))


def call() -> MarginCallIssued:
    issued = called()[-1].event
    assert isinstance(issued, MarginCallIssued)
    return issued


def otherwise(**fields: Any) -> Told:
    """Let the call say something else."""
    return (*called()[:-1], replace(called()[-1], event=replace(call(), **fields)))


def then(event: Event) -> Told:
    """Let something follow the call."""
    return (*called(), Draft("account-A", event))


def test_a_call_that_follows_is_counted(sqlite: Shell) -> None:
    # 180,000 are asked for, and 167,640 are there.
    assert call().amount == amount("12360")
    assert figure_of("calls", sqlite, writing(called())) == "1 calls, 0 met, 1 unmet"


LEFT = amount("12360")
WARNED = MarginWarningIssued(
    "A", call().evaluation, "USD", call().equity, call().maintenance, call().level, 0
)
MISTOLD: dict[str, tuple[Callable[[], Told], str]] = {
    "amount": (lambda: otherwise(amount=ONE), "amount is 1, due 12360"),
    "equity": (lambda: otherwise(equity=ONE), "equity is 1, due 167640"),
    "level": (lambda: otherwise(level=ONE), "level is 1, due 2000"),
    "level_source": (lambda: otherwise(level_source=3), "level_source is 3, due 5"),
    "evaluation": (lambda: otherwise(evaluation=44), "which is not the latest evaluation of A"),
    "instrument": (lambda: otherwise(instrument="BTC-PERP"), "is no isolated position of A"),
    "warning": (lambda: then(replace(WARNED, level=amount("100"))), "stands on the rung call"),
    "unknown": (lambda: then(MarginCallMet("A", 2, 0)), "call 2 of A is not unmet"),
    "too early": (
        lambda: then(MarginCallExpired("A", 1, call().evaluation, LEFT, call().due_at)),
        "call 1 of A was not due yet",
    ),
    "still missing": (lambda: then(MarginCallMet("A", 1, call().evaluation)), "left is 0, due"),
    "late": (lambda: then(MarginCallMet("A", 1, 0, late=True)), "it is not late"),
    "part": (lambda: then(MarginCallPartlyMet("A", 1, call().evaluation, ONE)), "left is 1, due"),
    "withdrawn": (
        lambda: then(CashWithdrawn("A", "USD", ONE, "bank", TRUST)),
        "it leaves while margin call 1 of A is unmet",
    ),
    "released": (
        lambda: then(CollateralReleased("A", "BTC", ONE, ONE, "AUTH-1", TRUST)),
        "it leaves while margin call 1 of A is unmet",
    ),
    "transferred": (
        lambda: then(CashTransferred("A", "USD", amount("-1"), "H", TRUST)),
        "it leaves while margin call 1 of A is unmet",
    ),
}


@pytest.mark.parametrize("what", MISTOLD)
def test_a_call_that_does_not_follow_is_found(sqlite: Shell, what: str) -> None:
    told, breach = MISTOLD[what]
    assert breach in breach_of("calls", sqlite, writing(told()))


def test_after_a_call_is_met_what_is_free_leaves(sqlite: Shell) -> None:
    met = Draft("account-A", MarginCallMet("A", 1, 0))
    gone = Draft("account-A", CashWithdrawn("A", "USD", ONE, "bank", TRUST))
    told = (*called(), met, gone)
    assert figure_of("calls", sqlite, writing(told)) == "1 calls, 1 met, 0 unmet"
