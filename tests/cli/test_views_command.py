"""`ledger views`: stored views are built, followed and rebuilt, and a changed row is found."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from ledger.instants import Instant
from ledger.log.database import connect
from ledger.log.log import Log
from ledger.log.reader import Head
from tests.cli.shell import (
    BITMEX,
    OPENING,
    WITHDRAWAL,
    Shell,
    deposit,
    ended,
    ndjson,
    next_line,
    opened,
)
from tests.postgres_server import Server

NAMES = [
    "adl_report",
    "balances",
    "book_at",
    "client_classification",
    "collateral",
    "disclosures",
    "exposure_concentration",
    "fees",
    "funding",
    "holds",
    "liquidation_waterfall",
    "margin_calls",
    "margin_warnings",
    "movements",
    "order_audit_log",
    "order_lifecycle",
    "orders",
    "parameter_changes",
    "positions",
    "positions_fifo",
    "price_audit",
    "proposals",
    "reserve_fund",
    "trade_blotter",
]
WAIT_SECONDS_MAX = 120
PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


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
    assert shell.json("views", "follow", "--once") == dict.fromkeys(NAMES, 4)
    followed = [(row["sequence"], row["lag"]) for row in shell.json("views", "list")]
    assert followed == [(4, 0)] * len(NAMES)
    assert shell.json("views", "follow", "--once") == dict.fromkeys(NAMES, 0)
    shell.done("record", stdin=ndjson(WITHDRAWAL))
    assert [row["lag"] for row in shell.json("views", "list")] == [1] * len(NAMES)


def test_a_rebuilt_view_has_the_same_rows(shell: Shell) -> None:
    opened(shell)
    shell.done("import", "bitmex", str(BITMEX), "--account", "M1")
    before = rows_of(shell)
    for name in NAMES:
        built = shell.json("views", "rebuild", name)
        assert (built["name"], built["build"], built["sequence"]) == (name, 2, 17)
    assert rows_of(shell) == before
    assert [row["build"] for row in shell.json("views", "list")] == [2] * len(NAMES)
    verdicts = shell.json("views", "check")
    assert [(v["name"], v["holds"]) for v in verdicts] == [(name, True) for name in NAMES]
    assert all(v["live"] == v["rebuilt"] for v in verdicts)


def test_a_rebuild_tells_how_far_the_view_is_and_not_the_log(
    sqlite: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(sqlite)
    monkeypatch.setattr(Log, "head", lambda _: Head(99, Instant(0)))
    assert sqlite.json("views", "rebuild", "balances")["sequence"] == 4


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
        said = ended(following)
    assert (said.code, said.err) == (0, "")


def test_a_log_that_is_followed_goes_on_with_what_is_recorded(shell: Shell) -> None:
    opened(shell)
    with shell.start("log", "--follow", "--from", "4", **PIPES) as following:
        assert next_line(following)["sequence"] == 4
        shell.done("record", stdin=ndjson(WITHDRAWAL))
        assert next_line(following)["type"] == "CashWithdrawn"


def test_a_log_that_is_followed_into_a_file_keeps_to_stream_and_type(
    sqlite: Shell, folder: Path
) -> None:
    opened(sqlite)
    only = ("--stream", "account-A1", "--type", "CashDeposited", "-O", "ndjson", "-o", "rows")
    with sqlite.start("log", "--follow", *only, **PIPES):
        until = time.monotonic() + WAIT_SECONDS_MAX
        while not (folder / "rows").exists() or (folder / "rows").read_text().count("\n") < 2:
            assert time.monotonic() < until
            time.sleep(0.1)
    rows = [json.loads(line) for line in (folder / "rows").read_text().splitlines()]
    assert [row["sequence"] for row in rows] == [3, 4]


def test_a_follower_whose_connections_are_killed_goes_on(postgresql_url: str) -> None:
    shell = Shell(postgresql_url)
    opened(shell)
    with shell.start("log", "--follow", "--from", "4", **PIPES) as following:
        assert next_line(following)["sequence"] == 4
        for sequence in (5, 6):
            by_hand(
                shell,
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()",
            )
            shell.done("record", stdin=ndjson(deposit(f"d{sequence}", "1")))
            assert next_line(following)["sequence"] == sequence


def test_a_result_line_is_printed_before_the_next_command_comes(sqlite: Shell) -> None:
    sqlite.done("init")
    with sqlite.start("record", stdin=subprocess.PIPE, **PIPES) as recording:
        assert recording.stdin
        for place, line in enumerate(OPENING, start=1):
            recording.stdin.write(ndjson(line))
            recording.stdin.flush()
            assert next_line(recording) == {
                "line": place,
                "outcome": "recorded",
                "events": [place],
                "reason": None,
            }
        assert ended(recording).code == 0


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
