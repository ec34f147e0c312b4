"""`ledger init` with officers and rules: founded once, and adopted by two people."""

import json
import time
from pathlib import Path

import pytest

from ledger.instants import SECOND, Instant
from ledger.rule_pack import PROPOSAL_BYTES_MAX, shipped
from tests.cli.shell import Said, Shell

AMY = ("--as", "amy:compliance")
BEN = ("--as", "ben:risk")
OFFICERS = ("--officer", "amy:compliance", "--officer", "ben:risk")


def adopting(shell: Shell, who: tuple[str, str], *options: str, pack: str = "hong-kong") -> Said:
    return shell(*who, "init", "--rules", pack, *options)


def types(shell: Shell) -> list[str]:
    return [row["type"] for row in shell.log()]


@pytest.fixture
def founded(sqlite: Shell) -> Shell:
    """Found the platform with Amy of compliance and Ben of risk."""
    sqlite.done("init", *OFFICERS)
    return sqlite


def test_two_officers_in_two_functions_found_the_platform(shell: Shell) -> None:
    data = shell.json("init", *OFFICERS)["founded"]
    assert data == {
        "entity": "VATP",
        "officers": ["amy:compliance", "ben:risk"],
        "outcome": "recorded",
    }
    assert types(shell) == ["PlatformFounded", "EntityRegistered"]


def test_founding_again_changes_nothing_in_whatever_order_the_officers_stand(
    founded: Shell,
) -> None:
    founded.done("init", *OFFICERS[2:], *OFFICERS[:2])
    founded.done("init", *OFFICERS, *OFFICERS)
    assert founded.head() == 2


@pytest.mark.parametrize(
    ("acting", "officers", "founder", "function"),
    [
        ((), OFFICERS, "amy", "compliance"),
        ((), (*OFFICERS[2:], *OFFICERS[:2]), "ben", "risk"),
        (("--as", "cyd:management"), OFFICERS, "cyd", "management"),
    ],
)
def test_the_platform_is_founded_by_the_first_officer_or_by_who_acts(
    sqlite: Shell, acting: tuple[str, ...], officers: tuple[str, ...], founder: str, function: str
) -> None:
    sqlite.done(*acting, "init", *officers)
    actor = sqlite.json("event", 1)["cause"]["request"]["actor"]
    assert actor == {"kind": "human", "id": founder, "role": function}


def test_a_platform_is_not_founded_anew_by_others(founded: Shell) -> None:
    said = founded("init", "--officer", "cyd:audit", "--officer", "dan:finance")
    assert said.code == 1
    assert "was founded before" in said.err
    assert founded.head() == 2


def test_two_people_in_one_function_found_nothing(sqlite: Shell) -> None:
    said = sqlite("init", "--officer", "amy:risk", "--officer", "ben:risk")
    assert said.code == 1
    assert "founders_too_alike" in said.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--officer", "amy:compliance"), "at least two people"),
        (("--officer", "amy", "--officer", "ben:risk"), "is not ID:FUNCTION"),
        (("--officer", "service/x:risk", "--officer", "ben:risk"), "an officer is a person"),
        ((*OFFICERS, "--entity", "a b"), "--entity"),
        (("--rules", "hong-kong"), "--as ID:FUNCTION"),
    ],
)
def test_what_names_nobody_leaves_no_ledger_behind(
    folder: Path, arguments: tuple[str, ...], says: str
) -> None:
    said = Shell("sqlite:///new.db")("init", *arguments)
    assert said.code == 2
    assert says in said.err
    assert not list(folder.iterdir())


def test_a_pack_is_proposed_by_one_and_approved_by_another(shell: Shell) -> None:
    shell.done("init", *OFFICERS)
    proposed = adopting(shell, AMY)
    assert proposed.code == 0
    assert "nothing is in force yet" in proposed.err
    assert types(shell)[2:] == ["ChangeProposed"]
    approved = adopting(shell, BEN)
    assert approved.code == 0
    assert "is in force" in approved.err
    assert "absent: leverage.cap PRODUCT/CLASS" in approved.err
    found = types(shell)[3:]
    assert found[:2] == ["ChangeApproved", "RulePackAdopted"]
    assert set(found[2:]) == {"ParameterChanged"}


def test_who_proposed_a_pack_waits_for_somebody_else(founded: Shell) -> None:
    adopting(founded, AMY)
    for who in (AMY, ("--as", "amy:risk")):
        said = adopting(founded, who)
        assert said.code == 1
        assert "waits for another person" in said.err
    assert founded.head() == 3


def test_a_pack_in_force_is_not_adopted_again(founded: Shell) -> None:
    adopting(founded, AMY)
    adopting(founded, BEN)
    head = founded.head()
    for who in (AMY, BEN, ("--as", "cyd:finance")):
        said = adopting(founded, who)
        assert said.code == 0
        assert "nothing to do" in said.err
    assert founded.head() == head


def test_the_figures_in_force_are_counted_with_those_not_verified(founded: Shell) -> None:
    adopting(founded, AMY)
    data = founded.json(*BEN, "init", "--rules", "hong-kong")["rules"]
    changed = [row for row in founded.log() if row["type"] == "ParameterChanged"]
    unsure = [row for row in changed if not row["data"]["verified"]]
    assert data["state"] == "in force"
    assert (data["figures"], data["not_verified"]) == (len(changed), len(unsure))
    assert "leverage.cap" in [absent["name"] for absent in data["absent"]]


