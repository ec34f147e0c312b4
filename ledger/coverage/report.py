"""The report: requirement, paragraph, gate, test and result, with what is missing."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ledger import access, proposal
from ledger.commands import CHANGES
from ledger.controls import CONTROLS
from ledger.coverage.case import Case, Gate
from ledger.decider import RULES
from ledger.requirements import REQUIREMENTS, upheld_by


class Result(StrEnum):
    """What came of a test, or what there is none of."""

    PROVED = "pass"
    REFUTED = "FAIL"
    NO_TEST = "no test"
    NO_GATE = "no gate"
    NO_REQUIREMENT = "no requirement"


class Line(NamedTuple):
    """One requirement, one gate that upholds it, and one test that proves so.

    A rule that decides a critical change and declares no requirement stands by itself.
    """

    requirement: str | None
    says: str | None
    source: str | None
    verified: bool | None
    gate: str | None
    test: str | None
    result: Result


def gates() -> tuple[Gate, ...]:
    """Find every gate: whatever decides a command and declares what it upholds."""
    deciding: tuple[Gate, ...] = (
        access.barred,
        proposal.approve,
        *(control.examine for control in CONTROLS),
        *RULES.values(),
    )
    return tuple(gate for gate in dict.fromkeys(deciding) if upheld_by(gate))


def name_of(gate: Gate) -> str:
    """Name a gate by its module and function, such as `classification.classify`."""
    return f"{gate.__module__.removeprefix('ledger.')}.{gate.__name__}"


def report(cases: Sequence[Case]) -> list[Line]:
    """Try every case, and say of every requirement how it is upheld and proved."""
    results = [(case, Result.PROVED if case.comes_true() else Result.REFUTED) for case in cases]
    proved = [line for requirement in REQUIREMENTS for line in _lines(requirement, results)]
    return [*proved, *_undeclared()]


def _undeclared() -> Iterator[Line]:
    """Find every rule of a change that needs four eyes which does not say what it upholds."""
    for rule in dict.fromkeys(RULES[change] for change in CHANGES.values()):
        if not upheld_by(rule):
            yield Line(None, None, None, None, name_of(rule), None, Result.NO_REQUIREMENT)


def _lines(requirement: str, results: Iterable[tuple[Case, Result]]) -> Iterator[Line]:
    upholding = [gate for gate in gates() if requirement in upheld_by(gate)]
    if not upholding:
        yield _line(requirement, None, None, Result.NO_GATE)
    for gate in upholding:
        proofs = [(c, r) for c, r in results if c.gate is gate and requirement in c.proves]
        if not proofs:
            yield _line(requirement, gate, None, Result.NO_TEST)
        for case, result in proofs:
            yield _line(requirement, gate, case.title, result)


def _line(requirement: str, gate: Gate | None, test: str | None, result: Result) -> Line:
    name = None if gate is None else name_of(gate)
    return Line(requirement, *REQUIREMENTS[requirement], name, test, result)
