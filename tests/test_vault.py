"""The vault: what is sealed opens only where it belongs, and never again without its key."""

import os
import stat
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledger.errors import Misconfigured
from ledger.vault import KEY_BYTES, Unreadable, Vault

LINE = b"2020-05-01T01:05:55.004Z,Deposit,XBt,132031900"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "vault.key"


def test_what_is_sealed_opens_again(database_url: str, key_file: Path) -> None:
    with Vault(database_url, key_file) as vault:
        first, second = vault.seal_many("account-A1", [LINE, b""])
        assert (vault.open(first.reference), vault.open(second.reference)) == (LINE, b"")
    with Vault(database_url, key_file) as vault:
        assert vault.open(first.reference) == LINE


def test_the_same_text_again_is_the_same_item(database_url: str, key_file: Path) -> None:
    with Vault(database_url, key_file) as vault:
        first = vault.seal_many("account-A1", [LINE, LINE])
        assert vault.seal_many("account-A1", [LINE]) == first[:1] == first[1:]
        assert vault.seal_many("account-A2", [LINE]) != first[:1]
        assert vault.open(first[0].reference) == LINE
        assert vault.seal_many("account-A1", []) == []


def test_a_keyed_digest_alone_keeps_nothing(database_url: str, key_file: Path) -> None:
    with Vault(database_url, key_file) as vault:
        first, second = vault.digests("venue-v", [LINE, b"another"])
        assert vault.digests("venue-v", [LINE]) == [first]
        assert vault.digests("venue-w", [LINE]) != [first]
        with pytest.raises(Unreadable):
            vault.open(second)
        assert vault.seal_many("venue-v", [LINE])[0].digest == first
        vault.destroy_key("venue-v")
        with pytest.raises(Unreadable, match="destroyed"):
            vault.digests("venue-v", [LINE])


def test_the_text_stands_nowhere_in_the_database(sqlite_url: str, key_file: Path) -> None:
    with Vault(sqlite_url, key_file) as vault:
        vault.seal_many("account-A1", [LINE])
    stored = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
    assert b"Deposit" not in stored
    assert key_file.read_bytes() not in stored


def test_a_swapped_ciphertext_does_not_open(database_url: str, key_file: Path) -> None:
    with Vault(database_url, key_file) as vault:
        first, second = vault.seal_many("account-A1", [LINE, b"another"])
        (third,) = vault.seal_many("account-A2", [b"a third"])
        engine = sa.create_engine(database_url)
        with engine.begin() as connection:
            swap = "UPDATE vault_items SET (nonce, ciphertext) = (SELECT nonce, ciphertext FROM "
            swap += "vault_items WHERE reference = :from) WHERE reference = :to"
            connection.execute(sa.text(swap), {"from": first.reference, "to": second.reference})
            move = "UPDATE vault_items SET subject = 'account-A1' WHERE reference = :reference"
            connection.execute(sa.text(move), {"reference": third.reference})
        engine.dispose()
        for item in (second, third):
            with pytest.raises(Unreadable, match="changed"):
                vault.open(item.reference)
        assert vault.open(first.reference) == LINE


def test_a_swapped_key_does_not_fit(database_url: str, key_file: Path) -> None:
    with Vault(database_url, key_file) as vault:
        (item,) = vault.seal_many("account-A1", [LINE])
        vault.seal_many("account-A2", [LINE])
        engine = sa.create_engine(database_url)
        with engine.begin() as connection:
            swap = "UPDATE vault_keys SET wrapped_key = (SELECT wrapped_key FROM vault_keys "
            swap += "WHERE subject = 'account-A2') WHERE subject = 'account-A1'"
            connection.execute(sa.text(swap))
        engine.dispose()
        with pytest.raises(Misconfigured, match="does not fit"):
            vault.open(item.reference)


def test_a_destroyed_key_shuts_its_subject_for_ever(database_url: str, key_file: Path) -> None:
    with Vault(database_url, key_file) as vault:
        (item,) = vault.seal_many("client-C1", [b"a name"])
        (other,) = vault.seal_many("client-C2", [b"a name"])
        vault.destroy_key("client-C1")
        vault.destroy_key("client-C1")
        with pytest.raises(Unreadable, match="destroyed"):
            vault.open(item.reference)
        with pytest.raises(Unreadable, match="destroyed"):
            vault.seal_many("client-C1", [b"a name"])
        assert vault.open(other.reference) == b"a name"


def test_a_vault_tells_of_whom_an_item_is_and_whether_his_key_is_there(
    database_url: str, key_file: Path
) -> None:
    with Vault(database_url, key_file) as vault:
        assert vault.has_key("client-C1") is None
        (item,) = vault.seal_many("client-C1", [b"a name"])
        assert (vault.has_key("client-C1"), vault.subject_of(item.reference)) == (True, "client-C1")
        vault.destroy_key("client-C1")
        assert (vault.has_key("client-C1"), vault.subject_of(item.reference)) == (
            False,
            "client-C1",
        )
        with pytest.raises(Unreadable, match="no item"):
            vault.subject_of("f" * 64)


def test_an_unknown_reference_is_said_to_be_unknown(sqlite_url: str, key_file: Path) -> None:
    with Vault(sqlite_url, key_file) as vault, pytest.raises(Unreadable, match="no item"):
        vault.open("f" * 64)


def test_the_key_file_is_made_for_its_owner_alone(sqlite_url: str, key_file: Path) -> None:
    with Vault(sqlite_url, key_file):
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        assert len(key_file.read_bytes()) == KEY_BYTES
        assert [path.name for path in key_file.parent.glob("vault.key*")] == ["vault.key"]


def test_a_key_file_open_to_others_is_refused(sqlite_url: str, key_file: Path) -> None:
    key_file.write_bytes(os.urandom(KEY_BYTES))
    key_file.chmod(0o640)
    with pytest.raises(Misconfigured, match="chmod 600"):
        Vault(sqlite_url, key_file)


def test_a_key_file_of_another_length_is_refused(sqlite_url: str, key_file: Path) -> None:
    key_file.write_bytes(b"short")
    key_file.chmod(0o600)
    with pytest.raises(Misconfigured, match="5 bytes"):
        Vault(sqlite_url, key_file)


def test_a_vault_in_use_never_gets_a_new_key(sqlite_url: str, key_file: Path) -> None:
    with Vault(sqlite_url, key_file) as vault:
        vault.seal_many("account-A1", [LINE])
    key_file.unlink()
    with pytest.raises(Misconfigured, match="missing"):
        Vault(sqlite_url, key_file)
    assert not key_file.exists()


def test_a_vault_shows_no_secret(key_file: Path, sqlite_url: str) -> None:
    with Vault(sqlite_url, key_file) as vault:
        vault.seal_many("account-A1", [LINE])
        assert key_file.read_bytes().hex() not in repr(vars(vault))
        assert repr(vault).startswith("Vault('sqlite:")


def test_a_statement_is_sealed_in_a_moment(sqlite_url: str, key_file: Path) -> None:
    lines = [b"%d,%s" % (number, LINE * 3) for number in range(4_777)]
    with Vault(sqlite_url, key_file) as vault:
        vault.seal_many("warm", [LINE])
        started = time.perf_counter()
        vault.seal_many("account-A1", lines)
        assert time.perf_counter() - started < 1.5, "ten times slower than measured"
