"""The README does not lie: its transcript is replayed, its commands exist, its files are there."""

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest

from ledger.cli.frame import run
from projections.cli import ENTRIES, ledger

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def transcript() -> str:
    """Cut out what the README says that the demo prints."""
    found = re.search(r"```console\n\$ scripts/run demo\n(.*?)```", README, re.DOTALL)
    assert found, "the README shows no transcript of the demo"
    return found[1]


def played() -> str:
    """Play the demo and keep all that a terminal would show."""
    shown = io.StringIO()
    with redirect_stdout(shown), redirect_stderr(shown):
        assert run(ledger, ["demo"]) == 0
    return shown.getvalue()


def timeless(text: str) -> str:
    """Leave out the moment of playing, and the digests of rows that hold it."""
    moments = re.sub(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", "(moment)", text)
    return re.sub(r"\b[0-9a-f]{16}\b", "(digest)", moments)


def test_the_transcript_is_what_the_demo_prints() -> None:
    assert timeless(played()) == timeless(transcript())


def test_every_file_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"`((?:ledger|projections|tests|alembic|scripts)/[\w/.]+)`", README))
    assert named
    assert not [name for name in sorted(named) if not (ROOT / name).exists()]


@pytest.mark.parametrize("line", re.findall(r"^ledger (.*)$", README, re.MULTILINE))
def test_every_command_that_the_readme_shows_exists(line: str) -> None:
    name = re.sub(r"^--as \S+ ", "", line).split(maxsplit=1)[0]
    assert name in ENTRIES
    assert ledger.get_command(click.Context(ledger), name) is not None
