"""`ledger propose`, `approve` and `decline`: nothing critical happens by one person's hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Said, Shell

AMY = ("--as", "amy:risk")
BEN = ("--as", "ben:compliance")
CAP = {
    "type": "ChangeParameter",
    "name": "leverage.cap",
    "scope": "BTC-PERP/professional",
    "value": "5",
    "unit": "ratio",
    "source": "permission P-1",
    "rationale": "as permitted",
}
CONTENT = {name: value for name, value in CAP.items() if name != "type"}


def proposing(shell: Shell, *options: str, who: tuple[str, str] = AMY, change: Any = CAP) -> Said:
    text = json.dumps(change).encode()
    return shell(*who, "propose", "--why", "the committee resolved it", *options, stdin=text)


@pytest.fixture
def founded(sqlite: Shell) -> Shell:
    """Found the platform with Amy of risk and Ben of compliance."""
    sqlite.done("init", "--officer", "amy:risk", "--officer", "ben:compliance")
    return sqlite


@pytest.fixture
def proposed(founded: Shell) -> Shell:
    """Let Amy propose a leverage cap under the name p."""
    assert proposing(founded, "--proposal", "p").code == 0
    return founded


def last(shell: Shell) -> Any:
    return shell.log()[-1]


def test_a_change_is_proposed_by_one_and_takes_effect_by_another(shell: Shell) -> None:
    shell.done("init", "--officer", "amy:risk", "--officer", "ben:compliance")
    assert proposing(shell, "--proposal", "p").code == 0
    assert last(shell)["type"] == "ChangeProposed"
    shell.done(*BEN, "approve", "p")
    changed = last(shell)
    assert changed["type"] == "ParameterChanged"
    assert changed["data"]["after"] == "5"
    assert changed["data"]["approval"]["proposer"] == "amy"
    assert changed["data"]["approval"]["approver"] == "ben"


def test_a_proposal_is_shown_in_full_without_being_approved(proposed: Shell) -> None:
    head = proposed.head()
    shown = proposed.json("approve", "p", "--show")
    assert shown.pop("digest") == last(proposed)["data"]["digest"]
    assert len(shown.pop("expires_at")) == len("2026-12-01T00:00:00.000000000Z")
    assert shown == {
        "proposal": "p",
        "state": "open",
        "entity": "VATP",
        "type": "ChangeParameter",
        "change": CONTENT,
        "proposer": "amy",
        "proposer_kind": "human",
        "function": "risk",
        "rationale": "the committee resolved it",
    }
    assert proposed.head() == head


def test_what_is_approved_is_printed_with_its_digest(proposed: Shell) -> None:
    digest = last(proposed)["data"]["digest"]
    printed = json.loads(proposed.done(*BEN, "approve", "p").out)
    assert printed["digest"] == digest
    assert printed["change"] == CONTENT
    assert (printed["state"], printed["outcome"]) == ("closed", "recorded")


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("amy:risk", "approver_is_proposer"),
        ("amy:compliance", "role_lacking"),
        ("cyd:finance", "role_lacking"),
        ("service/ben:compliance", "role_lacking"),
    ],
)
def test_an_approval_that_is_none_ends_with_1_and_says_why(
    proposed: Shell, who: str, reason: str
) -> None:
    said = proposed("--as", who, "approve", "p")
    assert said.code == 1
    assert said.err.startswith(f"ledger: {reason}: ")
    assert said.err.count("\n") == 1
    assert last(proposed)["type"] == "CommandRejected"


def test_the_same_proposal_again_waits_and_records_nothing(founded: Shell) -> None:
    first = json.loads(proposing(founded).out)
    head = founded.head()
    again = proposing(founded)
    assert again.code == 0
    assert json.loads(again.out)["proposal"] == first["proposal"]
    assert "waits for another person" in again.err
    assert founded.head() == head


def test_what_was_done_once_can_be_proposed_again_later(founded: Shell) -> None:
    first = json.loads(proposing(founded).out)["proposal"]
    founded.done(*BEN, "approve", first)
    assert json.loads(proposing(founded).out)["proposal"] == f"{first}-2"


def test_a_name_is_not_given_to_another_content(proposed: Shell) -> None:
    said = proposing(proposed, "--proposal", "p", change={**CAP, "value": "6"})
    assert said.code == 1
    assert "proposal_exists" in said.err


def test_an_approval_given_again_is_told_that_it_is_over(proposed: Shell) -> None:
    proposed.done(*BEN, "approve", "p")
    said = proposed(*BEN, "approve", "p")
    assert said.code == 1
    assert "proposal_closed" in said.err


def test_a_declined_proposal_cannot_be_approved(proposed: Shell) -> None:
    printed = json.loads(proposed.done(*BEN, "decline", "p", "--why", "too high").out)
    assert (printed["state"], printed["outcome"]) == ("closed", "recorded")
    assert last(proposed)["data"] == {"proposal": "p", "reason": "too high"}
    assert "proposal_closed" in proposed(*BEN, "approve", "p").err


def test_a_proposer_takes_his_own_back(proposed: Shell) -> None:
    proposed.done(*AMY, "decline", "p", "--why", "a slip of the pen")
    assert last(proposed)["type"] == "ChangeDeclined"


def test_an_expired_proposal_is_refused(founded: Shell) -> None:
    said = proposing(founded, "--expires", "2020-01-01T00:00:00Z")
    assert said.code == 1
    assert "proposal_expired" in said.err


def test_nobody_in_particular_proposes_nothing(founded: Shell) -> None:
    text = json.dumps(CAP).encode()
    said = founded("propose", "--why", "why not", stdin=text)
    assert said.code == 1
    assert "role_lacking" in said.err


def test_a_change_is_read_from_a_file(founded: Shell, folder: Path) -> None:
    (folder / "cap.json").write_text(json.dumps(CAP))
    founded.done(*AMY, "propose", "cap.json", "--why", "it is time")
    assert last(founded)["data"]["change"] == CONTENT


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b'{"type": "OpenAccount", "account": "A1"}', "is none of"),
        (b'{"name": "leverage.cap"}', "is none of"),
        (json.dumps({**CAP, "value": 5}).encode(), "change.value"),
        (json.dumps({**CAP, "value": "five"}).encode(), "decimal"),
        (json.dumps({**CAP, "actor": {"id": "ben"}}).encode(), "change.actor"),
        (json.dumps({**CAP, "colour": "red"}).encode(), "change.colour"),
        (b'{"a": 1, "a": 2}', "twice"),
        pytest.param(b" " * 40_000, "at most 32768 bytes", id="too long"),
    ],
)
def test_what_is_no_change_is_malformed(founded: Shell, text: bytes, says: str) -> None:
    head = founded.head()
    said = founded(*AMY, "propose", "--why", "x", stdin=text)
    assert said.code == 3
    assert says in said.err
    assert said.err.count("\n") == 1
    assert founded.head() == head


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("approve", "nothing"), "no proposal nothing"),
        (("approve", "a b"), "PROPOSAL 'a b'"),
        (("decline", "nothing", "--why", "x"), "no proposal nothing"),
        (("decline", "p"), "--why"),
        (("propose", "--why", "x", "--expires", "soon"), "--expires"),
        (("propose", "--why", "x", "--proposal", "a b"), "--proposal"),
        (("propose",), "--why"),
    ],
)
def test_misuse_ends_with_2_and_one_line(
    founded: Shell, arguments: tuple[str, ...], says: str
) -> None:
    said = founded(*AMY, *arguments, stdin=json.dumps(CAP).encode())
    assert said.code == 2
    assert says in said.err
    assert said.err.count("\n") == 1


def test_a_critical_change_given_directly_is_refused(founded: Shell) -> None:
    line = json.dumps({**CAP, "command_id": "direct"}).encode()
    result = founded(*AMY, "record", stdin=line).lines[0]
    assert result["outcome"] == "rejected"
    assert result["reason"].startswith("four_eyes_required: ")
