"""Importing statements: validated whole, then recorded; killed, the same call goes on."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from ledger.adapters.executions import (
    Reporter,
    command_ids,
    execution_facts,
    positions_taken_over,
)
from ledger.adapters.statement import (
    Statement,
    check_chain,
    command_id,
    facts,
    is_unknown,
    open_mirror,
    opening_id,
    register_assets,
)
from ledger.api import Ledger
from ledger.asset import Asset
from ledger.commands import (
    Command,
    Fact,
    OpenMirrorAccount,
    RegisterAsset,
    ReportVenueExecution,
)
from ledger.errors import Malformed, Misconfigured
from ledger.events import (
    ExecutionKind,
)
from ledger.holding import Account
from ledger.instants import write_instant
from ledger.leave import refusal_of
from ledger.log.batch import KnownAs
from ledger.log.commit import Answer
from ledger.log.exclusive import exclusively
from ledger.meaning import MEANING
from ledger.mirrors import fold_mirror, state_of
from ledger.numbers import Amount
from ledger.outcome import Status
from ledger.situation import TOLERANCE
from ledger.vault import Vault

Step: TypeAlias = tuple[Command, Answer]
Progress: TypeAlias = Callable[[Iterable[Step], int], Iterable[Step]]

NAMED_ACCOUNTS_MAX = 3


class Imported(NamedTuple):
    """What an import did: its lines, what was taken over for them by outcome, and what it set up.

    `unknown_kinds` counts, by the venue's word, the lines that were quarantined.
    """

    lines: int
    outcomes: Mapping[Status, int]
    set_up: list[str]
    unknown_kinds: Mapping[str, int]
    conflicts: list[str]


class Source(NamedTuple):
    """What is imported: a statement for a mirror account, and the digest of its file.

    `opening` is what the account held, by asset, before a statement that begins mid-history;
    `sender` the fields of the envelope that say who imports, and for which legal entity.
    """

    statement: Statement
    account: str
    file_digest: str
    opening: Mapping[str, Amount]
    sender: Mapping[str, Any] = {}

    def reporter(self) -> Reporter:
        """Say whose executions these are."""
        return Reporter(self.statement.venue, self.account)


class _Report(NamedTuple):
    """A fact, and the line of the file on which it stands; 0 where it stands on none."""

    fact: Fact
    line: int


class _Checked(NamedTuple):
    """A source that holds against itself and the ledger, and the lines with a position before."""

    source: Source
    state: Account
    taken_over: frozenset[int]


def import_statement(
    ledger: Ledger, vault: Vault, source: Source, progress: Progress = lambda steps, _: steps
) -> Imported:
    """Record a venue's statement on its mirror account; see `import_statements`."""
    return import_statements(ledger, vault, [source], progress)


def import_statements(
    ledger: Ledger,
    vault: Vault,
    sources: Sequence[Source],
    progress: Progress = lambda steps, _: steps,
) -> Imported:
    """Record statements on their mirror accounts, which are opened on the way, in order of time.

    Nothing is recorded before all of it is checked, against itself and against what the ledger
    holds; lines that stand in the log already are passed over. `progress` is given the answers
    and how many there will be. Raises `Malformed` naming line and field, `Misconfigured` for an
    account that is no mirror of this venue or an actor without a role, `Locked` while another
    import runs.
    """
    for source in sources:
        _check_dates(source.statement)
    with exclusively(ledger.application.recorder.engine, "import"):
        return _import(ledger, vault, sources, progress)


def _check_dates(statement: Statement) -> None:
    """Refuse a line from the future: it could not be recorded, and its balance would be missed."""
    latest = time.time_ns() + TOLERANCE.future
    for line in statement.all_lines():
        if line.at > latest:
            problem = f"{write_instant(line.at)} is in the future: check the clock and the file"
            raise Malformed(statement.time_field, problem, line.number)


def _import(
    ledger: Ledger, vault: Vault, sources: Sequence[Source], progress: Progress
) -> Imported:
    known = ledger.application.recorder.find_commands(list(_ids(sources)))
    checked = [_checked(ledger, source, known) for source in sources]
    reports = sorted(
        (report for source in checked for report in _facts(vault, source)),
        key=lambda report: (report.fact.at, report.line),
    )
    new = [report.fact for report in reports if not _is_known(report.fact, known)]
    set_up = _set_up(ledger, checked)
    commands = set_up + new
    _require_leave(ledger, commands)
    outcomes = Counter({Status.DUPLICATE: len(reports) - len(new)})
    conflicts = []
    lines = {report.fact.command_id: f"line {report.line}" for report in reports if report.line}
    answers = zip(commands, ledger.record_all(commands), strict=True)
    for place, (command, answer) in enumerate(progress(answers, len(commands))):
        if isinstance(answer, Malformed):
            raise answer
        outcomes[answer.status] += place >= len(set_up)
        if answer.status in (Status.CONFLICT, Status.REJECTED):
            conflicts.append(
                f"{lines.get(command.command_id, command.command_id)}: {answer.reason}"
            )
    statements = [source.statement for source in sources]
    return Imported(
        sum(1 for statement in statements for _ in statement.all_lines()),
        outcomes,
        _said(set_up) + _taken_over(new),
        Counter(line.venue_kind for each in statements for line in each.lines if is_unknown(line)),
        conflicts,
    )


