"""`ledger vault`: personal data is sealed, opened on record, and shut without changing the log."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.commands import Command, ProposeChange
from ledger.commands.command import content_digest
from ledger.instants import DAY, Instant, months_after, write_instant
from ledger.vault import Vault
from tests.cli.shell import Shell, ndjson
from tests.domain.officers import CAROL, FAY, MAX, OFFICERS, OTTO, Actor, ask_as
from tests.log.ledgers import contents_of, recorder_of, sequencer_of

NAME = b'{"name": "Chan Tai Man", "hkid": "A123456(7)"}\n'
WHY = "the court asks"


def by(actor: Actor, name: str, /, **fields: object) -> Command:
    """Make a command with an id of its own."""
    key = "-".join(str(value) for value in fields.values() if isinstance(value, str))
    return ask_as(actor, name, command_id=f"{name}-{key[:80].replace(' ', '_')}", **fields)


def by_two(proposal: str, name: str, /, **fields: object) -> list[Command]:
    """Make the two commands by which Carol proposes a change and Max approves it."""
    proposed = by(
        CAROL,
        "ProposeChange",
        proposal=proposal,
        change={"type": name, **fields},
        expires_at="2200-01-01",
        rationale="as decided",
    )
    assert isinstance(proposed, ProposeChange)
    digest = content_digest(name, proposed.proposed().body())
    return [proposed, by(MAX, "ApproveChange", proposal=proposal, change_digest=digest)]


def founding() -> list[Command]:
    officers = [{"id": officer["id"], "function": officer["role"]} for officer in OFFICERS]
    retention = {"name": "client.retention", "value": "7", "unit": "years"}
    source = {"source": "Guidelines 14.7", "verified": True, "rationale": "the law"}
    return [
        ask_as(MAX, "FoundPlatform", command_id="found", officers=officers),
        *by_two("p-retention", "ChangeParameter", **retention, **source),
    ]


def destruction(client: str, proposal: str = "p-key") -> list[Command]:
    return by_two(proposal, "DestroyClientKey", client=client)


def trading(moment: int) -> list[Command]:
    """Make the commands of a client's life: his money comes, most of it goes, and he stays."""
    money = {"account": "A3", "asset": "HKD"}
    return [
        by(OTTO, "RegisterAsset", asset="HKD", scale=2, kind="fiat"),
        by(OTTO, "AdmitClient", client="C3", kind="individual", identity="3" * 64),
        by(OTTO, "OpenAccount", account="A3", client="C3"),
        by(FAY, "ReportDeposit", **money, amount="1000", source="bank", at=write_instant(moment)),
        by(FAY, "WithdrawCash", **money, amount="900.5", destination="bank"),
    ]


def outcomes(shell: Shell, commands: list[Command]) -> list[tuple[str, str | None]]:
    """Record commands and give what became of each, and why."""
    lines = [{"type": type(c).__name__, **c.model_dump(mode="json")} for c in commands]
    given = shell.done("record", stdin=ndjson(*lines))
    return [(result["outcome"], result["reason"]) for result in given.lines]


def approved(shell: Shell, commands: list[Command]) -> None:
    assert outcomes(shell, commands) == [("recorded", None)] * len(commands)


def sealed(shell: Shell, client: str, content: bytes = NAME) -> str:
    reference: str = shell.json("vault", "seal", "--client", client, stdin=content)["reference"]
    return reference


def vault_of(shell: Shell) -> str:
    """Name the vault's database, which lies beside the ledger's."""
    return str(shell.url).removesuffix(".db") + ".vault.db"


