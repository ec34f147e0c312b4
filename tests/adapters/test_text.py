"""The text of statements: what is tolerated leaves no trace, all else is refused by its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.adapters import ADAPTERS
from ledger.adapters.statement import facts
from ledger.commands import ReportVenueLine
from ledger.errors import Malformed
from tests.adapters.statements import BITMEX, BY_NAME, BYBIT, refusal

BOTH = pytest.mark.parametrize("name", sorted(BY_NAME))


def _facts(name: str, data: bytes) -> list[ReportVenueLine]:
    return list(facts(ADAPTERS[name].read(data), "M1"))


@BOTH
def test_byte_order_mark_and_line_ends_leave_no_trace(name: str) -> None:
    plain = BY_NAME[name]
    expected = _facts(name, plain)
    for tolerated in (
        b"\xef\xbb\xbf" + plain,
        plain.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n") + b"\r\n",
        plain.rstrip(b"\n"),
    ):
        again = _facts(name, tolerated)
        assert [fact.command_id for fact in again] == [fact.command_id for fact in expected]
        assert [fact.digest() for fact in again] == [fact.digest() for fact in expected]
        raws = [line.raw for line in ADAPTERS[name].read(tolerated).lines]
        assert raws == [line.raw for line in ADAPTERS[name].read(plain).lines]


@BOTH
@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\r\n"])
def test_an_empty_file_is_refused(name: str, data: bytes) -> None:
    error = refusal(name, data)
    assert error.line == 1
    assert "empty" in error.problem


@BOTH
def test_a_header_alone_is_refused(name: str) -> None:
    assert "no lines" in refusal(name, BY_NAME[name].split(b"\n")[0]).problem


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"walletBalance", b"balance", "missing columns: 'walletBalance'"),
        (b",orderID", b"", "missing columns: 'orderID'"),
        (b"marginBalance", b"marginBalance,text", "unknown columns: 'text'"),
        (b"network", b"amount", "missing columns: 'network'"),
        (b"marginBalance", b"marginBalance,fee", "repeated columns: 'fee'"),
    ],
)
def test_a_wrong_header_is_refused_by_the_names_of_its_columns(
    old: bytes, new: bytes, problem: str
) -> None:
    error = refusal("bitmex", BITMEX.replace(old, new, 1))
    assert error.line == 1
    assert problem in error.problem


def test_the_order_of_columns_does_not_matter() -> None:
    lines = [line.split(b",") for line in BYBIT.splitlines()]
    turned = b"\n".join(b",".join(reversed(fields)) for fields in lines)
    assert _facts("bybit", turned) == _facts("bybit", BYBIT)


@BOTH
def test_bytes_that_are_no_text_are_refused_by_line_and_byte(name: str) -> None:
    lines = BY_NAME[name].split(b"\n")
    lines[3] = lines[3][:4] + b"\xff" + lines[3][4:]
    error = refusal(name, b"\n".join(lines))
    assert (error.line, "byte 5" in error.problem, "UTF-8" in error.problem) == (4, True, True)
    lines[3] = lines[3].replace(b"\xff", b"\0")
    error = refusal(name, b"\n".join(lines))
    assert (error.line, "NUL" in error.problem) == (4, True)


@BOTH
def test_a_file_cut_anywhere_in_its_last_line_is_refused(name: str) -> None:
    whole = BY_NAME[name].rstrip(b"\n")
    last = whole.rindex(b"\n") + 1
    number = whole.count(b"\n") + 1
    for end in range(last + 1, len(whole)):
        error = refusal(name, whole[:end])
        assert error.line == number
        assert error.field


def test_a_quoted_field_left_open_is_refused_where_it_opens() -> None:
    error = refusal("bitmex", BITMEX.replace(b",Funding,", b',"Funding,', 1))
    assert error.line == 5
    assert "left open" in error.problem


def test_a_quoted_field_reads_like_a_plain_one() -> None:
    quoted = _facts("bitmex", BITMEX.replace(b",Funding,", b',"Funding",', 1))
    assert quoted == _facts("bitmex", BITMEX)


@BOTH
def test_a_blank_line_and_a_field_too_many_are_refused(name: str) -> None:
    lines = BY_NAME[name].split(b"\n")
    blank = refusal(name, b"\n".join([*lines[:2], b"", *lines[2:]]))
    assert (blank.line, "cut short" in blank.problem) == (3, True)
    more = refusal(name, b"\n".join([*lines[:2], lines[2] + b",", *lines[3:]]))
    assert (more.line, "15 fields" in more.problem or "14 fields" in more.problem) == (3, True)


@BOTH
@given(st.data())
def test_whatever_is_spoiled_is_read_or_refused_by_its_line(name: str, data: st.DataObject) -> None:
    whole = bytearray(BY_NAME[name])
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    refused: Malformed | None = None
    try:
        _facts(name, bytes(whole))
    except Malformed as error:
        refused = error
    assert refused is None or (refused.line > 0 and refused.problem)
