"""Real executions, settlements and fills: every position and every cost as the venues have it."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger.api import Ledger
from ledger.events import ExecutionKind, MirrorAccountOpened, Recorded, VenueExecution
from ledger.journal import postings
from ledger.numbers import ZERO, Amount, add, negate, total, write_amount
from ledger.reasons import Flag
from tests.cli.shell import Shell

FILES = {
    "executions": ("bitmex", "bitmex/executions_2020_2023.csv", 7_234),
    "settlements": ("bitmex", "bitmex/settlements.csv", 19),
    "fills": ("hyperliquid", "hyperliquid/non_mm_trades.csv", 35_691),
    "transfers": ("hyperliquid", "hyperliquid/non_mm_ledger_updates.csv", 560),
}
TAKEN_OVER = 16
"""Settlements of contracts whose executions the file does not have."""
LIQUIDATIONS = "hyperliquid/liquidations.csv"


@pytest.fixture(scope="module")
def held(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Import all four files, each in one run, for all tests to look at."""
    folder = tmp_path_factory.mktemp("mirrors")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("LEDGER_VAULT", f"sqlite:///{folder}/vault.db")
        shell = Shell(f"sqlite:///{folder / 'ledger.db'}")
        shell.done("init")
        for name, (source, file, lines) in FILES.items():
            options = ("--account", "M1") if source == "bitmex" else ()
            counts = shell.json("import", source, shared_data / file, *options)
            extra = TAKEN_OVER if name == "settlements" else 0
            assert (counts["lines"], counts["recorded"]) == (lines, lines + extra)
        yield shell


@pytest.fixture(scope="module")
def log(held: Shell) -> list[Recorded]:
    """Read the log once."""
    with Ledger(str(held.url)) as ledger:
        return [recorded for page in ledger.reader.read() for recorded in page]


