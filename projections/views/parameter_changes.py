"""Every change of a critical parameter or master file: before, after, from when, why, by whom.

A parameter is named as in the rule pack; a master file by its kind, such as `product`, with the
one that changed in `scope`, and what it says in `before` and `after` is its content as JSON.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.events import (
    AffiliationDeclared,
    AffiliationEnded,
    Approval,
    AssetAdmissionWithdrawn,
    AssetAdmitted,
    ChangeProposed,
    ClientKeyDestroyed,
    DisclosurePublished,
    EntityRegistered,
    Event,
    FundingRuleSet,
    HaircutScheduleSet,
    InstrumentSpecified,
    LegalHoldReleased,
    MarginScheduleSet,
    MarketMakerAppointed,
    MarketMakerTerminated,
    MarkMethodSet,
    OverrideGranted,
    ParameterChanged,
    PriceMethodSet,
    ProductApproved,
    ProductWithdrawn,
    Recorded,
    RegulatoryPermissionGranted,
    RegulatoryPermissionRevoked,
    RegulatoryPermissionVaried,
    RoleGranted,
    RulePackAdopted,
)
from ledger.instants import write_instant
from projections.change import Change, Key, put
from projections.exact import Nanoseconds
from projections.tally import Tally

# `change` is the proposal that was approved; only the operator's founding needs none.
table = Table(
    "parameter_changes",
    MetaData(),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", Nanoseconds),
    Column("effective_from", Nanoseconds),
    Column("type", Text),
    Column("parameter", Text),
    Column("scope", Text),
    Column("before", Text),
    Column("after", Text),
    Column("unit", Text),
    Column("source", Text),
    Column("verified", Text),
    Column("pack", Text),
    Column("rationale", Text),
    Column("clients_notified_at", Nanoseconds),
    Column("regulator_notice", Text),
    Column("change", Text),
    Column("digest", Text),
    Column("proposer", Text),
    Column("proposer_function", Text),
    Column("approver", Text),
    Column("approver_function", Text),
    Column("approved_at", Nanoseconds),
)

memory = Table(
    "parameter_changes_memory",
    MetaData(),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("said", Text),
    Column("waiting", Text, nullable=False),
)

MASTER_FILES: dict[type[Event], tuple[str, tuple[str, ...]]] = {
    EntityRegistered: ("legal_entity", ("entity",)),
    RoleGranted: ("role", ("entity", "function", "kind", "actor")),
    RulePackAdopted: ("rule_pack", ("pack",)),
    **dict.fromkeys(
        (
            RegulatoryPermissionGranted,
            RegulatoryPermissionVaried,
            RegulatoryPermissionRevoked,
        ),
        ("permission", ("entity", "permission")),
    ),
    **dict.fromkeys((ProductApproved, ProductWithdrawn), ("product", ("product",))),
    InstrumentSpecified: ("instrument", ("instrument",)),
    PriceMethodSet: ("price_method", ("use", "name")),
    MarkMethodSet: ("mark_method", ("instrument",)),
    FundingRuleSet: ("funding_rule", ("instrument",)),
    MarginScheduleSet: ("margin_schedule", ("instrument",)),
    HaircutScheduleSet: ("haircut_schedule", ("purpose", "asset")),
    **dict.fromkeys((AssetAdmitted, AssetAdmissionWithdrawn), ("asset_admission", ("asset",))),
    DisclosurePublished: ("disclosure", ("document",)),
    OverrideGranted: ("override", ("client", "override")),
    LegalHoldReleased: ("legal_hold", ("client", "hold")),
    ClientKeyDestroyed: ("client_key", ("client",)),
    **dict.fromkeys(
        (AffiliationDeclared, AffiliationEnded), ("affiliation", ("client", "relation"))
    ),
    **dict.fromkeys(
        (MarketMakerAppointed, MarketMakerTerminated), ("market_maker", ("client", "program"))
    ),
}
"""What each event changes, and the fields that say which one; other parameters have a name."""


class Proposed(NamedTuple):
    """Why a change was proposed."""

    rationale: str


class Changed(NamedTuple):
    """A record that changes a parameter or master file."""

    recorded: Recorded
    parameter: str
    scope: str


class Approved(NamedTuple):
    """The same record, which follows from a proposal."""

    sequence: int


Part = Proposed | Changed | Approved
State = tuple[str | None, str]
"""What was said last, by the parameter or the proposal, and the sequences of rows that wait for it.

