"""`ledger replay book` and the views of orders, as they are asked for on the command line."""

from typing import Any, Self

import pytest

from ledger.events import Side
from ledger.numbers import amount
from projections.cli import book
from tests.cli.shell import Shell, opened
from tests.projections.inspected import told
from tests.projections.log_of import Log
from tests.projections.traded import accepted, canceled, received


class Opened:
    """A ledger that only reads the log it is given."""

    def __init__(self, log: Log) -> None:
        self.reader = log

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close nothing."""


@pytest.fixture
def trading(sqlite: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Let two bids and an ask rest, and a third bid be canceled."""
    ask: dict[str, Any] = {"account": "B", "side": Side.SELL, "price": amount("102")}
    log = told(
        *(received(), accepted()),
        *(received("o-2", price=amount("99.5")), accepted("o-2")),
        *(received("o-3", **ask), accepted("o-3", "B")),
        *(received("o-4"), accepted("o-4"), canceled("o-4")),
        *(received("o-5", instrument="ETH-PERP"), accepted("o-5")),
    )
    monkeypatch.setattr(book, "Ledger", lambda _: Opened(log))
    return sqlite


def test_the_ladder_shows_both_sides_level_by_level(trading: Shell) -> None:
    said = trading.done("replay", "book", "BTC-PERP")
    assert [line.split() for line in said.out.splitlines()] == [
        list(book.COLUMNS),
        ["-" * len(name) for name in book.COLUMNS],
        ["1", "1", "10", "10", "100", "102", "10", "10", "1"],
        ["2", "1", "20", "10", "99.5"],
    ]
    assert "BTC-PERP: best bid 100, best ask 102, spread 2" in said.err


def test_a_moment_and_a_depth_may_be_asked_for(trading: Shell) -> None:
    (first,) = trading.json("replay", "book", "BTC-PERP", "--depth", "1")
    assert (first["level"], first["bid_price"], first["ask_price"]) == (1, "100", "102")
    rows = trading.json("replay", "book", "BTC-PERP", "--at", "@4")
    assert [(row["bid_price"], row["bid_depth"], row["ask_price"]) for row in rows] == [
        ("100", "10", None),
        ("99.5", "20", None),
    ]
    both = trading.json("replay", "book", "BTC-PERP", "--at", "@8")
    assert (both[0]["bid_orders"], both[0]["bid_quantity"]) == (2, "20")
    assert trading("replay", "book", "BTC-PERP", "--depth", "0").code == 2


def test_a_book_without_orders_is_empty_and_says_so(shell: Shell) -> None:
    opened(shell)
    said = shell.done("--json", "replay", "book", "BTC-PERP")
    assert said.data == []
    assert said.envelope["diagnostics"] == ["BTC-PERP: no order rests"]


def test_the_views_of_orders_and_trades_are_there_before_the_first_order(shell: Shell) -> None:
    opened(shell)
    for name in ("orders", "holds", "positions", "fees", "trade_blotter", "executions", "refusals"):
        assert shell.json("show", name) == []
    assert shell.json("show", "executions", "--where", "fee=0.5") == []
