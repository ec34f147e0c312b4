"""`ledger import`: validated whole, recorded once, and what is unknown is set apart."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from ledger.log.database import connect
from ledger.log.exclusive import exclusively
from ledger.vault import Vault
from tests.cli.shell import BITMEX, BYBIT, Shell

HEADER, *LINES = BITMEX.read_bytes().splitlines(keepends=True)
MOVEMENTS = {
    "bitmex": {
        ("EXTERNAL:bitmex", "XBT"): "1.0299685",
        ("M1", "BMEX"): "0.12",
        ("M1", "XBT"): "1.0299685",
        ("SUSPENSE:bitmex", "BMEX"): "-0.12",
    },
    "bybit": {
        ("EXTERNAL:bybit", "BTC"): "0.0004995",
        ("EXTERNAL:bybit", "USDT"): "52",
        ("M1", "BTC"): "0.0004995",
        ("M1", "USDT"): "57",
        ("SUSPENSE:bybit", "USDT"): "-5",
    },
}
FILES = {"bitmex": BITMEX, "bybit": BYBIT}


def told(
    shell: Shell, source: str, file: object, *options: object, code: int = 0
) -> dict[str, int]:
    """Import a file and give the counts."""
    said = shell("--json", "import", source, file, "--account", "M1", *options)
    assert said.code == code, said
    counts: dict[str, int] = said.data
    return counts


def contents(shell: Shell) -> list[tuple[str, str, str]]:
    """Give what the facts in the log say, without what differs from import to import."""
    return [(row["command"], row["at"], json.dumps(row["data"])) for row in shell.log()]


@pytest.mark.parametrize("source", FILES)
def test_a_statement_is_recorded_once(shell: Shell, source: str) -> None:
    shell.done("init")
    count = len(FILES[source].read_text().splitlines()) - 1
    first = told(shell, source, FILES[source])
    assert (first["lines"], first["recorded"], first["duplicate"]) == (count, count, 0)
    assert shell.balances() == MOVEMENTS[source]
    before = shell.log()
    again = told(shell, source, FILES[source])
    assert (again["recorded"], again["duplicate"]) == (0, count)
    assert shell.log() == before
    assert shell.laws() == {}
    against = shell.json("replay", "against", source, FILES[source])
    assert against["matched"] == against["batches"]
    assert against["first_mismatch"] is None


def test_a_longer_statement_records_only_what_is_new(shell: Shell, folder: Path) -> None:
    shell.done("init")
    (folder / "short.csv").write_bytes(HEADER + b"".join(LINES[4:]))
    (folder / "inside.csv").write_bytes(HEADER + b"".join(LINES[3:]))
    assert told(shell, "bitmex", "short.csv")["recorded"] == 6
    cut = shell("import", "bitmex", "inside.csv", "--account", "M1")
    assert (cut.code, cut.err.count("\n")) == (3, 1), "half of a batch is no statement"
    before = shell.log()
    longer = told(shell, "bitmex", BITMEX)
    assert (longer["recorded"], longer["duplicate"]) == (4, 6)
    assert shell.log()[: len(before)] == before
    assert shell.balances() == MOVEMENTS["bitmex"]
    assert told(shell, "bitmex", "short.csv")["recorded"] == 0


def test_a_statement_from_mid_history_needs_its_opening_balance(shell: Shell, folder: Path) -> None:
    shell.done("init")
    (folder / "middle.csv").write_bytes(HEADER + b"".join(LINES[:-1]))
    refused = shell("import", "bitmex", "middle.csv", "--account", "M1")
    assert (refused.code, shell.head()) == (3, 0)
    assert "--opening XBT=AMOUNT" in refused.err
    told(shell, "bitmex", "middle.csv", "--opening", "XBT=1")
    assert shell.balances() == MOVEMENTS["bitmex"]
    before = shell.log()
    assert told(shell, "bitmex", "middle.csv", "--opening", "XBT=1.0")["recorded"] == 0
    assert told(shell, "bitmex", "middle.csv")["recorded"] == 0
    assert shell.log() == before
    assert shell.json("replay", "against", "bitmex", "middle.csv")["matched"] == 3


@pytest.mark.parametrize(
    ("opening", "code"),
    [("XBT", 2), ("XBT=", 2), ("XBT=one", 2), ("XBT=-0", 2), ("DOGE=1", 3), ("XBT=0", 3)],
)
def test_an_opening_balance_that_says_nothing_is_refused(
    sqlite: Shell, opening: str, code: int
) -> None:
    sqlite.done("init")
    said = sqlite("import", "bitmex", BITMEX, "--account", "M1", "--opening", opening)
    assert (said.code, said.err.count("\n"), sqlite.head()) == (code, 1, 0)
    assert "--opening" in said.err


def test_an_unknown_kind_is_quarantined_and_visible(shell: Shell) -> None:
    shell.done("init")
    assert told(shell, "bitmex", BITMEX)["quarantined"] == 1
    (row,) = (row for row in shell.log() if row["type"] == "VenueLineQuarantined")
    assert row["data"]["venue_kind"] == "Airdrop"
    assert (row["data"]["amount"], row["data"]["balance"]) == ("0.12", "0.12")
    assert len(shell.json("log", "--type", "VenueLineQuarantined")) == 1
    waiting = shell.json("show", "movements", "--where", "account=SUSPENSE:bitmex")
    assert [(w["asset"], w["amount"]) for w in waiting] == [("BMEX", "-0.12")]
    legs = shell.json("event", row["sequence"])["legs"]
    assert {leg["segregation"] for leg in legs} == {"MIRROR", "SUSPENSE"}
    assert shell.json("show", "audit", "--where", "type=VenueLineQuarantined")


def test_canceled_and_pending_lines_are_noted_and_move_nothing(shell: Shell) -> None:
    shell.done("init")
    told(shell, "bitmex", BITMEX)
    noted = [row for row in shell.log() if row["type"] == "VenueLineNoted"]
    assert sorted(row["data"]["status"] for row in noted) == ["canceled", "pending", "pending"]
    for row in noted:
        assert shell.json("event", row["sequence"])["legs"] == []
        assert shell.json("show", "movements", "--where", f"sequence={row['sequence']}") == []


def test_an_account_that_is_no_mirror_of_this_venue_is_refused(shell: Shell) -> None:
    shell.done("init")
    shell.done("record", stdin=b'{"type": "OpenAccount", "command_id": "c", "account": "A1"}\n')
    told(shell, "bitmex", BITMEX)
    before = shell.log()
    for source, account in (("bitmex", "A1"), ("bybit", "A1"), ("bybit", "M1")):
        said = shell("import", source, FILES[source], "--account", account)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert f"account {account} is no mirror of {source}" in said.err
    assert shell.log() == before
    odd = shell("import", "bybit", BYBIT, "--account", "no account")
    assert (odd.code, odd.err.count("\n")) == (2, 1)
    assert shell.log() == before


def test_two_accounts_of_one_venue_stay_apart(shell: Shell) -> None:
    shell.done("init")
    for account in ("M1", "M2"):
        shell.done("import", "bitmex", BITMEX, "--account", account)
    unclear = shell("replay", "against", "bitmex", BITMEX)
    assert (unclear.code, "--account: M1, M2" in unclear.err) == (2, True)
    for account in ("M1", "M2"):
        found = shell.json("replay", "against", "bitmex", BITMEX, "--account", account)
        assert (found["matched"], found["batches"]) == (4, 4)
        assert found["final"] == {"BMEX": "0.12", "XBT": "1.0299685"}


def test_the_account_may_be_left_out_where_one_mirrors_the_venue(
    shell: Shell, folder: Path
) -> None:
    shell.done("init")
    (folder / "short.csv").write_bytes(HEADER + b"".join(LINES[4:]))
    none = shell("import", "bitmex", BITMEX)
    assert (none.code, none.err.count("\n"), shell.head()) == (2, 1, 0)
    assert "--account" in none.err
    told(shell, "bitmex", "short.csv")
    assert shell.json("import", "bitmex", BITMEX)["recorded"] == 4
    assert shell("import", "bybit", BYBIT).code == 2
    assert shell.balances() == MOVEMENTS["bitmex"]
    shell.done("import", "bitmex", BITMEX, "--account", "M2")
    several = shell("import", "bitmex", BITMEX)
    assert (several.code, "--account: M1, M2" in several.err) == (2, True)


def test_a_line_that_says_something_else_now_is_a_conflict_recorded_once(
    shell: Shell, folder: Path
) -> None:
    shell.done("init")
    told(shell, "bitmex", BITMEX)
    head = shell.head()
    text = BITMEX.read_text().replace("-3107,", "-3106,").replace("-43,", "-44,")
    (folder / "changed.csv").write_text(text)
    for _ in range(2):
        said = shell("import", "bitmex", "changed.csv", "--account", "M1")
        assert said.code == 1
        assert "a0000000-0000-4000-8000-000000000007" in said.err
        conflicts = shell.log()[head:]
        assert [row["type"] for row in conflicts] == ["CommandConflicted"] * 2
    assert told(shell, "bitmex", "changed.csv", code=1)["conflict"] == 2
    assert shell.balances() == MOVEMENTS["bitmex"]
    assert shell.laws() == {}


@pytest.mark.parametrize("source", FILES)
def test_a_byte_order_mark_and_crlf_leave_no_trace(shell: Shell, folder: Path, source: str) -> None:
    shell.done("init")
    text = FILES[source].read_bytes()
    told(shell, source, FILES[source])
    before = shell.log()
    for name, data in (
        ("mark.csv", b"\xef\xbb\xbf" + text),
        ("crlf.csv", text.replace(b"\n", b"\r\n")),
        ("both.csv", b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n")),
    ):
        (folder / name).write_bytes(data)
        assert told(shell, source, name)["recorded"] == 0
    assert shell.log() == before


def test_a_fresh_ledger_gets_the_same_facts_from_a_file_with_crlf(
    sqlite: Shell, folder: Path
) -> None:
    (folder / "crlf.csv").write_bytes(BITMEX.read_bytes().replace(b"\n", b"\r\n"))
    other = Shell("sqlite:///other.db")
    for shell, file in ((sqlite, BITMEX), (other, Path("crlf.csv"))):
        os.environ["LEDGER_VAULT"] = "sqlite:///both.db"
        try:
            shell.done("init")
            told(shell, "bitmex", file)
        finally:
            del os.environ["LEDGER_VAULT"]
    facts = [row for row in contents(sqlite) if row[0].startswith("bitmex:")]
    assert facts == [row for row in contents(other) if row[0].startswith("bitmex:")]


def test_stdin_is_as_good_as_a_file(shell: Shell) -> None:
    shell.done("init")
    said = shell.done("import", "bitmex", "-", "--account", "M1", stdin=BITMEX.read_bytes())
    assert said.out == ""
    assert shell.balances() == MOVEMENTS["bitmex"]
    against = shell("replay", "against", "bitmex", "-", stdin=BITMEX.read_bytes())
    assert against.code == 0
    assert told(shell, "bitmex", BITMEX)["recorded"] == 0


def test_raw_lines_lie_in_the_vault_and_in_no_record(shell: Shell, folder: Path) -> None:
    shell.done("init")
    told(shell, "bitmex", BITMEX)
    texts = {line.decode().rstrip("\n") for line in LINES}
    place = folder / "ledger.vault.db"
    with Vault(f"sqlite:///{place}", Path(f"{place}.key")) as vault:
        digests = [row["data"]["line"] for row in shell.log() if "line" in row["data"]]
        assert len(digests) == len(LINES)
        assert {vault.open(digest).decode() for digest in digests} == texts
    records = shell.done("log", "-O", "ndjson").out
    assert "made-up-address" not in records
    assert not any(text in records for text in texts)
    with sqlite3.connect(place) as connection:
        stored = connection.execute("SELECT * FROM vault_items").fetchall()
    connection.close()
    assert "made-up-address" not in str(stored)


def test_replay_against_names_the_first_batch_that_differs(shell: Shell, folder: Path) -> None:
    shell.done("init")
    none = shell("replay", "against", "bitmex", BITMEX)
    assert (none.code, "import its file first" in none.err) == (2, True)
    (folder / "short.csv").write_bytes(HEADER + b"".join(LINES[4:]))
    told(shell, "bitmex", "short.csv")
    said = shell("--json", "replay", "against", "bitmex", BITMEX)
    assert (said.code, said.envelope["status"], said.err.count("\n")) == (1, "fail", 1)
    assert (said.data["batches"], said.data["matched"]) == (4, 3)
    assert said.data["first_mismatch"] == {
        "line": 5,
        "at": "2024-10-03T12:00:00.120000000Z",
        "asset": "XBT",
        "ledger": "not recorded",
        "venue": "1.0299685",
    }
    assert said.data["final"] == {"BMEX": "0.12", "XBT": "1.03"}


def test_two_imports_at_once_are_one_too_many(shell: Shell) -> None:
    shell.done("init")
    engine = connect(shell.url or "sqlite:///ledger.db")
    with exclusively(engine, "import"):
        refused = shell("import", "bitmex", BITMEX, "--account", "M1")
    engine.dispose()
    assert refused.code == 5
    assert "another import" in refused.err
    assert shell.log() == []
