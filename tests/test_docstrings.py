"""What the docstrings show is what happens."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from ledger.log.database import connect
from ledger.log.migrations import upgrade

ROOT = Path(__file__).parent.parent
MODULES = [
    ".".join(file.relative_to(ROOT).with_suffix("").parts)
    for package in ("ledger", "projections")
    for file in sorted((ROOT / package).rglob("*.py"))
    if ">>> " in file.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_in_a_docstring_comes_true(name: str, sqlite_url: str) -> None:
    upgrade(connect(sqlite_url))
    module = import_module(name)
    failed, tried = doctest.testmod(module, extraglobs={"sqlite_url": sqlite_url})
    assert (failed, tried > 0) == (0, True)
