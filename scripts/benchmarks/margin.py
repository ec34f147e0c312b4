"""Margin: what it takes to evaluate an account, with the prices at which it would be liquidated."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

from ledger.commands import Command, EvaluateMargin
from ledger.instants import write_instant
from scripts.benchmarks.market import ENGINE, Market
from scripts.benchmarks.rounds import Figure, Measured, Shown, Sides, times
from scripts.benchmarks.setting import Setting
from scripts.benchmarks.trading import Desk, written_and_read
from scripts.benchmarks.workload import dated

EVALUATIONS = 500


@contextmanager
def _evaluating(setting: Setting) -> Iterator[Sides]:
    """Evaluate an account with a position and orders, at the price that prevails."""
    market, desk, numbers = Market(setting.seed, 2), Desk(), count()
    desk.run(market.opening())
    desk.run([market.place("b-0", 0, "buy"), market.place("s-0", 1, "sell")])
    desk.run(dated([market.trade(0)]))
    desk.run([market.place(f"x-{number}", 0, "buy") for number in range(10)])

    def evaluated() -> Measured:
        seconds = desk.run([_asked(f"e-{next(numbers)}") for _ in range(EVALUATIONS)])
        return {"evaluate": times(seconds)["p50"]}

    evaluated()
    limit = partial(written_and_read, desk.records[-EVALUATIONS:])
    yield Sides(limit=limit, ours=evaluated)


def _asked(command_id: str) -> Command:
    said = {"command_id": command_id, "actor": ENGINE, "account": "A0"}
    return EvaluateMargin.model_validate(said | {"at": write_instant(time.time_ns())})


FIGURES = (
    Figure(
        "margin",
        "evaluate an account's margin, with both prices; limit: the records written and read",
        _evaluating,
        (Shown("evaluate an account", "ms", "evaluate", "p50"),),
    ),
)
