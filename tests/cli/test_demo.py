"""`ledger demo`: a day that plays itself, leaves nothing behind, and is the same every time."""

import os
import re
import tempfile
from pathlib import Path

import pytest

from projections.cli.day import steps
from tests.cli.shell import Shell, process, typed

STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b[0-9a-f]{16}\b")
"""What differs from run to run: times of recording, and digests of rows that hold them."""


def test_the_demo_plays_from_an_empty_folder_and_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "scratch").mkdir()
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    said = process("demo", cwd=folder / "here", env={"TMPDIR": str(folder / "scratch")})
    assert said.code == 0
    assert "Traceback" not in said.err
    assert [step.line in said.out for step in steps()] == [True] * len(steps())
    assert sorted(p.name for p in folder.rglob("*")) == ["here", "scratch"]


def test_the_demo_shows_what_the_ledger_is_for() -> None:
    said = typed("demo")
    assert said.code == 0
    for word in ('"outcome":"duplicate"', '"outcome":"rejected"', "insufficient_funds", "SUSPENSE"):
        assert word in said.out
    held = re.findall(r"^A1 +HKD +(\d+)$", said.out, re.MULTILINE)
    assert held == ["950000", "1200000", "1000000"], "now, then as known now, then as known then"
    assert "BROKEN" not in said.out
    assert len(re.findall(r"^\w+ +holds  ", said.out, re.MULTILINE)) >= 10
    assert "Try next" in said.out


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    first, again, other = (typed("demo", "--seed", seed).out for seed in (3, 3, 4))
    assert STAMP.sub("", first) == STAMP.sub("", again)
    assert first.count("\n") == other.count("\n")
    assert figures(first) != figures(other)


def figures(text: str) -> list[str]:
    """Give the balance of bitcoin in every table."""
    return re.findall(r"^M1 +XBT +(\S+)$", text, re.MULTILINE)


def test_with_json_the_demo_is_one_envelope(sqlite: Shell) -> None:
    said = sqlite("--json", "demo")
    assert (said.code, said.envelope["schema"]) == (0, "ledger.demo/1")
    assert [step["exit"] for step in said.data] == [step["expected"] for step in said.data]
    assert [step["command"] for step in said.data] == [f"ledger {step.line}" for step in steps()]


def test_the_demo_touches_neither_our_ledger_nor_our_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_DATABASE_URL", f"sqlite:///{folder / 'mine.db'}")
    (folder / "ledger.toml").write_text('database = "sqlite:///mine.db"\n')
    (folder / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "scratch"))
    assert typed("demo").code == 0
    assert not list((folder / "scratch").iterdir())
    assert Path.cwd() == folder
    assert os.environ["LEDGER_DATABASE_URL"].endswith("mine.db")
    assert not (folder / "mine.db").exists()
