"""Statements that say nothing, or not enough: one line that names the place, and no record."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.statements import BITMEX, BYBIT, spoiled, without
from tests.cli.shell import Shell

MILLION = "9" * 1_000_000
WHOLE = {"bitmex": BITMEX, "bybit": BYBIT}


def _at(data: bytes, line: int, old: bytes, new: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    return b"\n".join(lines)


def _twice(data: bytes) -> bytes:
    return b"\n".join(line and line + b"," + line.split(b",")[0] for line in data.split(b"\n"))


OF_BOTH: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    "empty": (lambda _: b"", ("line 1", "empty")),
    "blank": (lambda _: b"\n\n", ("line 1", "empty")),
    "a byte order mark alone": (lambda _: b"\xef\xbb\xbf", ("line 1", "empty")),
    "a header alone": (lambda data: data.split(b"\n")[0] + b"\n", ("line 1", "no lines")),
    "other columns": (lambda _: b"date,amount\n2026-01-01,1\n", ("line 1", "field", "missing")),
    "a column twice": (_twice, ("line 1",)),
    "no header": (lambda data: data.split(b"\n", 1)[1], ("line 1", "field")),
    "UTF-16": (lambda data: data.decode().encode("utf-16"), ("line 1",)),
    "invalid UTF-8": (lambda data: _at(data, 3, b",", b"\xff,"), ("line 3", "UTF-8")),
    "a NUL byte": (lambda data: _at(data, 3, b",", b"\0,"), ("line 3", "NUL")),
    "cut inside the last line": (lambda data: data.rstrip(b"\n")[:-30], ("line", "field")),
    "a field too many": (lambda data: _at(data, 4, b",", b",,"), ("line 4", "field")),
    "a quote left open": (lambda data: _at(data, 4, b",", b',"'), ("line 4",)),
    "a blank line inside": (lambda data: _at(data, 3, data.split(b"\n")[2], b""), ("line 3",)),
    "no text at all": (lambda _: bytes(range(256)), ("line 1",)),
}
OF_ONE = {
    "bitmex a million digits": (spoiled(BITMEX, 4, "-43", MILLION), ("line 4", "field amount")),
    "bitmex NaN": (spoiled(BITMEX, 4, "-43", "NaN"), ("line 4", "field amount")),
    "bitmex 1e400": (spoiled(BITMEX, 4, "-43", "1e400"), ("line 4", "field amount")),
    "bitmex -0": (spoiled(BITMEX, 4, "-43", "-0"), ("line 4", "field amount")),
    "bitmex a fraction": (spoiled(BITMEX, 4, "-43", "-43.5"), ("line 4", "field amount")),
    "bitmex a balance of NaN": (
        spoiled(BITMEX, 4, "102996850", "NaN"),
        ("line 4", "field walletBalance"),
    ),
    "bitmex a fee of 1e400": (spoiled(BITMEX, 4, "12,", "1e400,"), ("line 4", "field fee")),
    "bitmex an amount edited": (spoiled(BITMEX, 4, "-43", "-44"), ("line 4", "amount")),
    "bitmex a balance edited": (
        spoiled(BITMEX, 8, "103000000", "103000001"),
        ("line", "walletBalance"),
    ),
    "bitmex a line left out": (without(BITMEX, 8), ("line", "amount, walletBalance")),
    "bitmex cut inside a batch": (b"\n".join(BITMEX.split(b"\n")[:9]), ("line", "amount")),
    "bitmex a bad time": (
        spoiled(BITMEX, 4, "2024-10-03T12:00:00.120Z", "2024-10-03"),
        ("line 4", "field timestamp"),
    ),
    "bitmex no such day": (
        spoiled(BITMEX, 4, "2024-10-03T12:00:00.120Z", "2024-02-30T12:00:00Z"),
        ("line 4", "field timestamp"),
    ),
    "bitmex an unknown status": (
        spoiled(BITMEX, 4, "Completed", "Complete"),
        ("line 4", "field transactStatus"),
    ),
    "bitmex an unknown currency": (spoiled(BITMEX, 4, "XBt", "ZZt"), ("line 4", "field currency")),
    "bitmex no id": (
        spoiled(BITMEX, 4, "a0000000-0000-4000-8000-000000000008", ""),
        ("line 4", "field transactID"),
    ),
    "bitmex an id twice": (
        spoiled(BITMEX, 9, "000000000003", "000000000004"),
        ("line 9", "field transactID"),
    ),
    "bitmex another script": (spoiled(BITMEX, 4, "-43", "-\u0664"), ("line 4", "field amount")),
    "bybit a million digits": (spoiled(BYBIT, 2, "57", MILLION), ("line 2", "field Wallet")),
    "bybit NaN": (spoiled(BYBIT, 2, "57", "NaN"), ("line 2", "field Wallet Balance")),
    "bybit 1e400": (spoiled(BYBIT, 2, "57", "1e400"), ("line 2", "field Wallet Balance")),
    "bybit -0": (spoiled(BYBIT, 2, "0,0,-3", "-0,0,-3"), ("line 2", "field Fee Paid")),
    "bybit an amount edited": (spoiled(BYBIT, 3, "5,5,60", "5,6,60"), ("line 3", "Change")),
    "bybit both amounts edited": (spoiled(BYBIT, 3, "5,5,60", "6,6,60"), ("line 3", "Change")),
    "bybit a balance edited": (spoiled(BYBIT, 3, "60,--", "61,--"), ("line", "Wallet Balance")),
    "bybit a line left out": (without(BYBIT, 3), ("line", "Wallet Balance")),
    "bybit half a spot trade": (without(BYBIT, 5), ("line", "lacks its other leg")),
    "bybit a bad time": (
        spoiled(BYBIT, 2, "2026-01-03 08:00:00", "03/01/2026"),
        ("line 2", "field Time(UTC)"),
    ),
}
CASES = {
    **{
        f"{source} {name}": (spoil(WHOLE[source]), says)
        for name, (spoil, says) in OF_BOTH.items()
        for source in WHOLE
    },
    **OF_ONE,
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Create one ledger for all cases: none of them may leave anything in it."""
    shell = Shell(f"sqlite:///{tmp_path_factory.mktemp('bad') / 'ledger.db'}")
    shell.done("init")
    return shell


