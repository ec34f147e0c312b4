"""Every version of the rules of prices, funding, margin and haircuts, in words, and by whom.

`kind` is what a price or a haircut is for, or how a mark is made. What each version changed stands
in `parameter_changes`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ledger.events import (
    Approved,
    FundingRuleSet,
    HaircutScheduleSet,
    MarginScheduleSet,
    MarkMethodSet,
    PriceMethodSet,
    Recorded,
)
from ledger.numbers import Amount, write_amount
from projections.change import Row
from projections.listing import Listing

COLUMNS = (
    "sequence",
    "at",
    "recorded_at",
    "what",
    "name",
    "kind",
    "effective_from",
    "says",
    "proposal",
    "proposer",
    "proposer_function",
    "approver",
    "approver_function",
    "approved_at",
)

Schedule = MarginScheduleSet | HaircutScheduleSet | FundingRuleSet | PriceMethodSet | MarkMethodSet


class Told(NamedTuple):
    """What a schedule is of, and what it says in words."""

    what: str
    name: str
    kind: str | None
    says: str


def rows(recorded: Recorded) -> Iterator[Row]:
    """Show a version and whose four eyes let it count."""
    event = recorded.event
    if not isinstance(event, Schedule):
        return
    yield (
        recorded.sequence,
        recorded.at,
        recorded.recorded_at,
        *_told(event)[:3],
        event.effective_from,
        _told(event).says,
        *_four_eyes(event),
    )


def _told(event: Schedule) -> Told:
    match event:
        case MarginScheduleSet(instrument=name):
            return Told("margin_schedule", name, None, _margin(event))
        case HaircutScheduleSet(asset=name, purpose=purpose):
            return Told("haircut_schedule", name, purpose.value, _haircut(event))
        case FundingRuleSet(instrument=name):
            return Told("funding_rule", name, None, _funding(event))
        case PriceMethodSet(name=name, use=use):
            return Told("price_method", name, use.value, _price(event))
        case MarkMethodSet(instrument=name, kind=kind):
            return Told("mark_method", name, kind.value, _mark(event))


def _margin(event: MarginScheduleSet) -> str:
    w = write_amount
    return "; ".join(
        f"from {w(tier.floor)}: initial {w(tier.initial)}%, maintenance {w(tier.maintenance)}%"
        for tier in event.tiers
    )


def _haircut(event: HaircutScheduleSet) -> str:
    if not event.tiers:
        return "nothing counts"
    tiers = (f"from {write_amount(t.floor)}: cut {write_amount(t.haircut)}%" for t in event.tiers)
    most = event.concentration
    return "; ".join(
        (*tiers, *(() if most is None else (f"at most {write_amount(most)}% of all",)))
    )


def _funding(event: FundingRuleSet) -> str:
    return "; ".join(
        (
            f"every {event.interval}s of a period of {event.period}s",
            f"{event.averaging.value} of at least {event.samples_min} samples",
            f"interest {write_amount(event.interest)}",
            f"damper {_or_none(event.damper)}",
            f"cap {_or_none(event.cap)}",
            f"rate to {write_amount(event.rate_unit)}",
            f"payments {event.rounding.value}",
        )
    )


def _price(event: PriceMethodSet) -> str:
    sources = (
        f"{source.source} x{write_amount(source.weight)}{' own' if source.own else ''}"
        for source in event.sources
    )
    return "; ".join(
        (
            f"{event.asset} in {event.currency} of {', '.join(sources)}",
            f"stale after {event.stale_after}s",
            f"outlier beyond {write_amount(event.deviation)}% of the median",
            f"at least {event.sources_min} sources",
            f"lasts {event.lasts}s",
            f"to {write_amount(event.unit)}",
        )
    )


def _mark(event: MarkMethodSet) -> str:
    return "; ".join(
        (
            f"{event.kind.value} of index {event.index}",
            f"average over {event.window}s",
            f"lasts {event.lasts}s",
            f"to {write_amount(event.unit)}",
        )
    )


def _or_none(figure: Amount | None) -> str:
    return "none" if figure is None else write_amount(figure)


def _four_eyes(event: Approved) -> Row:
    approval = event.approval
    return (
        approval.proposal,
        approval.proposer,
        approval.proposer_function,
        approval.approver,
        approval.approver_function,
        approval.approved_at,
    )


view = Listing("schedules", COLUMNS, rows)
