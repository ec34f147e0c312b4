"""`ledger sweep`: a late declaration puts right, beside the records, what was stamped before it."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from ledger.commands import ProposeChange
from tests.cli.shell import Shell, command, ndjson
from tests.cli.test_tampering import rewrite, without_guards

_ids = (f"c-{number}" for number in count(1))
SOME, OTHER = "0" * 64, "1" * 64
LAST_YEAR = (datetime.now(UTC) - timedelta(days=365)).isoformat(timespec="seconds")
NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).isoformat(timespec="seconds")
OFFICERS = {
    "carol": "compliance",
    "max": "management",
    "otto": "operations",
    "dora": "dealing",
}
SWEEP = ("--as", "otto:operations", "sweep")


def by(name: str, deed: str, /, **fields: Any) -> dict[str, Any]:
    """Write a command that an officer gives."""
    actor = {"kind": "human", "id": name, "role": OFFICERS[name]}
    return command(deed, next(_ids), actor=actor, **fields)


def by_two(proposal: str, deed: str, /, **fields: Any) -> list[dict[str, Any]]:
    """Write a change that one proposes and another approves."""
    said = by(
        "carol",
        "ProposeChange",
        proposal=proposal,
        change={"type": deed, **fields},
        expires_at=NEXT_YEAR,
        rationale="an example",
    )
    content = {name: value for name, value in said.items() if name != "type"}
    digest = ProposeChange.model_validate(content).proposed().digest()
    return [said, by("max", "ApproveChange", proposal=proposal, change_digest=digest)]


def declared(proposal: str, relation: str, since: str) -> list[dict[str, Any]]:
    """Write that client C1 has been related to the platform since some moment."""
    known = {"client": "C1", "relation": relation, "party": "group-co", "basis": "a subsidiary"}
    return by_two(proposal, "DeclareAffiliation", effective_from=since, **known)


def all_recorded(shell: Shell, *commands: dict[str, Any]) -> None:
    said = shell.done("record", stdin=ndjson(*commands))
    refused = [line["reason"] for line in said.lines if line["outcome"] != "recorded"]
    assert not refused


def trade(shell: Shell, times: int) -> list[int]:
    """Let client C1 reduce so many times; give the sequences of the stamped records."""
    asked = {"account": "A1", "product": "BTC", "effect": "reduce"}
    all_recorded(shell, *(by("dora", "CheckEligibility", **asked) for _ in range(times)))
    return [row["sequence"] for row in shell.log() if row["type"] == "EligibilityConfirmed"]


def licensed(shell: Shell) -> Shell:
    """Create a founded platform with a product and a client who may at least reduce."""
    officers = [{"id": name, "function": role} for name, role in OFFICERS.items()]
    shell.done("init")
    all_recorded(
        shell,
        command("FoundPlatform", next(_ids), officers=officers),
        by("otto", "RegisterAsset", asset="BTC", scale=8, kind="virtual_asset"),
        *by_two("p-1", "AdmitAsset", asset="BTC", retail=True, decision="committee-7"),
        *by_two("p-2", "GrantPermission", permission="S", activities=["spot"], document=SOME),
        *by_two(
            "p-3",
            "ApproveProduct",
            product="BTC",
            kind="spot",
            permission="S",
            references=["BTC"],
            specification=OTHER,
        ),
        by("otto", "AdmitClient", client="C1", kind="corporation", identity=SOME),
        by("otto", "OpenAccount", account="A1", client="C1"),
    )
    return shell


def late(shell: Shell, times: int = 3) -> list[int]:
    """Let C1 trade, and only then declare that he has been an affiliate for a year."""
    stamped = trade(licensed(shell), times)
    all_recorded(shell, *declared("p-9", "affiliate", LAST_YEAR))
    return stamped


def figure(shell: Shell) -> str:
    """Give the figure of the law of stamps, which must hold."""
    (verdict,) = shell.json("check", "stamps")
    assert verdict["holds"] == "holds", verdict
    text: str = verdict["figure"]
    return text


def test_where_no_sweep_is_open_there_is_nothing_to_do(sqlite: Shell) -> None:
    sqlite.done("init")
    said = sqlite.done("sweep")
    assert "nothing to do" in said.err
    assert sqlite.json("sweep") == []
    assert sqlite.head() == 0


def test_a_late_declaration_is_swept_beside_the_records(shell: Shell) -> None:
    stamped = late(shell)
    assert figure(shell) == "3 stamps, 0 corrected, 1 sweeps open"
    before = shell.log()
    assert shell.json(*SWEEP) == [
        {"sweep": "p-9", "client": "C1", "relation": "affiliate", "gone_over": 3, "corrected": 3}
    ]
    after = shell.log()
    assert after[: len(before)] == before
    *corrections, closed = after[len(before) :]
    at = {row["sequence"]: row["at"] for row in before}
    records = [shell.json("event", row["sequence"])["record"] for row in corrections]
    assert [record["corrects"] for record in records] == stamped
    assert [row["at"] for row in corrections] == [at[sequence] for sequence in stamped]
    assert closed["data"] == {"client": "C1", "sweep": "p-9", "upto": len(before), "corrected": 3}
    assert figure(shell) == "3 stamps, 3 corrected"
    assert shell.laws() == {}


def test_a_sweep_that_is_done_is_not_done_again(sqlite: Shell) -> None:
    late(sqlite)
    sqlite.done(*SWEEP)
    size = sqlite.head()
    assert sqlite.json(*SWEEP) == []
    assert sqlite.head() == size


def test_what_is_stamped_after_the_declaration_needs_no_sweep(sqlite: Shell) -> None:
    late(sqlite, times=1)
    trade(sqlite, times=2)
    (done,) = sqlite.json(*SWEEP)
    assert (done["gone_over"], done["corrected"]) == (1, 1)
    assert figure(sqlite) == "3 stamps, 1 corrected"


def test_two_sweeps_are_gone_over_together(sqlite: Shell) -> None:
    late(sqlite)
    all_recorded(sqlite, *declared("p-10", "employee", LAST_YEAR))
    done = sqlite.json(*SWEEP)
    assert [(row["sweep"], row["relation"], row["corrected"]) for row in done] == [
        ("p-9", "affiliate", 3),
        ("p-10", "employee", 3),
    ]
    assert figure(sqlite) == "3 stamps, 6 corrected"


def test_who_has_no_role_sweeps_nothing_and_who_has_one_can_afterwards(sqlite: Shell) -> None:
    late(sqlite)
    size = sqlite.head()
    for actor in ((), ("--as", "dora:dealing"), ("--as", "mallory:operations")):
        said = sqlite(*actor, "sweep")
        assert said.code == 1
        assert "role_lacking" in said.err
    refusals = [row["type"] for row in sqlite.log()[size:]]
    assert refusals == ["CommandRejected"] * 3
    (done,) = sqlite.json(*SWEEP)
    assert done["corrected"] == 3


def test_a_run_that_was_killed_is_gone_on_with_and_corrects_nothing_twice(shell: Shell) -> None:
    stamped = late(shell, times=30)
    size = shell.head()
    with shell.start(*SWEEP) as running:
        while shell.head() < size + 3 and running.poll() is None:
            time.sleep(0.01)
    shell.done(*SWEEP)
    after = [row for row in shell.log()[size:] if row["type"] == "StampCorrected"]
    corrected = [shell.json("event", row["sequence"])["record"]["corrects"] for row in after]
    assert corrected == stamped
    assert figure(shell) == "30 stamps, 30 corrected"


def test_a_sweep_that_is_closed_too_early_breaks_the_law(sqlite: Shell) -> None:
    first, second, _ = late(sqlite)
    opening = sqlite.head()
    about = {"client": "C1", "sweep": "p-9"}
    all_recorded(
        sqlite,
        by("otto", "CorrectStamp", corrects=first, **about),
        by("otto", "CloseSweep", upto=opening, **about),
    )
    broken = sqlite.laws()
    assert set(broken) == {"stamps"}
    assert f"sequence {second}: " in str(broken["stamps"])


@pytest.mark.parametrize(
    ("offset", "old", "new"),
    [
        (-4, b'"solicited":false', b'"solicited":false,"affiliate":true'),
        (0, b'"holds":true', b'"holds":false'),
        (1, b'"after":true', b'"after":false'),
        (2, b'"corrected":1', b'"corrected":2'),
    ],
    ids=["the stamp", "the opening", "the correction", "the closing"],
)
def test_what_is_forged_in_a_sweep_breaks_the_law(
    sqlite: Shell, offset: int, old: bytes, new: bytes
) -> None:
    late(sqlite, times=1)
    opening = sqlite.head()
    sqlite.done(*SWEEP)
    without_guards(sqlite, rewrite(opening + offset, old, new))
    assert "stamps" in sqlite.laws()
