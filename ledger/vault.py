"""The vault: raw lines and personal data, encrypted per subject, outside the log.

A master key in a file wraps one data key per subject. What is sealed gets a reference, and a keyed
digest that an event may carry: it proves the content to whoever may open it and tells nobody else
anything. With the subject's key destroyed nothing of it can be read again, and the events stand as
they stood. Back up the key file apart from the database: neither is of use without the other.
"""

import hmac
import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.schema import CreateTable

from ledger.errors import LedgerError, Misconfigured

KEY_BYTES = 32
NONCE_BYTES = 12

_metadata = sa.MetaData()
_keys = sa.Table(
    "vault_keys",
    _metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("wrapped_key", sa.LargeBinary),
)
"""A row without a key is a key that was destroyed; it is never filled again."""
_items = sa.Table(
    "vault_items",
    _metadata,
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("nonce", sa.LargeBinary, nullable=False),
    sa.Column("ciphertext", sa.LargeBinary, nullable=False),
)


class Unreadable(LedgerError):
    """The vault cannot give what was asked for: unknown, destroyed, or changed by somebody."""


class Sealed(NamedTuple):
    """What may be known of a sealed text: where it lies, and its keyed digest (64 hex digits)."""

    reference: str
    digest: str


class _Keys(NamedTuple):
    """The two keys that a subject's data key stands for; never shown."""

    cipher: AESGCM
    digest: bytes

    def __repr__(self) -> str:
        return "<keys>"


class Vault(AbstractContextManager["Vault"]):
    """Seals and opens texts of subjects, in a database of its own (SQLite or PostgreSQL)."""

    def __init__(self, url: str, key_file: Path) -> None:
        """Open a vault, made with its tables and its key file where both are missing.

        Raises `Misconfigured` for a key file that others may read, that is not 32 bytes long, or
        that is missing beside a vault in use.
        """
        self._engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _erase_what_is_deleted)
        with self._engine.begin() as connection:
            for table in _metadata.sorted_tables:
                connection.execute(CreateTable(table, if_not_exists=True))
            in_use = connection.execute(sa.select(_keys.c.subject).limit(1)).first() is not None
        self._master = AESGCM(_master_key(key_file, in_use=in_use))

    def __repr__(self) -> str:
        return f"Vault({self._engine.url.render_as_string(hide_password=True)!r})"

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def seal_many(self, subject: str, plaintexts: Sequence[bytes]) -> list[Sealed]:
        """Seal texts of a subject in one transaction; the same text again is the same item.

        Raises `Unreadable` where the subject's key was destroyed.
        """
        with self._engine.begin() as connection:
            keys = self._keys(connection, subject, make=True)
            sealed = [_sealed(keys, plaintext) for plaintext in plaintexts]
            rows = [
                _item(keys, subject, place.reference, plaintext)
                for place, plaintext in zip(sealed, plaintexts, strict=True)
            ]
            if rows:
                # In the order of the index the database touches each of its pages once.
                rows.sort(key=itemgetter("reference"))
                connection.execute(self._insert_new(_items), rows)
        return sealed

    def digests(self, subject: str, plaintexts: Sequence[bytes]) -> list[str]:
        """Give the keyed digests of texts without keeping any: the same text, the same digest.

        Raises `Unreadable` where the subject's key was destroyed.
        """
        with self._engine.begin() as connection:
            keys = self._keys(connection, subject, make=True)
        return [_sealed(keys, plaintext).digest for plaintext in plaintexts]

    def open(self, reference: str) -> bytes:
        """Read a text again.

        Raises `Unreadable` for an unknown reference, a destroyed key, or a row that was changed.
        """
        with self._engine.begin() as connection:
            row = connection.execute(
                sa.select(_items.c.subject, _items.c.nonce, _items.c.ciphertext).where(
                    _items.c.reference == reference
                )
            ).first()
            if row is None:
                raise Unreadable(f"the vault has no item {reference[:64]!r}")
            keys = self._keys(connection, row.subject, make=False)
        try:
            return keys.cipher.decrypt(row.nonce, row.ciphertext, _bound(row.subject, reference))
        except InvalidTag:
            raise Unreadable(f"item {reference} was changed since it was sealed") from None

    def subject_of(self, reference: str) -> str:
        """Say about whom an item is, without opening it. Raises `Unreadable` for an unknown one."""
        with self._engine.begin() as connection:
            query = sa.select(_items.c.subject).where(_items.c.reference == reference)
            subject: str | None = connection.execute(query).scalar()
        if subject is None:
            raise Unreadable(f"the vault has no item {reference[:64]!r}")
        return subject

    def has_key(self, subject: str) -> bool | None:
        """Tell whether a subject's key is there or was destroyed; None for a subject not met."""
        with self._engine.begin() as connection:
            query = sa.select(_keys.c.wrapped_key).where(_keys.c.subject == subject)
            row = connection.execute(query).first()
        return None if row is None else row.wrapped_key is not None

    def destroy_key(self, subject: str) -> None:
        """Make every item of a subject unreadable for ever; a subject not met yet stays shut too.

        Copies of the database and of its write-ahead log still hold the key: destroy them as well.
        """
        with self._engine.begin() as connection:
            connection.execute(self._insert_new(_keys), [{"subject": subject, "wrapped_key": None}])
            connection.execute(
                _keys.update().where(_keys.c.subject == subject).values(wrapped_key=None)
            )

    def _keys(self, connection: sa.Connection, subject: str, *, make: bool) -> _Keys:
        """Unwrap the keys of a subject, made at the first sealing."""
        query = sa.select(_keys.c.wrapped_key).where(_keys.c.subject == subject)
        row = connection.execute(query).first()
        if row is None and make:
            fresh = {"subject": subject, "wrapped_key": self._wrap(subject)}
            connection.execute(self._insert_new(_keys), [fresh])
            row = connection.execute(query).first()
        if row is None or row.wrapped_key is None:
            raise Unreadable(f"the key of subject {subject[:64]!r} was destroyed")
        nonce, wrapped = row.wrapped_key[:NONCE_BYTES], row.wrapped_key[NONCE_BYTES:]
        try:
            data_key = self._master.decrypt(nonce, wrapped, _bound("key", subject))
        except InvalidTag:
            raise Misconfigured(
                f"the key file does not fit this vault (subject {subject[:64]!r}): "
                "give the file with which it was made"
            ) from None
        return _Keys(AESGCM(_derived(data_key, b"cipher")), _derived(data_key, b"digest"))

    def _wrap(self, subject: str) -> bytes:
        nonce, data_key = secrets.token_bytes(NONCE_BYTES), secrets.token_bytes(KEY_BYTES)
        return nonce + self._master.encrypt(nonce, data_key, _bound("key", subject))

    def _insert_new(self, table: sa.Table) -> Any:
        """Insert what is not there yet; what is there stays."""
        dialect = import_module(f"sqlalchemy.dialects.{self._engine.dialect.name}")
        return dialect.insert(table).on_conflict_do_nothing()


