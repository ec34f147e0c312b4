"""`ledger demo`: a day on a throw-away ledger, told in the commands that anyone may type."""

import io
import os
import shlex
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ledger.cli.exits import Exit
from ledger.cli.frame import Session, command, run
from projections.cli.day import files, steps
from projections.cli.step import TOY_VENUE, Step


@command("demo")
@click.option("--seed", type=int, default=1, show_default=True, help="Another day.")
def demo(session: Session, seed: int) -> None:
    """Play a day on a throw-away ledger, and say what to try next.

    \b
    Examples:
      ledger demo
      ledger demo --seed 7

    A statement becomes a mirror, a platform is founded, clients are onboarded, and a toy venue
    trades for a morning. The same seed gives the same day. Nothing outside a temporary folder is
    touched.
    """
    with TemporaryDirectory(prefix="ledger-demo-") as folder, chdir(folder):
        environment = {name: os.environ.pop(name) for name in _ours()}
        try:
            for name, content in files(seed).items():
                Path(name).write_text(content, encoding="utf-8")
            results = [_play(session, step) for step in steps()]
        finally:
            os.environ.update(environment)
    if not session.as_json:
        click.echo(NEXT)
    failed = any(result["exit"] != result["expected"] for result in results)
    session.finish(results, Exit.DEFECT if failed else Exit.DONE)


def _ours() -> list[str]:
    return [name for name in os.environ if name.startswith("LEDGER_")]


def _play(session: Session, step: Step) -> dict[str, object]:
    """Show what is typed, then run it just as the command line would."""
    from projections.cli import ledger
    from projections.toy_venue.__main__ import toys

    group = toys if step.program == TOY_VENUE else ledger
    if not session.as_json:
        click.echo(f"\n# {step.why}\n$ {step.typed}")
        code = run(group, shlex.split(step.line))
    else:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            code = run(group, shlex.split(step.line))
    return {"command": step.typed, "exit": int(code), "expected": step.code}


NEXT = """
# Try next, in a folder of your own:
#   ledger init
#   ledger import bitmex YOUR_WALLET_HISTORY.csv --account M1
#   ledger replay against bitmex YOUR_WALLET_HISTORY.csv
#   ledger show movements --where account=M1
#   ledger schema --commands"""
