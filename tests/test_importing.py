"""Importing a statement through the library: what is refused before anything is recorded."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.adapters import ADAPTERS
from ledger.api import Ledger
from ledger.commands import OpenAccount
from ledger.errors import Locked, Malformed
from ledger.importing import Source, import_statement
from ledger.instants import SECOND, write_instant
from ledger.log.database import connect
from ledger.log.exclusive import exclusively
from ledger.log.migrations import upgrade
from ledger.outcome import Status
from ledger.vault import Vault

FIXTURES = Path(__file__).parent / "fixtures"
WALLET = (FIXTURES / "bitmex_wallet.csv").read_bytes()


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    engine = connect(database_url)
    upgrade(engine)
    engine.dispose()
    with Ledger(database_url) as opened:
        yield opened


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault(f"sqlite:///{tmp_path}/vault.db", tmp_path / "vault.key") as opened:
        yield opened


def source(data: bytes) -> Source:
    """Take a wallet history as the source of the mirror M1."""
    return Source(ADAPTERS["bitmex"].read(data), "M1", "0" * 32, {})


def test_a_statement_is_recorded_once(ledger: Ledger, vault: Vault) -> None:
    first = import_statement(ledger, vault, source(WALLET))
    size = ledger.reader.head().size
    again = import_statement(ledger, vault, source(WALLET))
    assert first.outcomes[Status.RECORDED] == first.lines == again.outcomes[Status.DUPLICATE]
    assert ledger.reader.head().size == size


def test_a_line_from_the_future_is_refused_before_anything_is_recorded(
    ledger: Ledger, vault: Vault
) -> None:
    tomorrow = write_instant(time.time_ns() + 86_400 * SECOND).encode()
    data = WALLET.replace(b"2024-10-03T12:00:00.120Z", tomorrow)
    with pytest.raises(Malformed, match="in the future") as refused:
        import_statement(ledger, vault, source(data))
    assert refused.value.field == "timestamp"
    assert refused.value.line > 1
    assert ledger.reader.head().size == 0


def test_two_imports_at_once_are_one_too_many(ledger: Ledger, vault: Vault) -> None:
    with (
        exclusively(ledger.application.recorder.engine, "import"),
        pytest.raises(Locked, match="another import"),
    ):
        import_statement(ledger, vault, source(WALLET))
    assert ledger.reader.head().size == 0
    import_statement(ledger, vault, source(WALLET))


def test_an_edited_line_is_named_and_the_first_one_stands(ledger: Ledger, vault: Vault) -> None:
    import_statement(ledger, vault, source(WALLET))
    edited = WALLET.replace(b",-43,12,", b",-43,13,")
    done = import_statement(ledger, vault, source(edited))
    assert done.outcomes[Status.CONFLICT] == 1
    assert done.conflicts[0].startswith("line 4: ")


def test_the_environment_of_the_process_never_outdoes_the_url_that_is_given(
    ledger: Ledger, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.record(OpenAccount(command_id="c1", account="A1"))
    for name in ("LEDGER_DATABASE_URL", "DATABASE_URL"):
        monkeypatch.setenv(name, "sqlite:///elsewhere.db")
    with Ledger(database_url) as again:
        assert again.reader.head().size == 1
