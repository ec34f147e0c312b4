"""The door: every refusal names the field and says what to do; nothing else gets out."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.commands import Command
from ledger.commands.door import COMMAND_BYTES_MAX, read_command
from ledger.errors import Malformed
from tests.domain.histories import commands

DEPOSIT = {
    "type": "ReportDeposit",
    "command_id": "d-1",
    "account": "A1",
    "asset": "BTC",
    "amount": "0.00000043",
    "at": "2026-02-11T08:00:00Z",
}


@given(commands)
def test_what_a_command_says_reads_back_as_the_same_command(command: Command) -> None:
    fields = command.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps({"type": type(command).__name__, **fields}).encode()
    again = read_command(text)
    assert again == command
    assert again.digest() == command.digest()


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_a_command_or_malformed(text: bytes) -> None:
    with pytest.raises(Malformed, match=r"\w+ \w+"):
        read_command(text)


@given(
    st.dictionaries(
        st.sampled_from([*DEPOSIT, "other"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([{}]),
        min_size=1,
    )
)
def test_any_field_may_be_anything_and_the_door_holds(changes: dict[str, object]) -> None:
    with suppress(Malformed):
        assert len(read_command(json.dumps(DEPOSIT | changes).encode()).digest()) == 64


def test_a_command_in_another_order_or_spelling_has_the_same_digest() -> None:
    spelled = dict(reversed(DEPOSIT.items())) | {"amount": "+0.000000430", "at": "2026-02-11 08:00"}
    one, two = (read_command(json.dumps(text).encode()) for text in (DEPOSIT, spelled))
    assert one.digest() == two.digest()
    assert one.body()["amount"] == "0.00000043"


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("type", "WithdrawCsh", "did you mean WithdrawCash"),
        ("type", None, "see `ledger schema --commands`"),
        ("amount", "1e5", "plain decimal number such as"),
        ("amount", 1, 'in a string, such as "1250.5"'),
        ("amount", "-1", "above zero"),
        ("amount", "0", "above zero"),
        ("amount", "9" * 100, "at most 38"),
        ("at", "yesterday", "a time such as"),
        ("at", 1, "ISO 8601 in a string"),
        ("at", "2026-02-30", "day"),
        ("account", "a b", "pattern"),
        ("account", "", "pattern"),
        ("command_id", "é", "pattern"),
        ("asset", None, "string"),
        ("colour", "red", "not permitted"),
    ],
)
def test_a_bad_field_is_named_with_its_remedy(field: str, value: object, remedy: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_command(json.dumps(DEPOSIT | {field: value}).encode())
    assert caught.value.field == field
    assert remedy in caught.value.problem


def test_a_missing_field_is_named() -> None:
    fields = {name: value for name, value in DEPOSIT.items() if name != "asset"}
    with pytest.raises(Malformed) as caught:
        read_command(json.dumps(fields).encode())
    assert caught.value.field == "asset"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b'{"a":NaN}', "NaN is not a number"),
        (b'{"a":"\xff"}', "byte 6 is not UTF-8"),
        (b"[" * 20_000, "not a JSON object"),
        (b" " * (COMMAND_BYTES_MAX + 1), "too long"),
    ],
)
def test_what_is_no_object_is_refused(text: bytes, problem: str) -> None:
    with pytest.raises(Malformed, match=problem):
        read_command(text)
