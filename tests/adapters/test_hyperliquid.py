"""Hyperliquid: a file by its users, rows told apart by what they say, and no wallet in any fact."""

import pytest
from pydantic import TypeAdapter

from ledger.adapters import OF_USERS
from ledger.adapters.executions import Reporter, execution_facts
from ledger.adapters.hyperliquid import instrument_of, read_liquidations, read_users
from ledger.adapters.statement import check_chain, facts, open_mirror, register_assets
from ledger.commands.command import Identifier
from ledger.errors import Malformed
from ledger.events import Liquidity, MovementKind, Side
from ledger.numbers import write_amount
from tests.adapters.statements import LIQUIDATIONS, TRADES, TRANSFERS, spoiled

A1, B2, C3, D4 = ("0x" + 20 * user for user in ("a1", "b2", "c3", "d4"))
FILLS = read_users(TRADES)
MOVED = read_users(TRANSFERS)
HL = Reporter("hyperliquid", "HL-1")


def test_a_file_is_split_by_its_users() -> None:
    assert {user: len(found.executions) for user, found in FILLS.items()} == {A1: 6, B2: 6, C3: 3}
    assert {user: len(found.lines) for user, found in MOVED.items()} == {A1: 2, B2: 1, D4: 2}
    assert set(OF_USERS["hyperliquid"].read(TRADES)) == {A1, B2, C3}
    [asset] = register_assets(FILLS[A1])
    assert (asset.asset, asset.scale) == ("USDC", 6)
    assert open_mirror(FILLS[C3], "HL-3").at == FILLS[C3].executions[0].at


def test_a_fill_becomes_a_fact_in_our_words() -> None:
    first, *_, last = execution_facts(HL, FILLS[A1].executions)
    assert (first.side, first.liquidity, first.instrument) == (
        Side.BUY,
        Liquidity.TAKER,
        "SOL-PERP",
    )
    assert (first.cost, first.multiplier, first.asset) == (None, None, "USDC")
    assert (last.side, write_amount(last.quantity), write_amount(last.price)) == (
        Side.SELL,
        "10",
        "15",
    )
    assert [fact.liquidity for fact in execution_facts(HL, FILLS[C3].executions)] == [
        Liquidity.TAKER,
        Liquidity.MAKER,
        Liquidity.TAKER,
    ]


def test_a_transfer_states_no_balance() -> None:
    came, went = facts(MOVED[A1], "HL-1")
    assert (came.kind, went.kind) == (MovementKind.DEPOSIT, MovementKind.WITHDRAWAL)
    assert (write_amount(came.amount), write_amount(went.amount)) == ("500", "-100.000001")
    assert came.balance is None
    assert MOVED[A1].batches == ()
    check_chain(MOVED[A1], "HL-1")


def test_identical_rows_are_told_apart_by_their_number() -> None:
    ids = [fact.command_id for fact in execution_facts(HL, FILLS[A1].executions)]
    assert len(set(ids)) == len(ids) == 6
    assert ids[1].removesuffix(":1") == ids[2].removesuffix(":2")
    shorter = read_users(b"\n".join(TRADES.split(b"\n")[:4]))
    assert [fact.command_id for fact in execution_facts(HL, shorter[A1].executions)] == ids[:3]
    keys = [line.key for line in MOVED[D4].lines]
    assert keys[0].removesuffix(":1") == keys[1].removesuffix(":2")


def test_nothing_that_is_recorded_is_made_of_the_wallet() -> None:
    other = read_users(TRADES.replace(A1.encode(), D4.encode()))
    theirs = list(execution_facts(HL, other[D4].executions))
    assert theirs == list(execution_facts(HL, FILLS[A1].executions))
    for user, found in FILLS.items():
        said = "".join(f.model_dump_json() for f in execution_facts(HL, found.executions))
        assert user not in said
        assert user[2:] not in said


def test_a_wallet_is_the_same_in_capitals() -> None:
    assert set(read_users(TRADES.replace(A1.encode(), b"0x" + A1[2:].upper().encode()))) == set(
        FILLS
    )


@pytest.mark.parametrize(
    ("coin", "name"),
    [
        ("ARB", "ARB-PERP"),
        ("kPEPE", "kPEPE-PERP"),
        ("xyz:GOLD", "xyz_3AGOLD-PERP"),
        ("a_b", "a_5Fb-PERP"),
        ("A" + "/" * 15, "A" + "_2F" * 15 + "-PERP"),
    ],
)
def test_a_coin_gives_a_name_that_fits_and_is_its_own(coin: str, name: str) -> None:
    assert instrument_of(coin) == name
    assert TypeAdapter(Identifier).validate_python(name) == name
    [found] = read_users(spoiled(TRADES, 2, "SOL", coin))[A1].executions[:1]
    assert found.instrument == name


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("2024-05-01T10:00:00Z", "2024-05-01", "time"),
        ("2024-05-01T10:00:00Z", "2024-05-32T10:00:00Z", "time"),
        (A1, A1[:-1], "user"),
        (A1, "", "user"),
        ("SOL", "", "coin"),
        ("SOL", "@107", "coin"),
        ("SOL", "S" * 17, "coin"),
        ("Bid", "Buy", "side"),
        (",20,", ",0,", "px"),
        (",20,", ",2e1,", "px"),
        (",6,", ",-6,", "sz"),
        (",6,", ",NaN,", "sz"),
        ("true", "True", "crossed"),
    ],
)
def test_a_spoiled_fill_is_named_with_its_line_and_not_by_its_wallet(
    old: str, new: str, field: str
) -> None:
    with pytest.raises(Malformed) as refused:
        read_users(spoiled(TRADES, 2, old, new))
    assert (refused.value.line, refused.value.field) == (2, field)
    assert A1[:-1] not in str(refused.value)


@pytest.mark.parametrize("figure", ["0", "-0", "1e3", "", "1.0000000000000000001"])
def test_a_spoiled_transfer_is_named_with_its_line(figure: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_users(spoiled(TRANSFERS, 2, ",500", f",{figure}"))
    assert (refused.value.line, refused.value.field) == (2, "delta_usd")


def test_a_header_of_another_file_is_refused_by_what_it_lacks() -> None:
    with pytest.raises(Malformed, match="missing columns: 'coin'"):
        read_users(TRADES.replace(b"coin", b"symbol", 1))
    with pytest.raises(Malformed, match="missing columns"):
        read_liquidations(TRADES)
    with pytest.raises(Malformed, match="missing columns"):
        read_users(LIQUIDATIONS)


def test_a_liquidation_keeps_the_venues_figures() -> None:
    first = read_liquidations(LIQUIDATIONS)[0]
    assert (first.user, first.margin) == (A1, "Cross")
    assert (write_amount(first.notional), write_amount(first.account_value)) == ("200", "2")
    for old, new in ((",200,", ",0,"), (",200,", ",x,"), (",2,Cross", ",,Cross")):
        with pytest.raises(Malformed) as refused:
            read_liquidations(spoiled(LIQUIDATIONS, 2, old, new))
        assert refused.value.line == 2
