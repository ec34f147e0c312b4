"""Importing a statement: validated whole, then recorded; killed, the same call goes on."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from ledger.access import barred
from ledger.account import Account
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
from ledger.commands import Command, OpenMirrorAccount, RegisterAsset, ReportVenueLine
from ledger.decider import evolve, initial_state
from ledger.errors import Malformed, Misconfigured
from ledger.events import CommandRejected, Draft, MirrorAccountOpened
from ledger.instants import Instant, write_instant
from ledger.log.batch import KnownAs
from ledger.log.commit import Answer
from ledger.log.exclusive import exclusively
from ledger.log.reader import LogReader
from ledger.numbers import Amount
from ledger.outcome import Status
from ledger.reasons import MEANING
from ledger.situation import TOLERANCE, Situation, State
from ledger.vault import Vault

Step: TypeAlias = tuple[Command, Answer]
Progress: TypeAlias = Callable[[Iterable[Step], int], Iterable[Step]]


class Imported(NamedTuple):
    """What an import did: its lines and opening balances by outcome, and what it set up for them.

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


def import_statement(
    ledger: Ledger, vault: Vault, source: Source, progress: Progress = lambda steps, _: steps
) -> Imported:
    """Record a venue's statement on its mirror account, which is opened on the way.

    Nothing is recorded before all of it is checked, against itself and against what the ledger
    holds; lines that stand in the log already are passed over. `progress` is given the answers
    and how many there will be. Raises `Malformed` naming line and field, `Misconfigured` for an
    account that is no mirror of this venue or an actor without a role, `Locked` while another
    import runs.
    """
    _check_dates(source.statement)
    with exclusively(ledger.application.recorder.engine, "import"):
        return _import(ledger, vault, source, progress)


def _check_dates(statement: Statement) -> None:
    """Refuse a line from the future: it could not be recorded, and its balance would be missed."""
    latest = time.time_ns() + TOLERANCE.future
    for line in statement.lines:
        if line.at > latest:
            problem = f"{write_instant(line.at)} is in the future: check the clock and the file"
            raise Malformed(statement.time_field, problem, line.number)


def _import(ledger: Ledger, vault: Vault, source: Source, progress: Progress) -> Imported:
    state = _mirror(ledger, source)
    known = _known(ledger, source)
    check_chain(
        source.statement, source.account, held=state.balances, known=known, opening=source.opening
    )
    reports = _facts(vault, source)
    new = [report for report in reports if not _is_known(report, known)]
    outcomes = Counter({Status.DUPLICATE: len(reports) - len(new)})
    set_up = _set_up(ledger, source, state)
    _require_leave(ledger, set_up + new)
    conflicts = []
    lines = _line_numbers(source)
    answers = zip(set_up + new, ledger.record_all(set_up + new), strict=True)
    for command, answer in progress(answers, len(set_up) + len(new)):
        if isinstance(answer, Malformed):
            raise answer
        if isinstance(command, ReportVenueLine):
            outcomes[answer.status] += 1
        if answer.status in (Status.CONFLICT, Status.REJECTED):
            place = lines.get(command.command_id, command.command_id)
            conflicts.append(f"{place}: {answer.reason}")
    return Imported(
        len(source.statement.lines),
        outcomes,
        [_said(command) for command in set_up],
        Counter(line.venue_kind for line in source.statement.lines if is_unknown(line)),
        conflicts,
    )


def _require_leave(ledger: Ledger, commands: list[Command]) -> None:
    """Refuse, before anything is recorded, an import by somebody who may not give its commands.

    A refusal by a rule would stand under the id of each line, and no later import could mend it.
    """
    now = Instant(time.time_ns())
    for command in {type(command): command for command in commands}.values():
        streams = ("access", f"entity-{command.legal_entity}")
        situation = Situation(now, {stream: _state(ledger, stream) for stream in streams})
        match barred(situation, command):
            case [Draft(event=CommandRejected(reason=reason, attempted=attempted)), *_]:
                said = f"{MEANING[reason]} ({attempted})"
                raise Misconfigured(f"{said}: say who imports, --as ID:FUNCTION")


def _line_numbers(source: Source) -> dict[str, str]:
    """Say on which line of the file each command stands."""
    return {
        command_id(source.statement, source.account, line): f"line {line.number}"
        for line in source.statement.lines
    }


def _said(command: Command) -> str:
    match command:
        case RegisterAsset(asset=asset, scale=scale):
            return f"asset {asset} registered with {scale} decimals"
        case OpenMirrorAccount(account=account, venue=venue):
            return f"account {account} opened as a mirror of {venue}"
        case _:
            return command.command_id


def _mirror(ledger: Ledger, source: Source) -> Account:
    """Fold the account as it stands now."""
    state = _state(ledger, f"account-{source.account}")
    assert isinstance(state, Account)
    venue = source.statement.venue
    if state.segregation is not None and state.mirror_of != venue:
        raise Misconfigured(
            f"account {source.account} is no mirror of {venue}: choose another --account"
        )
    return state


def _state(ledger: Ledger, stream: str) -> State:
    state = initial_state(stream)
    for recorded in ledger.reader.stream(stream):
        state = evolve(state, recorded)
    return state


def _known(ledger: Ledger, source: Source) -> dict[str, KnownAs]:
    """Look up which lines and opening balances stand in the log already."""
    statement, account = source.statement, source.account
    ids = [command_id(statement, account, line) for line in statement.lines]
    ids += [opening_id(statement, account, asset) for asset in source.opening]
    return ledger.application.recorder.find_commands(ids)


def _is_known(command: Command, known: Mapping[str, KnownAs]) -> bool:
    """Tell whether the log holds a command with the same content."""
    before = known.get(command.command_id)
    return before is not None and before.digest == command.digest()


def _set_up(ledger: Ledger, source: Source, state: Account) -> list[Command]:
    """Register the assets that are new, and open the mirror if it is."""
    commands: list[Command] = [
        register
        for register in register_assets(source.statement)
        if _state(ledger, f"asset-{register.asset}") == Asset()
    ]
    if state.mirror_of is None:
        commands.append(open_mirror(source.statement, source.account))
    return [command.model_copy(update=source.sender) for command in commands]


def _facts(vault: Vault, source: Source) -> list[Command]:
    """Seal the raw lines in the vault and report each line under the digest of its file."""
    lines = source.statement.lines
    sealed = vault.seal_many(source.account, [line.raw.encode() for line in lines])
    digests = {line.number: seal.digest for line, seal in zip(lines, sealed, strict=True)}
    reports = facts(source.statement, source.account, opening=source.opening, sealed=digests)
    envelope = {**source.sender, "correlation": source.file_digest}
    return [report.model_copy(update=envelope) for report in reports]


def mirror_of(log: LogReader, venue: str, remedy: str) -> str:
    """Find the one account that mirrors a venue.

    Raises `Misconfigured` for none, with the remedy, or several.
    """
    found = [
        recorded.event.account
        for page in log.read()
        for recorded in page
        if isinstance(recorded.event, MirrorAccountOpened) and recorded.event.venue == venue
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Misconfigured(f"no account mirrors {venue}: {remedy}")
    names = ", ".join(found)
    raise Misconfigured(f"several accounts mirror {venue}: say which with --account: {names}")