def at(shell: Shell, moment: int, *commands: Command) -> None:
    """Record commands as if it were another moment: the ledger's clock and the log's say so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: moment)
        with sequencer_of(str(shell.url), clock=lambda: moment) as sequencer:
            for command in commands:
                assert sequencer.record(command).reason is None


@pytest.fixture
def left(sqlite: Shell) -> Shell:
    """Let years pass: client C1 left seven years and a day ago, C2 seven years but a day."""
    sqlite.done("init")
    seven_years_ago = months_after(Instant(time.time_ns()), -7 * 12)
    for client, day in (("C1", -1), ("C2", 1)):
        admitted = {"kind": "individual", "identity": sealed(sqlite, client)}
        commands = [
            by(OTTO, "AdmitClient", client=client, **admitted),
            by(OTTO, "CeaseClient", client=client, reason="moved abroad"),
        ]
        moment = seven_years_ago + day * DAY
        begin = [*founding(), *trading(moment)] if client == "C1" else []
        at(sqlite, moment, *begin, *commands)
    return sqlite


@pytest.fixture
def reader(left: Shell) -> Iterator[Any]:
    with closing(recorder_of(str(left.url))) as recorder:
        yield recorder


def test_what_is_sealed_is_told_by_reference_and_digest_alone(sqlite: Shell, folder: Path) -> None:
    (folder / "particulars.json").write_bytes(NAME)
    said = sqlite.done("vault", "seal", "--client", "C1", "particulars.json")
    reference = said.out.splitlines()[0].split()[1]
    digest = said.out.splitlines()[1].split()[1]
    again = sqlite.done("--json", "vault", "seal", "--client", "C1", stdin=NAME)
    assert again.data == {"subject": "client-C1", "reference": reference, "digest": digest}
    assert b"Chan" not in said.raw + again.raw + said.err.encode()
    assert b"Chan" not in b"".join(path.read_bytes() for path in folder.glob("*.vault.db"))
    assert sealed(sqlite, "C2") != reference, "the digest is keyed by client"


def test_nothing_is_not_sealed_and_nobody_has_nothing_sealed(sqlite: Shell) -> None:
    empty = sqlite("vault", "seal", "--client", "C1")
    assert (empty.code, empty.out) == (3, "")
    assert "nothing to seal" in empty.err
    nobody = sqlite("vault", "seal", "--client", "C 1", stdin=NAME)
    assert (nobody.code, nobody.out) == (3, "")
    assert "field client" in nobody.err


def test_whoever_reads_stands_in_the_log_with_his_reason(sqlite: Shell) -> None:
    sqlite.done("init")
    reference = sealed(sqlite, "C1")
    carol = ("--as", "carol:compliance")
    said = sqlite.done(*carol, "vault", "open", reference, "--reason", WHY)
    assert said.raw == NAME
    wrapped = sqlite.done("--json", *carol, "vault", "open", reference, "--reason", WHY)
    assert wrapped.data["text"] == NAME.decode()
    assert [row["type"] for row in sqlite.log()] == ["SealedOpened"] * 2
    record = sqlite.json("event", 1)
    assert record["record"]["data"] == {"subject": "client-C1", "item": reference, "reason": WHY}
    assert record["cause"]["request"]["actor"]["id"] == "carol"


def test_bytes_that_are_no_text_are_printed_as_they_are(sqlite: Shell) -> None:
    sqlite.done("init")
    reference = sealed(sqlite, "C1", b"\xff\x00")
    assert sqlite.done("vault", "open", reference, "--reason", WHY).raw == b"\xff\x00"
    wrapped = sqlite("--json", "vault", "open", reference, "--reason", WHY)
    assert (wrapped.code, wrapped.envelope["status"]) == (3, "error")


def test_what_is_not_there_cannot_be_opened(sqlite: Shell) -> None:
    sqlite.done("init")
    said = sqlite("vault", "open", "f" * 64, "--reason", WHY)
    assert (said.code, said.out) == (2, "")
    assert "no item" in said.err
    without_reason = sqlite("vault", "open", sealed(sqlite, "C1"), "--reason", "")
    assert (without_reason.code, without_reason.out) == (3, "")
    assert sqlite.log() == []


def test_whoever_has_no_business_with_it_reads_nothing_and_is_on_record(left: Shell) -> None:
    for actor in ("dora:dealing", "mallory:compliance"):
        said = left("--as", actor, "vault", "open", sealed(left, "C2"), "--reason", WHY)
        assert (said.code, said.out) == (1, "")
        assert "role_lacking" in said.err
        assert left.log()[-1]["data"]["reason"] == "role_lacking"


def test_the_end_of_a_key_changes_no_record_no_total_and_no_digest(
    left: Shell, reader: Any
) -> None:
    reference = sealed(left, "C1")
    approved(left, destruction("C1"))
    assert left.balances()["A3", "HKD"] == "99.5"
    before = contents_of(reader), left.json("check"), left.json("views", "check")
    assert left.laws() == {}
    said = left.json("vault", "destroy", "--client", "C1")
    assert said == {"client": "C1", "key": "destroyed"}
    assert (contents_of(reader), left.json("check"), left.json("views", "check")) == before
    refused = left("--as", "carol:compliance", "vault", "open", reference, "--reason", WHY)
    assert (refused.code, refused.out) == (1, "")
    assert "key_destroyed" in refused.err
    other = sealed(left, "C2")
    carol = ("--as", "carol:compliance")
    assert left.done(*carol, "vault", "open", other, "--reason", WHY).raw == NAME


def test_the_vault_itself_no_longer_opens_it_either(
    left: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = sealed(left, "C1")
    approved(left, destruction("C1"))
    left.done("vault", "destroy", "--client", "C1")
    again = left("vault", "seal", "--client", "C1", stdin=NAME)
    assert (again.code, again.out) == (2, "")
    assert "was destroyed" in again.err
    monkeypatch.setenv("LEDGER_VAULT", vault_of(left))
    unaware = Shell(f"sqlite:///{folder / 'unaware.db'}")
    unaware.done("init")
    said = unaware("vault", "open", reference, "--reason", WHY)
    assert (said.code, said.out) == (2, "")
    assert "was destroyed" in said.err


def test_a_key_is_destroyed_once_and_the_command_may_be_given_again(left: Shell) -> None:
    approved(left, destruction("C1"))
    assert "key of client C1: destroyed\n" in left.done("vault", "destroy", "--client", "C1").err
    again = left.done("vault", "destroy", "--client", "C1")
    assert "key of client C1: destroyed before\n" in again.err


def test_without_a_decision_on_record_no_key_is_destroyed(left: Shell) -> None:
    kept = left("--json", "vault", "destroy", "--client", "C1")
    assert (kept.code, kept.data) == (1, {"client": "C1", "key": "kept"})
    assert "propose DestroyClientKey for client C1" in kept.err
    unknown = left("vault", "destroy", "--client", "C9")
    assert unknown.code == 1
    assert "no client C9" in unknown.err
    [proposed, _] = destruction("C1")
    approved(left, [proposed])
    assert left("vault", "destroy", "--client", "C1").code == 1, "proposed is not approved"


def test_a_day_before_the_end_of_retention_the_key_is_kept(left: Shell) -> None:
    [proposed, refused] = outcomes(left, destruction("C2"))
    assert proposed == ("recorded", None)
    assert refused[0] == "rejected"
    assert str(refused[1]).startswith("retention_running: ")
    assert left("vault", "destroy", "--client", "C2").code == 1
    carol = ("--as", "carol:compliance")
    said = left.done(*carol, "vault", "open", sealed(left, "C2"), "--reason", WHY)
    assert said.raw == NAME


def hold(name: str) -> Command:
    said = {"client": "C1", "hold": name, "authority": "SFC", "notice": "N-7"}
    return by(CAROL, "PlaceLegalHold", **said)


def test_under_a_legal_hold_the_key_is_kept(left: Shell) -> None:
    approved(left, [hold("H1")])
    [_, refused] = outcomes(left, destruction("C1"))
    assert refused[0] == "rejected"
    assert str(refused[1]).startswith("under_legal_hold: ")
    assert left("vault", "destroy", "--client", "C1").code == 1


def test_a_hold_placed_after_the_decision_is_obeyed_until_it_is_released(left: Shell) -> None:
    approved(left, [*destruction("C1"), hold("H1")])
    kept = left("vault", "destroy", "--client", "C1")
    assert kept.code == 1
    assert "legal hold H1" in kept.err
    release = {"client": "C1", "hold": "H1", "reason": "case closed"}
    approved(left, by_two("p-release", "ReleaseLegalHold", **release))
    left.done("vault", "destroy", "--client", "C1")


def test_a_vault_that_never_met_the_client_is_taken_for_the_wrong_one(
    left: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(left, destruction("C1"))
    place = vault_of(left)
    monkeypatch.setenv("LEDGER_VAULT", f"sqlite:///{folder / 'elsewhere.db'}")
    wrong = left("vault", "destroy", "--client", "C1")
    assert wrong.code == 1
    assert "never held anything of client C1" in wrong.err
    with Vault(place, Path(f"{place}.key".removeprefix("sqlite:///"))) as vault:
        assert vault.has_key("client-C1") is True
