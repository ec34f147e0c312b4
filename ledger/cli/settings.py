"""Where the ledger is: flag, then environment, then `ledger.toml`, then the current folder."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.errors import Misconfigured

SETTINGS_FILE = Path("ledger.toml")


class Settings(BaseModel):
    """What a command needs to know before it can start; never a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str = "sqlite:///ledger.db"
    vault: str | None = None
    vault_key: Path | None = None

    @property
    def vault_url(self) -> str:
        """The vault's database: beside a SQLite ledger, else in the current folder."""
        if self.vault:
            return self.vault
        if self.database.startswith("sqlite:///"):
            return self.database.removesuffix(".db") + ".vault.db"
        return "sqlite:///ledger.vault.db"

    @property
    def vault_key_file(self) -> Path:
        """The file of the vault's master key."""
        if self.vault_key:
            return self.vault_key
        path = self.vault_url.removeprefix("sqlite:///") if "sqlite:///" in self.vault_url else ""
        return Path(f"{path or 'ledger.vault'}.key")


def read_settings(database: str | None) -> Settings:
    """Collect the settings; `database` is the flag. Raises `Misconfigured`, naming the place."""
    found: dict[str, Any] = {}
    if SETTINGS_FILE.exists():
        try:
            found = tomllib.loads(SETTINGS_FILE.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise Misconfigured(f"{SETTINGS_FILE}: {error}") from None
    for name in Settings.model_fields:
        if value := os.environ.get(f"LEDGER_{name.upper()}" + ("_URL" * (name == "database"))):
            found[name] = value
    if database:
        found["database"] = database
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise Misconfigured(f"{SETTINGS_FILE}: {problem['loc'][0]}: {problem['msg']}") from None
