"""`ledger check`: whatever is done to the log by hand, the law it breaks says so, and where."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection

from ledger import journal, laws
from ledger.log.database import connect
from tests.cli.shell import BITMEX, Shell, opened

LAST = 17

Deed = Callable[[Connection], Any]


def run(*statements: str) -> Deed:
    """Make a deed of SQL statements."""
    return lambda connection: [connection.exec_driver_sql(text) for text in statements]


def rewrite(sequence: int, old: bytes, new: bytes) -> Deed:
    """Make a deed that changes the bytes of a record."""

    def deed(connection: Connection) -> None:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        query = f"SELECT record FROM events WHERE sequence = {sequence}"  # noqa: S608 - a number
        record = bytes(connection.exec_driver_sql(query).scalar_one())
        assert old in record
        connection.exec_driver_sql(
            f"UPDATE events SET record = {mark} WHERE sequence = {sequence}",  # noqa: S608 - a number
            (record.replace(old, new, 1),),
        )

    return deed


class Tampering(NamedTuple):
    """A deed, the law that finds it, and what the law says."""

    deed: Deed
    law: str
    says: str


TAMPERINGS = {
    "a byte too many": Tampering(rewrite(3, b",", b", "), "bytes", "sequence 3: "),
    "an amount written otherwise": Tampering(rewrite(3, b"1.5", b"1.50"), "bytes", "sequence 3: "),
    "a record cut": Tampering(rewrite(3, b"}}", b"}"), "records", "sequence 3: "),
    "a type that nobody knows": Tampering(
        run("UPDATE events SET type = 'Stolen' WHERE sequence = 4"), "records", "sequence 4: "
    ),
    "the amount of a statement's line": Tampering(
        rewrite(8, b'"amount":"1"', b'"amount":"2"'), "mirrors", "M1 XBT: "
    ),
    "the digest of a command": Tampering(
        rewrite(2, b'"digest":"', b'"digest":"0'), "commands", "sequence 2: the request's digest"
    ),
    "another type beside the bytes": Tampering(
        run("UPDATE events SET type = 'CashWithdrawn' WHERE sequence = 3"), "records", "sequence 3"
    ),
    "another stream beside the bytes": Tampering(
        run("UPDATE events SET stream = 'account-B9' WHERE sequence = 3"), "columns", "sequence 3: "
    ),
    "another time beside the bytes": Tampering(
        run("UPDATE events SET at = at + 1 WHERE sequence = 3"), "columns", "sequence 3: "
    ),
    "another version beside the bytes": Tampering(
        run("UPDATE events SET version = 9 WHERE sequence = 4"), "versions", "sequence 4: "
    ),
    "the tail cut off": Tampering(
        run("DELETE FROM events WHERE sequence = 17"), "sequence", f"ends at {LAST - 1}"
    ),
    "the tail cut off with its head": Tampering(
        run("DELETE FROM events WHERE sequence = 17", "UPDATE log_head SET size = 16"),
        "sequence",
        "something stands at 17, beyond the head 16",
    ),
    "a gap": Tampering(run("DELETE FROM events WHERE sequence = 2"), "sequence", "sequence 3: "),
    "a head too far": Tampering(run("UPDATE log_head SET size = 99"), "sequence", "99"),
    "another time at the head": Tampering(
        run("UPDATE log_head SET recorded_at = recorded_at + 1"), "sequence", "differ in time"
    ),
    "a forged command": Tampering(
        run("INSERT INTO commands VALUES ('forged', 'digest', 3, 1)"), "commands", "in the table"
    ),
    "a command forgotten": Tampering(
        run("DELETE FROM commands WHERE command_id = 'c3'"), "commands", "command c3"
    ),
    "a command of another content": Tampering(
        run("UPDATE commands SET digest = 'other' WHERE command_id = 'c3'"),
        "commands",
        "command c3",
    ),
    "a command elsewhere": Tampering(
        run("UPDATE commands SET first_sequence = 2 WHERE command_id = 'c3'"),
        "commands",
        "command c3",
    ),
    "time going back": Tampering(
        run("UPDATE events SET recorded_at = recorded_at - 1 WHERE sequence = 4"),
        "time",
        "sequence 4: ",
    ),
}


def without_guards(shell: Shell, deed: Deed) -> None:
    """Do something that only an administrator can, with every guard switched off."""
    engine = connect(str(shell.url))
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.exec_driver_sql(triggers).fetchall():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("events", "commands", "log_head"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        deed(connection)
    engine.dispose()


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampering_is_found_by_the_law_that_it_breaks(shell: Shell, name: str) -> None:
    opened(shell)
    shell.done("import", "bitmex", BITMEX, "--account", "M1")
    assert shell.head() == LAST
    tampering = TAMPERINGS[name]
    without_guards(shell, tampering.deed)
    said = shell("--json", "check")
    assert (said.code, said.envelope["status"], said.err.count("\n")) == (1, "fail", 1)
    broken = {v["law"]: v["breach"] for v in said.data if v["holds"] == "BROKEN"}
    assert tampering.law in broken, broken
    assert tampering.says in broken[tampering.law]
    assert tampering.law in said.err
    people = shell("check")
    assert people.code == 1
    assert re.search(f"^{tampering.law} +BROKEN", people.out, re.MULTILINE)


def test_legs_that_do_not_balance_are_found(sqlite: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(sqlite)
    monkeypatch.setattr(laws, "postings", lambda event: journal.postings(event)[:1])
    said = sqlite("check", "balance")
    assert said.code == 1
    assert "sequence 3: out of balance by -1.5 BTC" in said.out


def test_a_record_that_cannot_be_read_leaves_no_half_of_an_envelope(shell: Shell) -> None:
    opened(shell)
    without_guards(shell, rewrite(3, b"}}", b"}"))
    for arguments in (("log",), ("show", "journal"), ("show", "movements", "--at", "@9")):
        said = shell("--json", *arguments)
        assert (said.code, said.envelope["status"], said.data) == (1, "error", None)
        assert "sequence 3" in said.err
        assert said.err.count("\n") == 1


def test_a_record_without_its_command_is_a_corrupt_log(shell: Shell) -> None:
    opened(shell)
    without_guards(shell, TAMPERINGS["a command forgotten"].deed)
    shell.done("event", 4)
    said = shell("event", 3)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "corrupt: sequence 3" in said.err


def test_a_law_can_be_asked_for_alone(shell: Shell) -> None:
    opened(shell)
    (verdict,) = shell.json("check", "external")
    assert verdict == {
        "law": "external",
        "holds": "holds",
        "figure": "1.50000001 BTC",
        "breach": None,
    }
    assert len(shell.json("check")) == len(laws.LAWS)
    rows = shell.done("check", "time", "bytes", "-O", "csv", "-o", "laws.csv")
    assert rows.out == ""
    assert Path("laws.csv").read_text().splitlines()[:2] == [
        "law,holds,figure,breach",
        "time,holds,never back,",
    ]


def test_the_doctor_names_a_guard_that_is_gone(shell: Shell) -> None:
    opened(shell)
    without_guards(shell, run())
    said = shell.done("doctor")
    assert "missing: the triggers of the log" in said.out
