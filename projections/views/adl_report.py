"""Every account ranked to be deleveraged: what its place follows from, and what it gave up.

A ranking is a `step` of a case. `cost`, `worth` and `bankrupt_worth` are what profit, leverage and
score were made of, so that whoever wants to can rank again. `deficit`, `quantity_needed` and
`overshoot` are of the whole ranking; `profit_forgone` is what one account gave up against the mark.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.events import (
    CoveredBy,
    DeficitCovered,
    DeleveragingQueueRanked,
    DeleveragingRanked,
    PositionDeleveraged,
    Recorded,
)
from ledger.numbers import ZERO, Amount
from projections.change import Change, Key, put
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "adl_report",
    MetaData(),
    Column("of_account", Text, primary_key=True),
    Column("case_id", Integer, primary_key=True, autoincrement=False),
    Column("instrument", Text, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("at", Nanoseconds),
    Column("side", Text),
    Column("deficit", ExactAmount),
    Column("quantity_needed", ExactAmount),
    Column("bankruptcy_price", ExactAmount),
    Column("mark_price", ExactAmount),
    Column("policy", Text),
    Column("account", Text),
    Column("client", Text),
    Column("cost", ExactAmount),
    Column("worth", ExactAmount),
    Column("bankrupt_worth", ExactAmount),
    Column("profit", ExactAmount),
    Column("leverage", ExactAmount),
    Column("score", ExactAmount),
    Column("quantity_before", ExactAmount),
    Column("quantity_deleveraged", ExactAmount),
    Column("price", ExactAmount),
    Column("profit_forgone", ExactAmount),
    Column("overshoot", ExactAmount),
    Column("sequence", BigInteger),
)

# The last ranking of each position of a case.
memory = Table(
    "adl_report_memory",
    MetaData(),
    Column("of_account", Text, primary_key=True),
    Column("case_id", Integer, primary_key=True, autoincrement=False),
    Column("instrument", Text, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("ranked", Integer, nullable=False),
    Column("deficit", ExactAmount),
    Column("quantity_needed", ExactAmount),
    Column("bankruptcy_price", ExactAmount),
    Column("mark_price", ExactAmount),
    Column("policy", Text),
)

REASONS = ("cost", "worth", "bankrupt_worth", "profit", "leverage", "score")
"""What a place follows from."""
OF_OTHERS = DeleveragingRanked | PositionDeleveraged


class Ranking(NamedTuple):
    """What a ranking says of all who are in it."""

    step: int = 0
    ranked: int = 0
    deficit: Amount | None = None
    quantity_needed: Amount | None = None
    bankruptcy_price: Amount | None = None
    mark_price: Amount | None = None
    policy: str | None = None


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand what belongs to a ranking to the position that it is about."""
    event = recorded.event
    if isinstance(event, OF_OTHERS):
        yield (event.of_account, event.case, event.instrument), recorded
    elif isinstance(event, DeleveragingQueueRanked) or _is_covered(recorded):
        assert isinstance(event, DeleveragingQueueRanked | DeficitCovered)
        yield (event.account, event.case, event.instrument), recorded


def _is_covered(recorded: Recorded) -> bool:
    event = recorded.event
    return isinstance(event, DeficitCovered) and event.by is CoveredBy.DELEVERAGING


def step(state: Ranking | None, recorded: Recorded) -> tuple[Ranking, tuple[Change, ...]]:
    """Remember a ranking, and show who is in it, what he gave up, and what that was too much."""
    ranking = Ranking(*(state or ()))
    match recorded.event:
        case DeleveragingQueueRanked() as queue:
            return _ranking(queue), ()
        case DeleveragingRanked() as place:
            return ranking, (_placed(ranking, place, recorded),)
        case PositionDeleveraged() as closed:
            return ranking, (_closed(ranking, closed),)
        case event:
            assert isinstance(event, DeficitCovered)
            return ranking, tuple(_covered(ranking, event))


def _ranking(queue: DeleveragingQueueRanked) -> Ranking:
    return Ranking(
        step=queue.step,
        ranked=queue.ranked,
        deficit=queue.deficit,
        quantity_needed=queue.quantity,
        bankruptcy_price=queue.bankruptcy_price,
        mark_price=queue.mark_price,
        policy=queue.policy,
    )


def _placed(ranking: Ranking, place: DeleveragingRanked, recorded: Recorded) -> Change:
    said = ranking._asdict()
    del said["ranked"], said["step"]
    return put(
        table,
        of_account=place.of_account,
        case_id=place.case,
        instrument=place.instrument,
        step=ranking.step,
        rank=place.rank,
        at=recorded.at,
        side="long" if place.quantity > ZERO else "short",
        account=place.account,
        quantity_before=place.quantity,
        quantity_deleveraged=place.deleveraged,
        sequence=recorded.sequence,
        **{name: getattr(place, name) for name in REASONS},
        **said,
    )


def _closed(ranking: Ranking, closed: PositionDeleveraged) -> Change:
    return put(
        table,
        of_account=closed.of_account,
        case_id=closed.case,
        instrument=closed.instrument,
        step=ranking.step,
        rank=closed.rank,
        client=closed.client,
        price=closed.price,
        profit_forgone=closed.borne,
    )


def _covered(ranking: Ranking, covered: DeficitCovered) -> Iterator[Change]:
    """Say of everyone who was ranked how much more than was needed came in."""
    for rank in range(1, sum((ranking.ranked, 1))):
        yield put(
            table,
            of_account=covered.account,
            case_id=covered.case,
            instrument=covered.instrument,
            step=ranking.step,
            rank=rank,
            overshoot=covered.overshoot,
        )


view = Tally("adl_report", table, version=1, memory=memory, parts=parts, step=step)
