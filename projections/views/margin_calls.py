"""Every margin call: for how much, until when, who was told of it, and what became of it.

A call of the `kind` perpetual asks for `amount`, what `equity` lacks of the level at which it ends;
`observed_level` is equity in percent of `maintenance`, below `trigger_level`. `left` is what was
missing when that was told last. Nothing leaves the account, and no risk is added, from
`blocked_from` to `blocked_to`. `notices` are channel and moment of each, in order.
"""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.events import (
    MarginCallCanceled,
    MarginCallExpired,
    MarginCallExtended,
    MarginCallIssued,
    MarginCallMet,
    MarginCallPartlyMet,
    MarginNoticeSent,
    Recorded,
)
from ledger.instants import write_instant
from ledger.numbers import PERCENT, Rounding, amount, round_to, share
from projections.change import Change, Key, Value, put
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "margin_calls",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("call", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text),
    Column("client", Text),
    Column("instrument", Text),
    Column("issued_at", Nanoseconds),
    Column("evaluation", BigInteger),
    Column("currency", Text),
    Column("trigger_level", ExactAmount),
    Column("observed_level", ExactAmount),
    Column("equity", ExactAmount),
    Column("maintenance", ExactAmount),
    Column("amount", ExactAmount),
    Column("left", ExactAmount),
    Column("due_at", Nanoseconds),
    Column("outcome", Text),
    Column("expired_at", Nanoseconds),
    Column("met_at", Nanoseconds),
    Column("blocked_from", Nanoseconds),
    Column("blocked_to", Nanoseconds),
    Column("extensions", Integer),
    Column("reason", Text),
    Column("proposer", Text),
    Column("approver", Text),
    Column("notices", Text),
    Column("sequence", BigInteger),
)

# The notices of every call, and how often it was given more time.
memory = Table(
    "margin_calls_memory",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("call", Integer, primary_key=True, autoincrement=False),
    Column("notices", Text, nullable=False),
    Column("extensions", Integer, nullable=False),
)

CALLS = (
    MarginCallIssued
    | MarginCallPartlyMet
    | MarginCallExtended
    | MarginCallExpired
    | MarginCallMet
    | MarginCallCanceled
    | MarginNoticeSent
)
OBSERVED_UNIT = amount("0.0001")

State = tuple[str, int]


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand what is told of a call to that call."""
    event = recorded.event
    if isinstance(event, CALLS):
        yield (event.account, event.call), recorded


def step(state: State | None, recorded: Recorded) -> tuple[State, tuple[Change, ...]]:
    """Show what became of a call, and keep its notices."""
    notices, extensions = state or ("", 0)
    event = recorded.event
    assert isinstance(event, CALLS)
    if isinstance(event, MarginNoticeSent):
        told = f"{event.channel} {write_instant(recorded.at)}"
        notices = f"{notices}; {told}" if notices else told
    if isinstance(event, MarginCallExtended):
        extensions = sum((extensions, 1))
    said = {"notices": notices or None, "extensions": extensions}
    change = put(table, account=event.account, call=event.call, **_said(event, recorded), **said)
    return (notices, extensions), (change,)


def _said(event: CALLS, recorded: Recorded) -> dict[str, Value]:
    """Give what an event says of its call."""
    match event:
        case MarginCallIssued():
            return _issued(event, recorded)
        case MarginCallPartlyMet():
            return {"left": event.left, "outcome": "partly met"}
        case MarginCallExtended():
            return {"due_at": event.due_at, "outcome": "extended", **_by(event)}
        case MarginCallExpired():
            return {"left": event.left, "outcome": "expired", "expired_at": recorded.at}
        case MarginCallMet():
            outcome = "met late" if event.late else "met"
            at = recorded.at
            return {"outcome": outcome, "met_at": at, "blocked_to": at}
        case MarginCallCanceled():
            return {"outcome": "canceled", "blocked_to": recorded.at, **_by(event)}
        case _:
            return {}


def _issued(event: MarginCallIssued, recorded: Recorded) -> dict[str, Value]:
    observed = None
    if event.maintenance:
        observed = round_to(
            share(event.equity, PERCENT, event.maintenance), OBSERVED_UNIT, Rounding.DOWN
        )
    return {
        "kind": "perpetual",
        "client": event.client,
        "instrument": event.instrument,
        "issued_at": recorded.at,
        "evaluation": event.evaluation,
        "currency": event.currency,
        "trigger_level": event.level,
        "observed_level": observed,
        "equity": event.equity,
        "maintenance": event.maintenance,
        "amount": event.amount,
        "left": event.amount,
        "due_at": event.due_at,
        "outcome": "open",
        "blocked_from": recorded.at,
        "sequence": recorded.sequence,
    }


def _by(event: MarginCallExtended | MarginCallCanceled) -> dict[str, Value]:
    return {
        "reason": event.reason,
        "proposer": event.approval.proposer,
        "approver": event.approval.approver,
    }


view = Tally("margin_calls", table, version=1, memory=memory, parts=parts, step=step)
