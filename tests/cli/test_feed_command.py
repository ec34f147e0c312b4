"""`ledger feed`: raw market data becomes prices and marks of ours, and every line is sealed."""

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest

from ledger.instants import SECOND, read_instant, write_instant
from tests.cli.feeds import ASKED, INVERSE, LINEAR, PLAYER, ready
from tests.cli.shell import Said, Shell, typed

LINES = LINEAR.read_bytes().splitlines(keepends=True)
KINDS = {"book_ticker": 8, "depth": 4, "mark": 2, "other": 1, "snapshot": 2, "trade": 5}


def feed(shell: Shell, *arguments: object, stdin: bytes = b"") -> Said:
    """Play feeds as the program that may."""
    return shell("--json", *PLAYER, "feed", "binance", *arguments, stdin=stdin)


def events(shell: Shell, kind: str) -> list[Any]:
    """Give what was recorded of a kind, with its moment."""
    return [row["data"] | {"at": row["at"]} for row in shell.log() if row["type"] == kind]


def spoil(folder: Path, *changes: tuple[int, bytes]) -> Path:
    """Write the feed with some lines changed, counted from 1."""
    lines = list(LINES)
    for number, line in changes:
        lines[number - 1] = line + b"\n"
    file = folder / "spoiled.ndjson"
    file.write_bytes(b"".join(lines))
    return file


