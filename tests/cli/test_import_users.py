"""`ledger import` of a file about many users: a mirror each, and nobody known by his wallet."""

import subprocess
import time
from pathlib import Path

import pytest

from ledger.log.database import connect
from ledger.vault import Vault
from tests.adapters.statements import LIQUIDATIONS, TRADES, TRANSFERS, spoiled
from tests.cli.shell import FIXTURES, Shell
from tests.sessions import outlive, sessions

FILLS_FILE = FIXTURES / "hyperliquid_trades.csv"
TRANSFERS_FILE = FIXTURES / "hyperliquid_transfers.csv"
WALLETS = ["0x" + 20 * user for user in ("a1", "b2", "c3", "d4")]
HELD = [("BTC-PERP", "0.1"), ("ETH-PERP", "-1"), ("kPEPE-PERP", "-1000")]
MANY = 1_500
WAIT_SECONDS_MAX = 60


def told(shell: Shell, file: object) -> dict[str, int]:
    """Import a file and give the counts."""
    counts: dict[str, int] = shell.json("import", "hyperliquid", file)
    return counts


def positions(shell: Shell) -> list[tuple[str, str]]:
    """Give what is held of instruments, whoever holds it."""
    return sorted(
        (asset, amount)
        for (account, asset), amount in shell.balances().items()
        if account.endswith(f"/{asset}") and amount != "0"
    )


def test_every_user_has_a_mirror_and_every_line_is_recorded_once(shell: Shell) -> None:
    shell.done("init")
    said = shell.done("import", "hyperliquid", FILLS_FILE)
    assert "asset USDC registered with 6 decimals" in said.err
    assert told(shell, TRANSFERS_FILE)["recorded"] == 5
    log = shell.log()
    accounts = [row["data"]["account"] for row in log if row["type"] == "MirrorAccountOpened"]
    assert len(set(accounts)) == len(accounts) == 4
    assert all(len(name) == 27 and name.startswith("HL-") for name in accounts)
    assert positions(shell) == HELD
    cash = [shell.balances().get((name, "USDC")) for name in accounts]
    assert cash == ["399.999999", "1000.25", None, "14"]
    assert shell.laws() == {}
    for file in (FILLS_FILE, TRANSFERS_FILE):
        assert told(shell, file)["recorded"] == 0
    assert shell.log() == log
    moments = [row["at"] for row in log if row["type"] == "VenueExecution"]
    assert moments == sorted(moments)


def test_no_wallet_stands_anywhere_but_sealed_in_the_vault(sqlite: Shell, folder: Path) -> None:
    sqlite.done("init")
    for file in (FILLS_FILE, TRANSFERS_FILE):
        told(sqlite, file)
    sqlite.done("show", "movements")
    for place in folder.iterdir():
        content = place.read_bytes() if place.is_file() else b""
        assert not any(wallet[2:].encode() in content for wallet in WALLETS), place
    lines = {row["data"]["line"] for row in sqlite.log() if "line" in row["data"]}
    file = folder / "ledger.vault.db"
    with Vault(f"sqlite:///{file}", Path(f"{file}.key")) as vault:
        opened = {vault.open(line).decode() for line in lines}
        subjects = {vault.subject_of(line) for line in lines}
    assert opened == set((TRADES + TRANSFERS).decode().splitlines()) - {
        "time,user,coin,side,px,sz,crossed",
        "time,user,delta_usd",
    }
    assert len(subjects) == 4
    assert all(subject.startswith("HL-") for subject in subjects)


