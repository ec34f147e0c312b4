"""Every funding interval of every instrument: the rate, how it came about, and what was paid.

`premium` is the average of the samples, `rule` and `mark` the records that the rate cites.
`funding_index` is the sum of rate x mark over all intervals so far: what one contract has paid. An
interval is settled once `settled_sequence` says where; until then nothing was paid. Whoever was
left out and paid later is added to it.
"""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.events import FundingIntervalSettled, FundingRateFixed, Recorded
from ledger.numbers import ZERO, Amount, add
from projections.change import Change, Key, put
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "funding",
    MetaData(),
    Column("instrument", Text, primary_key=True),
    Column("until", Nanoseconds, primary_key=True, autoincrement=False),
    Column("since", Nanoseconds),
    Column("samples", Integer),
    Column("premium", ExactAmount),
    Column("rate", ExactAmount),
    Column("rule", BigInteger),
    Column("mark", BigInteger),
    Column("mark_price", ExactAmount),
    Column("accrued", ExactAmount),
    Column("funding_index", ExactAmount),
    Column("flags", Text),
    Column("sequence", BigInteger),
    Column("accounts_count", Integer),
    Column("paid", ExactAmount),
    Column("received", ExactAmount),
    Column("residual", ExactAmount),
    Column("suspended", ExactAmount),
    Column("suspended_amount", ExactAmount),
    Column("asset", Text),
    Column("settled_sequence", BigInteger),
)

# What came before: at the moment 0 the funding index of an instrument, at the end of an interval
# what was paid for it so far.
memory = Table(
    "funding_memory",
    MetaData(),
    Column("instrument", Text, primary_key=True),
    Column("until", Nanoseconds, primary_key=True, autoincrement=False),
    Column("funding_index", ExactAmount, nullable=False),
    Column("accounts_count", Integer, nullable=False),
    Column("paid", ExactAmount, nullable=False),
    Column("received", ExactAmount, nullable=False),
    Column("residual", ExactAmount, nullable=False),
    Column("suspended", ExactAmount, nullable=False),
    Column("suspended_amount", ExactAmount, nullable=False),
)

State = tuple[Amount, int, Amount, Amount, Amount, Amount, Amount]

NOTHING: State = (ZERO, 0, ZERO, ZERO, ZERO, ZERO, ZERO)


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand what is fixed to the instrument, and what is paid to the interval."""
    event = recorded.event
    if isinstance(event, FundingRateFixed):
        yield (event.instrument, 0), recorded
    elif isinstance(event, FundingIntervalSettled):
        yield (event.instrument, event.until), recorded


def step(state: State | None, recorded: Recorded) -> tuple[State, tuple[Change, ...]]:
    """Add what an interval accrues to the index, and show what its payments came to."""
    index, count, *sums = state or NOTHING
    event = recorded.event
    if isinstance(event, FundingRateFixed):
        index = add(index, event.accrued)
        return (index, *NOTHING[1:]), (_fixed(event, recorded.sequence, index),)
    assert isinstance(event, FundingIntervalSettled)
    more = (event.paid, event.received, event.residual, event.suspended, event.suspended_amount)
    paid, received, residual, suspended, waiting = map(add, sums, more)
    accounts = sum((count, event.accounts))
    after = (index, accounts, paid, received, residual, suspended, waiting)
    return after, (_settled(event, recorded.sequence, after),)


def _fixed(event: FundingRateFixed, sequence: int, index: Amount) -> Change:
    return put(
        table,
        instrument=event.instrument,
        until=event.until,
        since=event.since,
        samples=event.samples,
        premium=event.premium,
        rate=event.rate,
        rule=event.rule,
        mark=event.mark,
        mark_price=event.mark_price,
        accrued=event.accrued,
        funding_index=index,
        flags=" ".join(event.flags) or None,
        sequence=sequence,
    )


def _settled(event: FundingIntervalSettled, sequence: int, state: State) -> Change:
    _, count, paid, received, residual, suspended, waiting = state
    return put(
        table,
        instrument=event.instrument,
        until=event.until,
        accounts_count=count,
        paid=paid,
        received=received,
        residual=residual,
        suspended=suspended,
        suspended_amount=waiting,
        asset=event.asset,
        settled_sequence=sequence,
    )


view = Tally("funding", table, version=2, memory=memory, parts=parts, step=step)
