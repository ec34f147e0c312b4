"""`ledger views`: stored views are built, followed and rebuilt, and a changed row is found."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from ledger.log.database import connect
from tests.cli.shell import BITMEX, WITHDRAWAL, Shell, ndjson, opened
from tests.postgres_server import Server

NAMES = ["balances", "movements"]
WAIT_SECONDS_MAX = 30


def rows_of(shell: Shell) -> list[object]:
    """Give the rows of every stored view."""
    return [shell.json("show", name) for name in NAMES]


def build_of(shell: Shell, name: str) -> str:
    """Name the table that is live now for a view."""
    build = next(row["build"] for row in shell.json("views", "list") if row["name"] == name)
    prefix = "view_" if str(shell.url).startswith("sqlite") else "ledger_views."
    return f"{prefix}{name}_{build}"


def by_hand(shell: Shell, statement: str) -> None:
    """Change a database behind the back of the ledger."""
    engine = connect(str(shell.url))
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_views_are_listed_with_their_lag_and_followed(shell: Shell) -> None:
    opened(shell)
    listed = shell.json("views", "list")
    assert [(row["name"], row["sequence"], row["lag"]) for row in listed] == [
        (name, 0, 4) for name in NAMES
    ]
    assert shell.json("views", "follow", "--once") == {"balances": 4, "movements": 4}
    assert [(row["sequence"], row["lag"]) for row in shell.json("views", "list")] == [(4, 0)] * 2
    assert shell.json("views", "follow", "--once") == {"balances": 0, "movements": 0}
    shell.done("record", stdin=ndjson(WITHDRAWAL))
    assert [row["lag"] for row in shell.json("views", "list")] == [1, 1]


def test_a_rebuilt_view_has_the_same_rows(shell: Shell) -> None:
    opened(shell)
    shell.done("import", "bitmex", str(BITMEX), "--account", "M1")
    before = rows_of(shell)
    for name in NAMES:
        built = shell.json("views", "rebuild", name)
        assert (built["name"], built["build"], built["sequence"]) == (name, 2, 17)
    assert rows_of(shell) == before
    assert [row["build"] for row in shell.json("views", "list")] == [2, 2]
    verdicts = shell.json("views", "check")
    assert [(v["name"], v["holds"]) for v in verdicts] == [(name, True) for name in NAMES]
    assert all(v["live"] == v["rebuilt"] for v in verdicts)


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("balances", "UPDATE {} SET amount = '9' WHERE account = 'A1'"),
        ("balances", "DELETE FROM {} WHERE account = 'A1'"),
        ("balances", "INSERT INTO {} VALUES ('A2', 'BTC', '1')"),
        ("movements", "UPDATE {} SET balance = '0.1' WHERE account = 'A1' AND sequence = 4"),
    ],
)
def test_a_row_changed_by_hand_is_found_and_healed_by_a_rebuild(
    shell: Shell, name: str, deed: str
) -> None:
    opened(shell)
    before = rows_of(shell)
    by_hand(shell, deed.format(build_of(shell, name)))
    assert rows_of(shell) != before
    said = shell("--json", "views", "check")
    assert (said.code, said.envelope["status"], said.err.count("\n")) == (1, "fail", 1)
    assert [v["name"] for v in said.data if not v["holds"]] == [name]
    assert name in said.err
    shell.done("views", "rebuild", name)
    shell.done("views", "check", name)
    assert rows_of(shell) == before


def test_a_follower_shows_what_is_recorded_and_ends_when_asked(shell: Shell) -> None:
    opened(shell)
    with shell.start("views", "follow", stderr=subprocess.PIPE) as following:
        until = time.monotonic() + WAIT_SECONDS_MAX
        while any(row["lag"] for row in shell.json("views", "list")):
            assert following.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        following.send_signal(signal.SIGTERM)
        _, err = following.communicate(timeout=WAIT_SECONDS_MAX)
    assert (following.returncode, err) == (0, b"")


def test_a_log_that_is_followed_goes_on_with_what_is_recorded(shell: Shell) -> None:
    opened(shell)
    with shell.start("log", "--follow", "--from", "4", stdout=subprocess.PIPE) as following:
        assert following.stdout
        assert json.loads(following.stdout.readline())["sequence"] == 4
        shell.done("record", stdin=ndjson(WITHDRAWAL))
        assert json.loads(following.stdout.readline())["type"] == "CashWithdrawn"
        following.kill()


@pytest.fixture
def reader(postgres: Server, postgresql_url: str) -> Iterator[Shell]:
    """Type as somebody who may only read, on a ledger that another one has filled."""
    opened(Shell(postgresql_url))
    database = str(make_url(postgresql_url).database)
    name = f"{database}_auditor"
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{name}" LOGIN IN ROLE "{database}_reader"'.encode())
    yield Shell(postgres.url(database, name))
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'DROP ROLE "{name}"'.encode())


def test_a_reader_sees_every_view_and_changes_nothing(reader: Shell, postgresql_url: str) -> None:
    owner = Shell(postgresql_url)
    for built in (False, True):
        if built:
            owner.done("views", "follow", "--once")
        for arguments in (
            ("show", "balances"),
            ("show", "movements", "--at", "@3"),
            ("show", "balances", "--at", "2026-02-11T12:00:00Z"),
            ("show", "journal"),
            ("log",),
            ("check",),
            ("replay", "as-of", "now"),
        ):
            assert reader.json(*arguments) == owner.json(*arguments), arguments
    before = owner.log()
    for deed in (
        ("record",),
        ("import", "bitmex", str(BITMEX), "--account", "M1"),
        ("views", "rebuild", "balances"),
        ("views", "follow", "--once"),
    ):
        said = reader(*deed, stdin=ndjson(WITHDRAWAL))
        assert (said.code, said.err.count("\n")) == (2, 1), said
        assert "permission denied" in said.err
    assert owner.log() == before
