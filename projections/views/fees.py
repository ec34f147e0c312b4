"""What was charged for trading, by account, instrument, asset and liquidity, as it stands now.

Fees and rebates are sums of their own, both at zero or above: their difference is what the account
`FEE_INCOME:trading` has earned. A bust or correction counts where its fill does; `executions` are
the fills that were not busted.
"""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.chart import Segregation
from ledger.events import Event, FillBusted, FillCorrected, OrderFilled, Recorded
from ledger.numbers import ZERO, Amount, add, negate, subtract
from projections.change import Change, Key, changing
from projections.exact import ExactAmount
from projections.tally import Tally

table = Table(
    "fees",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("instrument", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("liquidity", Text, primary_key=True),
    Column("fees", ExactAmount, nullable=False),
    Column("rebates", ExactAmount, nullable=False),
    Column("executions", Integer, nullable=False),
)

# What a fill is charged, by its sequence: what puts it right does not repeat its liquidity.
memory = Table(
    "fees_memory",
    MetaData(),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("liquidity", Text, nullable=False),
    Column("fee", ExactAmount, nullable=False),
)

COUNTS: dict[type[Event], int] = {OrderFilled: 1, FillBusted: -1, FillCorrected: 0}
"""How many executions there are more for each event."""

State = tuple[str, Amount]
_charge = changing(table, adds=("fees", "rebates", "executions"))


class Charge(NamedTuple):
    """What one record adds to the fee of a fill, and to the number of fills."""

    event: OrderFilled | FillBusted | FillCorrected
    executions: int


def parts(recorded: Recorded) -> tuple[tuple[Key, Charge], ...]:
    """Hand a fill, and what puts it right, to the fill; what waits in suspense is not charged."""
    event: Any = recorded.event
    count = COUNTS.get(type(event))
    if count is None or event.segregation is Segregation.SUSPENSE:
        return ()
    sequence = recorded.sequence if recorded.corrects is None else recorded.corrects
    return (((sequence,), Charge(event, count)),)


def step(state: State | None, charge: Charge) -> tuple[State, tuple[Change, ...]]:
    """Add to the fee of a fill, and show by how much fees and rebates have grown."""
    event, count = charge
    liquidity, before = state or ("", ZERO)
    if isinstance(event, OrderFilled):
        liquidity = event.liquidity.value
    after = add(before, event.fee)
    fees = subtract(max(after, ZERO), max(before, ZERO))
    rebates = subtract(max(negate(after), ZERO), max(negate(before), ZERO))
    key = (event.account, event.instrument, event.asset, liquidity)
    return (liquidity, after), (_charge(key, (fees, rebates, count)),)


view = Tally("fees", table, version=1, memory=memory, parts=parts, step=step)
