"""The frame of every command: lazy loading, one JSON envelope, one-line errors, exit codes."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import click

from ledger.cli.exits import Exit, explained
from ledger.errors import Malformed

if TYPE_CHECKING:
    from ledger.cli.settings import Settings
    from ledger.commands import ActorField


Step = TypeVar("Step")

COMPLETION = "_LEDGER_COMPLETE"
"""The variable in which a shell asks for completions."""


@dataclass
class Session:
    """What the global options say, and the way in which a command speaks."""

    database: str | None = None
    acting: str | None = None
    as_json: bool = False
    debug: bool = False
    command: str = ""
    diagnostics: list[str] = field(default_factory=list)

    @cached_property
    def settings(self) -> "Settings":
        """Where the ledger is, and who acts."""
        from ledger.cli.settings import read_settings  # pydantic would slow down every --help

        return read_settings(self.database, self.acting)

    @property
    def actor(self) -> "ActorField":
        """Who gives the commands; the service `ledger`, in no function, where nobody is named."""
        return self.settings.actor

    @property
    def sender(self) -> dict[str, Any]:
        """The fields of a command's envelope that say who gives it, and for which legal entity."""
        return {"actor": self.actor, "legal_entity": self.settings.entity}

    def note(self, text: str) -> None:
        """Say something beside the data: on stderr, and among the diagnostics of the envelope."""
        self.diagnostics.append(text)
        if not self.as_json:
            click.echo(text, err=True)

    def explain(self, text: str) -> None:
        """Say in one line on stderr, also with `--json`, why the command ends as it does."""
        self.diagnostics.append(text)
        click.echo(f"ledger: {text}", err=True)

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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.entries and not args[0].startswith("-"):
            hint = did_you_mean(args[0], self.entries)
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

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
        code = _ended(group, arguments, session)
        sys.stdout.flush()
    except BrokenPipeError:
        return _hang_up()
    except click.Abort:
        return _fail(session, "interrupted", 130)
    except click.ClickException as error:
        return _fail(session, _usage(session, error), Exit.USAGE)
    except Exception as error:
        if session.debug:
            raise
        _let_go_of_a_full_disk()
        return _fail(session, *explained(error))
    return code


def _ended(group: click.Group, arguments: Sequence[str] | None, session: Session) -> int:
    """Run the command line to one of its ordinary ends."""
    try:
        group.main(args=arguments, standalone_mode=False, obj=session, prog_name="ledger")
    except Finished as finished:
        return finished.code
    except click.exceptions.Exit as end:
        return end.exit_code
    except SystemExit:
        if COMPLETION in os.environ:
            raise
        raise BrokenPipeError from None  # click ends like this when nobody reads our output
    return Exit.DONE


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest known word was meant; empty when none is near."""
    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _usage(session: Session, error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    if context is None:
        return error.format_message()
    session.command = session.command or ".".join(context.command_path.split()[1:])
    bare = isinstance(error, click.exceptions.NoArgsIsHelpError)
    message = "Missing command." if bare else error.format_message()
    return f"{message} Try '{context.command_path} --help'."


def _fail(session: Session, message: str, code: int) -> int:
    message = " ".join(message.split())
    if session.as_json:
        click.echo(envelope(session.command, "error", None, [*session.diagnostics, message]))
    click.echo(f"ledger: {message}", err=True)
    return code


def _hang_up() -> int:
    """The reader of our output went away, which is his right."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.DONE


def _let_go_of_a_full_disk() -> None:
    """Give up output that cannot be written, so that Python does not try again as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        _hang_up()


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
