"""`ledger record`: one result line for each line, and nothing recorded of what says nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import OPENING, WITHDRAWAL, Shell, command, deposit, ndjson, opened

RESULT = ["line", "outcome", "events", "reason"]
FAR = "2199-01-01T00:00:00Z"


def spoiled(old: str, new: str, of: dict[str, object] | None = None) -> bytes:
    """Change the text of a command that would otherwise be recorded."""
    text = json.dumps(of or deposit("fresh", "1.25"))
    assert old in text
    return text.replace(old, new, 1).encode() + b"\n"


MALFORMED = {
    "not JSON": (b"deposit 1.5 BTC\n", "not a JSON object"),
    "cut inside": (spoiled('"2026', "")[:40] + b"\n", "not a JSON object"),
    "not UTF-8": (spoiled("BTC", "BTC").replace(b"BTC", b"\xff\xfe"), "UTF-8"),
    "a NUL": (b"\0\n", "not a JSON object"),
    "a list": (b"[" + spoiled("BTC", "BTC").strip() + b"]\n", "not a JSON object"),
    "a word": (b'"ReportDeposit"\n', "not a JSON object"),
    "two objects": (b"{} {}\n", "not a JSON object"),
    "nested without end": (b'{"a":' * 12_000 + b"\n", ""),
    "an unknown type": (spoiled("ReportDeposit", "ReportTheft"), "field type"),
    "an event's type": (spoiled("ReportDeposit", "CashDeposited"), "field type"),
    "a type that is no word": (spoiled('"ReportDeposit"', "[1]"), "field type"),
    "no type": (spoiled('"type": "ReportDeposit", ', ""), "field type"),
    "an unknown field": (spoiled('"asset"', '"colour": "red", "asset"'), "field colour"),
    "a missing field": (spoiled('"asset": "BTC", ', ""), "field asset"),
    "a field twice": (spoiled('"asset"', '"asset": "BTC", "asset"'), "twice"),
    "no id": (spoiled('"command_id": "fresh", ', ""), "field command_id"),
    "an id with a space": (spoiled('"fresh"', '"fre sh"'), "field command_id"),
    "an id without end": (spoiled('"fresh"', f'"{"f" * 129}"'), "field command_id"),
    "an id with a line end": (spoiled('"fresh"', '"fresh\\n"'), "field command_id"),
    "a number for an amount": (spoiled('"1.25"', "1.25"), "field amount"),
    "a huge exponent": (spoiled('"1.25"', '"1e400"'), "field amount"),
    "a huge exponent as number": (spoiled('"1.25"', "1e400"), "field amount"),
    "NaN": (spoiled('"1.25"', '"NaN"'), "field amount"),
    "NaN as number": (spoiled('"1.25"', "NaN"), "NaN"),
    "Infinity as number": (spoiled('"1.25"', "-Infinity"), "Infinity"),
    "a negative zero": (spoiled('"1.25"', '"-0"'), "field amount"),
    "a million digits": (spoiled('"1.25"', f'"{"9" * 1_000_000}"'), "too long"),
    "thousands of digits as number": (spoiled('"1.25"', "9" * 20_000), ""),
    "too many digits": (spoiled('"1.25"', f'"{"9" * 19}"'), "field amount"),
    "too many decimals": (spoiled('"1.25"', f'"0.{"0" * 18}1"'), "field amount"),
    "digits of another script": (spoiled('"1.25"', '"\u0661.25"'), "field amount"),
    "zero": (spoiled('"1.25"', '"0"'), "above zero"),
    "below zero": (spoiled('"1.25"', '"-1.25"'), "above zero"),
    "zero to withdraw": (spoiled('"1"', '"0"', WITHDRAWAL), "above zero"),
    "no amount": (spoiled('"1.25"', "null"), "field amount"),
    "a time that is none": (spoiled("2026-02-11T08", "2026-02-30T08"), "field at"),
    "a time as number": (spoiled('"2026-02-11T08:00:00Z"', "1770796800"), "field at"),
    "a time before 1970": (spoiled("2026-02-11", "1969-12-31"), "field at"),
    "a time for a command": (spoiled("}", f', "at": "{FAR}"}}', WITHDRAWAL), "field at"),
    "a line without end": (b'{"type": "' + b"x" * 200_000 + b"\n", "too long"),
}


def results(shell: Shell, *lines: bytes, code: int) -> list[dict[str, Any]]:
    """Record lines and give their results, on stdout and alike in the envelope."""
    said = shell("record", stdin=b"".join(lines))
    assert said.code == code
    assert said.err.count("\n") == (1 if code else 0)
    found: list[dict[str, Any]] = said.lines
    assert all(list(result) == RESULT for result in found)
    return found


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Create one ledger for all malformed lines: none of them may leave anything in it."""
    return opened(Shell(f"sqlite:///{tmp_path_factory.mktemp('lines') / 'ledger.db'}"))