@pytest.mark.parametrize("name", CASES)
def test_a_bad_statement_is_refused_by_line_and_field(
    begun: Shell, folder: Path, name: str
) -> None:
    data, says = CASES[name]
    source = name.split(maxsplit=1)[0]
    (folder / "bad.csv").write_bytes(data)
    for said in (
        begun("import", source, "bad.csv", "--account", "M1"),
        begun("import", source, "-", "--account", "M1", stdin=data),
    ):
        assert (said.code, said.out) == (3, "")
        assert said.err.count("\n") == 1
        assert len(said.err) < 1_000
        for word in says:
            assert word in said.err
    assert begun.head() == 0


@pytest.mark.parametrize(
    ("path", "says"), [("absent.csv", "no such file"), (".", "is a directory")]
)
def test_a_file_that_is_none_is_named(begun: Shell, path: str, says: str) -> None:
    for arguments in (
        ("import", "bitmex", path, "--account", "M1"),
        ("replay", "against", "bitmex", path, "--account", "M1"),
    ):
        said = begun(*arguments)
        assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
        assert path in said.err
        assert says in said.err


def test_postgresql_takes_nothing_of_a_bad_statement_either(
    postgresql_url: str, folder: Path
) -> None:
    shell = Shell(postgresql_url)
    shell.done("init")
    for name in ("bitmex an amount edited", "bybit a line left out", "bitmex a NUL byte"):
        (folder / "bad.csv").write_bytes(CASES[name][0])
        assert shell("import", name.split(maxsplit=1)[0], "bad.csv", "--account", "M1").code == 3
    assert shell.head() == 0
