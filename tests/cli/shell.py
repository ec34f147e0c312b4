"""The command line as a test types it: in this process for speed, or as a process of its own."""

import atexit
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple
from unittest import mock

import pytest

from ledger.cli.frame import run
from projections.cli import ledger

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CHECKOUT = FIXTURES.parent.parent
BITMEX = FIXTURES / "bitmex_wallet.csv"
BYBIT = FIXTURES / "bybit_account.csv"
START = ("-c", "from projections.cli import main; main()")
PROGRAM = (sys.executable, *START)
SECONDS_MAX = 120
"""How long any process may take, on a machine that others use too, before it is killed."""
UNSET = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
"""What few people set, and what would hide that a line waits in a buffer."""


class Said(NamedTuple):
    """What a command answered: its exit code, its stdout in bytes, its stderr."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """Its stdout as text."""
        return self.raw.decode()

    @property
    def envelope(self) -> Any:
        """Its stdout as the one JSON object that it must be."""
        return json.loads(self.out)

    @property
    def data(self) -> Any:
        """What the envelope carries."""
        return self.envelope["data"]

    @property
    def lines(self) -> list[Any]:
        """Its stdout as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Shell:
    """Runs `ledger` on one database."""

    def __init__(self, url: str | None = None) -> None:
        self.url = url

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Said:
        """Run a command in this process."""
        return typed(*self._on_database(), *arguments, stdin=stdin)

    def done(self, *arguments: object, stdin: bytes = b"") -> Said:
        """Run a command that must succeed."""
        said = self(*arguments, stdin=stdin)
        assert said.code == 0, said
        return said

    def json(self, *arguments: object, stdin: bytes = b"") -> Any:
        """Run a command that must succeed with `--json`, and give its data."""
        return self.done("--json", *arguments, stdin=stdin).data

    def process(self, *arguments: object, stdin: bytes = b"", **settings: Any) -> Said:
        """Run a command as a process of its own."""
        return process(*self._on_database(), *arguments, stdin=stdin, **settings)

    @contextmanager
    def start(self, *arguments: object, **settings: Any) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command as a process of its own, let it run, and kill it in the end."""
        command = [*PROGRAM, *self._on_database(), *map(str, arguments)]
        with subprocess.Popen(command, env=environment(), **settings) as running:
            try:
                yield running
            finally:
                running.kill()

    def head(self) -> int:
        """Give the number of records."""
        return len(self.log())

    def log(self) -> list[Any]:
        """Give the records as `ledger log` shows them."""
        return self.done("log", "-O", "ndjson").lines

    def balances(self) -> dict[tuple[str, str], str]:
        """Give the balances by account and asset."""
        rows = self.json("show", "balances")
        return {(row["account"], row["asset"]): row["amount"] for row in rows}

    def laws(self) -> dict[str, str | None]:
        """Give every broken law with its breach; empty when all hold."""
        verdicts = self("--json", "check").data
        return {v["law"]: v["breach"] for v in verdicts if v["holds"] == "BROKEN"}

    def _on_database(self) -> list[str]:
        return ["--database", self.url] if self.url else []


def typed(*arguments: object, stdin: bytes = b"") -> Said:
    """Run the command line in this process, with streams like those of a process."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))),
    ):
        code = run(ledger, [str(argument) for argument in arguments])
        out.flush()
        err.flush()
    return Said(code, _bytes(out), _bytes(err).decode())


def _bytes(stream: io.TextIOWrapper) -> bytes:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()


def process(
    *arguments: object, stdin: bytes = b"", flags: Sequence[str] = (), **settings: Any
) -> Said:
    """Run the command line as a process of its own; `flags` are Python's."""
    command = [sys.executable, *flags, *START, *map(str, arguments)]
    return python(command, stdin, **settings)


def python(command: Sequence[str], stdin: bytes = b"", **settings: Any) -> Said:
    """Run any process to its end, or fail with what it printed when that does not come."""
    env = environment() | settings.pop("env", {})
    streams: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, env=env, **(streams | settings)) as running:
        return ended(running, stdin)


def ended(running: subprocess.Popen[bytes], stdin: bytes | None = None) -> Said:
    """Wait for the end of a process, or kill it and fail with what it printed."""
    try:
        out, err = running.communicate(stdin, timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        running.kill()
        pytest.fail(f"{running.args!r} never ended: {running.communicate()}")
    return Said(running.returncode, out or b"", (err or b"").decode())


def next_line(running: subprocess.Popen[bytes]) -> Any:
    """Wait for the next JSON object of a process that runs on; fail where none comes."""
    assert running.stdout
    overdue = Timer(SECONDS_MAX, running.kill)
    overdue.start()
    line = running.stdout.readline()
    overdue.cancel()
    if not line:
        pytest.fail(f"{running.args!r} printed no further line: {ended(running)}")
    return json.loads(line)


def environment() -> dict[str, str]:
    """Give the environment of a process that finds the checkout, no ledger, and warm bytecode."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LEDGER_") and name not in UNSET
    }
    return ours | {"PYTHONPYCACHEPREFIX": _bytecode(), "PYTHONPATH": str(CHECKOUT)}


@cache
def _bytecode() -> str:
    """Keep compiled modules, for this run alone: compiling is most of the start of a process."""
    folder = tempfile.mkdtemp(prefix="ledger-bytecode-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def ndjson(*commands: dict[str, object]) -> bytes:
    """Write commands as `ledger record` reads them."""
    return b"".join(json.dumps(command).encode() + b"\n" for command in commands)


def command(name: str, command_id: str, **fields: object) -> dict[str, object]:
    """Write a command."""
    return {"type": name, "command_id": command_id, **fields}


def deposit(command_id: str, amount: object, **fields: object) -> dict[str, object]:
    """Write the report of a deposit of bitcoin on account A1."""
    given = {"account": "A1", "asset": "BTC", "amount": amount, "at": "2026-02-11T08:00:00Z"}
    return command("ReportDeposit", command_id, **(given | fields))


OPENING = (
    command("RegisterAsset", "c1", asset="BTC", scale=8, kind="virtual_asset"),
    command("OpenAccount", "c2", account="A1"),
    deposit("c3", "1.5"),
    deposit("c4", "0.00000001", at="2026-02-12T08:00:00Z"),
)
"""Four commands that all go well: account A1 holds 1.50000001 BTC afterwards."""

WITHDRAWAL = command("WithdrawCash", "w", account="A1", asset="BTC", amount="1")


def opened(shell: Shell) -> Shell:
    """Create a ledger with account A1 on it."""
    shell.done("init")
    shell.done("record", stdin=ndjson(*OPENING))
    return shell