def next_second(shell: Shell) -> str:
    """Name the moment of the first line in the first second after all that is recorded."""
    latest = read_instant(shell.log()[-1]["recorded_at"])
    return write_instant((latest // SECOND + 1) * SECOND + SECOND // 10)


def test_two_feeds_make_an_index_and_a_mark_of_each_contract(shell: Shell) -> None:
    since = next_second(ready(shell))
    said = feed(shell, LINEAR, INVERSE, *ASKED, "--since", since)
    assert said.code == 0
    assert said.data == {
        "lines": 22,
        "kinds": KINDS,
        "malformed": 0,
        "batches": 2,
        "prices": 3,
        "marks": 6,
        "refused": 0,
        "duplicate": 0,
        "conflict": 0,
    }
    made = events(shell, "IndexPriceComputed")
    assert [price["price"] for price in made] == ["50004.05", "50006.08", "50007.4"]
    begun = read_instant(since) // SECOND
    asked = [write_instant((begun + step) * SECOND) for step in (1, 2, 3)]
    assert [price["at"] for price in made] == asked
    marks = [(mark["instrument"], mark["price"]) for mark in events(shell, "MarkPriceComputed")]
    assert marks[:2] == [("BTC-INV", "50010"), ("BTC-PERP", "50001.05")]
    assert shell.laws() == {}


def test_a_rehearsal_may_begin_now(sqlite: Shell) -> None:
    said = feed(ready(sqlite), LINEAR, INVERSE, *ASKED, "--since", "now")
    data = said.data
    assert (said.code, data["lines"], data["batches"]) == (0, 22, 2)
    assert data["prices"] >= 2
    assert 0 < data["marks"] <= 2 * data["prices"]


def test_on_its_own_clock_a_feed_is_asked_at_every_whole_step(sqlite: Shell) -> None:
    said = feed(ready(sqlite), LINEAR, INVERSE, *ASKED)
    assert (said.code, said.data["prices"], said.data["refused"]) == (0, 0, 9)
    refused = [row for row in events(sqlite, "PriceRefused") if row["name"] == "BTC-USD"]
    assert [row["at"][17:19] for row in refused] == ["21", "22", "23"]
    quotes = [[(q["source"], q["price"], q["at"][19:23]) for q in row["quotes"]] for row in refused]
    assert quotes == [
        [("binance-btcusd-perp", "50010.05", ".250"), ("binance-btcusdt", "50001.05", ".900")],
        [("binance-btcusd-perp", "50012.05", ".200"), ("binance-btcusdt", "50003.1", ".900")],
        [("binance-btcusd-perp", "50014.1", ".900"), ("binance-btcusdt", "50004.05", ".500")],
    ]


def test_every_line_is_sealed_with_its_batch(sqlite: Shell) -> None:
    said = feed(ready(sqlite), LINEAR, "--batch", "5")
    assert (said.code, said.data["batches"], said.data["refused"]) == (0, 3, 0)
    sealed = events(sqlite, "TicksSealed")
    assert [(seal["batch"], seal["lines"]) for seal in sealed] == [(1, 5), (2, 5), (3, 3)]
    assert [seal["lines_digest"] for seal in sealed] == [
        hashlib.sha256(b"".join(LINES[start : start + 5])).hexdigest() for start in (0, 5, 10)
    ]
    assert {seal["feed"] for seal in sealed} == {"binance-btcusdt"}
    assert (sealed[0]["since"], sealed[2]["until"]) == (
        "2023-11-14T22:13:20.100000002Z",
        "2023-11-14T22:13:23.300000003Z",
    )
    assert sealed[0]["kinds"] == {
        "book_ticker": 1,
        "depth": 1,
        "mark": 1,
        "snapshot": 1,
        "trade": 1,
    }


def test_the_same_again_packed_or_piped_records_only_duplicates(
    sqlite: Shell, folder: Path
) -> None:
    first = feed(ready(sqlite), LINEAR, INVERSE, *ASKED).data
    head = sqlite.head()
    packed = folder / "packed.gz"
    packed.write_bytes(gzip.compress(LINEAR.read_bytes()))
    again = feed(sqlite, INVERSE, packed, *ASKED).data
    assert again == first | {"batches": 0, "refused": 0, "duplicate": 11}
    piped = feed(sqlite, "-", INVERSE, *ASKED, stdin=packed.read_bytes()).data
    assert piped == again
    assert sqlite.head() == head


def test_a_pipe_is_kept_aside_and_played(sqlite: Shell) -> None:
    ready(sqlite)
    said = sqlite.process(*PLAYER, "feed", "binance", "-", stdin=LINEAR.read_bytes())
    assert (said.code, said.out) == (0, "")
    assert "13 lines: 5 book_ticker, 2 depth, 1 mark, 1 other, 1 snapshot, 3 trade" in said.err
    assert "1 batches sealed, 0 prices and 0 marks made" in said.err


BAD = {
    "no time": (LINES[6].partition(b" ")[2][:-1], "field time"),
    "a time before": (b"1600000000000000000 {}", "field time"),
    "a blank line": (b"", "field time"),
    "no JSON": (b"1700000001000000000 {", "no JSON"),
    "a bad price": (LINES[6].replace(b"50002.00", b"x")[:-1], "field b"),
    "another symbol": (LINES[6].replace(b"BTCUSDT", b"ETHUSDT")[:-1], "field s"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_malformed_line_is_named_and_the_others_stand(
    sqlite: Shell, folder: Path, name: str
) -> None:
    line, says = BAD[name]
    file = spoil(folder, (7, line))
    said = ready(sqlite)(*PLAYER, "feed", "binance", file)
    assert (said.code, said.out) == (1, "")
    assert f"{file}: line 7: {says}" in said.err
    assert "ledger: 1 lines malformed: sealed as they are; the others stand\n" in said.err
    [seal] = events(sqlite, "TicksSealed")
    assert (seal["lines"], seal["spoiled"], seal["malformed"]) == (13, 1, [7])
    assert sum(seal["kinds"].values()) == 12
    assert seal["lines_digest"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_file_that_is_sealed_in_other_batches_conflicts(sqlite: Shell) -> None:
    feed(ready(sqlite), LINEAR)
    said = feed(sqlite, LINEAR, "--batch", "13")
    assert (said.code, said.data["duplicate"], said.data["conflict"]) == (0, 1, 0)
    said = feed(sqlite, LINEAR, "--batch", "12")
    assert (said.code, said.data["batches"], said.data["conflict"]) == (1, 1, 1)
    assert "1 commands say something else than before" in said.err


UNREADABLE = {
    "an empty file": (b"", "no line says a time"),
    "another file": (b"time,user\n1,2\n", "no line says a time"),
    "no symbol": (b'1700000000000000000 {"e":"x"}\n', "no line says a symbol"),
    "packed and cut short": (gzip.compress(LINEAR.read_bytes())[:-9], "copy or record"),
    "a line without end": (b"1700000000000000000 " + b" " * 2**20, "line 1: longer than"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_feed_records_nothing(sqlite: Shell, folder: Path, name: str) -> None:
    data, says = UNREADABLE[name]
    (folder / "bad").write_bytes(data)
    head = ready(sqlite).head()
    said = feed(sqlite, LINEAR, "bad")
    assert said.code == 3
    assert (said.err.count("\n"), "ledger: bad: " in said.err) == (1, True)
    assert says in said.err
    assert sqlite.head() == head
    absent = feed(sqlite, "absent.gz")
    assert (absent.code, absent.err) == (3, "ledger: absent.gz: no such file or directory\n")


MISUSES: dict[str, tuple[list[object], str]] = {
    "two files of a symbol": ([LINEAR, LINEAR], "is in another file too"),
    "an unknown symbol": ([LINEAR, "--instrument", "ETHUSDT=E"], "no file has it"),
    "no pair": ([LINEAR, "--instrument", "BTCUSDT"], "write SYMBOL=NAME"),
    "a symbol twice": ([LINEAR, *2 * ("--instrument", "BTCUSDT=B")], "stands once"),
    "no name": ([LINEAR, "--index", "BTC/USD"], "--index 'BTC/USD'"),
    "no duration": ([LINEAR, "--every", "0s"], "--every '0s'"),
    "too long a step": ([LINEAR, "--every", "25h"], "up to a day"),
    "no time": ([LINEAR, "--since", "soon"], "--since: 'soon'"),
    "the future": ([LINEAR, "--since", "2099-01-01T00:00:00Z"], "in the future"),
    "no batch": ([LINEAR, "--batch", "0"], "--batch"),
    "too many files": ([LINEAR] * 51, "at most 50"),
    "no file": ([], "FILE"),
}


@pytest.mark.parametrize("name", MISUSES)
def test_a_misuse_says_what_to_write_and_records_nothing(sqlite: Shell, name: str) -> None:
    arguments, says = MISUSES[name]
    head = ready(sqlite).head()
    said = feed(sqlite, *arguments)
    assert (said.code, said.err.count("\n"), sqlite.head()) == (2, 1, head)
    assert says in said.err


def test_only_a_program_with_a_role_plays_a_feed(sqlite: Shell) -> None:
    sqlite.done("init")
    said = sqlite(*PLAYER, "feed", "binance", LINEAR)
    assert (said.code, said.err.count("\n"), sqlite.head()) == (2, 1, 0)
    assert "found it with `ledger init --officer`" in said.err
    head = ready(sqlite).head()
    for actor in ("feed:dealing", "service/other:dealing", "service/feed:operations"):
        said = sqlite("--as", actor, "feed", "binance", LINEAR)
        assert (said.code, said.err.count("\n"), sqlite.head()) == (2, 1, head)
        assert "--as service/ID:dealing, with a role that was granted" in said.err


def test_a_feed_is_silent_for_long_without_being_asked_for_every_step(
    sqlite: Shell, folder: Path
) -> None:
    late = LINES[11].replace(b"1700000002500", b"1700003600500")
    (folder / "gap").write_bytes(b"".join([*LINES[:11], late]))
    said = feed(ready(sqlite), "gap", "--index", "BTC-USD")
    assert (said.code, said.data["refused"], said.data["malformed"]) == (0, 3, 0)
    [*_, last] = events(sqlite, "PriceRefused")
    assert last["at"] == "2023-11-14T23:13:20.000000000Z"


def test_the_help_says_what_since_is_for() -> None:
    said = typed("feed", "--help")
    assert said.code == 0
    assert "Re-date a recorded feed for a rehearsal" in said.out
