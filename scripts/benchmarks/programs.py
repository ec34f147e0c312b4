"""The command line as a user meets it: a program that starts, works and ends."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import UUID

from ledger.instants import SECOND, write_instant
from projections.cli.day import HEADER
from scripts.benchmarks.rounds import Figure, Goal, Measured, Shown, Sides
from scripts.benchmarks.setting import Setting

LINES = 4_777
CHECKOUT = Path(__file__).resolve().parents[2]
LEDGER = (sys.executable, "-c", "from projections.cli import main; main()")
BARE = (sys.executable, "-c", "pass")

_KINDS = ("RealisedPNL", "RealisedPNL", "RealisedPNL", "Funding", "Funding", "Deposit")
_HOUR = 3_600 * SECOND
_SINCE = 1_588_291_200 * SECOND
_CURRENCIES = ("XBt", "XBt", "USDt")


def statement(seed: int) -> str:
    """Write a wallet history as BitMEX does: the lines of a batch all state its balance."""
    dice = Random(seed)
    rows, balances = [HEADER], dict.fromkeys(_CURRENCIES, 0)
    for hour in count():
        if len(rows) > LINES:
            break
        currency = dice.choice(_CURRENCIES)
        size = min(dice.randint(1, 8), LINES + 1 - len(rows))
        amounts = [dice.randint(-40_000, 60_000) for _ in range(size)]
        balances[currency] += sum(amounts)
        moment = f"{write_instant(_SINCE + hour * _HOUR)[:19]}.004Z"
        stated = balances[currency]
        rows += (_row(dice, moment, currency, amount, stated) for amount in amounts)
    return "\n".join(rows) + "\n"


def _row(dice: Random, moment: str, currency: str, amount: int, balance: int) -> str:
    kind = dice.choice(_KINDS)
    is_deposit = kind == "Deposit"
    order, line = (UUID(int=dice.getrandbits(128)) for _ in range(2))
    return (
        f"{moment},{moment},{kind},Completed,{currency},,{amount},{dice.randrange(90)},{balance},"
        f"{'' if is_deposit else order},{line},{'' if is_deposit else 'XBTUSD'},"
    )


@contextmanager
def _sides(program: str, setting: Setting) -> Iterator[Sides]:
    text = statement(setting.seed)
    yield Sides(limit=partial(_bare, setting), ours=partial(_ours, program, text, setting))


def _bare(setting: Setting) -> Measured:
    return _measured(BARE, setting.folder)


def _ours(program: str, text: str, setting: Setting) -> Measured:
    with TemporaryDirectory(dir=setting.folder) as name:
        folder = Path(name)
        if program.startswith("import"):
            (folder / "statement.csv").write_text(text, encoding="utf-8")
            _measured((*LEDGER, "init"), folder)
        return _measured((*LEDGER, *program.split()), folder)


def _measured(command: Sequence[str], folder: Path) -> Measured:
    """Run a program to its end, without settings of the caller's; raise where it fails."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=given | {"PYTHONPATH": str(CHECKOUT)},
        check=False,
        capture_output=True,
        text=True,
    )
    elapsed, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stderr}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": elapsed, "cpu": spent}


def _figure(name: str, program: str, what: str, bound: float) -> Figure:
    return Figure(
        name,
        f"`ledger {program}` on SQLite; limit: the interpreter that starts and ends",
        partial(_sides, program),
        (Shown(f"{name} {what}", "s", what, what, Goal("ours", "<=", bound)),),
    )


FIGURES = (
    _figure("import", "import bitmex statement.csv --account A1", "wall", 2),
    _figure("demo", "demo", "wall", 3),
    _figure("help", "--help", "cpu", 0.3),
)
