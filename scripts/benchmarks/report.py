"""The table for people, and the object for programs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scripts.benchmarks.rounds import Figure, Line

HEADER = ("figure", "unit", "ours", "limit", "ratio (min-max)", "target", "")


def table(lines: Iterable[Line]) -> str:
    """Write the lines under each other, figures aligned to the right."""
    rows = [HEADER, *map(_cells, lines)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in (2, 3) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _cells(line: Line) -> tuple[str, ...]:
    goal = line.goal
    spread = f"{_short(line.ratio)} ({_short(min(line.ratios))}-{_short(max(line.ratios))})"
    remark = f", {goal.remark}" if goal and goal.remark else ""
    target = f"{goal.of} {goal.sign} {goal.bound:,g}{remark}" if goal else "-"
    verdict = "" if line.is_met is None else "ok" if line.is_met else "below"
    figures = (_number(line, line.ours), _number(line, line.limit))
    return (line.name, line.unit, *figures, spread, target, verdict)


def _number(line: Line, value: float) -> str:
    return f"{value:,.0f}" if line.unit.endswith("/s") else f"{value:.3f}"


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def notes(figures: Iterable[Figure], machine: Mapping[str, object]) -> str:
    """Say what stands beside what, and on which machine."""
    names: dict[str, list[str]] = {}
    for figure in figures:
        names.setdefault(figure.note, []).append(figure.name)
    said = [f"{', '.join(named)}: {note}" for note, named in names.items()]
    on = ", ".join(f"{name} {value}" for name, value in machine.items())
    return "\n".join([*said, "", on])


def as_object(lines: Sequence[Line], machine: Mapping[str, object]) -> dict[str, Any]:
    """Give everything that the table says, as one object."""
    return {"machine": dict(machine), "figures": [_fields(line) for line in lines]}


def _fields(line: Line) -> dict[str, Any]:
    goal = line.goal
    return {
        "name": line.name,
        "unit": line.unit,
        "ours": line.ours,
        "limit": line.limit,
        "ratio": {"median": line.ratio, "min": min(line.ratios), "max": max(line.ratios)},
        "target": goal and {"of": goal.of, "sign": goal.sign, "bound": goal.bound},
        "ok": line.is_met,
    }
