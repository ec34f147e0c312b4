"""What every client is classified as, on what grounds, and what he was found to know.

One row per client, as of the last record about him: what is recorded by then and begins later is
shown beside it as the next, also once it has begun, until something else is recorded of him. It
says what was recorded, also where its term is over: who may trade at a moment is what
`ledger eligibility` answers.

On the clock `at` too, what was said of classifications counts in the order in which it was
recorded, as it does for decisions: a confirmation prolongs what stood when it was given.
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
from projections.change import Change, Key, Value, put
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
    Column("next_classification", Text),
    Column("next_from", Nanoseconds),
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
    Column("remembered", Text, nullable=False),
)

_names = table.columns.keys()
OF_A_CLASSIFICATION = _names[_names.index("sequence") : _names.index("assessed_at")]
"""The columns about the classification that began last, its confirmation, and the next one."""

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


class Classification(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A classification, as confirmed last."""

    sequence: int
    said: ClientClassified
    valid_until: Instant | None
    assessor: str | None
    assessor_function: str | None
    confirmed_at: Instant | None = None
    confirmation: str | None = None


class Confirmation(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A confirmation of the classification that had begun last at that moment."""

    sequence: int
    at: Instant
    said: ClassificationConfirmed


class Correction(msgspec.Struct, frozen=True, gc=False, tag=True):
    """A correction, which takes the classification away that was recorded as `corrects`."""

    sequence: int
    corrects: int | None


class Remembered(msgspec.Struct, frozen=True, gc=False):
    """What was said of a client's classifications, by sequence, and when he was last recorded."""

    said: tuple[Classification | Confirmation | Correction, ...] = ()
    recorded_at: Instant = Instant(0)


Standing = tuple[Classification, ...]
_read = msgspec.json.Decoder(Remembered).decode


def parts(recorded: Recorded) -> Iterator[tuple[Key, tuple[str, Recorded]]]:
    """Hand what was said of a client to him."""
    event = recorded.event
    if isinstance(event, CLIENT_EVENTS):
        yield (event.client,), (event.client, recorded)


def step(
    state: tuple[str] | None, part: tuple[str, Recorded]
) -> tuple[tuple[str], tuple[Change, ...]]:
    """Remember all that was said of classifications, and show what follows from it."""
    client, recorded = part
    known = _read(state[0]) if state else Remembered()
    said = sorted((*known.said, *_said(recorded)), key=lambda one: one.sequence)
    last = max(known.recorded_at, recorded.recorded_at)
    remembered = Remembered(tuple(said), last)
    changes = (*_status(recorded.event, recorded.at), _shown(client, remembered))
    return (msgspec.json.encode(remembered).decode(),), changes


def _said(recorded: Recorded) -> Iterator[Classification | Confirmation | Correction]:
    request = recorded.request
    match recorded.event:
        case ClientClassified() as event:
            yield Classification(
                sequence=recorded.sequence,
                said=event,
                valid_until=event.valid_until,
                assessor=request.actor.id if request else None,
                assessor_function=request.actor.role if request else None,
            )
        case ClassificationConfirmed() as event:
            yield Confirmation(recorded.sequence, recorded.at, event)
        case ClassificationCorrected():
            yield Correction(recorded.sequence, recorded.corrects)


def _standing(remembered: Remembered) -> Standing:
    """Give the classifications that no correction took away, each as confirmed last."""
    standing: Standing = ()
    for said in remembered.said:
        match said:
            case Classification():
                standing = (*standing, said)
            case Confirmation():
                standing = _confirmed(standing, said)
            case Correction(corrects=corrects):
                standing = tuple(c for c in standing if c.sequence != corrects)
    return standing


def _confirmed(standing: Standing, confirmation: Confirmation) -> Standing:
    """Let the classification that had begun last hold until later."""
    begun = [c for c in standing if c.said.valid_from <= confirmation.at]
    if not begun:
        return standing
    confirmed = replace(
        max(begun, key=_beginning),
        valid_until=confirmation.said.valid_until,
        confirmed_at=confirmation.at,
        confirmation=confirmation.said.evidence,
    )
    return tuple(confirmed if c.sequence == confirmed.sequence else c for c in standing)


def _beginning(classification: Classification) -> tuple[Instant, int]:
    return classification.said.valid_from, classification.sequence


def _shown(client: str, remembered: Remembered) -> Change:
    """Show the classification that has begun last, and the one that begins next, if any."""
    standing, now = _standing(remembered), remembered.recorded_at
    begun = [c for c in standing if c.said.valid_from <= now]
    coming = [c for c in standing if c.said.valid_from > now]
    shown: dict[str, Value] = dict.fromkeys(OF_A_CLASSIFICATION)
    if begun:
        shown |= _columns(max(begun, key=_beginning))
    if coming:
        first = min(c.said.valid_from for c in coming)
        following = max((c for c in coming if c.said.valid_from == first), key=_beginning)
        shown["next_classification"] = following.said.classification.value
        shown["next_from"] = first
    return put(table, client=client, **shown)


def _columns(latest: Classification) -> dict[str, Value]:
    said = latest.said
    return {
        "sequence": latest.sequence,
        "classification": said.classification.value,
        "legal_basis": said.legal_basis,
        "basis": None if said.basis is None else said.basis.value,
        "basis_amount": said.amount,
        "threshold": said.threshold,
        "relevant_date": said.relevant_date,
        "evidence": said.evidence,
        "notice": said.notice,
        "assessor": latest.assessor,
        "assessor_function": latest.assessor_function,
        "valid_from": said.valid_from,
        "valid_until": latest.valid_until,
        "confirmed_at": latest.confirmed_at,
        "confirmation": latest.confirmation,
    }


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


view = Tally("client_classification", table, version=2, memory=memory, parts=parts, step=step)
