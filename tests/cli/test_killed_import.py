"""An import that is killed, anywhere, and given again ends where an undisturbed one does."""

import contextlib
import random
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ledger.log.database import connect
from tests.cli.shell import BITMEX, Shell
from tests.sessions import outlive, sessions

LINES = 6_000
IN_BATCH = 3
KILLS = 2
WAIT_SECONDS_MAX = 60


def statement(seed: int) -> str:
    """Write a wallet history of so many lines, booked in batches of three."""
    chance = random.Random(seed)  # noqa: S311 - the lines of a test keep no secret
    rows, balance = [BITMEX.read_text().partition("\n")[0]], 0
    for start in range(0, LINES, IN_BATCH):
        amounts = [chance.randint(-900, 1_000) for _ in range(IN_BATCH)]
        balance += sum(amounts)
        day, minute = divmod(start // IN_BATCH, 1_440)
        time_text = f"2024-01-{day + 1:02}T{minute // 60:02}:{minute % 60:02}:00.000Z"
        for place, amount in enumerate(amounts, start=start):
            kind = "Deposit" if place == 0 else "RealisedPNL"
            rows.append(
                f"{time_text},{time_text},{kind},Completed,XBt,,{amount},0,{balance},,"
                f"{place:08}-made-up,XBTUSD,"
            )
    return "\n".join(rows) + "\n"


def size(engine: Engine) -> int:
    """Give the number of records in the log."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT size FROM log_head").scalar_one())


def killed_at(shell: Shell, target: int) -> int:
    """Import, and kill the process once the log has so many records; give how many it has then."""
    until = time.monotonic() + WAIT_SECONDS_MAX
    engine = connect(str(shell.url))
    known = sessions(engine)
    command = ("import", "bitmex", "long.csv", "--account", "M1")
    with shell.start(*command, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and size(engine) < target:
            assert time.monotonic() < until
            time.sleep(0.002)
    outlive(engine, known)
    reached = size(engine)
    engine.dispose()
    return reached


def facts(shell: Shell) -> list[object]:
    """Give what the records say, without their stamps and what the vault's own key makes of it."""
    return [
        (
            row["sequence"],
            row["stream"],
            row["version"],
            row["type"],
            row["command"],
            {name: value for name, value in row["data"].items() if name != "line"},
        )
        for row in shell.log()
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Import the statement once without a disturbance."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "long.csv").write_text(statement(seed=2))
    shell = Shell(f"sqlite:///{folder / 'ledger.db'}")
    shell.done("init")
    shell.done("import", "bitmex", folder / "long.csv", "--account", "M1")
    return shell


def test_an_import_killed_again_and_again_ends_as_if_it_never_was(
    shell: Shell, undisturbed: Shell, folder: Path
) -> None:
    (folder / "long.csv").write_text(statement(seed=2))
    shell.done("init")
    chance = random.Random(7)  # noqa: S311 - the same moments in every run
    sizes = [killed_at(shell, t) for t in sorted(chance.sample(range(1, 5_500), KILLS))]
    assert sizes == sorted(sizes)
    assert any(0 < reached < LINES for reached in sizes), sizes
    counts = shell.json("import", "bitmex", "long.csv", "--account", "M1")
    assert counts["recorded"] + counts["duplicate"] == counts["lines"] == LINES
    found = facts(shell)
    assert len(found) == LINES + 2
    assert found == facts(undisturbed)
    assert shell.balances() == undisturbed.balances()
    assert shell.laws() == {}
    against = shell.json("replay", "against", "bitmex", "long.csv")
    assert against["matched"] == against["batches"] == LINES // IN_BATCH


def test_an_import_killed_before_it_records_leaves_nothing(sqlite: Shell, folder: Path) -> None:
    (folder / "long.csv").write_text(statement(seed=2))
    sqlite.done("init")
    with (
        sqlite.start("import", "bitmex", "long.csv", "--account", "M1") as running,
        contextlib.suppress(subprocess.TimeoutExpired),
    ):
        running.wait(timeout=0.05)
    assert sqlite.head() == 0
    assert sqlite.laws() == {}