def test_another_vault_would_make_other_accounts_of_the_same_users(
    sqlite: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite.done("init")
    told(sqlite, FILLS_FILE)
    head = sqlite.head()
    monkeypatch.setenv("LEDGER_VAULT", f"sqlite:///{folder}/other.db")
    for arguments in (("import",), ("replay", "against")):
        said = sqlite(*arguments, "hyperliquid", FILLS_FILE if len(arguments) == 1 else LIST)
        assert (said.code, said.err.count("\n")) == (2, 1)
        assert "this vault does not know the users of hyperliquid" in said.err
    assert sqlite.head() == head


LIST = FIXTURES / "hyperliquid_liquidations.csv"


@pytest.mark.parametrize(
    "options", [("--account", "M1"), ("--opening", "USDC=1")], ids=lambda options: options[0]
)
def test_one_account_makes_no_sense_for_many_users(sqlite: Shell, options: tuple[str, ...]) -> None:
    sqlite.done("init")
    said = sqlite("import", "hyperliquid", FILLS_FILE, *options)
    assert (said.code, said.err.count("\n"), sqlite.head()) == (2, 1, 0)
    assert f"{options[0]}: a file of hyperliquid has many users" in said.err


def test_a_longer_file_records_only_what_is_new(sqlite: Shell, folder: Path) -> None:
    sqlite.done("init")
    (folder / "short.csv").write_bytes(b"\n".join(TRADES.split(b"\n")[:4]))
    assert told(sqlite, "short.csv")["recorded"] == 3
    longer = told(sqlite, FILLS_FILE)
    assert (longer["recorded"], longer["duplicate"]) == (12, 3)
    assert positions(sqlite) == HELD


BAD = {
    "a price that is none": (spoiled(TRADES, 16, ",16,", ",x,"), "line 16: field px"),
    "a wallet that is none": (spoiled(TRADES, 9, WALLETS[0], "0xabc"), "line 9: field user"),
    "a line from the future": (spoiled(TRADES, 9, "2024", "2124"), "line 9: field time"),
    "no amount": (spoiled(TRANSFERS, 6, ",7", ","), "line 6: field delta_usd"),
    "another file": (LIQUIDATIONS, "line 1: field"),
    "a line cut short": (TRADES.rstrip(b"\n")[:-12], "line 16: field"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_keeps_all_of_the_file_out(sqlite: Shell, folder: Path, name: str) -> None:
    data, says = BAD[name]
    sqlite.done("init")
    (folder / "bad.csv").write_bytes(data)
    said = sqlite("import", "hyperliquid", "bad.csv")
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
    assert says in said.err
    assert sqlite.head() == 0


def test_the_wallet_of_a_user_whose_key_was_destroyed_stays_unknown(
    sqlite: Shell, folder: Path
) -> None:
    sqlite.done("init")
    told(sqlite, FILLS_FILE)
    row = next(row for row in sqlite.log() if row["type"] == "VenueExecution")
    file = folder / "ledger.vault.db"
    with Vault(f"sqlite:///{file}", Path(f"{file}.key")) as vault:
        vault.destroy_key(row["data"]["account"])
    said = sqlite("import", "hyperliquid", FILLS_FILE)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "was destroyed" in said.err
    assert sqlite.laws() == {}


def test_a_killed_import_goes_on_where_it_stopped(shell: Shell, folder: Path) -> None:
    header = TRADES.partition(b"\n")[0].decode()
    rows = [
        f"2024-05-01T{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z,{WALLETS[i % 4]},SOL,"
        f"{'Bid' if i % 3 else 'Ask'},{20 + i % 7},1,true"
        for i in range(MANY)
    ]
    (folder / "many.csv").write_text("\n".join([header, *rows]) + "\n")
    shell.done("init")
    reached = killed(shell)
    counts = told(shell, "many.csv")
    assert counts["recorded"] + counts["duplicate"] == MANY
    assert counts["duplicate"] >= max(0, reached - 5)
    assert shell.head() == MANY + 5
    held = shell.balances()
    assert sum(int(held[key]) for key in held if key[1] == "SOL-PERP" and "/" in key[0]) == 500
    assert shell.laws() == {}


def killed(shell: Shell) -> int:
    """Import, and kill the process once it has recorded something; give how much."""
    until = time.monotonic() + WAIT_SECONDS_MAX
    engine = connect(str(shell.url))
    known = sessions(engine)

    def size() -> int:
        with engine.connect() as connection:
            query = "SELECT size FROM log_head"
            return int(connection.exec_driver_sql(query).scalar_one())

    with shell.start("import", "hyperliquid", "many.csv", stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and size() == 0:
            assert time.monotonic() < until
            time.sleep(0.002)
    outlive(engine, known)
    reached = size()
    engine.dispose()
    return reached
