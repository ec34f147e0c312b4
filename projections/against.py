"""Holding the ledger to a statement: after every batch, our balance beside the venue's."""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.adapters.statement import Batch, Statement, command_id
from ledger.chart import in_holders_favour
from ledger.events import Recorded
from ledger.instants import INSTANT_MAX, Instant, write_instant
from ledger.journal import postings
from ledger.log.reader import LogReader
from ledger.numbers import ZERO, Amount, add, write_amount


class Mismatch(NamedTuple):
    """The first batch after which the two differ."""

    line: int
    at: str
    asset: str
    ledger: str
    venue: str


class Comparison(NamedTuple):
    """How many batches there are, how many match, and what the ledger ends with, by asset."""

    batches: int
    matched: int
    first_mismatch: Mismatch | None
    final: dict[str, str]


class _Balances(NamedTuple):
    """Balances of an account along the clock `at`: after each command, and after each moment."""

    after_command: dict[tuple[str, str], Amount]
    after_moment: dict[tuple[str, Instant], Amount]
    final: dict[str, Amount]


def against(reader: LogReader, statement: Statement, account: str) -> Comparison:
    """Compare the balances on the clock `at` with those that the venue states, batch by batch."""
    balances = _balances(reader, account)
    last_at = {(batch.asset, batch.at): batch for batch in statement.batches}
    matched, first = 0, None
    for batch in statement.batches:
        ends_moment = last_at[batch.asset, batch.at] is batch
        held = _held(balances, statement, account, batch, ends_moment=ends_moment)
        if held == batch.balance:
            matched += 1
        elif first is None:
            first = _mismatch(batch, held)
    final = {asset: write_amount(amount) for asset, amount in sorted(balances.final.items())}
    return Comparison(len(statement.batches), matched, first, final)


def _held(
    balances: _Balances, statement: Statement, account: str, batch: Batch, *, ends_moment: bool
) -> Amount | None:
    """Give our balance after a batch; None where its lines are not recorded.

    Of several batches at one moment, only the last one can be seen on the clock.
    """
    last_line = command_id(statement, account, batch.lines[-1])
    recorded = balances.after_command.get((batch.asset, last_line))
    if recorded is None or not ends_moment:
        return recorded
    return balances.after_moment[batch.asset, batch.at]


def _balances(reader: LogReader, account: str) -> _Balances:
    balances = _Balances({}, {}, {})
    for recorded, asset, amount in _moves(reader, account):
        balance = add(balances.final.get(asset, ZERO), amount)
        balances.final[asset] = balance
        balances.after_command[asset, recorded.command] = balance
        balances.after_moment[asset, recorded.at] = balance
    return balances


def _moves(reader: LogReader, account: str) -> Iterator[tuple[Recorded, str, Amount]]:
    for page in reader.read_by_at(INSTANT_MAX, reader.head().size):
        for recorded in page:
            for leg in postings(recorded.event):
                if leg.account == account:
                    yield recorded, leg.asset, in_holders_favour(leg.segregation, leg.amount)


def _mismatch(batch: Batch, held: Amount | None) -> Mismatch:
    ours = "not recorded" if held is None else write_amount(held)
    line = batch.lines[-1].number
    return Mismatch(line, write_instant(batch.at), batch.asset, ours, write_amount(batch.balance))
