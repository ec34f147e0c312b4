"""Hyperliquid's funding: payments as lines of a user's mirror, rates as typed rows."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adapters import OF_USERS
from ledger.adapters.hyperliquid_funding import read_rates, read_users
from ledger.adapters.statement import check_chain, facts, open_mirror
from ledger.errors import Malformed
from ledger.events import MovementKind
from ledger.instants import read_instant
from ledger.numbers import write_amount
from tests.adapters.statements import FIXTURES, TRADES
from tests.cli.shell import Shell

FUNDING = (FIXTURES / "hyperliquid_funding.json").read_bytes()
WALLET = "0x" + 20 * "a1"
RATES = json.dumps(
    [
        {"coin": "BTC", "fundingRate": "-0.00002", "premium": "-0.00052", "time": 1714557600048},
        {"coin": "BTC", "fundingRate": "0.0000125", "time": 1714554000000},
    ]
).encode()


def changed(change: Callable[[Any], object]) -> bytes:
    """Spoil the payments."""
    whole = json.loads(FUNDING)
    change(whole)
    return json.dumps(whole).encode()


def test_a_payment_is_what_the_holder_receives() -> None:
    [(user, statement)] = OF_USERS["hyperliquid"].read(FUNDING).items()
    assert user == WALLET
    first, second, third = facts(statement, "HL-1")
    assert [write_amount(fact.amount) for fact in (first, second, third)] == [
        "0.12",
        "-0.018375",
        "0",
    ]
    assert (first.kind, first.venue_kind, first.instrument) == (
        MovementKind.FUNDING,
        "funding",
        "ETH-PERP",
    )
    assert first.at == read_instant("2024-05-01T09:00:00Z")
    assert first.balance is None
    assert open_mirror(statement, "HL-1").at == first.at
    check_chain(statement, "HL-1")


def test_neither_the_wallet_nor_the_hash_is_in_a_fact() -> None:
    [statement] = read_users(FUNDING).values()
    said = "".join(fact.model_dump_json() for fact in facts(statement, "HL-1"))
    assert WALLET[2:] not in said.lower()
    assert "0101010101" not in said
    assert all("0x0" in line.raw and WALLET[2:] not in line.raw for line in statement.lines)


def test_a_payment_is_told_by_what_it_says_wherever_it_stands() -> None:
    def shorten(whole: Any) -> None:
        whole["response"] = whole["response"][1:2]
        whole["response"][0]["delta"]["nSamples"] = 24

    [whole], [part] = read_users(FUNDING).values(), read_users(changed(shorten)).values()
    assert part.lines[0].key == whole.lines[0].key
    assert len({line.key for line in whole.lines}) == 3


def test_a_table_is_read_as_before() -> None:
    assert len(read_users(TRADES)) == 3
    marked = b"\xef\xbb\xbf" + FUNDING.replace(b"\n", b"\r\n")
    assert read_users(marked) == read_users(FUNDING)


def test_a_history_is_read_by_time() -> None:
    first, last = read_rates(RATES)
    assert (first.coin, write_amount(first.rate), first.premium) == ("BTC", "0.0000125", None)
    assert (last.number, last.at) == (1, 1_714_557_600_048_000_000)
    assert last.premium is not None
    assert write_amount(last.premium) == "-0.00052"
    assert read_rates(b'{"request": {}, "response": ' + RATES + b"}") == [first, last]


def _entry(whole: Any) -> Any:
    return whole["response"][1]


SPOILED: dict[str, tuple[Callable[[Any], object], str]] = {
    "no amount": (lambda w: _entry(w)["delta"].update(usdc="x"), "field usdc of entry 2: 'x'"),
    "a number": (lambda w: _entry(w)["delta"].update(usdc=0.5), "field usdc of entry 2: missing"),
    "no usdc": (lambda w: _entry(w)["delta"].pop("usdc"), "field usdc of entry 2: missing"),
    "no rate": (lambda w: _entry(w)["delta"].update(fundingRate="1%"), "field fundingRate of en"),
    "no size": (lambda w: _entry(w)["delta"].update(szi=""), "field szi of entry 2"),
    "no coin": (lambda w: _entry(w)["delta"].update(coin="/"), "field coin of entry 2"),
    "seconds": (lambda w: _entry(w).update(time=1714554000), "field time of entry 2"),
    "no hash": (lambda w: _entry(w).pop("hash"), "field hash of entry 2: missing"),
    "a deposit": (lambda w: _entry(w)["delta"].update(type="deposit"), "delta.type of entry 2"),
    "no entry": (lambda w: w["response"].__setitem__(1, 7), "delta.type of entry 2"),
    "no wallet": (lambda w: w["request"].update(user="0xabc"), "not a wallet"),
    "nobody": (lambda w: w["request"].pop("user"), "field request.user: missing"),
    "nothing": (lambda w: w["response"].clear(), "field response: no answer"),
    "no answer": (lambda w: w.pop("response"), "field response: no answer"),
    "no request": (lambda w: w.update(request=1), "field response: no answer"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_payments_are_refused_by_entry_and_field(name: str) -> None:
    change, says = SPOILED[name]
    with pytest.raises(Malformed) as caught:
        read_users(changed(change))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b'"fundingRate": "0.0000125"', b'"rate": "1"', "fundingRate of entry 2: missing"),
        (b"-0.00052", b"-0.00052%", "field premium of entry 1"),
        (b'"BTC", "fundingRate": "-', b'"", "fundingRate": "-', "field coin of entry 1"),
        (b"1714557600048", b"null", "field time of entry 1"),
        (b"[{", b"[7, {", "field response of entry 1"),
    ],
)
def test_spoiled_rates_are_refused_by_entry_and_field(old: bytes, new: bytes, says: str) -> None:
    assert old in RATES
    with pytest.raises(Malformed, match=says):
        read_rates(RATES.replace(old, new))


def test_what_is_no_json_is_refused_by_its_line() -> None:
    with pytest.raises(Malformed, match=r"line 5: no JSON .*: the file was cut or edited"):
        read_users(FUNDING.replace(b'"-0.018375"', b'"-0.018375'))
    for data in (b"[" * 100_000, b"[" + b"1" * 10_000 + b"]", b'["\xff"]'):
        with pytest.raises(Malformed, match="line 1: no JSON"):
            read_users(data)
    with pytest.raises(Malformed, match=r"request\.user: missing"):
        read_users(RATES)


@pytest.mark.parametrize("read", [read_users, read_rates])
@given(st.data())
def test_whatever_is_spoiled_is_read_or_refused(
    read: Callable[[bytes], object], data: st.DataObject
) -> None:
    whole = FUNDING if read is read_users else RATES
    spoiled = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Malformed):
        read(bytes(spoiled))


def test_an_import_books_the_payments_on_the_user_s_mirror(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shell = Shell(sqlite_url)
    shell.done("init")
    file = FIXTURES / "hyperliquid_funding.json"
    assert shell.json("import", "hyperliquid", FIXTURES / "hyperliquid_transfers.csv")["lines"] == 5
    before = shell.balances()
    counts = shell.json("import", "hyperliquid", file)
    assert (counts["lines"], counts["recorded"]) == (3, 3)
    moved = {key for key, held in shell.balances().items() if held != before.get(key)}
    [account] = {name for name, _ in moved if name.startswith("HL-")}
    assert (before[account, "USDC"], shell.balances()[account, "USDC"]) == (
        "399.999999",
        "400.101624",
    )
    assert shell.laws() == {}
    again = shell.json("import", "hyperliquid", file)
    assert (again["recorded"], again["duplicate"]) == (0, 3)
    places = [place for place in tmp_path.iterdir() if place.is_file()]
    assert not any(WALLET[2:].encode() in place.read_bytes() for place in places)
