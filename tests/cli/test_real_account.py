"""A real account of four years, rebuilt from its own statement to the last satoshi."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.adapters import ADAPTERS
from ledger.adapters.statement import Batch
from ledger.api import Ledger
from ledger.chart import in_holders_favour
from ledger.instants import write_instant
from ledger.journal import postings
from ledger.numbers import ZERO, Amount, add, write_amount
from tests.cli.shell import Shell

FILES = {
    "bitmex": "bitmex/wallet_history_2020_2023.csv",
    "bybit": "bybit/unified_account_export.csv",
}
BATCHES = {"bitmex": 1_701, "bybit": 11}
LINES = {"bitmex": 4_777, "bybit": 11}
FINAL = {
    "bitmex": {"XBT": "13.77939241", "USDT": "1.847649", "BMEX": "0.12"},
    "bybit": {"EUR": "12.1481288025", "BTC": "0.0000896"},
}
MOMENTS = 12
LATER = "2025-06-01T12:00:00.000Z"


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def held(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shell]:
    """Import both statements, once in either kind of database, for all tests to look at."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("real")
        patch.chdir(folder)
        url = f"sqlite:///{folder / 'ledger.db'}"
        if request.param == "postgresql":
            url = request.getfixturevalue("postgres").create_database("real")
        shell = Shell(url)
        shell.done("init")
        for source, account in (("bitmex", "A1"), ("bybit", "B1")):
            file = shared_data / FILES[source]
            counts = shell.json("import", source, file, "--account", account)
            assert (counts["lines"], counts["recorded"]) == (LINES[source], LINES[source])
        yield shell
        if request.param == "postgresql":
            request.getfixturevalue("postgres").drop_database("real")


def batches(shared_data: Path, source: str) -> list[Batch]:
    """Read the batches of a statement, those that can be told apart on the clock `at`."""
    statement = ADAPTERS[source].read((shared_data / FILES[source]).read_bytes())
    last = {(batch.asset, batch.at): batch for batch in statement.batches}
    return list(last.values())


@pytest.mark.parametrize("source", FILES)
def test_every_batch_matches_the_statement(held: Shell, shared_data: Path, source: str) -> None:
    said = held("--json", "replay", "against", source, shared_data / FILES[source])
    assert said.code == 0
    assert said.data == {
        "batches": BATCHES[source],
        "matched": BATCHES[source],
        "first_mismatch": None,
        "final": FINAL[source],
    }


def test_all_laws_hold_and_the_balances_are_the_venues(held: Shell) -> None:
    assert held.laws() == {}
    balances = held.balances()
    for source, account in (("bitmex", "A1"), ("bybit", "B1")):
        assert {asset: balances[account, asset] for asset in FINAL[source]} == FINAL[source]


@pytest.mark.parametrize("source", FILES)
def test_any_moment_of_the_file_gives_the_venues_balance_then(
    held: Shell, shared_data: Path, source: str
) -> None:
    chance = random.Random(11)  # noqa: S311 - the same moments in every run
    known = batches(shared_data, source)
    account = {"bitmex": "A1", "bybit": "B1"}[source]
    for batch in chance.sample(known, min(MOMENTS, len(known))):
        rows = held.json("replay", "as-of", write_instant(batch.at), "--account", account)
        found = {row["asset"]: row["amount"] for row in rows}
        assert found[batch.asset] == write_amount(batch.balance), batch


def test_all_moments_of_the_file_give_the_venues_balance_in_one_pass(
    held: Shell, shared_data: Path
) -> None:
    known = {(b.asset, b.at): b.balance for b in batches(shared_data, "bitmex")}
    with Ledger(str(held.url)) as ledger:
        balances: dict[str, Amount] = {}
        found: dict[tuple[str, int], Amount] = {}
        for row in ledger.reader.read_by_at(max(at for _, at in known), ledger.reader.head().size):
            for recorded in row:
                for leg in postings(recorded.event):
                    if leg.account == "A1":
                        amount = in_holders_favour(leg.segregation, leg.amount)
                        balance = add(balances.get(leg.asset, ZERO), amount)
                        found[leg.asset, recorded.at] = balances[leg.asset] = balance
    assert len(known) == BATCHES["bitmex"]
    assert found == known


def test_importing_again_records_nothing(held: Shell, shared_data: Path) -> None:
    before = held.json("views", "list")
    for source, account in (("bitmex", "A1"), ("bybit", "B1")):
        counts = held.json("import", source, shared_data / FILES[source], "--account", account)
        assert (counts["recorded"], counts["duplicate"]) == (0, LINES[source])
    assert held.json("views", "list") == before


@pytest.mark.parametrize("pending_first", [True, False])
def test_later_years_of_the_account_are_taken_as_they_come(
    sqlite: Shell, shared_data: Path, folder: Path, *, pending_first: bool
) -> None:
    text = (shared_data / FILES["bitmex"]).read_text()
    header, *rows = text.splitlines()
    before = 1_377_939_241
    later = [
        f"{LATER},{LATER},{kind},Completed,XBt,,{amount},0,{before - 12_000},,"
        f"0000000{place}-made-up,XBTUSD,"
        for place, (kind, amount) in enumerate(
            [("Funding", -3_000), ("RealisedPNL", 1_000), ("Funding", -10_000)]
        )
    ]
    pending = (
        f",,UnrealisedPNL,Pending,XBt,,-52000,,{before - 12_000},,"
        "00000000-0000-0000-0000-000000000000,XBTUSD,1377000000"
    )
    all_rows = [pending, *rows, *later] if pending_first else [*rows, *later, pending]
    (folder / "later.csv").write_text("\n".join([header, *all_rows]) + "\n")
    sqlite.done("init")
    sqlite.done("import", "bitmex", shared_data / FILES["bitmex"], "--account", "A1")
    counts = sqlite.json("import", "bitmex", "later.csv", "--account", "A1")
    assert (counts["recorded"], counts["duplicate"]) == (4, LINES["bitmex"])
    assert counts["quarantined"] == 0
    types = [row["type"] for row in sqlite.json("log", "--from", LINES["bitmex"] + 5)]
    assert sorted(types) == ["VenueLineNoted", *["VenueMovement"] * 3]
    assert sqlite.balances()["A1", "XBT"] == "13.77927241"
    found = sqlite.json("replay", "against", "bitmex", "later.csv")
    assert (found["matched"], found["batches"]) == (1_702, 1_702)
    assert sqlite.json("import", "bitmex", "later.csv", "--account", "A1")["recorded"] == 0