@pytest.fixture(autouse=True)
def vault(held: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the vault that knows the users."""
    del folder
    monkeypatch.setenv("LEDGER_VAULT", str(held.url).replace("ledger.db", "vault.db"))


def rows(shared_data: Path, name: str) -> list[dict[str, str]]:
    """Read one of the files without our readers."""
    with (shared_data / FILES[name][1]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def executions(log: list[Recorded], venue: str, kind: ExecutionKind) -> list[VenueExecution]:
    """Give the executions of a kind at a venue."""
    return [
        recorded.event
        for recorded in log
        if isinstance(recorded.event, VenueExecution)
        and (recorded.event.venue, recorded.event.kind) == (venue, kind)
    ]


def quantity(event: VenueExecution) -> Amount:
    """Sign a quantity as bought."""
    return event.quantity if event.side == "buy" else negate(event.quantity)


def test_every_execution_costs_what_the_venue_booked(
    log: list[Recorded], shared_data: Path
) -> None:
    trades = executions(log, "bitmex", ExecutionKind.TRADE)
    said = rows(shared_data, "executions")
    assert len(trades) == len(said) == 7_234
    assert {event.execution_id: event.cost for event in trades} == {
        row["execID"]: Decimal(row["execCost"]).scaleb(-8) for row in said
    }
    assert write_amount(total(event.cost for event in trades)) == "1.60453259"
    flags = Counter(flag for event in trades for flag in event.flags)
    assert flags == {Flag.VALUE_DIFFERS: 1_425, Flag.LATE: 7_234}


def test_every_contract_holds_what_its_executions_leave(
    log: list[Recorded], shared_data: Path
) -> None:
    expected: Counter[str] = Counter()
    for row in rows(shared_data, "executions"):
        expected[row["symbol"]] += int(row["signed_contract_qty"])
    last = {
        event.instrument: event.position_quantity
        for event in executions(log, "bitmex", ExecutionKind.TRADE)
    }
    assert last == expected
    assert {name: count for name, count in expected.items() if count} == {
        "AAVEUSDT": 7_439,
        "TRXUSDT": 8_332,
        "ORDIUSD": 64,
    }


def test_every_settlement_closes_its_position_exactly(log: list[Recorded]) -> None:
    settled = executions(log, "bitmex", ExecutionKind.SETTLEMENT)
    taken = executions(log, "bitmex", ExecutionKind.OPENING_POSITION)
    assert (len(settled), len(taken)) == (19, TAKEN_OVER)
    assert {(event.position_quantity, event.position_cost) for event in settled} == {(ZERO, ZERO)}
    assert all(Flag.COST_UNKNOWN in event.flags for event in taken)
    traded = {event.instrument for event in settled} - {event.instrument for event in taken}
    assert traded == {"AAVEUSDT", "TRXUSDT", "ORDIUSD"}


def test_every_user_holds_what_his_fills_leave(log: list[Recorded], shared_data: Path) -> None:
    expected: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows(shared_data, "fills"):
        size = Decimal(row["sz"])
        coin = f"{row['coin']}-PERP"
        expected[row["user"], coin] += size if row["side"] == "Bid" else -size
    found: dict[tuple[str, str], Amount] = {}
    summed: dict[tuple[str, str], Amount] = {}
    for event in executions(log, "hyperliquid", ExecutionKind.TRADE):
        key = (event.account, event.instrument)
        found[key] = event.position_quantity
        summed[key] = add(summed.get(key, ZERO), quantity(event))
    assert found == summed
    users = _accounts(shared_data, log)
    assert found == {(users[user], coin): held for (user, coin), held in expected.items()}
    assert len(users) == len(set(users.values())) == 254


def _accounts(shared_data: Path, log: list[Recorded]) -> dict[str, str]:
    """Find the account of each user: both come in the order of the file at first sight."""
    seen = dict.fromkeys(row["user"] for row in rows(shared_data, "fills"))
    opened = [
        recorded.event.account
        for recorded in log
        if isinstance(recorded.event, MirrorAccountOpened) and recorded.event.venue == "hyperliquid"
    ]
    return dict(zip(seen, opened[: len(seen)], strict=True))


def test_every_user_has_the_cash_that_came_and_went(log: list[Recorded], shared_data: Path) -> None:
    cash: defaultdict[str, list[Amount]] = defaultdict(list)
    for recorded in log:
        for leg in postings(recorded.event):
            if leg.account.startswith("HL-") and "/" not in leg.account:
                cash[leg.account].append(negate(leg.amount))
    expected: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows(shared_data, "transfers"):
        expected[row["user"]] += Decimal(row["delta_usd"])
    assert len(expected) == 278
    assert sorted(map(total, cash.values())) == sorted(expected.values())


def test_all_laws_hold_and_no_wallet_is_on_record(
    held: Shell, log: list[Recorded], shared_data: Path
) -> None:
    assert held.laws() == {}
    wallets = {row["user"] for row in rows(shared_data, "fills") + rows(shared_data, "transfers")}
    file = Path(str(held.url).removeprefix("sqlite:///"))
    content = file.read_bytes() + file.with_name("vault.db").read_bytes()
    assert not any(wallet[2:].encode() in content for wallet in wallets)
    assert len(log) == 7_234 + 19 + TAKEN_OVER + 35_691 + 560 + 1 + 287 + 2


def test_importing_the_fills_again_records_nothing(held: Shell, shared_data: Path) -> None:
    source, file, lines = FILES["fills"]
    counts = held.json("import", source, shared_data / file)
    assert (counts["recorded"], counts["duplicate"]) == (0, lines)


def test_the_liquidations_agree_but_for_five_of_isolated_positions(
    held: Shell, shared_data: Path
) -> None:
    said = held("--json", "replay", "against", "hyperliquid", shared_data / LIQUIDATIONS)
    assert said.code == 1
    assert "57 of 62 agree within a hundredth; in 59 what was taken over" in said.err
    compared: list[dict[str, Any]] = said.data
    assert len(compared) == 62
    apart = [row for row in compared if not row["agrees"]]
    assert [(row["at"][:16], row["margin"], row["reason"]) for row in apart] == [
        ("2023-04-14T15:28", "Isolated", "AVAX-PERP taken over 28 % below its price before"),
        (
            "2023-04-19T09:21",
            "Isolated",
            "AVAX-PERP taken over 13 % below its price before; price of LTC-PERP 33 minutes old",
        ),
        (
            "2023-04-19T15:26",
            "Isolated",
            (
                "LTC-PERP taken over 10 % below its price before; price of AVAX-PERP 249 minutes "
                "old; price of BTC-PERP 267 minutes old"
            ),
        ),
        ("2023-04-21T06:40", "Isolated", "the venue leaves out ARB-PERP DYDX-PERP"),
        ("2023-04-21T19:07", "Isolated", "the venue leaves out ARB-PERP"),
    ]
