"""The vault as the settings name it, opened only once its URL says something."""

from sqlalchemy import create_engine
from sqlalchemy.exc import ArgumentError

from ledger.cli.settings import Settings
from ledger.errors import Misconfigured
from ledger.vault import Vault

DIALECTS = ("sqlite", "postgresql")


def open_vault(settings: Settings) -> Vault:
    """Open the vault. Raises `Misconfigured` as `vault_place` and the vault do."""
    vault_place(settings)
    return Vault(settings.vault_url, settings.vault_key_file)


def vault_place(settings: Settings) -> str:
    """Say where the vault is, without a password. Raises `Misconfigured` for what is no URL."""
    try:
        engine = create_engine(settings.vault_url)
    except (ArgumentError, ImportError, ValueError):
        engine = None
    if engine is None or engine.dialect.name not in DIALECTS:
        example = "sqlite:///ledger.vault.db or postgresql://host/name"
        raise Misconfigured(
            f"the vault is no URL such as {example}: see LEDGER_VAULT, and `vault` in ledger.toml"
        )
    return engine.url.render_as_string(hide_password=True)
