"""`python -m projections.toy_venue`: a program of its own, which is no command of `ledger`."""

import sys
from pathlib import Path

import pytest

from ledger.cli.frame import run
from projections.cli import ENTRIES
from projections.toy_venue.__main__ import toys
from tests.cli.shell import OPENING, Shell, command, ndjson, python

PRICE = command("ReportReferencePrice", "p1", instrument="BTC-PERP", price="60000")
ORDER = {"account": "A1", "instrument": "BTC-PERP", "side": "buy", "quantity": "1"}


@pytest.fixture
def there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a ledger that keeps plain books."""
    monkeypatch.chdir(folder)
    shell = Shell()
    shell.done("init")
    shell.done("record", stdin=ndjson(*OPENING))
    return folder


def test_it_is_no_command_of_the_ledger() -> None:
    assert not [name for name in ENTRIES if "toy" in name]


def test_it_says_in_a_line_what_the_ledger_refused(
    there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    placed = command("PlaceOrder", "o1", price="60000", **ORDER)
    (there / "orders.ndjson").write_bytes(ndjson(PRICE, placed))
    assert run(toys, ["play", "orders.ndjson"]) == 0
    said = capsys.readouterr()
    assert said.err == "0 orders accepted, 0 rejected, 0 trades\n"
    reasons = [line.split()[:3] for line in said.out.splitlines()]
    assert reasons == [["-", "refused,", "platform_not_founded:"]] * 2


def test_it_speaks_as_the_ledger_does_of_what_it_cannot_read(there: Path) -> None:
    said = python([sys.executable, "-m", "projections.toy_venue", "play", "none.ndjson"], cwd=there)
    assert (said.code, said.err) == (3, "ledger: none.ndjson: no such file or directory\n")
