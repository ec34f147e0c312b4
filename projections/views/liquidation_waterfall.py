"""Every liquidation, step by step: what was done at which prices, and who bore what of a deficit.

A row is one step's record, on whichever account; it is told of the account whose case it is, and
`case_id` 0 are the times for which two people held that account back. `rules` is the ruleset that
decided it, `evaluation` and `mark` the records that its figures were taken from. Each figure stands
once: what is `covered` of a case sums to what is lost in it, and `residual` is what is left then.
Who is deleveraged gives up `adl_amount`, which is what that covers and the `overshoot`.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.events import (
    CaseEvent,
    CollateralConverted,
    DeficitCovered,
    DeficitRecognized,
    DeleveragingQueueRanked,
    Event,
    LiquidationClosed,
    LiquidationDetected,
    LiquidationFeeCharged,
    LiquidationOrderPlaced,
    LiquidationOrdersCanceled,
    LiquidationOverridden,
    LiquidationStarted,
    LiquidationSurplusReturned,
    LossAllocated,
    OrderReceived,
    PositionDeleveraged,
    PositionTakenOver,
    Recorded,
    ReserveFundDrawn,
)
from ledger.instants import Instant
from projections.change import Change, Key, Value, put
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

FIGURES = (
    *(Column("instrument", Text), Column("order_id", Text), Column("mark", BigInteger)),
    *(Column("mark_price", ExactAmount), Column("bankruptcy_price", ExactAmount)),
    *(Column("quantity", ExactAmount), Column("price", ExactAmount), Column("counterparty", Text)),
    *(Column("asset", Text), Column("loss_or_surplus", ExactAmount)),
    *(Column("returned", ExactAmount), Column("fee", ExactAmount)),
    *(Column("reserve_draw", ExactAmount), Column("adl_amount", ExactAmount)),
    *(Column("allocated_amount", ExactAmount), Column("covered", ExactAmount)),
    *(Column("covered_by", Text), Column("residual", ExactAmount)),
    *(Column("overshoot", ExactAmount), Column("outcome", Text)),
    Column("override_until", Nanoseconds),
)
"""What a step itself says."""

table = Table(
    "liquidation_waterfall",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("case_id", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Nanoseconds),
    Column("client", Text),
    Column("step_type", Text),
    Column("detected_at", Nanoseconds),
    Column("started_at", Nanoseconds),
    Column("evaluation", BigInteger),
    *FIGURES,
    Column("waterfall", Text),
    Column("rules", Text),
)

# What a case began with, and the ruleset that its last command was decided by.
memory = Table(
    "liquidation_waterfall_memory",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("case_id", Integer, primary_key=True, autoincrement=False),
    Column("client", Text),
    Column("detected_at", Nanoseconds),
    Column("started_at", Nanoseconds),
    Column("evaluation", BigInteger),
    Column("waterfall", Text),
    Column("rules", Text),
    Column("command", Text),
)

STEPS: dict[type[Event], tuple[str, dict[str, str]]] = {
    LiquidationOverridden: ("overridden", {"override_until": "until"}),
    LiquidationDetected: ("detected", {}),
    LiquidationStarted: ("started", {}),
    LiquidationOrdersCanceled: ("orders canceled", {}),
    LiquidationOrderPlaced: ("offered", {}),
    CollateralConverted: ("converted", {"counterparty": "backstop"}),
    PositionTakenOver: ("taken over", {"bankruptcy_price": "price", "loss_or_surplus": "surplus"}),
    LiquidationSurplusReturned: (
        *("surplus returned", {"returned": "amount", "counterparty": "backstop"}),
    ),
    LiquidationFeeCharged: ("fee charged", {"fee": "amount"}),
    DeficitRecognized: ("deficit recognized", {"bankruptcy_price": "price", "residual": "amount"}),
    ReserveFundDrawn: ("fund drawn", {"reserve_draw": "amount", "counterparty": "backstop"}),
    DeleveragingQueueRanked: ("queue ranked", {"residual": "deficit"}),
    PositionDeleveraged: (
        "deleveraged",
        {"adl_amount": "borne", "bankruptcy_price": "price", "counterparty": "account"},
    ),
    LossAllocated: ("loss allocated", {"allocated_amount": "amount", "counterparty": "account"}),
    DeficitCovered: (
        *("deficit covered", {"covered": "amount", "covered_by": "by", "residual": "left"}),
    ),
    LiquidationClosed: ("closed", {}),
}
"""What a step is called, and which column shows a field of another name."""

ON_OTHERS = ReserveFundDrawn | PositionDeleveraged | LossAllocated


class Case(NamedTuple):
    """What a case began with, and what the command says that its last record belongs to."""

    client: str | None = None
    detected_at: Instant | None = None
    started_at: Instant | None = None
    evaluation: int | None = None
    waterfall: str | None = None
    rules: str | None = None
    command: str | None = None


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand a step to the case that it belongs to; an offer's order says by which rules."""
    event = recorded.event
    if type(event) in STEPS:
        yield _case_of(event), recorded
    elif isinstance(event, OrderReceived) and event.liquidation is not None:
        yield (event.account, event.liquidation), recorded


def _case_of(event: Event) -> tuple[str, int]:
    """Name the account and the case that a step belongs to, on whichever account it is told."""
    if isinstance(event, ON_OTHERS):
        return event.of_account, event.case
    assert isinstance(event, CaseEvent | LiquidationOverridden)
    return event.account, event.case if isinstance(event, CaseEvent) else 0


def step(state: Case | None, recorded: Recorded) -> tuple[Case, tuple[Change, ...]]:
    """Show a step beside what its case began with."""
    case = _begun(_ruled(Case(*(state or ())), recorded), recorded)
    return case, (_shown(case, recorded),) if type(recorded.event) in STEPS else ()


def _ruled(case: Case, recorded: Recorded) -> Case:
    """Keep the ruleset of a command, which only its first record says."""
    request, command = recorded.request, recorded.command
    if request is not None:
        return case._replace(rules=request.ruleset, command=command)
    return case if command == case.command else case._replace(rules=None, command=command)


def _begun(case: Case, recorded: Recorded) -> Case:
    match recorded.event:
        case LiquidationDetected(client=client, evaluation=evaluation):
            return case._replace(client=client, detected_at=recorded.at, evaluation=evaluation)
        case LiquidationStarted(waterfall=waterfall):
            return case._replace(started_at=recorded.at, waterfall=waterfall)
        case _:
            return case


def _shown(case: Case, recorded: Recorded) -> Change:
    event = recorded.event
    account, case_number = _case_of(event)
    words, renamed = STEPS[type(event)]
    said = {column.name: _field(event, renamed.get(column.name, column.name)) for column in FIGURES}
    return put(
        table,
        account=account,
        case_id=case_number,
        step=getattr(event, "step", 0),
        sequence=recorded.sequence,
        at=recorded.at,
        step_type=words,
        **said,
        **_began(case),
    )


def _began(case: Case) -> dict[str, Value]:
    """Give what is shown beside every step of a case."""
    return {name: value for name, value in case._asdict().items() if name != "command"}


def _field(event: Event, name: str) -> Value:
    value: Value = getattr(event, name, None)
    return value.value if isinstance(value, StrEnum) else value


view = Tally("liquidation_waterfall", table, version=1, memory=memory, parts=parts, step=step)