def test_every_outcome_has_its_word_and_its_line(shell: Shell) -> None:
    shell.done("init")
    found = results(
        shell,
        ndjson(*OPENING),
        ndjson(OPENING[2]),
        ndjson(deposit("c3", "7")),
        ndjson(command("WithdrawCash", "w1", account="A1", asset="BTC", amount="9")),
        b"nonsense\n",
        ndjson(WITHDRAWAL),
        code=1,
    )
    assert [r["line"] for r in found] == list(range(1, 10))
    words = ["recorded"] * 4 + ["duplicate", "conflict", "rejected", "malformed", "recorded"]
    assert [r["outcome"] for r in found] == words
    types = {row["sequence"]: row["type"] for row in shell.log()}
    assert [types[s] for r in found[4:] for s in r["events"]] == [
        "CashDeposited",
        "CommandConflicted",
        "CommandRejected",
        "CashWithdrawn",
    ]
    assert found[4]["events"] == found[2]["events"]
    assert len(types) == 7
    reasons = [r["reason"] for r in found]
    assert reasons[:5] == [None] * 5
    assert "c3" in str(reasons[5])
    assert str(reasons[6]).startswith("insufficient_funds: ")
    assert "1.50000001" in str(reasons[6])
    assert reasons[8] is None


def test_the_same_lines_again_record_nothing(shell: Shell) -> None:
    opened(shell)
    lines = ndjson(
        deposit("c3", "7"),
        command("WithdrawCash", "w1", account="A1", asset="BTC", amount="9"),
    )
    first = results(shell, lines, code=1)
    head = shell.head()
    again = results(shell, lines, code=1)
    assert [result["outcome"] for result in again] == ["conflict", "duplicate"]
    assert again[0] == first[0], "one conflict is recorded once for each content"
    assert again[1]["events"] == first[1]["events"]
    assert again[1]["reason"] == first[1]["reason"]
    assert shell.head() == head


def test_a_line_may_repeat_an_id_of_the_same_file(shell: Shell) -> None:
    opened(shell)
    fresh = deposit("d1", "1")
    found = results(shell, ndjson(fresh, fresh, deposit("d1", "2")), code=1)
    assert [r["outcome"] for r in found] == ["recorded", "duplicate", "conflict"]
    assert found[0]["events"] == found[1]["events"]


def test_recorded_rejected_and_duplicate_lines_end_with_0(shell: Shell) -> None:
    opened(shell)
    too_much = command("WithdrawCash", "w1", account="A1", asset="BTC", amount="9")
    found = results(shell, ndjson(too_much, OPENING[0], WITHDRAWAL), code=0)
    assert [r["outcome"] for r in found] == ["rejected", "duplicate", "recorded"]


def test_with_json_the_results_are_the_data(shell: Shell) -> None:
    opened(shell)
    lines = b"nonsense\n" + ndjson(WITHDRAWAL)
    said = shell("--json", "record", stdin=lines)
    assert (said.code, said.envelope["status"]) == (1, "fail")
    assert [list(result) for result in said.data] == [RESULT, RESULT]
    assert [result["outcome"] for result in said.data] == ["malformed", "recorded"]


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_line_is_named_and_nothing_of_it_recorded(begun: Shell, name: str) -> None:
    line, says = MALFORMED[name]
    before, after = (deposit(f"{name.encode().hex()[:80]}.{n}", "1") for n in (1, 2))
    found = results(begun, ndjson(before), line, ndjson(after), code=1)
    assert [r["outcome"] for r in found] == ["recorded", "malformed", "recorded"]
    assert found[1]["line"] == 2
    assert found[1]["events"] == []
    assert says in found[1]["reason"]
    assert len(found[1]["reason"]) < 500
    assert found[2]["events"] == [found[0]["events"][0] + 1], "no record stands between the two"


