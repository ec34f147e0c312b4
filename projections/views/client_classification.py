"""What every client is classified as, on what grounds, and what he was found to know.

One row per client. It says what was recorded, also where its term is over or has yet to begin: who
may trade at a moment is what `ledger eligibility` answers.
"""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from ledger.events import (
    ClassificationConfirmed,
    ClassificationCorrected,
    ClientAdmitted,
    ClientCeased,
    ClientClassified,
    ConsentSigned,
    ConsentWithdrawn,
    CorporateAssessed,
    Event,
    KnowledgeAssessed,
    Recorded,
    Subject,
)
from ledger.instants import Instant
from projections.change import Change, Key, put
from projections.exact import ExactAmount, Nanoseconds
from projections.tally import Tally

table = Table(
    "client_classification",
    MetaData(),
    Column("client", Text, primary_key=True),
    Column("kind", Text),
    Column("sequence", BigInteger),
    Column("classification", Text),
    Column("legal_basis", Text),
    Column("basis", Text),
    Column("basis_amount", ExactAmount),
    Column("threshold", ExactAmount),
    Column("relevant_date", Text),
    Column("evidence", Text),
    Column("notice", Text),
    Column("assessor", Text),
    Column("assessor_function", Text),
    Column("valid_from", Nanoseconds),
    Column("valid_until", Nanoseconds),
    Column("confirmed_at", Nanoseconds),
    Column("confirmation", Text),
    Column("assessed_at", Nanoseconds),
    Column("assessed_until", Nanoseconds),
    Column("consented_at", Nanoseconds),
    Column("consent", Text),
    Column("consent_withdrawn_at", Nanoseconds),
    Column("virtual_assets_route", Text),
    Column("virtual_assets_evidence", Text),
    Column("virtual_assets_at", Nanoseconds),
    Column("derivatives_route", Text),
    Column("derivatives_evidence", Text),
    Column("derivatives_at", Nanoseconds),
    Column("ceased_at", Nanoseconds),
)

memory = Table(
    "client_classification_memory",
    MetaData(),
    Column("client", Text, primary_key=True),
    Column("standing", Text, nullable=False),
)

_names = table.columns.keys()
OF_A_CLASSIFICATION = _names[_names.index("sequence") : _names.index("assessed_at")]
"""The columns that say what the classification says that began last, and its confirmation."""

CLIENT_EVENTS = (
    ClientAdmitted,
    ClientCeased,
    ClientClassified,
    ClassificationConfirmed,
    ClassificationCorrected,
    CorporateAssessed,
    ConsentSigned,
    ConsentWithdrawn,
    KnowledgeAssessed,
)


class Classification(msgspec.Struct, frozen=True, gc=False):
    """A classification that no correction took away, and its latest confirmation."""

    sequence: int
    said: ClientClassified
    valid_until: Instant | None
    assessor: str | None
    assessor_function: str | None
    confirmed_at: Instant | None = None
    confirmation: str | None = None


Standing = tuple[Classification, ...]
_read = msgspec.json.Decoder(Standing).decode


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand what was said of a client to him."""
    event = recorded.event
    if isinstance(event, CLIENT_EVENTS):
        yield (event.client,), recorded


def step(state: tuple[str] | None, recorded: Recorded) -> tuple[tuple[str], tuple[Change, ...]]:
    """Remember all classifications that stand, so that a correction shows the one before it."""
    standing = _read(state[0]) if state else ()
    match recorded.event:
        case ClientClassified() as event:
            standing = (*standing, _classified(event, recorded))
        case ClassificationConfirmed() as event:
            standing = _confirmed(standing, event, recorded.at)
        case ClassificationCorrected() as event:
            standing = tuple(c for c in standing if c.sequence != recorded.corrects)
        case event:
            return state or ("[]",), tuple(_status(event, recorded.at))
    return (msgspec.json.encode(standing).decode(),), (_shown(event.client, standing),)


def _classified(event: ClientClassified, recorded: Recorded) -> Classification:
    request = recorded.request
    return Classification(
        sequence=recorded.sequence,
        said=event,
        valid_until=event.valid_until,
        assessor=request.actor.id if request else None,
        assessor_function=request.actor.role if request else None,
    )


def _confirmed(standing: Standing, event: ClassificationConfirmed, at: Instant) -> Standing:
    """Let the classification that had begun last hold until later."""
    begun = [c for c in standing if c.said.valid_from <= at]
    if not begun:
        return standing
    confirmed = replace(
        max(begun, key=_beginning),
        valid_until=event.valid_until,
        confirmed_at=at,
        confirmation=event.evidence,
    )
    return tuple(confirmed if c.sequence == confirmed.sequence else c for c in standing)


def _beginning(classification: Classification) -> tuple[Instant, int]:
    return classification.said.valid_from, classification.sequence


def _shown(client: str, standing: Standing) -> Change:
    """Show the classification that begins last, or that there is none any more."""
    if not standing:
        return put(table, client=client, **dict.fromkeys(OF_A_CLASSIFICATION))
    latest = max(standing, key=_beginning)
    said = latest.said
    return put(
        table,
        client=client,
        sequence=latest.sequence,
        classification=said.classification.value,
        legal_basis=said.legal_basis,
        basis=None if said.basis is None else said.basis.value,
        basis_amount=said.amount,
        threshold=said.threshold,
        relevant_date=said.relevant_date,
        evidence=said.evidence,
        notice=said.notice,
        assessor=latest.assessor,
        assessor_function=latest.assessor_function,
        valid_from=said.valid_from,
        valid_until=latest.valid_until,
        confirmed_at=latest.confirmed_at,
        confirmation=latest.confirmation,
    )


def _status(event: Event, at: Instant) -> Iterator[Change]:
    """Show what a client has beside his classification."""
    match event:
        case ClientAdmitted(client=client, kind=kind):
            yield put(table, client=client, kind=kind.value)
        case ClientCeased(client=client):
            yield put(table, client=client, ceased_at=at)
        case CorporateAssessed(client=client, valid_until=until):
            yield put(table, client=client, assessed_at=at, assessed_until=until)
        case ConsentSigned(client=client, document=document):
            yield put(
                table, client=client, consent=document, consented_at=at, consent_withdrawn_at=None
            )
        case ConsentWithdrawn(client=client):
            yield put(table, client=client, consent_withdrawn_at=at)
        case KnowledgeAssessed() as found:
            yield _known(found, at)


def _known(found: KnowledgeAssessed, at: Instant) -> Change:
    if found.subject is Subject.VIRTUAL_ASSETS:
        return put(
            table,
            client=found.client,
            virtual_assets_route=found.route.value,
            virtual_assets_evidence=found.evidence,
            virtual_assets_at=at,
        )
    return put(
        table,
        client=found.client,
        derivatives_route=found.route.value,
        derivatives_evidence=found.evidence,
        derivatives_at=at,
    )


view = Tally("client_classification", table, version=1, memory=memory, parts=parts, step=step)
