"""Where the ledger is, and who acts: flag, then environment, then `ledger.toml`, then a default."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from ledger.commands.command import ActorField, Identifier, first_problem
from ledger.errors import Misconfigured
from ledger.events import ActorKind, Function

SETTINGS_FILE = Path("ledger.toml")


def read_actor(text: object) -> ActorField:
    """Read who acts from ID:FUNCTION for a person, service/ID:FUNCTION or engine/ID:FUNCTION.

    Raises `ValueError` with an example for anything else.

    >>> read_actor("amy:compliance").kind
    <ActorKind.HUMAN: 'human'>
    """
    kind, slash, rest = str(text).rpartition("/")
    name, _, function = rest.partition(":")
    if function not in set(Function):
        known = ", ".join(Function)
        raise ValueError(f"{str(text)[:60]!r} is not ID:FUNCTION with a function of {known}")
    try:
        return ActorField(kind=ActorKind(kind if slash else "human"), id=name, role=function)
    except ValueError:
        example = "amy:compliance, service/gateway:operations or engine/core:dealing"
        raise ValueError(f"{str(text)[:60]!r} names nobody: write such as {example}") from None


class Settings(BaseModel):
    """What a command needs to know before it can start; never a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str = "sqlite:///ledger.db"
    vault: str | None = None
    vault_key: Path | None = None
    actor: Annotated[ActorField, BeforeValidator(read_actor)] = ActorField()
    entity: Identifier = "VATP"

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


def read_settings(database: str | None, actor: str | None = None) -> Settings:
    """Collect the settings; `database` and `actor` are the flags.

    Raises `Misconfigured`, naming the place.
    """
    found: dict[str, Any] = {}
    places: dict[str, str] = {}
    if SETTINGS_FILE.exists():
        try:
            found = tomllib.loads(SETTINGS_FILE.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise Misconfigured(f"{SETTINGS_FILE}: {error}") from None
    for name in Settings.model_fields:
        variable = f"LEDGER_{name.upper()}" + ("_URL" * (name == "database"))
        if value := os.environ.get(variable):
            found[name], places[name] = value, variable
    for name, flag, value in (("database", "--database", database), ("actor", "--as", actor)):
        if value:
            found[name], places[name] = value, flag
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        problem = first_problem(error)
        place = places.get(problem.field, f"{SETTINGS_FILE}: {problem.field}")
        raise Misconfigured(f"{place}: {problem.problem}") from None
