"""`ledger doctor`: what is wrong with a set-up, by name, and nothing where nothing is."""

from pathlib import Path

import pytest

from ledger.log.database import connect
from tests.cli.shell import BITMEX, Shell, opened, typed


def findings(shell: Shell, code: int = 0) -> dict[str, list[tuple[str, str]]]:
    """Give what the doctor found, by check."""
    said = shell("--json", "doctor")
    assert said.code == code, said
    found: dict[str, list[tuple[str, str]]] = {}
    for row in said.data:
        found.setdefault(row["check"], []).append((row["status"], row["finding"]))
    return found


def test_a_sound_ledger_has_no_finding_but_ok(sqlite: Shell) -> None:
    opened(sqlite)
    sqlite.done("import", "bitmex", BITMEX, "--account", "M1")
    sqlite.done("views", "follow", "--once")
    found = findings(sqlite)
    assert list(found) == ["database", "guards", "clock", "views", "vault"]
    assert {status for rows in found.values() for status, _ in rows} == {"ok"}


def test_a_new_ledger_is_warned_of_what_is_not_there_yet(shell: Shell) -> None:
    opened(shell)
    found = findings(shell)
    assert {status for status, _ in found["views"]} == {"warn"}
    assert "4 behind" in found["views"][0][1]
    assert found["vault"][0][0] == "warn"
    assert found["clock"] == [("ok", found["clock"][0][1])]


def test_a_superuser_is_a_gap_among_the_guards(postgresql_url: str) -> None:
    shell = Shell(postgresql_url)
    opened(shell)
    assert findings(shell)["guards"][0][0] == "warn"
    assert "superuser" in findings(shell)["guards"][0][1]


def test_no_ledger_is_said_at_once(sqlite: Shell) -> None:
    found = findings(sqlite, code=1)
    assert list(found) == ["database"]
    assert "ledger init" in found["database"][0][1]


def test_a_ledger_newer_than_the_program_is_refused_everywhere(shell: Shell) -> None:
    opened(shell)
    engine = connect(str(shell.url))
    with engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    assert "newer than this program" in findings(shell, code=1)["database"][0][1]
    for arguments in (("log",), ("init",), ("record",), ("check",), ("views", "list")):
        said = shell(*arguments)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert "newer" in said.err


def test_a_key_that_others_may_read_fails(sqlite: Shell, folder: Path) -> None:
    sqlite.done("init")
    sqlite.done("import", "bitmex", BITMEX, "--account", "M1")
    key = folder / "ledger.vault.db.key"
    key.chmod(0o644)
    assert "open to others" in findings(sqlite, code=1)["vault"][0][1]
    key.chmod(0o600)
    key.write_bytes(b"short")
    assert findings(sqlite, code=1)["vault"][0][0] == "fail"
    said = sqlite("import", "bitmex", BITMEX, "--account", "M1")
    assert (said.code, said.err.count("\n")) == (2, 1)


def test_init_again_changes_nothing(shell: Shell) -> None:
    assert shell.json("init")["created"] is True
    opened(shell)
    before = shell.log()
    assert shell.json("init")["created"] is False
    assert shell.log() == before


def test_a_database_that_is_not_ours_is_left_alone(sqlite: Shell, folder: Path) -> None:
    engine = connect(str(sqlite.url))
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE somebody_elses (name TEXT)")
    engine.dispose()
    before = (folder / "ledger.db").read_bytes()
    for arguments in (("init",), ("log",), ("record",)):
        said = sqlite(*arguments)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "no ledger" in said.err
    assert (folder / "ledger.db").read_bytes() == before


@pytest.mark.parametrize(
    "url", ["somewhere", "mysql://host/x", "nothing://x", "postgresql://host:port/x"]
)
def test_a_vault_that_is_no_url_ends_with_2(sqlite: Shell, folder: Path, url: str) -> None:
    sqlite.done("init")
    (folder / "ledger.toml").write_text(f'vault = "{url}"\n')
    for arguments in (("doctor",), ("import", "bitmex", BITMEX, "--account", "M1")):
        said = sqlite(*arguments)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert "LEDGER_VAULT" in said.err
    assert sqlite.head() == 0


def test_the_password_of_a_vault_is_never_shown(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(postgresql_url)
    opened(shell)
    assert "@" in postgresql_url
    monkeypatch.setenv("LEDGER_VAULT", postgresql_url.replace("@", ":hush@", 1))
    shell.done("import", "bitmex", BITMEX, "--account", "M1")
    said = shell.done("doctor")
    assert "hush" not in said.out + said.err
    assert "***" in said.out


def test_a_password_is_never_shown() -> None:
    for arguments in (("doctor",), ("init",), ("log",)):
        said = typed("--database", "postgresql://me:hush@/x?host=nowhere", *arguments)
        assert said.code in (1, 2)
        assert "hush" not in said.out + said.err
