"""`ledger check coverage`: every requirement has a gate, every gate a proof, and each is true."""

import csv
import io
from dataclasses import replace
from typing import cast

import pytest

from ledger import coverage, requirements
from ledger.commands import CHANGES, Command, Critical
from ledger.correction import correct
from ledger.coverage import CASES, Result, gates, name_of, report
from ledger.coverage.case import Refused
from ledger.decider import RULES
from ledger.events import Draft
from ledger.reasons import Reason
from ledger.requirements import REQUIREMENTS, Requirement, upheld_by
from ledger.situation import Rule, Situation
from tests.cli.shell import Said, Shell, typed

COLUMNS = ["requirement", "says", "source", "verified", "gate", "test", "result"]


def asked(*arguments: object) -> Said:
    """Ask for coverage without any database."""
    return typed(*arguments, "check", "coverage")


def test_every_requirement_is_upheld_and_every_gate_proved() -> None:
    rows = asked("--json")
    assert rows.code == 0, rows.err
    assert {row["requirement"] for row in rows.data} == set(REQUIREMENTS)
    assert {row["gate"] for row in rows.data} == {name_of(gate) for gate in gates()}
    assert {row["test"] for row in rows.data} == {case.title for case in CASES}
    assert {row["result"] for row in rows.data} == {"pass"}


def test_a_row_says_what_is_asked_for_where_and_whether_that_was_read() -> None:
    row = next(row for row in asked("--json").data if row["gate"] == "classification.classify")
    assert list(row) == COLUMNS
    requirement = REQUIREMENTS[row["requirement"]]
    said = row["says"], row["source"], row["verified"]
    assert said == (requirement.says, requirement.source, requirement.verified)


def test_the_threshold_stands_in_the_report_on_both_sides() -> None:
    tests = {row["test"] for row in asked("--json").data if row["requirement"] == "R61"}
    assert {
        "a portfolio of HKD 7,999,999.99 makes no individual a professional",
        "a portfolio of HKD 8,000,000 makes an individual a professional",
    } <= tests


def test_the_figures_stand_on_stderr() -> None:
    said = asked()
    verified = sum(requirement.verified for requirement in REQUIREMENTS.values())
    assert said.err == (
        f"{len(REQUIREMENTS)} requirements, {verified} verified in the primary text, "
        f"{len(gates())} gates, {len(CASES)} cases\n"
    )
    assert said.out.split()[:7] == COLUMNS


def test_coverage_is_written_in_every_format_of_rows() -> None:
    said = typed("check", "coverage", "-O", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert len(rows) == len(asked("--json").data)
    assert typed("check", "coverage", "-O", "ndjson").lines[0]["result"] == "pass"
    assert typed("check", "coverage", "-O", "html").out.startswith("<!doctype html>")


def test_a_requirement_without_a_gate_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    unheard_of = Requirement("clients are treated fairly", "Guidelines 7.19", verified=True)
    monkeypatch.setitem(requirements.REQUIREMENTS, "R33", unheard_of)
    said = asked("--json")
    assert said.code == 1
    assert "ledger: R33: no gate\n" in said.err
    row = next(row for row in said.data if row["requirement"] == "R33")
    assert (row["gate"], row["test"], row["result"]) == (None, None, "no gate")


def undeclared(_: Situation, __: Command) -> list[Draft]:
    """Decide, and say nothing of what it upholds."""
    return []


@pytest.mark.parametrize("change", CHANGES.values(), ids=lambda change: change.__name__)
def test_a_rule_of_a_critical_change_that_does_not_say_so_is_found(
    change: type[Critical], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cast("dict[type[Command], Rule]", RULES), change, undeclared)
    found = [line for line in report(()) if line.result is Result.NO_REQUIREMENT]
    assert [line.gate for line in found] == [name_of(undeclared)]


def test_a_rule_that_does_not_say_what_it_upholds_fails_the_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    undone = requirements._upheld  # noqa: SLF001 - nothing takes a declaration back
    monkeypatch.delitem(undone, correct)
    monkeypatch.setattr(coverage, "CASES", [c for c in CASES if c.gate is not correct])
    said = asked("--json")
    assert said.code == 1
    assert "ledger: correction.correct: no requirement\n" in said.err
    last = said.data[-1]
    assert (last["requirement"], last["gate"]) == (None, "correction.correct")
    assert (last["test"], last["result"]) == (None, "no requirement")


@pytest.mark.parametrize("gate", gates(), ids=name_of)
def test_a_gate_without_a_test_is_found(gate: coverage.Gate) -> None:
    untested = [case for case in CASES if case.gate is not gate]
    missing = [line for line in report(untested) if line.result is not Result.PROVED]
    assert {line.gate for line in missing} == {name_of(gate)}
    assert {line.requirement for line in missing} == set(upheld_by(gate))
    assert {line.result for line in missing} == {Result.NO_TEST}


def test_a_test_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(CASES[0], refused=Refused(Reason.BALANCE_NOT_ZERO))
    monkeypatch.setattr(coverage, "CASES", (first, *CASES[1:]))
    said = asked("--json")
    assert said.code == 1
    failing = {row["test"] for row in said.data if row["result"] == "FAIL"}
    assert failing == {CASES[0].title}
    assert f"FAIL, {CASES[0].title}" in said.err


def test_laws_are_not_asked_for_beside_it(sqlite: Shell) -> None:
    said = sqlite("check", "coverage", "balance")
    assert said.code == 2
    assert "ask for it alone" in said.err


@pytest.mark.parametrize("change", CHANGES.values(), ids=lambda change: change.__name__)
def test_the_rule_of_every_critical_change_says_what_it_upholds(change: type[Critical]) -> None:
    assert upheld_by(RULES[change])
