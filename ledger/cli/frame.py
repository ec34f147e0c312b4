"""The frame of every command: lazy loading, one JSON envelope, one-line errors, exit codes."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import click

from ledger.errors import LedgerError, LogCorrupted, Malformed, Misconfigured

if TYPE_CHECKING:
    from ledger.cli.settings import Settings


Step = TypeVar("Step")


class Exit(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    FOUND = 1
    USAGE = 2
    INPUT = 3
    ACCEPTED = 4
    LOCKED = 5
    DEFECT = 70


@dataclass
class Session:
    """What the global options say, and the way in which a command speaks."""

    database: str | None = None
    as_json: bool = False
    debug: bool = False
    command: str = ""
    diagnostics: list[str] = field(default_factory=list)

    @cached_property
    def settings(self) -> "Settings":
        """Where the ledger is."""
        from ledger.cli.settings import read_settings  # pydantic would slow down every --help

        return read_settings(self.database)

    def note(self, text: str) -> None:
        """Say something beside the data: on stderr, and among the diagnostics of the envelope."""
        self.diagnostics.append(text)
        if not self.as_json:
            click.echo(text, err=True)

    def progress(self, steps: Iterable[Step], length: int, label: str) -> Iterator[Step]:
        """Pass steps on and draw how far they are, where stderr is a terminal."""
        if self.as_json or not sys.stderr.isatty():
            yield from steps
            return
        with click.progressbar(steps, length=length, label=label, file=sys.stderr) as bar:
            yield from bar

    def finish(self, data: Any, code: Exit = Exit.DONE) -> NoReturn:
        """End the command: with `--json` its data in the envelope."""
        if self.as_json:
            click.echo(envelope(self.command, status_of(code), data, self.diagnostics))
        raise Finished(code)


class Finished(Exception):
    """A command came to its end with an exit code."""

    def __init__(self, code: Exit) -> None:
        self.code = code


def status_of(code: Exit) -> str:
    """Say in a word what an exit code says."""
    return "pass" if code in (Exit.DONE, Exit.ACCEPTED) else "fail"


def envelope(command: str, status: str, data: Any, diagnostics: Sequence[str]) -> str:
    """Write the one object that `--json` prints."""
    import msgspec

    content = {
        "schema": f"ledger.{command or 'ledger'}/1",
        "status": status,
        "data": data,
        "diagnostics": list(diagnostics),
    }
    return msgspec.json.encode(content, enc_hook=str).decode()


class Entry(NamedTuple):
    """A command by name: where it is, and what it does in a line."""

    path: str
    help: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that help is quick."""

    def __init__(
        self, *args: Any, entries: Mapping[str, Entry] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = dict(entries or {})

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        return list(self.entries)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's interface
        cmd_name: str,
    ) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.path.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's interface
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])


def run(group: click.Group, arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code; every error is one sentence on stderr."""
    session = Session()
    try:
        group.main(args=arguments, standalone_mode=False, obj=session, prog_name="ledger")
    except Finished as finished:
        return finished.code
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return _fail(session, "interrupted", 130)
    except BrokenPipeError:
        return _hang_up()
    except click.ClickException as error:
        return _fail(session, _usage(error), Exit.USAGE)
    except Exception as error:
        if session.debug:
            raise
        return _fail(session, *_explained(error))
    return Exit.DONE


def _explained(error: Exception) -> tuple[str, int]:
    match error:
        case Malformed():
            return str(error), Exit.INPUT
        case LogCorrupted():
            return f"the log is corrupt: {error}", Exit.FOUND
        case Misconfigured():
            return str(error), Exit.USAGE
        case LedgerError():
            return f"{error}; nothing was recorded", Exit.USAGE
        case _:
            return (
                f"{type(error).__name__}: {error} (a defect of ours: run with --debug)",
                Exit.DEFECT,
            )


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" Try '{context.command_path} --help'." if context else ""
    return error.format_message() + hint


def _fail(session: Session, message: str, code: int) -> int:
    message = " ".join(message.split())
    if session.as_json:
        click.echo(envelope(session.command, "error", None, [*session.diagnostics, message]))
    else:
        click.echo(f"ledger: {message}", err=True)
    return code


def _hang_up() -> int:
    """The reader of our output went away, which is his right."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Declare a command, such as `views list`, that is given the session first."""

    def declare(function: Callable[..., None]) -> click.Command:
        def started(**options: Any) -> None:
            session = click.get_current_context().find_object(Session)
            assert session is not None
            session.command = name.replace(" ", ".")
            function(session, **options)
            session.finish(None)

        options: list[click.Parameter] = getattr(function, "__click_params__", [])
        return click.Command(
            name.rpartition(" ")[2],
            callback=started,
            params=options[::-1],
            help=cleandoc(function.__doc__ or ""),
        )

    return declare


def open_input(path: str) -> IO[bytes]:
    """Open a file of input, `-` being stdin. Raises `Malformed` for what cannot be read."""
    if path == "-":
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise Malformed("", f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
