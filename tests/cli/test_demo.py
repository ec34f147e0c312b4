"""`ledger demo`: a day that plays itself, leaves nothing behind, and is the same every time."""

import os
import re
import tempfile
from functools import cache
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
    assert [step.typed in said.out for step in steps()] == [True] * len(steps())
    assert sorted(p.name for p in folder.rglob("*")) == ["here", "scratch"]


def test_the_demo_shows_what_the_ledger_is_for() -> None:
    said = played(1)
    for word in ('"outcome":"duplicate"', '"outcome":"rejected"', "insufficient_funds", "SUSPENSE"):
        assert word in said
    held = re.findall(r"^A1 +HKD +(\d+)$", said, re.MULTILINE)
    assert held == ["950000", "1200000", "1000000"], "now, then as known now, then as known then"
    assert "BROKEN" not in said
    assert len(re.findall(r"^\w+ +holds  ", said, re.MULTILINE)) >= 10
    assert "Try next" in said


def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    first, again, other = played(3), typed("demo", "--seed", 3).out, played(4)
    assert STAMP.sub("", first) == STAMP.sub("", again)
    assert figures(first) != figures(other)
    assert trades(first) != trades(other)


def figures(text: str) -> list[str]:
    """Give the balance of bitcoin in every table."""
    return re.findall(r"^M1 +XBT +(\S+)$", text, re.MULTILINE)


@cache
def played(seed: int) -> str:
    """Play the demo in this process, once, and give what it prints on stdout."""
    said = typed("demo", "--seed", seed)
    assert said.code == 0
    return said.out


def shown(seed: int, start: str) -> list[list[str]]:
    """Give what a step prints, word by word: the one whose command starts like this."""
    parts = re.split(r"^\$ ", played(seed), flags=re.MULTILINE)
    [step] = [step for step in parts if step.startswith(start)]
    return [line.split() for line in step.partition("\n\n")[0].splitlines()[1:]]


def trades(text: str) -> list[str]:
    """Give the lines of the trade blotter."""
    return re.findall(r"^[om]\d\d(?:/\d+)? +(?:LIVE|BUSTED|CORRECTED) .*$", text, re.MULTILINE)


REFUSED = {
    "o05": "exposure_exceeded",
    "o06": "price_off_tick",
    "o07": "quantity_off_lot",
    "o08": "order_too_large",
    "o09": "price_outside_band",
    "o10": "not_reducing",
    "o11": "leverage_exceeded",
    "o12": "position_exceeded",
    "o13": "insufficient_funds",
}
BEFELL = {
    ("o14", "not_filled_whole"),
    ("o15", "not_filled_at_once"),
    ("o16", "post_only_would_take"),
    ("o17", "amended"),
    ("o18", "self_trade_prevented"),
    ("o19", "requested"),
    ("o20", "triggered"),
    ("o23", "reduced_to_position"),
    ("x1", "order_unknown"),
    ("x2", "order_unknown"),
}
SEEDS = (1, 2, 7)


@pytest.mark.parametrize("seed", SEEDS)
def test_each_order_of_the_scenes_is_refused_by_its_own_control(seed: int) -> None:
    refused = {line[0]: line[2] for line in shown(seed, "ledger show refusals")[2:]}
    assert refused.items() >= REFUSED.items()
    said = shown(seed, "python -m projections.toy_venue play orders")
    told = {line[0]: line[2].rstrip(":") for line in said if line[1] == "refused,"}
    assert told == refused


@pytest.mark.parametrize("seed", SEEDS)
def test_each_order_of_the_scenes_fares_as_it_should(seed: int) -> None:
    said = shown(seed, "python -m projections.toy_venue play orders")
    assert {(line[0], word.rstrip(":,")) for line in said for word in line[1:]} >= BEFELL


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sequences_that_the_partsname_are_those_of_the_log(seed: int) -> None:
    """Where this fails, what comes before the morning has grown: count anew in its module."""
    book = shown(seed, "ledger replay book BTC-PERP --at")[2:]
    assert [line[1:4] for line in book] == [
        ["1", "0.5", "0.5"],
        ["1", "1", "0.5"],
        ["1", "1.5", "0.5"],
    ]
    blotter = {line[0]: line[1] for line in shown(seed, "ledger show trade_blotter")[2:]}
    assert {name: word for name, word in blotter.items() if word != "LIVE"} == {
        "o01/2": "CORRECTED",
        "o15/1": "BUSTED",
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_gives_a_morning_on_which_all_laws_hold(seed: int) -> None:
    assert {line[1] for line in shown(seed, "ledger check\n")[2:]} == {"holds"}
    assert {line[3] for line in shown(seed, "ledger views check")[2:]} == {"True"}


def test_what_fits_no_order_waits_in_suspense_on_both_sides() -> None:
    balances = {line[0]: line[2] for line in shown(1, "ledger show balances --where asset=USDT")}
    bought, sold = (balances[f"SUSPENSE:{name}-1/BTC-PERP"] for name in ("C2", "C4"))
    assert bought == f"-{sold}"


def test_the_market_maker_is_an_affiliate_and_earns_rebates() -> None:
    fees = [line for line in shown(1, "ledger show fees") if line[0] == "AF-1"]
    assert {line[3] for line in fees} == {"maker"}
    assert {line[4] for line in fees} == {"0"}


def test_with_json_the_demo_is_one_envelope(sqlite: Shell) -> None:
    said = sqlite("--json", "demo")
    assert (said.code, said.envelope["schema"]) == (0, "ledger.demo/1")
    assert [step["exit"] for step in said.data] == [step["expected"] for step in said.data]
    assert [step["command"] for step in said.data] == [step.typed for step in steps()]


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