def test_malformed_lines_leave_no_trace_in_the_log(shell: Shell) -> None:
    opened(shell)
    before = shell.log()
    found = results(shell, *(line for line, _ in MALFORMED.values()), code=1)
    assert {r["outcome"] for r in found} == {"malformed"}
    assert len(found) == len(MALFORMED)
    assert shell.log() == before


def test_a_fact_from_the_future_is_refused_and_the_refusal_recorded(shell: Shell) -> None:
    opened(shell)
    (found,) = results(shell, ndjson(deposit("far", "1", at=FAR)), code=0)
    assert (found["outcome"], found["events"]) == ("rejected", [5])
    assert str(found["reason"]).startswith("at_in_future: ")
    assert shell.log()[-1]["data"]["reason"] == "at_in_future"
    assert shell.balances()["A1", "BTC"] == "1.50000001"


def test_a_finer_amount_than_the_asset_has_is_refused_by_a_command_and_flagged_on_a_fact(
    shell: Shell,
) -> None:
    opened(shell)
    fine = "0.000000001"
    asked = command("WithdrawCash", "w1", account="A1", asset="BTC", amount=fine)
    found = results(shell, ndjson(asked, deposit("d1", fine)), code=0)
    assert [r["outcome"] for r in found] == ["rejected", "recorded"]
    assert str(found[0]["reason"]).startswith("finer_than_scale: ")
    assert fine in str(found[0]["reason"])
    assert "finer_than_scale" in shell.log()[-1]["data"]["flags"]


def test_blank_lines_say_nothing_and_crlf_is_a_line_end(shell: Shell) -> None:
    opened(shell)
    lines = ndjson(deposit("d1", "1"), deposit("d2", "2")).replace(b"\n", b"\r\n")
    first, second = lines.splitlines(keepends=True)
    found = results(shell, b"\n", first, b"  \r\n", b"\t\n", second.rstrip(), code=0)
    assert [(r["line"], r["outcome"]) for r in found] == [(2, "recorded"), (5, "recorded")]


def test_no_line_at_all_is_done_at_once(sqlite: Shell) -> None:
    opened(sqlite)
    assert results(sqlite, b"", code=0) == []


def test_lines_come_from_a_file_or_from_stdin(sqlite: Shell, folder: Path) -> None:
    sqlite.done("init")
    (folder / "lines.ndjson").write_bytes(ndjson(*OPENING))
    first = sqlite.done("record", "lines.ndjson").lines
    again = sqlite.done("record", "-", stdin=ndjson(*OPENING)).lines
    assert [r["outcome"] for r in first] == ["recorded"] * 4
    assert [r["outcome"] for r in again] == ["duplicate"] * 4


@pytest.mark.parametrize(("path", "says"), [("absent", "no such file"), (".", "is a directory")])
def test_a_file_that_cannot_be_read_ends_with_3(sqlite: Shell, path: str, says: str) -> None:
    sqlite.done("init")
    said = sqlite("record", path)
    assert (said.code, said.out, said.err.count("\n")) == (3, "", 1)
    assert says in said.err


def test_an_input_that_breaks_off_ends_with_3_and_waits_for_nothing(sqlite: Shell) -> None:
    sqlite.done("init")
    said = sqlite.process("record", "/proc/self/mem")
    assert (said.code, said.out) == (3, "")
    assert "broke off" in said.err


def test_more_lines_than_are_read_ahead_are_answered_in_order(shell: Shell) -> None:
    opened(shell)
    lines = ndjson(*(deposit(f"d{number}", "0.00000001") for number in range(1_200)))
    found = results(shell, lines, code=0)
    assert [r["line"] for r in found] == list(range(1, 1_201))
    assert [r["events"] for r in found] == [[5 + number] for number in range(1_200)]
    assert shell.balances()["A1", "BTC"] == "1.50001201"


def test_quietly_only_what_was_not_recorded_is_printed_and_all_is_counted(shell: Shell) -> None:
    opened(shell)
    again, too_much = OPENING[2], WITHDRAWAL | {"amount": "9"}
    said = shell.done("record", "--quiet", stdin=ndjson(deposit("new", "1"), again, too_much))
    assert [(line["line"], line["outcome"]) for line in said.lines] == [
        (2, "duplicate"),
        (3, "rejected"),
    ]
    assert "3 lines: 1 duplicate, 1 recorded, 1 rejected" in said.err
