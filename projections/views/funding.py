"""Every funding interval of every instrument: the rate, how it came about, and what was paid.

`premium` is the average of the samples, `rule` and `mark` the records that the rate cites.
`funding_index` is the sum of rate x mark over all intervals so far: what one contract has paid. An
interval is settled once `settled_sequence` says where; until then nothing was paid.
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

# The funding index of every instrument, as it stands.
memory = Table(
    "funding_memory",
    MetaData(),
    Column("instrument", Text, primary_key=True),
    Column("funding_index", ExactAmount, nullable=False),
)

State = tuple[Amount]


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand what is fixed and what is paid to the instrument."""
    event = recorded.event
    if isinstance(event, FundingRateFixed | FundingIntervalSettled):
        yield (event.instrument,), recorded


def step(state: State | None, recorded: Recorded) -> tuple[State, tuple[Change, ...]]:
    """Add what an interval accrues to the index, and show what its payment came to."""
    (index,) = state or (ZERO,)
    event = recorded.event
    if isinstance(event, FundingRateFixed):
        index = add(index, event.accrued)
        return (index,), (_fixed(event, recorded.sequence, index),)
    assert isinstance(event, FundingIntervalSettled)
    return (index,), (_settled(event, recorded.sequence),)


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


def _settled(event: FundingIntervalSettled, sequence: int) -> Change:
    return put(
        table,
        instrument=event.instrument,
        until=event.until,
        accounts_count=event.accounts,
        paid=event.paid,
        received=event.received,
        residual=event.residual,
        suspended=event.suspended,
        suspended_amount=event.suspended_amount,
        asset=event.asset,
        settled_sequence=sequence,
    )


view = Tally("funding", table, version=1, memory=memory, parts=parts, step=step)
