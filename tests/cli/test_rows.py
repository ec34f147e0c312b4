"""Rows as they are asked for: every format, to a file or to stdout, by column and by moment."""

import csv
import html
import io
import json
import re
from pathlib import Path
from unittest.mock import Mock

import pytest
from pyarrow import parquet

from ledger.log.log import Log
from tests.cli.shell import Shell, command, deposit, ndjson, opened

COLUMNS = ["account", "asset", "amount"]
ROWS = [
    {"account": "A1", "asset": "BTC", "amount": "1.50000001"},
    {"account": "EXTERNAL:bank", "asset": "BTC", "amount": "1.50000001"},
]
MARKUP = "<b>&\"'</b>"
MISUSED_MOMENTS = {
    "--at @x": "@42",
    "--at @1.5": "@42",
    "--at @-1": "@42",
    "--at @\u0663": "@42",
    f"--at @{'9' * 40}": "@42",
    "--at yesterday": "time",
    "--at 2026-02-30": "day",
    "--at 1969-12-31T23:59:59Z": "1970",
    "--at 2026-02-11T08:00:00.1234567890Z": "time",
    "--at @2 --clock at": "no other clock",
    "--at @2 --known @3": "no other clock",
    "--at 2026-02-11 --clock recorded --known @3": "takes no --known",
    "--clock recorded --known @3": "takes no --known",
    "--known nothing": "--known",
    "--known @x": "--known",
    "--clock sideways": "recorded",
    "--where account": "COLUMN=VALUE",
    "--columns amount,assets": "Did you mean 'asset'?",
    "--columns ,": "is no column",
    "--where colour=red": "one of account, asset, amount",
    "--where amount=much": "--where amount",
    "--where amount=1e1": "--where amount",
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Create one ledger for all misuses: none of them changes anything."""
    return opened(Shell(f"sqlite:///{tmp_path_factory.mktemp('rows') / 'ledger.db'}"))


def test_balances_have_exactly_three_columns(shell: Shell) -> None:
    opened(shell)
    assert shell.json("show", "balances") == ROWS
    assert list(shell.json("show", "balances")[0]) == COLUMNS
    assert shell.done("show", "balances", "-O", "csv").out.splitlines()[0] == ",".join(COLUMNS)


def test_every_text_format_says_the_same(shell: Shell) -> None:
    opened(shell)
    show = ("show", "balances", "-O")
    assert json.loads(shell.done(*show, "json").out) == ROWS
    assert shell.done(*show, "ndjson").lines == ROWS
    assert list(csv.DictReader(io.StringIO(shell.done(*show, "csv").out))) == ROWS
    table = shell.done(*show, "table").out.splitlines()
    assert [line.split() for line in table if "-" * 5 not in line] == [
        COLUMNS,
        *(list(row.values()) for row in ROWS),
    ]
    assert shell.done("show", "balances").out.splitlines() == table
    page = shell.done(*show, "html").out
    assert re.findall("<td>(.*?)</td>", page) == [v for row in ROWS for v in row.values()]


@pytest.mark.parametrize("output_format", ["table", "json", "ndjson", "csv", "parquet", "html"])
def test_a_file_gets_what_stdout_would(sqlite: Shell, folder: Path, output_format: str) -> None:
    opened(sqlite)
    asked = ("show", "movements", "-O", output_format)
    said = sqlite.done(*asked)
    written = sqlite.done(*asked, "-o", "rows.out")
    assert written.out == ""
    assert (folder / "rows.out").read_bytes() == said.raw
    assert sqlite.done(*asked, "-o", "-").raw == said.raw
    assert sqlite.json(*asked, "-o", "rows.out") == {"file": "rows.out"}


def test_parquet_carries_the_exact_text(shell: Shell, folder: Path) -> None:
    opened(shell)
    shell.done("show", "movements", "-O", "parquet", "-o", "rows.parquet")
    table = parquet.read_table(folder / "rows.parquet")
    assert {str(field.type) for field in table.schema} == {"string"}
    expected = shell.json("show", "movements")
    amounts = [row["amount"] for row in table.to_pylist()]
    assert amounts == [row["amount"] for row in expected]
    assert "0.00000001" in amounts
    assert table.column("at").to_pylist() == [row["at"] for row in expected]
    assert table.column("corrects").to_pylist() == [None] * len(expected)


def test_no_rows_are_still_an_answer(sqlite: Shell, folder: Path) -> None:
    sqlite.done("init")
    assert sqlite.json("show", "balances") == []
    assert sqlite.done("show", "balances", "-O", "json").out == "[]\n"
    assert sqlite.done("show", "balances", "-O", "csv").out == "account,asset,amount\n"
    assert sqlite.done("show", "balances", "-O", "ndjson").out == ""
    sqlite.done("show", "balances", "-O", "parquet", "-o", "none.parquet")
    assert parquet.read_table(folder / "none.parquet").column_names == COLUMNS


def test_a_page_is_no_place_for_somebody_elses_markup(sqlite: Shell) -> None:
    opened(sqlite)
    wrong = {"account": "A1", "asset": "BTC", "corrects": 3, "kind": "was_wrong", "amount": "2"}
    said = sqlite.done(
        "record", stdin=ndjson(command("CorrectMovement", "x", reason=MARKUP, **wrong))
    )
    assert said.lines[0]["outcome"] == "recorded"
    page = sqlite.done("log", "-O", "html").out
    assert "<b>" not in page
    assert json.loads(html.unescape(re.findall("<td>(.*?)</td>", page)[-1]))["reason"] == MARKUP


def test_a_place_that_cannot_be_written_is_said_in_one_line(sqlite: Shell) -> None:
    opened(sqlite)
    said = sqlite("log", "-o", "nowhere/rows.csv")
    assert (said.code, said.out) == (2, "")
    assert "nowhere/rows.csv" in said.err


def test_a_condition_keeps_the_rows_that_say_so(shell: Shell) -> None:
    opened(shell)
    for column, value, count in (
        ("account", "A1", 2),
        ("sequence", "3", 2),
        ("amount", "0.000000010", 2),
        ("at", "2026-02-11T08:00:00Z", 2),
        ("asset", "ETH", 0),
    ):
        rows = shell.json("show", "movements", "--where", f"{column}={value}")
        assert len(rows) == count, column
    both = shell.json("show", "movements", "--where", "account=A1", "--where", "sequence=4")
    assert [row["balance"] for row in both] == ["1.50000001"]
    assert len(shell.json("show", "audit", "--where", "sequence=2")) == 1
    assert len(shell.json("show", "journal", "--where", "account=A1")) == 2


def test_a_listing_takes_conditions_on_times_and_amounts(sqlite: Shell) -> None:
    opened(sqlite)
    assert len(sqlite.json("show", "journal", "--where", "at=2026-02-11T08:00:00Z")) == 2
    assert len(sqlite.json("show", "journal", "--where", "credit=1.5")) == 1


def test_a_moment_is_a_time_a_sequence_or_now_on_either_clock(shell: Shell) -> None:
    opened(shell)
    held = deposit("late", "2", at="2026-02-10T00:00:00Z")
    shell.done("record", stdin=ndjson(held))
    stamps = {row["sequence"]: row["recorded_at"] for row in shell.log()}

    def amount(*options: str) -> str | None:
        rows = shell.json("show", "balances", "--where", "account=A1", *options)
        assert rows == shell.json("replay", "as-of", *moved(options), "--account", "A1")
        return rows[0]["amount"] if rows else None

    for options, expected in (
        ((), "3.50000001"),
        (("--at", "now"), "3.50000001"),
        (("--at", "@3"), "1.5"),
        (("--at", "@0"), None),
        (("--at", "@999"), "3.50000001"),
        (("--at", "@4", "--clock", "recorded"), "1.50000001"),
        (("--at", "2026-02-11T08:00:00Z"), "3.5"),
        (("--at", "2026-02-11T07:59:59.999999999Z"), "2"),
        (("--at", "2026-02-11T16:00:00+08:00"), "3.5"),
        (("--at", "2026-02-11"), "2"),
        (("--at", "2026-02-12", "--known", "@4"), "1.5"),
        (("--at", "2026-02-13", "--known", stamps[4]), "1.50000001"),
        (("--at", "2026-02-11", "--clock", "recorded"), None),
        (("--at", stamps[4], "--clock", "recorded"), "1.50000001"),
        (("--at", stamps[5], "--clock", "recorded"), "3.50000001"),
        (("--at", "now", "--clock", "at"), "3.50000001"),
        (("--at", "now", "--known", "@4"), "1.50000001"),
    ):
        assert amount(*options) == expected, options


def moved(options: tuple[str, ...]) -> tuple[str, ...]:
    """Turn the options of `show` into those of `replay as-of`, whose moment is an argument."""
    return options[1:] if options[:1] == ("--at",) else ("now", *options)


@pytest.mark.parametrize("options", MISUSED_MOMENTS)
def test_what_is_no_moment_and_no_condition_ends_with_2(begun: Shell, options: str) -> None:
    said = begun("show", "balances", *options.split(" "))
    assert (said.code, said.out) == (2, "")
    assert MISUSED_MOMENTS[options] in said.err
    assert said.err.count("\n") == 1


def test_only_the_columns_asked_for_are_shown_in_that_order(begun: Shell) -> None:
    shown = begun.done("show", "balances", "--columns", "amount,account", "-O", "csv").out
    assert shown.splitlines() == ["amount,account", "1.50000001,A1", "1.50000001,EXTERNAL:bank"]


def test_the_log_is_cut_by_stream_type_and_sequence(shell: Shell) -> None:
    opened(shell)

    def sequences(*options: object) -> list[int]:
        return [row["sequence"] for row in shell.json("log", *options)]

    assert sequences() == [1, 2, 3, 4]
    assert sequences("--from", 2, "--to", 3) == [2, 3]
    assert sequences("--stream", "account-A1") == [2, 3, 4]
    assert sequences("--type", "AssetRegistered") == [1]
    assert sequences("--from", 99) == []
    assert sequences("--stream", "account-A1", "--from", 3) == [3, 4]
    assert sequences("--stream", "account-A1", "--to", 2) == [2]
    assert sequences("--stream", "account-A1", "--type", "CashDeposited", "--from", 4) == [4]
    assert sequences("--stream", "account-A9") == []


def test_a_stream_is_shown_without_a_look_at_the_rest_of_the_log(
    sqlite: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(sqlite)
    monkeypatch.setattr(Log, "read", Mock(side_effect=AssertionError))
    assert [row["sequence"] for row in sqlite.json("log", "--stream", "asset-BTC")] == [1]
