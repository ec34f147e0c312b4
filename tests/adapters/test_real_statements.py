"""Real statements of two venues: every batch exact, to the venue's own last balance."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from ledger.adapters import ADAPTERS
from ledger.adapters.statement import Statement, check_chain, facts
from ledger.numbers import ZERO, Amount, add, amount, write_amount

FILES = {
    "bitmex": "bitmex/wallet_history_2020_2023.csv",
    "bybit": "bybit/unified_account_export.csv",
}


def _read(shared_data: Path, name: str) -> Statement:
    return ADAPTERS[name].read((shared_data / FILES[name]).read_bytes())


def _matched(statement: Statement) -> tuple[int, Mapping[str, Amount]]:
    """Count the batches after which our own sums are the venue's balance, and give the sums."""
    held: dict[str, Amount] = {}
    matched = 0
    for batch in statement.batches:
        for line in batch.lines:
            held[line.asset] = add(held.get(line.asset, ZERO), line.amount)
        matched += held[batch.asset] == batch.balance
    return matched, held


@pytest.mark.parametrize(
    ("name", "count", "final"),
    [
        ("bitmex", 1_701, {"XBT": "13.77939241", "USDT": "1.847649", "BMEX": "0.12"}),
        ("bybit", 11, {"EUR": "12.1481288025", "BTC": "0.0000896"}),
    ],
)
def test_every_batch_is_exact(
    shared_data: Path, name: str, count: int, final: Mapping[str, str]
) -> None:
    statement = _read(shared_data, name)
    check_chain(statement, "M1")
    matched, held = _matched(statement)
    assert matched == len(statement.batches) == count
    assert {asset: write_amount(balance) for asset, balance in held.items()} == final
    reports = list(facts(statement, "M1"))
    assert len({report.command_id for report in reports}) == len(reports)
    assert all(report.kind is not None for report in reports)


def test_the_second_year_alone_begins_at_a_balance(shared_data: Path) -> None:
    whole = (shared_data / FILES["bitmex"]).read_bytes().splitlines(keepends=True)
    later = b"".join(line for line in whole if line[:4] != b"2020")
    statement = ADAPTERS["bitmex"].read(later)
    earlier = ADAPTERS["bitmex"].read(b"".join(whole[:1] + [w for w in whole if w[:4] == b"2020"]))
    opening = {"XBT": earlier.batches[-1].balance}
    assert opening["XBT"] > amount("0")
    check_chain(statement, "M1", opening=opening)


def test_reading_and_checking_takes_a_moment(shared_data: Path) -> None:
    started = time.perf_counter()
    statement = _read(shared_data, "bitmex")
    check_chain(statement, "M1")
    assert len(list(facts(statement, "M1"))) == 4_777
    assert time.perf_counter() - started < 4, "ten times slower than measured"