def test_without_a_platform_nobody_adopts_rules(sqlite: Shell) -> None:
    said = adopting(sqlite, AMY)
    assert said.code == 2
    assert "ledger init --officer" in said.err
    assert sqlite.head() == 0


def test_who_had_no_role_approves_once_he_has_one(founded: Shell) -> None:
    adopting(founded, AMY)
    cyd = ("--as", "cyd:finance")
    refused = adopting(founded, cyd)
    assert refused.code == 1
    assert "role_lacking" in refused.err
    grant = {"type": "GrantRole", "grantee": "cyd", "kind": "human", "function": "finance"}
    text = json.dumps(grant).encode()
    founded.done(*AMY, "propose", "--proposal", "p", "--why", "hired", stdin=text)
    founded.done(*BEN, "approve", "p")
    assert adopting(founded, cyd).code == 0


def test_another_file_under_the_same_version_is_another_proposal(
    founded: Shell, folder: Path
) -> None:
    mine = folder / "mine.toml"
    mine.write_bytes(shipped("hong-kong").replace(b'"8000000"', b'"9000000"'))
    adopting(founded, AMY)
    assert adopting(founded, BEN, pack=str(mine)).code == 0
    assert types(founded)[2:] == ["ChangeProposed", "ChangeProposed"]


def test_an_expired_proposal_gives_way_to_a_new_one(
    founded: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = founded.json(*AMY, "init", "--rules", "hong-kong")["rules"]["proposal"]
    in_eight_days = Instant(time.time_ns() + 8 * 86_400 * SECOND)
    monkeypatch.setattr("ledger.cli.four_eyes.now", lambda: in_eight_days)
    second = founded.json(*AMY, "init", "--rules", "hong-kong")["rules"]["proposal"]
    assert second == f"{first}-2"
    assert adopting(founded, BEN).code == 0


def test_a_declined_pack_can_be_proposed_again(founded: Shell) -> None:
    first = founded.json(*AMY, "init", "--rules", "hong-kong")["rules"]["proposal"]
    founded.done(*BEN, "decline", first, "--why", "not yet")
    second = founded.json(*AMY, "init", "--rules", "hong-kong")["rules"]["proposal"]
    assert second == f"{first}-2"
    assert adopting(founded, BEN).code == 0


def test_an_expiry_in_the_past_is_refused_and_one_that_is_no_time_is_misuse(
    founded: Shell,
) -> None:
    said = adopting(founded, AMY, "--expires", "2020-01-01")
    assert said.code == 1
    assert "proposal_expired" in said.err
    said = adopting(founded, AMY, "--expires", "soon")
    assert said.code == 2
    assert "--expires" in said.err


def test_a_bad_file_records_nothing_and_creates_nothing(folder: Path) -> None:
    bad = folder / "bad.toml"
    bad.write_bytes(shipped("hong-kong").replace(b'unit = "hkd"', b'unit = "usd"', 1))
    said = Shell("sqlite:///new.db")(*AMY, "init", "--rules", str(bad))
    assert said.code == 3
    assert "bad.toml: field unit of figure 1" in said.err
    assert not (folder / "new.db").exists()
    assert adopting(Shell("sqlite:///new.db"), AMY, pack="none.toml").code == 3


def test_the_largest_pack_that_is_read_can_be_recorded(founded: Shell, folder: Path) -> None:
    small = shipped("hong-kong").split(b"\n[[figure]]", 1)[0]
    entry = '[[figure]]\nname = "a.b"\nscope = "s%d"\nvalue = "1"\nunit = "count"\n'
    entry += f'source = "{"x" * 500}"\nverified = true\n'
    count = PROPOSAL_BYTES_MAX // 600
    pack = folder / "large.toml"
    pack.write_bytes(small + "".join(entry % number for number in range(count)).encode())
    assert adopting(founded, AMY, pack=str(pack)).code == 0
    assert adopting(founded, BEN, pack=str(pack)).code == 0
    assert types(founded).count("ParameterChanged") == count
    assert not founded.laws()


def test_a_change_of_a_figure_since_is_said_and_not_undone(founded: Shell) -> None:
    adopting(founded, AMY)
    adopting(founded, BEN)
    change = {
        "type": "ChangeParameter",
        "name": "client.retention",
        "value": "10",
        "unit": "years",
        "source": "policy of the board",
        "rationale": "longer than asked for",
    }
    text = json.dumps(change).encode()
    founded.done(*AMY, "propose", "--proposal", "p", "--why", "policy", stdin=text)
    founded.done(*BEN, "approve", "p")
    head = founded.head()
    said = adopting(founded, AMY)
    assert said.code == 0
    assert "changed since by `ledger propose`: client.retention" in said.err
    assert founded.head() == head


def test_what_is_in_force_and_no_longer_in_the_pack_is_said(founded: Shell, folder: Path) -> None:
    text = shipped("hong-kong").decode()
    first, longer = folder / "first.toml", folder / "longer.toml"
    figure = '\n[[figure]]\nname = "house.own"\nvalue = "1"\nunit = "count"\n'
    own = figure + 'source = "our policy"\nverified = true\n'
    older = text.replace('version = "', 'version = "0.').replace('value = "98"', 'value = "97"')
    longer.write_text(older + own, encoding="utf-8")
    first.write_text(text, encoding="utf-8")
    for pack in (longer, first):
        assert adopting(founded, AMY, pack=str(pack)).code == 0
        said = adopting(founded, BEN, pack=str(pack))
        assert said.code == 0
    assert "in force beside the pack: house.own" in said.err
