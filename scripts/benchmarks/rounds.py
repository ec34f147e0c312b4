"""Rounds of limit, ours and limit again: a machine's mood falls on both sides of every ratio."""

import gc
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import fmean, median
from typing import Literal, NamedTuple, TypeAlias

from scripts.benchmarks.setting import Setting

Measured: TypeAlias = Mapping[str, float]
"""What one run of a side gave, by name: a rate per second, or a time in ms or s."""

Side: TypeAlias = Callable[[], Measured]


class Sides(NamedTuple):
    """The raw limit and ours, prepared and ready to run again and again."""

    limit: Side
    ours: Side


class Goal(NamedTuple):
    """What the design document asks for, of the ratio or of our own figure."""

    of: Literal["ratio", "ours"]
    sign: Literal[">=", "<="]
    bound: float
    remark: str = ""

    def is_met(self, ours: float, ratio: float) -> bool:
        """Hold the medians against the bound."""
        value = ratio if self.of == "ratio" else ours
        return value >= self.bound if self.sign == ">=" else value <= self.bound


class Shown(NamedTuple):
    """One line of the table: which of the measured values, of ours and of the limit."""

    label: str
    unit: str
    ours: str
    limit: str
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """Something to measure: its name, how its sides are prepared, which lines it fills."""

    name: str
    note: str
    sides: Callable[[Setting], AbstractContextManager[Sides]]
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table, filled: medians over the rounds, and each round's ratio."""

    name: str
    unit: str
    ours: float
    limit: float
    ratios: tuple[float, ...]
    goal: Goal | None

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.ratios)

    @property
    def is_met(self) -> bool | None:
        """Tell whether the goal is reached; None where there is no goal."""
        return self.goal.is_met(self.ours, self.ratio) if self.goal else None


def measure(figure: Figure, setting: Setting, rounds: int) -> list[Line]:
    """Run a figure's rounds and fill its lines."""
    with figure.sides(setting) as sides:
        around = (sides.limit, sides.ours, sides.limit)
        runs = [[_run(side) for side in around] for _ in range(rounds)]
    return [_filled(shown, runs) for shown in figure.shown]


def _run(side: Side) -> Measured:
    """Run a side; what was made in preparation is no work for its garbage collector."""
    gc.collect()
    gc.freeze()
    try:
        return side()
    finally:
        gc.unfreeze()


def _filled(shown: Shown, runs: Sequence[Sequence[Measured]]) -> Line:
    ours = [run[shown.ours] for _, run, _ in runs]
    limits = [fmean((before[shown.limit], after[shown.limit])) for before, _, after in runs]
    ratios = tuple(mine / limit for mine, limit in zip(ours, limits, strict=True))
    return Line(shown.label, shown.unit, median(ours), median(limits), ratios, shown.goal)


def times(seconds: Sequence[float]) -> dict[str, float]:
    """Give the median and the 99th percentile of latencies, in milliseconds."""
    ordered = sorted(seconds)
    last = min(math.ceil(len(ordered) * 0.99), len(ordered)) - 1
    return {"p50": median(ordered) * 1_000, "p99": ordered[last] * 1_000}
