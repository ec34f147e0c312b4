"""Trades and settlements of a venue's file as facts, and what has to be taken over before them."""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.commands import ReportVenueExecution
from ledger.errors import Malformed
from ledger.events import ExecutionKind, Liquidity, Side
from ledger.instants import Instant, write_instant
from ledger.numbers import ZERO, Amount, add, magnitude, negate, write_amount


class Execution(NamedTuple):
    """One line about a position: `quantity` and `cost` signed as bought, `cost` as it is stated.

    `number`, `raw` and `key` are as of any line of a statement. `position_before` is what the venue
    says was held before a settlement; None where it says nothing.
    """

    number: int
    raw: str
    key: str
    at: Instant
    kind: ExecutionKind
    execution_id: str
    instrument: str
    quantity: Amount
    price: Amount
    asset: str
    cost: Amount | None = None
    multiplier: Amount | None = None
    order_id: str | None = None
    liquidity: Liquidity | None = None
    happened_at: Instant | None = None
    position_before: Amount | None = None


class Reporter(NamedTuple):
    """Whose executions are reported: the venue, and the account that mirrors one there."""

    venue: str
    account: str

    def command_id(self, execution: Execution) -> str:
        """Name the command that reports a line, as that of any line."""
        return f"{self.venue}:{self.account}:{execution.key}"

    def takeover_id(self, execution: Execution) -> str:
        """Name the command that takes over the position which a settlement closes."""
        return f"{self.venue}:{self.account}:position:{execution.execution_id}"


def command_ids(reporter: Reporter, executions: Sequence[Execution]) -> list[str]:
    """List every id under which something of these lines may stand in the log."""
    ids = [reporter.command_id(execution) for execution in executions]
    return ids + [
        reporter.takeover_id(execution)
        for execution in executions
        if execution.position_before is not None
    ]


def positions_taken_over(
    reporter: Reporter,
    executions: Sequence[Execution],
    held: Mapping[str, Amount],
    taken: Mapping[str, Instant],
    known: Collection[str],
) -> frozenset[int]:
    """Name the lines of settlements whose position the ledger must take over first, by number.

    `held` are the quantities that the ledger holds by instrument, `taken` when it last took one
    over, `known` the ids of commands that stand in the log already. Raises `Malformed` for a
    position that is neither none nor the venue's, and for an execution that is part of a position
    which was taken over.
    """
    running = dict(held)
    lines: set[int] = set()
    for execution in executions:
        if reporter.takeover_id(execution) in known:
            lines.add(execution.number)
        if reporter.command_id(execution) in known:
            continue
        _check_not_taken(execution, taken)
        before = running.get(execution.instrument, ZERO)
        stated = execution.position_before
        if stated is not None and stated != before:
            _check_none_held(execution, before, stated)
            lines.add(execution.number)
            before = stated
        running[execution.instrument] = add(before, execution.quantity)
    return frozenset(lines)


def _check_not_taken(execution: Execution, taken: Mapping[str, Instant]) -> None:
    at = taken.get(execution.instrument)
    if at is not None and execution.at < at:
        raise Malformed(
            "symbol",
            f"{execution.instrument} of before {write_instant(at)} is part of a position that was "
            "taken over with its settlement: import executions before settlements",
            execution.number,
        )


def _check_none_held(execution: Execution, held: Amount, stated: Amount) -> None:
    if held:
        raise Malformed(
            "position_before",
            f"{write_amount(stated)} {execution.instrument} where the ledger holds "
            f"{write_amount(held)}: import the executions up to it first, or export the file again",
            execution.number,
        )


def execution_facts(
    reporter: Reporter,
    executions: Sequence[Execution],
    taken_over: Container[int] = (),
    sealed: Mapping[int, str] | None = None,
) -> Iterator[ReportVenueExecution]:
    """Yield a fact for every line, after one for the position that is taken over before it.

    `sealed` are the vault's digests of the raw text by line number.
    """
    digests = sealed or {}
    for execution in executions:
        digest = digests.get(execution.number)
        if execution.number in taken_over:
            yield _fact(reporter.takeover_id(execution), reporter, _takeover(execution), digest)
        yield _fact(reporter.command_id(execution), reporter, execution, digest)


def _takeover(settlement: Execution) -> Execution:
    """Take over what a settlement closes at the settlement's own value: what it cost is unknown."""
    assert settlement.position_before is not None
    cost = settlement.cost
    return settlement._replace(
        kind=ExecutionKind.OPENING_POSITION,
        quantity=settlement.position_before,
        cost=None if cost is None else negate(cost),
    )


def _fact(
    command_id: str, reporter: Reporter, execution: Execution, digest: str | None
) -> ReportVenueExecution:
    happened_at, cost = execution.happened_at, execution.cost
    multiplier = execution.multiplier
    return ReportVenueExecution.model_validate(
        {
            "command_id": command_id,
            "at": write_instant(execution.at),
            "account": reporter.account,
            "venue": reporter.venue,
            "kind": execution.kind,
            "execution_id": execution.execution_id,
            "instrument": execution.instrument,
            "side": Side.BUY if execution.quantity > ZERO else Side.SELL,
            "quantity": write_amount(magnitude(execution.quantity)),
            "price": write_amount(execution.price),
            "asset": execution.asset,
            "cost": None if cost is None else write_amount(cost),
            "multiplier": None if multiplier is None else write_amount(multiplier),
            "order_id": execution.order_id,
            "liquidity": execution.liquidity,
            "happened_at": None if happened_at is None else write_instant(happened_at),
            "line": digest,
        }
    )
