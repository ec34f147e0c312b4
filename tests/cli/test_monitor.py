"""`ledger monitor`: who is near liquidation is called, once, and let go when it is over."""

import json
import os
import signal
import subprocess
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.api import Ledger
from ledger.cli.settings import read_settings
from ledger.instants import MINUTE
from ledger.monitor import Monitor
from projections.cli.margin_noon import RULES_FILE
from tests.cli.shell import Shell
from tests.cli.test_margin_commands import play

WATCH = ("--as", "service/watch:risk", "monitor")
LOW = {"warning": "150", "call": "120"}
HIGH = {"warning": "90000", "call": "80000"}
"""Levels below which everybody stands."""


def agree(shell: Shell, number: int, change: dict[str, Any]) -> None:
    """Let two people make a change."""
    name = f"watch-{number}"
    text = json.dumps(change).encode()
    shell.done(
        *("--as", "ann:compliance", "propose", "--why", "it is due", "--proposal", name), stdin=text
    )
    shell.done("--as", "ben:risk", "approve", name)


def parameter(name: str, scope: str, value: str, unit: str) -> dict[str, Any]:
    said = {"type": "ChangeParameter", "name": name, "scope": scope, "value": value, "unit": unit}
    return said | {"source": "risk committee", "rationale": "it is due"}


def at_levels(shell: Shell, first: int, levels: dict[str, str]) -> None:
    for number, (rung, level) in enumerate(levels.items(), start=first):
        agree(shell, number, parameter("margin.level", rung, level, "percent"))


@pytest.fixture
def watched(folder: Path) -> Shell:
    """Play the demo's morning, whose prices do not age, and let a program watch from then on."""
    del folder
    shell = play(RULES_FILE)
    role = {"grantee": "watch", "kind": "service", "function": "risk", "entity": "VATP"}
    agree(shell, 1, {"type": "GrantRole", **role})
    agree(shell, 2, parameter("margin.call.deadline", "", "60", "minutes"))
    return shell


def holders(shell: Shell) -> set[str]:
    rows = shell.json("show", "positions")
    return {row["account"] for row in rows if row["quantity"] != "0"}


def test_whoever_is_near_liquidation_is_called_once_and_let_go_when_it_is_over(
    watched: Shell,
) -> None:
    at_levels(watched, 3, HIGH)
    told = watched.json(*WATCH, "--once")
    assert {row["event"] for row in told} == {"MarginCallIssued"}
    called = {row["account"] for row in told}
    assert called == holders(watched) != set()
    calls = watched.json("show", "margin_calls")
    assert {(row["account"], row["outcome"]) for row in calls} == {(c, "open") for c in called}
    assert {row["amount"] for row in calls} == {row["amount"] for row in told}

    size = watched.head()
    assert watched.json(*WATCH, "--once") == []
    assert watched.head() == size

    at_levels(watched, 5, LOW)
    over = watched.json(*WATCH, "--once")
    assert {(row["account"], row["event"]) for row in over} == {
        (c, "MarginCallMet") for c in called
    }
    assert {row["outcome"] for row in watched.json("show", "margin_calls")} == {"met"}
    assert watched.laws() == {}
    assert watched("views", "check").code == 0


def test_without_a_deadline_nobody_is_called_and_it_is_said_why(folder: Path) -> None:
    del folder
    shell = play(RULES_FILE)
    role = {"grantee": "watch", "kind": "service", "function": "risk", "entity": "VATP"}
    agree(shell, 1, {"type": "GrantRole", **role})
    at_levels(shell, 3, HIGH)
    size = shell.head()
    said = shell("--json", *WATCH, "--once")
    assert (said.code, said.data) == (1, [])
    assert "parameter_missing margin.call.deadline" in said.err
    assert shell.head() == size


def test_a_change_that_is_yet_to_take_effect_does_not_move_the_clock(watched: Shell) -> None:
    at_levels(watched, 3, HIGH)
    later = parameter("margin.level", "warning", "95000", "percent")
    agree(watched, 5, later | {"effective_from": "2099-01-01T00:00:00Z"})
    told = watched.json(*WATCH, "--once")
    assert {row["event"] for row in told} == {"MarginCallIssued"}


def test_levels_that_are_raised_one_by_one_call_nobody_for_nothing(watched: Shell) -> None:
    at_levels(watched, 3, {"call": HIGH["call"]})
    told = watched.json(*WATCH, "--once")
    assert told
    assert all(Decimal(row["amount"]) > 0 for row in told)
    assert watched.json(*WATCH, "--once") == []


def test_there_is_news_when_the_log_grows_or_a_call_is_overdue(
    watched: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_levels(watched, 3, HIGH)
    actor = {"id": "watch", "kind": "service", "role": "risk"}
    with Ledger(read_settings(watched.url, None).database) as ledger:
        watch = Monitor(ledger, {"actor": actor, "legal_entity": "VATP"})
        assert watch.has_news(ledger.reader.head().size)
        assert watch.sweep().told
        assert watch.has_news(ledger.reader.head().size)
        assert not watch.sweep().told
        assert not watch.has_news(ledger.reader.head().size)
        now = time.time_ns()
        monkeypatch.setattr(time, "time_ns", lambda: now + 61 * MINUTE)
        assert watch.has_news(ledger.reader.head().size)


def test_an_overdue_call_that_cannot_be_judged_is_told_of_once(
    watched: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_levels(watched, 3, HIGH)
    watched.json(*WATCH, "--once")
    agree(watched, 5, parameter("margin.currency", "", "BTC", "words"))
    actor = {"id": "watch", "kind": "service", "role": "risk"}
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 61 * MINUTE)
    with Ledger(read_settings(watched.url, None).database) as ledger:
        watch = Monitor(ledger, {"actor": actor, "legal_entity": "VATP"})
        size = ledger.reader.head().size
        assert {reason for _, reason in watch.sweep().unjudged} == {"price_missing USDT"}
        assert ledger.reader.head().size == size
        assert not watch.has_news(size)


def test_a_watch_over_nothing_says_how_to_found_it(folder: Path) -> None:
    del folder
    shell = Shell()
    shell.done("init")
    said = shell(*WATCH, "--once")
    assert (said.code, "ledger init --officer" in said.err) == (2, True)


def test_who_may_not_watch_is_told_at_once(watched: Shell) -> None:
    size = watched.head()
    said = watched("--as", "ann:compliance", "monitor", "--once")
    assert (said.code, "in the function risk" in said.err) == (2, True)
    endless = watched("--json", *WATCH)
    assert (endless.code, "add --once" in endless.err) == (2, True)
    assert watched.head() == size


def test_it_watches_until_it_is_interrupted(watched: Shell) -> None:
    with watched.start(*WATCH, stdout=subprocess.PIPE) as running:
        at_levels(watched, 3, HIGH)
        assert running.stdout is not None
        line = running.stdout.readline().decode()
        assert "MarginCallIssued" in line
        os.kill(running.pid, signal.SIGINT)
        assert running.wait(timeout=60) == 0
    assert watched.json("show", "margin_calls")