Only what was proposed after it took effect is read before its proposal, and only by `at`.
"""


def parts(recorded: Recorded) -> Iterator[tuple[Key, Part]]:
    """Hand a change to what it changes, and to the proposal that says why."""
    event = recorded.event
    if isinstance(event, ChangeProposed):
        yield ("proposal", event.proposal), Proposed(event.rationale)
        return
    if isinstance(event, ParameterChanged):
        parameter, scope = event.name, event.scope
    elif type(event) in MASTER_FILES:
        parameter, fields = MASTER_FILES[type(event)]
        scope = "/".join(str(getattr(event, name)) for name in fields)
    else:
        return
    yield (parameter, scope), Changed(recorded, parameter, scope)
    approval = getattr(event, "approval", None)
    if approval is not None and getattr(event, "rationale", None) is None:
        yield ("proposal", approval.proposal), Approved(recorded.sequence)


def step(state: State | None, part: Part) -> tuple[State, tuple[Change, ...]]:
    """Show what changed, and why once both are known."""
    said, waiting = state or (None, "")
    match part:
        case Proposed(rationale=rationale):
            return (rationale, ""), tuple(
                put(table, sequence=int(sequence), rationale=rationale)
                for sequence in waiting.split()
            )
        case Approved(sequence=sequence) if said is None:
            return (None, f"{waiting} {sequence}"), ()
        case Approved(sequence=sequence):
            return (said, ""), (put(table, sequence=sequence, rationale=said),)
        case Changed(recorded=recorded):
            after = _content(recorded.event)
            return (after, ""), _shown(part, said, after)


def _content(event: Event) -> str | None:
    """Write what a parameter or master file says from here on."""
    if isinstance(event, ParameterChanged):
        return event.after
    _, fields = MASTER_FILES[type(event)]
    unsaid = {*fields, "approval", "effective_from"}
    said = {
        name: write_instant(value) if "Instant" in str(hint) else value
        for name, hint in type(event).__annotations__.items()
        if name not in unsaid and (value := getattr(event, name)) is not None
    }
    return msgspec.json.encode(said, order="sorted").decode()


def _shown(changed: Changed, before: str | None, after: str | None) -> tuple[Change, ...]:
    recorded, event = changed.recorded, changed.recorded.event
    shown = put(
        table,
        sequence=recorded.sequence,
        recorded_at=recorded.recorded_at,
        effective_from=getattr(event, "effective_from", recorded.at),
        type=recorded.type,
        parameter=changed.parameter,
        scope=changed.scope,
        before=before,
        after=after,
    )
    approval = getattr(event, "approval", None)
    more = [_of_parameter(recorded.sequence, event)] if isinstance(event, ParameterChanged) else []
    more += [_of_approval(recorded.sequence, approval)] if approval else []
    return (shown, *more)


def _of_parameter(sequence: int, event: ParameterChanged) -> Change:
    return put(
        table,
        sequence=sequence,
        before=event.before,
        unit=event.unit.value,
        source=event.source,
        verified="yes" if event.verified else "no",
        pack=event.pack,
        rationale=event.rationale,
        clients_notified_at=event.clients_notified_at,
        regulator_notice=event.regulator_notice,
    )


def _of_approval(sequence: int, approval: Approval) -> Change:
    return put(
        table,
        sequence=sequence,
        change=approval.proposal,
        digest=approval.digest,
        proposer=approval.proposer,
        proposer_function=approval.proposer_function,
        approver=approval.approver,
        approver_function=approval.approver_function,
        approved_at=approval.approved_at,
    )


view = Tally("parameter_changes", table, version=1, memory=memory, parts=parts, step=step)