def _require_leave(ledger: Ledger, commands: list[Command]) -> None:
    """Refuse, before anything is recorded, an import by somebody who may not give its commands."""
    for command in {type(command): command for command in commands}.values():
        if refused := refusal_of(ledger.reader, command):
            said = f"{MEANING[refused.reason]} ({refused.attempted})"
            raise Misconfigured(f"{said}: say who imports, --as ID:FUNCTION")


def _said(set_up: Sequence[Command]) -> list[str]:
    """Say what was set up, an asset or an account each, and many accounts by their number."""
    opened = [command for command in set_up if isinstance(command, OpenMirrorAccount)]
    said = [
        f"asset {command.asset} registered with {command.scale} decimals"
        for command in set_up
        if isinstance(command, RegisterAsset)
    ]
    if len(opened) > NAMED_ACCOUNTS_MAX:
        return [*said, f"{len(opened)} accounts opened as mirrors of {opened[0].venue}"]
    return said + [f"account {each.account} opened as a mirror of {each.venue}" for each in opened]


def _taken_over(facts: Sequence[Command]) -> list[str]:
    """Say how many positions were there already, which no line of these files built."""
    opening = ExecutionKind.OPENING_POSITION
    count = sum(isinstance(f, ReportVenueExecution) and f.kind is opening for f in facts)
    return [f"positions taken over whose executions are not in the ledger: {count}"] * bool(count)


def _checked(ledger: Ledger, source: Source, known: Mapping[str, KnownAs]) -> _Checked:
    """Hold a source against itself and the ledger. Raises `Malformed` and `Misconfigured`."""
    statement, account = source.statement, source.account
    state, taken = fold_mirror(ledger.reader, source.account, statement.venue)
    check_chain(statement, account, held=state.balances, known=known, opening=source.opening)
    held = {name: position.quantity for name, position in state.positions.items()}
    taken_over = positions_taken_over(
        source.reporter(), statement.executions, held, taken, known.keys()
    )
    return _Checked(source, state, taken_over)


def _ids(sources: Iterable[Source]) -> Iterator[str]:
    """Name whatever of these sources may stand in the log already."""
    for source in sources:
        statement, account = source.statement, source.account
        yield from (command_id(statement, account, line) for line in statement.lines)
        yield from (opening_id(statement, account, asset) for asset in source.opening)
        yield from command_ids(source.reporter(), statement.executions)


def _is_known(command: Command, known: Mapping[str, KnownAs]) -> bool:
    """Tell whether the log holds a command with the same content."""
    before = known.get(command.command_id)
    return before is not None and before.digest == command.digest()


def _set_up(ledger: Ledger, checked: Sequence[_Checked]) -> list[Command]:
    """Register the assets that are new, and open the mirrors that are."""
    assets: dict[str, Command] = {}
    mirrors: list[Command] = []
    for source, state, _ in checked:
        for register in register_assets(source.statement):
            assets.setdefault(register.asset, register.model_copy(update=source.sender))
        if state.mirror_of is None:
            mirror = open_mirror(source.statement, source.account)
            mirrors.append(mirror.model_copy(update=source.sender))
    new = [
        each for name, each in assets.items() if state_of(ledger.reader, f"asset-{name}") == Asset()
    ]
    return new + mirrors


def _facts(vault: Vault, checked: _Checked) -> Iterator[_Report]:
    """Seal the raw lines in the vault and report each line under the digest of its file."""
    source = checked.source
    statement, account = source.statement, source.account
    lines = list(statement.all_lines())
    sealed = vault.seal_many(account, [line.raw.encode() for line in lines])
    digests = {line.number: seal.digest for line, seal in zip(lines, sealed, strict=True)}
    numbers = _line_numbers(source)
    envelope = {**source.sender, "correlation": source.file_digest}
    for fact in chain[Fact](
        facts(statement, account, opening=source.opening, sealed=digests),
        execution_facts(source.reporter(), statement.executions, checked.taken_over, digests),
    ):
        number = numbers.get(fact.command_id, 0)
        yield _Report(fact.model_copy(update=envelope), number)


def _line_numbers(source: Source) -> dict[str, int]:
    """Say on which line of the file each command stands; an opening balance stands on none."""
    statement, reporter = source.statement, source.reporter()
    takeovers = {reporter.takeover_id(each): each.number for each in statement.executions}
    return takeovers | {
        command_id(statement, source.account, line): line.number for line in statement.all_lines()
    }
