"""Importing a statement: validated whole, then recorded; killed, the same call goes on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ledger.account import Account
from ledger.adapters.statement import (
    Statement,
    check_chain,
    command_id,
    facts,
    open_mirror,
    opening_id,
    register_assets,
)
from ledger.api import Ledger
from ledger.commands import Command
from ledger.decider import evolve, initial_state
from ledger.errors import Malformed, Misconfigured
from ledger.log.batch import KnownAs
from ledger.numbers import Amount
from ledger.outcome import Status
from ledger.vault import Vault


class Imported(NamedTuple):
    """What an import did: lines of the file, and its commands by outcome."""

    lines: int
    outcomes: Mapping[Status, int]
    conflicts: list[str]


def import_statement(
    ledger: Ledger,
    vault: Vault,
    statement: Statement,
    account: str,
    *,
    opening: Mapping[str, Amount],
    file_digest: str,
) -> Imported:
    """Record a statement of a venue on the mirror `account`, which is opened on the way.

    Nothing is recorded before all of it is checked, against itself and against what the ledger
    holds; lines that stand in the log already are passed over. Raises `Malformed` naming line and
    field, `Misconfigured` for an account that is no mirror of this venue.
    """
    state = _mirror(ledger, statement, account)
    known = _known(ledger, statement, account, opening)
    check_chain(statement, account, held=state.balances, known=known, opening=opening)
    sealed = vault.seal_many(account, [line.raw.encode() for line in statement.lines])
    digests = {line.number: seal.digest for line, seal in zip(statement.lines, sealed, strict=True)}
    commands: list[Command] = [
        *(asset for asset in register_assets(statement) if _unregistered(ledger, asset.asset)),
        *([] if state.mirror_of else [open_mirror(statement, account)]),
        *facts(statement, account, opening=opening, sealed=digests),
    ]
    outcomes: Counter[Status] = Counter()
    new = list(_new(commands, known, outcomes))
    conflicts = []
    traced = (command.model_copy(update={"correlation": file_digest}) for command in new)
    for command, answer in zip(new, ledger.record_all(traced), strict=True):
        if isinstance(answer, Malformed):
            raise answer
        outcomes[answer.status] += 1
        if answer.status in (Status.CONFLICT, Status.REJECTED):
            conflicts.append(f"{command.command_id}: {answer.reason}")
    return Imported(len(statement.lines), outcomes, conflicts)


def _mirror(ledger: Ledger, statement: Statement, account: str) -> Account:
    """Fold the account as it stands now."""
    state = initial_state(f"account-{account}")
    for recorded in ledger.reader.stream(f"account-{account}"):
        state = evolve(state, recorded)
    assert isinstance(state, Account)
    if state.segregation is not None and state.mirror_of != statement.venue:
        raise Misconfigured(
            f"account {account} is no mirror of {statement.venue}: choose another --account"
        )
    return state


def _known(
    ledger: Ledger, statement: Statement, account: str, opening: Mapping[str, Amount]
) -> dict[str, KnownAs]:
    """Look up which lines and opening balances stand in the log already."""
    ids = [command_id(statement, account, line) for line in statement.lines]
    ids += [opening_id(statement, account, asset) for asset in opening]
    return ledger.application.recorder.find_commands(ids)


def _unregistered(ledger: Ledger, asset: str) -> bool:
    return not ledger.reader.stream(f"asset-{asset}")


def _new(
    commands: list[Command], known: Mapping[str, KnownAs], outcomes: Counter[Status]
) -> Iterator[Command]:
    """Pass over what the log holds with the same content, and count it."""
    for command in commands:
        before = known.get(command.command_id)
        if before is not None and before.digest == command.digest():
            outcomes[Status.DUPLICATE] += 1
        else:
            yield command