def _sealed(keys: _Keys, plaintext: bytes) -> Sealed:
    digest = hmac.digest(keys.digest, plaintext, "sha256").hex()
    return Sealed(reference=digest, digest=digest)


def _item(keys: _Keys, subject: str, reference: str, plaintext: bytes) -> dict[str, str | bytes]:
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = keys.cipher.encrypt(nonce, plaintext, _bound(subject, reference))
    return {
        "reference": reference,
        "subject": subject,
        "nonce": nonce,
        "ciphertext": ciphertext,
    }


def _bound(kind: str, name: str) -> bytes:
    """Say where a ciphertext belongs, so that it opens nowhere else."""
    return f"vatp-ledger vault\0{kind}\0{name}".encode()


def _derived(data_key: bytes, purpose: bytes) -> bytes:
    info = b"vatp-ledger vault " + purpose
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(data_key)


def _master_key(path: Path, *, in_use: bool) -> bytes:
    """Read the master key; make one for a vault that holds nothing yet."""
    if not path.exists():
        if in_use:
            raise Misconfigured(f"the vault's key file {path} is missing: bring it back")
        _make_key(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Misconfigured(f"the key file {path} is open to others (mode {mode:o}): chmod 600")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"the key file {path} has {len(key)} bytes, a key has {KEY_BYTES}")
    return key


def _make_key(path: Path) -> None:
    """Write a new key in one step: another process sees the whole file or none."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _erase_what_is_deleted(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA secure_delete = ON")
