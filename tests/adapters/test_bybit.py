"""Bybit: every line adds up by itself and to the balance, and trades keep both their legs."""

import pytest

from ledger.adapters.bybit import read_statement
from ledger.adapters.statement import check_chain, facts, register_assets
from ledger.events import AssetKind, MovementKind
from ledger.numbers import write_amount
from tests.adapters.statements import BYBIT, refusal, spoiled, without

HEADER, *LINES = BYBIT.splitlines()
STATEMENT = read_statement(BYBIT)
FACTS = list(facts(STATEMENT, "M1"))


def test_the_newest_line_comes_last() -> None:
    assert [line.number for line in STATEMENT.lines] == [7, 6, 5, 4, 3, 2]
    check_chain(STATEMENT, "M1")


def test_a_file_from_old_to_new_says_the_same() -> None:
    turned = read_statement(b"\n".join([HEADER, *reversed(LINES)]))
    assert list(facts(turned, "M1")) == FACTS


def test_a_line_becomes_a_fact_in_our_words() -> None:
    kinds = [fact.kind for fact in FACTS]
    trade = MovementKind.TRADE
    assert kinds == [
        MovementKind.TRANSFER,
        trade,
        trade,
        trade,
        None,
        MovementKind.FUNDING,
    ]
    bought = FACTS[2]
    assert (bought.asset, bought.instrument) == ("BTC", "BTCUSDT")
    assert write_amount(bought.amount) == "0.0004995"
    assert bought.fee is not None
    assert write_amount(bought.fee) == "0.0000005"
    assert FACTS[0].instrument is None


def test_every_line_is_a_batch_of_its_own() -> None:
    assert [(batch.asset, write_amount(batch.balance)) for batch in STATEMENT.batches] == [
        ("USDT", "100"),
        ("USDT", "70"),
        ("BTC", "0.0004995"),
        ("USDT", "55"),
        ("USDT", "60"),
        ("USDT", "57"),
    ]


def test_identical_lines_are_told_apart_by_their_number() -> None:
    nothing = b"USDT,,BONUS,--,0,0,0,0,0,0,0,57,--,2026-01-03 08:00:00"
    twice = read_statement(b"\n".join([HEADER, nothing, nothing, *LINES]))
    check_chain(twice, "M1")
    ids = [fact.command_id for fact in facts(twice, "M1")]
    assert len(set(ids)) == len(ids) == 8
    assert ids[:6] == [fact.command_id for fact in FACTS]
    assert ids[6].removesuffix(":1") == ids[7].removesuffix(":2")


def test_a_longer_statement_gives_the_same_ids_for_the_lines_it_repeats() -> None:
    shorter = read_statement(b"\n".join([HEADER, *LINES[3:]]))
    assert list(facts(shorter, "M1")) == FACTS[:3]


def test_assets_hold_as_many_decimals_as_there_can_be() -> None:
    euro = read_statement(BYBIT.replace(b"USDT", b"EUR"))
    assert [(asset.asset, asset.scale, asset.kind) for asset in register_assets(euro)] == [
        ("BTC", 18, AssetKind.VIRTUAL_ASSET),
        ("EUR", 18, AssetKind.FIAT),
    ]


@pytest.mark.parametrize("line", [5, 6])
def test_a_leg_without_its_other_leg_is_refused(line: int) -> None:
    error = refusal("bybit", without(BYBIT, line))
    assert (error.line, error.field) == (5, "Contract")
    assert "other leg" in error.problem


@pytest.mark.parametrize("kept", [4, 5])
def test_a_file_that_begins_or_ends_inside_a_trade_is_refused(kept: int) -> None:
    begins, ends = LINES[kept - 1 :], LINES[:4]
    assert refusal("bybit", b"\n".join([HEADER, *ends])).field == "Contract"
    if kept == 5:
        assert refusal("bybit", b"\n".join([HEADER, *begins])).field == "Contract"


@pytest.mark.parametrize(
    ("line", "old", "new", "field"),
    [
        (3, ",0,5,5,60,", ",0,5,6,60,", "Change, Cash Flow, Funding, Fee Paid"),
        (3, ",0,5,5,60,", ",0,5,5,61,", "Change, Wallet Balance"),
        (3, ",0,5,5,60,", ",0,5,5,6E1,", "Wallet Balance"),
        (3, ",0,5,5,60,", ",0,NaN,5,60,", "Cash Flow"),
        (3, ",0,5,5,60,", f",0,5,{'9' * 99},60,", "Change"),
        (3, "07:00:00", "07:00", "Time(UTC)"),
        (3, "07:00:00", "27:00:00", "Time(UTC)"),
        (3, "MYSTERY", "", "Type"),
        (3, "USDT", "us dt", "Currency"),
    ],
)
def test_a_spoiled_field_is_named_with_its_line(line: int, old: str, new: str, field: str) -> None:
    error = refusal("bybit", spoiled(BYBIT, line, old, new))
    assert (error.line, error.field) == (line, field)


@pytest.mark.parametrize("line", [3, 4, 7])
def test_a_missing_line_breaks_the_chain(line: int) -> None:
    error = refusal("bybit", without(BYBIT, line))
    assert error.field == "Change, Wallet Balance"
