"""Every movement of the reserve fund of an asset, and whether what is published is what it holds.

`opening` and `closing` are sums of the legs that were posted to the fund, in the order of reading:
`contribution` and `recovery` came, and `draw` left. `published_figure` is the balance that an event
of the fund said last. Of the `target`, which is the parameter `reserve.fund.target` as it was in
force, `coverage_ratio` is what the fund holds, rounded down.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.chart import Segregation, account_name, in_holders_favour
from ledger.events import (
    Event,
    FundSource,
    ParameterChanged,
    Recorded,
    ReserveFundContributed,
    ReserveFundDrawn,
    Unit,
)
from ledger.instants import Instant
from ledger.journal import Leg, postings
from ledger.numbers import (
    ONE,
    ZERO,
    Amount,
    OutOfRange,
    Rounding,
    add,
    amount,
    is_normal,
    negate,
    round_to,
    share,
    total,
)
from ledger.timeline import Dated, in_force, with_value
from projections.change import Change, Key, Value, put
from projections.copying import WORDS
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "reserve_fund",
    MetaData(),
    Column("asset", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Nanoseconds),
    Column("opening", ExactAmount),
    Column("contribution", ExactAmount),
    Column("source", Text),
    Column("draw", ExactAmount),
    Column("account", Text),
    Column("case_id", Integer),
    Column("recovery", ExactAmount),
    Column("closing", ExactAmount),
    Column("target", ExactAmount),
    Column("coverage_ratio", ExactAmount),
    Column("published_figure", ExactAmount),
    Column("published_equals_ledger", Text),
)

# What the fund holds, what was said of that last, and every target with its date, as JSON.
memory = Table(
    "reserve_fund_memory",
    MetaData(),
    Column("asset", Text, primary_key=True),
    Column("balance", ExactAmount, nullable=False),
    Column("published", ExactAmount),
    Column("targets", Text, nullable=False),
)

TARGET = "reserve.fund.target"
RATIO_UNIT = amount("0.0001")
FUND_EVENTS = ReserveFundContributed | ReserveFundDrawn

_read_targets = msgspec.json.Decoder(tuple[Dated[str | None], ...]).decode


class Fund(NamedTuple):
    """What is remembered of the fund of an asset."""

    balance: Amount = ZERO
    published: Amount | None = None
    targets: str = "[]"

    def target(self, at: Instant) -> Amount | None:
        """Give the target in force at a moment; None where there is none."""
        said = in_force(_read_targets(self.targets), at)
        return None if said is None else amount(said)


class Movement(NamedTuple):
    """What a record moved into the fund of an asset, below zero out of it."""

    recorded: Recorded
    asset: str
    amount: Amount


def parts(recorded: Recorded) -> Iterator[tuple[Key, Movement]]:
    """Hand a target, and whatever is posted to a fund, to the asset."""
    event = recorded.event
    if isinstance(event, ParameterChanged) and event.name == TARGET:
        yield (event.scope,), Movement(recorded, event.scope, ZERO)
    legs = [leg for leg in postings(event) if _is_of_fund(leg)]
    for asset in dict.fromkeys(leg.asset for leg in legs):
        ours = (leg for leg in legs if leg.asset == asset)
        moved = total(in_holders_favour(leg.segregation, leg.amount) for leg in ours)
        yield (asset,), Movement(recorded, asset, moved)


def _is_of_fund(leg: Leg) -> bool:
    fund = Segregation.RESERVE_FUND
    return leg.segregation is fund and leg.account == account_name(fund, leg.asset)


def step(state: Fund | None, movement: Movement) -> tuple[Fund, tuple[Change, ...]]:
    """Remember a target, or show a movement between what the fund held before and after it."""
    before, event = Fund(*(state or ())), movement.recorded.event
    if isinstance(event, ParameterChanged):
        return before._replace(targets=_targets(before, event)), ()
    published = event.balance if isinstance(event, FUND_EVENTS) else before.published
    after = Fund(add(before.balance, movement.amount), published, before.targets)
    return after, (_shown(before, after, movement),)


def _targets(fund: Fund, event: ParameterChanged) -> str:
    """Date a target; what is no number in units of the asset is none."""
    said = event.after
    fits = said is not None and event.unit is Unit.COUNT and is_normal(said)
    targets = with_value(_read_targets(fund.targets), event.effective_from, said if fits else None)
    return msgspec.json.encode(targets).decode()


def _shown(before: Fund, after: Fund, movement: Movement) -> Change:
    recorded = movement.recorded
    target = after.target(recorded.at)
    return put(
        table,
        asset=movement.asset,
        sequence=recorded.sequence,
        at=recorded.at,
        opening=before.balance,
        closing=after.balance,
        target=target,
        coverage_ratio=_ratio(after.balance, target),
        published_figure=after.published,
        published_equals_ledger=WORDS[after.published == after.balance],
        **_moved(recorded.event, movement.amount),
    )


def _ratio(balance: Amount, target: Amount | None) -> Amount | None:
    """Give what part of its target a fund holds, cut down; None where no amount says how much."""
    if not target:
        return None
    try:
        return round_to(share(balance, ONE, target), RATIO_UNIT, Rounding.DOWN)
    except OutOfRange:
        return None


def _moved(event: Event, moved: Amount) -> dict[str, Value]:
    """Say what came or left, from where or for whom."""
    came = {"contribution": moved if moved > ZERO else None, "recovery": None}
    said = {**came, "draw": negate(moved) if moved < ZERO else None}
    match event:
        case ReserveFundContributed(source=source, counterparty=account, case=case):
            if source is FundSource.RECOVERY:
                said |= {"contribution": None, "recovery": moved}
            return {**said, "source": source.value, "account": account, "case_id": case}
        case ReserveFundDrawn(of_account=account, case=case):
            return {**said, "source": None, "account": account, "case_id": case}
        case _:
            return {**said, "source": None, "account": None, "case_id": None}


view = Tally("reserve_fund", table, version=1, memory=memory, parts=parts, step=step)
