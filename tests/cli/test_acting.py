"""Who acts: said once on the command line, and recorded with whatever does not say it itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import BITMEX, Shell, command, ndjson

HKD = command("RegisterAsset", "c1", asset="HKD", scale=2, kind="fiat")


def sender(shell: Shell, sequence: int) -> tuple[dict[str, Any], str]:
    """Give the actor and the legal entity of the command that a record begins."""
    request = shell.json("event", sequence)["cause"]["request"]
    return request["actor"], request["legal_entity"]


def test_a_command_is_given_by_whom_the_option_names(shell: Shell) -> None:
    shell.done("init")
    shell.done("--as", "amy:operations", "record", stdin=ndjson(HKD))
    assert sender(shell, 1) == ({"kind": "human", "id": "amy", "role": "operations"}, "VATP")


@pytest.mark.parametrize("kind", ["service", "engine"])
def test_a_program_is_not_taken_for_a_person(sqlite: Shell, kind: str) -> None:
    sqlite.done("init")
    sqlite.done("--as", f"{kind}/gate-1:dealing", "record", stdin=ndjson(HKD))
    assert sender(sqlite, 1)[0] == {"kind": kind, "id": "gate-1", "role": "dealing"}


def test_without_an_actor_it_is_the_ledger_itself_in_no_function(sqlite: Shell) -> None:
    sqlite.done("init")
    sqlite.done("record", stdin=ndjson(HKD))
    assert sender(sqlite, 1) == ({"kind": "service", "id": "ledger"}, "VATP")


def test_what_a_command_says_itself_goes_before_the_option(sqlite: Shell) -> None:
    own = {"kind": "human", "id": "bob", "role": "finance"}
    sqlite.done("init")
    line = ndjson({**HKD, "actor": own, "legal_entity": "BROKER"})
    sqlite.done("--as", "amy:operations", "record", stdin=line)
    assert sender(sqlite, 1) == (own, "BROKER")


def test_the_same_command_from_another_actor_is_a_duplicate(sqlite: Shell) -> None:
    sqlite.done("init")
    sqlite.done("--as", "amy:operations", "record", stdin=ndjson(HKD))
    said = sqlite.done("--as", "bob:finance", "record", stdin=ndjson(HKD))
    assert said.lines[0]["outcome"] == "duplicate"


def test_the_flag_goes_before_the_environment_and_that_before_the_file(
    sqlite: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite.done("init")
    names = ["from-file", "from-environment", "from-flag"]
    (folder / "ledger.toml").write_text('actor = "from-file:risk"\nentity = "HKX"\n')
    sqlite.done("record", stdin=ndjson({**HKD, "asset": "A"}))
    monkeypatch.setenv("LEDGER_ACTOR", "from-environment:risk")
    sqlite.done("record", stdin=ndjson({**HKD, "asset": "B", "command_id": "c2"}))
    line = ndjson({**HKD, "asset": "C", "command_id": "c3"})
    sqlite.done("--as", "from-flag:risk", "record", stdin=line)
    found = [sender(sqlite, sequence) for sequence in (1, 2, 3)]
    assert [actor["id"] for actor, _ in found] == names
    assert {entity for _, entity in found} == {"HKX"}


def test_an_import_is_recorded_in_the_name_of_who_imports(sqlite: Shell) -> None:
    sqlite.done("init")
    sqlite.done("--as", "amy:operations", "import", "bitmex", BITMEX, "--account", "M1")
    names = {sender(sqlite, row["sequence"])[0]["id"] for row in sqlite.log()}
    assert names == {"amy"}


def test_an_import_without_a_role_records_nothing_and_can_be_made_by_who_has_one(
    sqlite: Shell,
) -> None:
    people = ("amy:operations", "ben:risk", "cat:compliance")
    sqlite.done("init", *(word for person in people for word in ("--officer", person)))
    head = sqlite.head()
    statement = ("import", "bitmex", BITMEX, "--account", "M1")
    for who in ((), ("--as", "cyd:operations"), ("--as", "amy:audit")):
        said = sqlite(*who, *statement)
        assert said.code == 2
        assert "say who imports" in said.err
    assert sqlite.head() == head
    sqlite.done("--as", "amy:operations", *statement)
    assert sqlite.head() > head


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("amy", "is not ID:FUNCTION"),
        ("amy:boss", "dealing, operations, compliance"),
        (":risk", "amy:compliance"),
        ("robot/amy:risk", "engine/core:dealing"),
        ("a b:risk", "names nobody"),
        ("service/:risk", "names nobody"),
    ],
)
def test_who_cannot_be_read_is_a_matter_of_usage(sqlite: Shell, text: str, says: str) -> None:
    sqlite.done("init")
    said = sqlite("--as", text, "record", stdin=ndjson(HKD))
    assert said.code == 2
    assert said.err.startswith("ledger: --as: ")
    assert says in said.err
    assert sqlite.head() == 0


def test_the_environment_is_named_where_it_is_wrong(
    sqlite: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEDGER_ACTOR", "nobody")
    said = sqlite("--json", "init")
    assert said.code == 2
    assert json.loads(said.out)["status"] == "error"
    assert "LEDGER_ACTOR: " in said.err
