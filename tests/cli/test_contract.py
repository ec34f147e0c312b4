"""The promises of the command line that hold for every command: codes, streams, envelope, help."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import click
import pytest

from ledger.errors import Unbalanced
from projections.cli import ENTRIES, ledger
from tests.cli.shell import BITMEX, FIXTURES, Shell, ended, opened, process, typed

HEAVY = {"sqlalchemy", "alembic", "pydantic", "eventsourcing", "psycopg"}
ENVELOPE = ["schema", "status", "data", "diagnostics"]
NANOSECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")

MISUSES = {
    "an unknown command": (["shwo"], "Did you mean 'show'?"),
    "an unknown part": (["views", "lst"], "Did you mean 'list'?"),
    "an unknown view": (["show", "balance"], "Did you mean 'balances'?"),
    "an unknown stored view": (["views", "rebuild", "balance"], "Did you mean 'balances'?"),
    "an unknown law": (["check", "mirors"], "Did you mean 'mirrors'?"),
    "an unknown option": (["log", "--form", "2"], "--from"),
    "an unknown format": (["log", "-O", "xml"], "parquet"),
    "an unknown source": (["import", "bitmx", "f.csv", "--account", "M1"], "'bitmex'"),
    "an unknown event type": (["schema", "CashLost"], "CashLost"),
    "no command": ([], "--help"),
    "no part": (["replay"], "ledger replay --help"),
    "no argument": (["show"], "VIEW"),
    "no account": (["import", "bitmex", str(BITMEX)], "--account"),
    "following to an end": (["log", "--follow", "--to", "9"], "leave out --to"),
    "following in a table": (["log", "--follow", "-O", "table"], "only be ndjson"),
    "following into csv": (["log", "--follow", "-O", "csv"], "only be ndjson"),
    "a sequence of zero": (["event", "0"], ">=1"),
}
CONFIGURATIONS = {
    "no ledger yet": (["--database", "sqlite:///none.db", "log"], "run `ledger init` first"),
    "no URL": (["--database", "somewhere", "log"], "no URL"),
    "another kind": (["--database", "mysql://host/db", "log"], "use SQLite or PostgreSQL"),
    "a folder": (["--database", "sqlite:///.", "log"], "folder"),
    "not ours": (["--database", "sqlite:///foreign.txt", "log"], "foreign.txt"),
    "a memory": (["--database", "sqlite://", "init"], "needs a file"),
    "no server": (["--database", "postgresql://nobody@/x?host=nowhere", "log"], "cannot use"),
}


def refused(code: int, *arguments: str, says: str) -> None:
    """Make sure that a command ends with a code and one line on stderr, with and without JSON."""
    said = typed(*arguments)
    assert (said.code, said.out) == (code, "")
    assert says in said.err
    assert said.err.startswith("ledger: ")
    assert said.err.count("\n") == 1
    wrapped = typed("--json", *arguments)
    assert (wrapped.code, wrapped.err) == (code, said.err)
    assert list(wrapped.envelope) == ENVELOPE
    assert (wrapped.envelope["status"], wrapped.data) == ("error", None)
    assert wrapped.envelope["diagnostics"] == [said.err.removeprefix("ledger: ").rstrip("\n")]


@pytest.mark.parametrize("name", MISUSES)
def test_a_misuse_ends_with_2_and_one_line_that_says_what_to_do(sqlite: Shell, name: str) -> None:
    assert sqlite.url
    sqlite.done("init")
    arguments, says = MISUSES[name]
    refused(2, "--database", sqlite.url, *arguments, says=says)


def test_what_is_followed_is_put_into_no_envelope(sqlite: Shell) -> None:
    sqlite.done("init")
    said = sqlite("--json", "log", "--follow")
    assert (said.code, said.envelope["status"], said.err.count("\n")) == (2, "error", 1)
    assert "leave out --json" in said.err


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_wrong_configuration_ends_with_2_and_one_line(folder: Path, name: str) -> None:
    (folder / "foreign.txt").write_text("this is no database" * 100)
    arguments, says = CONFIGURATIONS[name]
    refused(2, *arguments, says=says)


def test_each_exit_code_has_a_case(shell: Shell) -> None:
    opened(shell)
    assert shell("check").code == 0
    bad = shell("record", stdin=b"nonsense\n")
    assert (bad.code, bad.err.count("\n")) == (1, 1)
    assert shell("show", "nothing").code == 2
    assert shell("event", "99").code == 3
    assert shell("import", "bitmex", "absent.csv", "--account", "M1").code == 3


def test_a_defect_of_ours_ends_with_70_and_shows_its_trace_only_when_asked(
    sqlite: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(sqlite)
    monkeypatch.setattr("ledger.laws.check", lambda *_: 1 // 0)
    said = sqlite("check")
    assert said.code == 70
    assert said.err.count("\n") == 1
    assert "--debug" in said.err
    with pytest.raises(ZeroDivisionError):
        sqlite("--debug", "check")


def test_legs_that_do_not_balance_are_a_defect_of_ours(
    sqlite: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(sqlite)
    monkeypatch.setattr("ledger.laws.check", Mock(side_effect=Unbalanced("out of balance by 1")))
    refused(70, "--database", str(sqlite.url), "check", says="out of balance by 1")


def test_every_envelope_has_four_keys_and_is_named_after_its_command(shell: Shell) -> None:
    opened(shell)
    shell.done("import", "bitmex", BITMEX, "--account", "M1")
    for arguments, name in (
        (["init"], "init"),
        (["doctor"], "doctor"),
        (["log"], "log"),
        (["event", "1"], "event"),
        (["schema", "CashDeposited"], "schema"),
        (["check"], "check"),
        (["views", "list"], "views.list"),
        (["views", "rebuild", "balances"], "views.rebuild"),
        (["views", "follow", "--once"], "views.follow"),
        (["views", "check"], "views.check"),
        (["show", "audit"], "show"),
        (["replay", "as-of", "now"], "replay.as-of"),
        (["replay", "against", "bitmex", BITMEX], "replay.against"),
        (["import", "bitmex", BITMEX, "--account", "M1"], "import"),
        (["record"], "record"),
    ):
        said = shell("--json", *arguments)
        assert (said.code, said.err, said.out.count("\n")) == (0, "", 1)
        assert list(said.envelope) == ENVELOPE
        assert said.envelope["schema"] == f"ledger.{name}/1"
        assert said.envelope["status"] == "pass"
        assert all(isinstance(note, str) for note in said.envelope["diagnostics"])


def test_a_difference_found_is_a_fail_and_a_usage_error_an_error(sqlite: Shell) -> None:
    opened(sqlite)
    found = sqlite("--json", "record", stdin=b"{}\n")
    assert (found.code, found.envelope["status"]) == (1, "fail")
    assert found.data[0]["outcome"] == "malformed"
    assert len(found.envelope["diagnostics"]) == 1
    assert sqlite("--json", "show", "x").envelope["status"] == "error"


def test_amounts_are_decimal_strings_and_times_have_nanoseconds(shell: Shell) -> None:
    opened(shell)
    shell.done("import", "bitmex", BITMEX, "--account", "M1")
    for arguments in (["log"], ["event", "4"], ["event", "14"], ["show", "movements"]):
        for said in (shell("--json", *arguments), shell(*arguments)):
            assert not re.search(r"\dE-?\d", said.out), said.out
            assert not re.search(r'"\w*(at|amount|balance|fee)":\s*-?\d', said.out), said.out
    assert "0.00000001" in shell.done("event", "4").out
    row = shell.json("show", "movements", "--where", "amount=0.00000001")[0]
    assert row["amount"] == "0.00000001"
    assert NANOSECONDS.fullmatch(row["at"])
    noted = next(r for r in shell.log() if "happened_at" in r["data"])
    for text in (noted["at"], noted["recorded_at"], noted["data"]["happened_at"]):
        assert NANOSECONDS.fullmatch(text)


def test_data_goes_to_stdout_and_notes_to_stderr(sqlite: Shell) -> None:
    said = sqlite.done("init")
    assert said.out == ""
    assert said.err.count("\n") == 1
    recorded = sqlite.done("record", stdin=b"\n\n")
    assert (recorded.out, recorded.err) == ("", "")
    imported = sqlite.done("import", "bitmex", BITMEX, "--account", "M1")
    assert imported.out == ""
    assert "10 lines" in imported.err
    assert "\r" not in imported.err, "no progress bar where there is no terminal"
    assert "\x1b" not in sqlite.done("log").out


def test_the_database_is_the_flag_then_the_variable_then_the_file_then_the_default(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def place(*flags: str) -> str:
        return str(Path(typed("--json", *flags, "init").data["database"]).name)

    assert place() == "ledger.db"
    (folder / "ledger.toml").write_text('database = "sqlite:///third.db"\n')
    assert place() == "third.db"
    monkeypatch.setenv("LEDGER_DATABASE_URL", "sqlite:///second.db")
    assert place() == "second.db"
    assert place("--database", "sqlite:///first.db") == "first.db"
    created = {file.name for file in folder.glob("*.db")}
    assert created == {"ledger.db", "third.db", "second.db", "first.db"}


@pytest.mark.parametrize("text", ["database = ", "databse = 'x'", "database = 7", "\udcff"])
def test_settings_that_cannot_be_read_are_refused_by_name(folder: Path, text: str) -> None:
    (folder / "ledger.toml").write_bytes(text.encode(errors="surrogateescape"))
    refused(2, "init", says="ledger.toml")


def test_the_schema_tells_of_the_envelope_as_the_log_holds_it() -> None:
    listed = typed("--json", "schema").data
    assert list(listed)[:2] == ["Recorded", "Request"]
    lines = (FIXTURES / "golden_log.ndjson").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    requests = [record["request"] for record in records if "request" in record]
    for name, said in (("Recorded", records), ("Request", requests)):
        shown = typed("--json", "schema", name).data
        assert shown == listed[name]
        fields = shown["$defs"][name]
        assert said
        for one in said:
            assert set(fields["required"]) <= one.keys() <= fields["properties"].keys()


def test_help_loads_nothing_heavy_and_answers_at_once() -> None:
    before = os.times()
    said = process("--help", flags=["-X", "importtime"])
    after = os.times()
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in said.err.splitlines()}
    assert "click" in loaded
    assert not loaded & HEAVY
    assert all(name in said.out for name in ENTRIES)
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    assert spent < 1, "three times the promise, on a machine that others use too"


def every_command(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Name every command and group by the words that are typed."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        yield (*path, name)
        if isinstance(found, click.Group):
            yield from every_command(found, (*path, name))


def test_every_command_has_a_help_that_begins_with_examples() -> None:
    paths = list(every_command(ledger))
    assert {path[0] for path in paths} == set(ENTRIES)
    for path in paths:
        said = typed(*path, "--help")
        assert said.code == 0
        assert f"ledger {' '.join(path)}" in said.out
        assert "Examples:" in said.out, path
        assert said.out.index("Examples:") < said.out.index("Options:")


def test_the_version_and_the_completions_are_printed() -> None:
    assert re.fullmatch(r"ledger \d+\.\d+\.\d+\n", typed("--version").out)
    for name in ("bash", "zsh", "fish"):
        said = process(env={"_LEDGER_COMPLETE": f"{name}_source"})
        assert said.code == 0
        assert "_LEDGER_COMPLETE" in said.out


def test_a_reader_who_goes_away_is_no_error(sqlite: Shell) -> None:
    opened(sqlite)
    for arguments in (["log"], ["--json", "check"], ["--help"]):
        reading, writing = os.pipe()
        os.close(reading)
        with (
            os.fdopen(writing, "wb") as closed,
            sqlite.start(*arguments, stdout=closed, stderr=subprocess.PIPE) as running,
        ):
            said = ended(running)
        assert (said.code, said.err) == (0, ""), arguments


def test_a_full_disk_is_said_in_one_line(sqlite: Shell) -> None:
    opened(sqlite)
    with Path("/dev/full").open("wb") as full:
        said = sqlite.process("log", stdout=full)
        wrapped = sqlite.process("--json", "check", stdout=full)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert (wrapped.code, wrapped.err.count("\n")) == (2, 1)
