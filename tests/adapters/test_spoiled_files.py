"""Files without balances, spoiled at random: read, or refused by their line, never a defect."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adapters.bitmex import read_statement
from ledger.adapters.executions import Reporter, execution_facts, positions_taken_over
from ledger.adapters.hyperliquid import read_liquidations, read_users
from ledger.adapters.statement import Statement, facts
from ledger.errors import Malformed
from tests.adapters.statements import EXECUTIONS, LIQUIDATIONS, SETTLEMENTS, TRADES, TRANSFERS

Read = Callable[[bytes], Iterable[object]]


def _reported(statement: Statement) -> list[object]:
    reporter = Reporter(statement.venue, "M1")
    taken = positions_taken_over(reporter, statement.executions, {}, {}, ())
    reports = execution_facts(reporter, statement.executions, taken)
    return [*facts(statement, "M1"), *reports]


def _of_one(data: bytes) -> list[object]:
    return _reported(read_statement(data))


def _of_users(data: bytes) -> list[object]:
    return [fact for statement in read_users(data).values() for fact in _reported(statement)]


FILES: dict[str, tuple[bytes, Read]] = {
    "executions": (EXECUTIONS, _of_one),
    "settlements": (SETTLEMENTS, _of_one),
    "trades": (TRADES, _of_users),
    "transfers": (TRANSFERS, _of_users),
    "liquidations": (LIQUIDATIONS, read_liquidations),
}


@pytest.mark.parametrize("name", FILES)
@given(st.data())
def test_whatever_is_spoiled_is_read_or_refused_by_its_line(name: str, data: st.DataObject) -> None:
    whole, read = FILES[name]
    spoiled = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        spoiled[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    refused: Malformed | None = None
    try:
        list(read(bytes(spoiled)))
    except Malformed as error:
        refused = error
    assert refused is None or (refused.line > 0 and refused.problem)


@pytest.mark.parametrize("name", FILES)
def test_a_byte_order_mark_and_crlf_leave_no_trace(name: str) -> None:
    whole, read = FILES[name]
    marked = b"\xef\xbb\xbf" + whole.replace(b"\n", b"\r\n")
    assert list(read(marked)) == list(read(whole))
