"""What every client was shown of which document and version, and what of it he acknowledged."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from ledger.events import (
    DisclosureAcknowledged,
    DisclosurePublished,
    DisclosureShown,
    Event,
    Recorded,
)
from ledger.instants import Instant
from projections.change import Change, Key, put
from projections.exact import Nanoseconds
from projections.tally import Tally

# `shown` and `acknowledged` are the sequences of the records that say so.
table = Table(
    "disclosures",
    MetaData(),
    Column("client", Text, primary_key=True),
    Column("document", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applies_from", Nanoseconds),
    Column("material", Text),
    Column("shown", BigInteger),
    Column("shown_at", Nanoseconds),
    Column("language", Text),
    Column("channel", Text),
    Column("acknowledged", BigInteger),
    Column("acknowledged_at", Nanoseconds),
    Column("acknowledged_language", Text),
    Column("acknowledged_channel", Text),
    Column("acknowledged_shown_at", Nanoseconds),
)

memory = Table(
    "disclosures_memory",
    MetaData(),
    Column("document", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applies_from", Nanoseconds),
    Column("material", Text),
)

Published = tuple[Instant | None, str | None]
"""From when on a version of a document applies, and whether it asks all clients again."""


def parts(recorded: Recorded) -> Iterator[tuple[Key, Recorded]]:
    """Hand what was said of a version of a document to it."""
    event = recorded.event
    if isinstance(event, DisclosurePublished | DisclosureShown | DisclosureAcknowledged):
        yield (event.document, event.version), recorded


def step(state: Published | None, recorded: Recorded) -> tuple[Published, tuple[Change, ...]]:
    """Remember what was published, and show it to each client who was shown it."""
    match recorded.event:
        case DisclosurePublished() as published:
            return (published.effective_from, "yes" if published.material else "no"), ()
        case event:
            known = state or (None, None)
            return known, tuple(_shown(known, event, recorded))


def _shown(known: Published, event: Event, recorded: Recorded) -> Iterator[Change]:
    applies_from, material = known
    match event:
        case DisclosureShown() as shown:
            yield put(
                table,
                client=shown.client,
                document=shown.document,
                version=shown.version,
                applies_from=applies_from,
                material=material,
                shown=recorded.sequence,
                shown_at=recorded.at,
                language=shown.language.value,
                channel=shown.channel,
            )
        case DisclosureAcknowledged() as acknowledged:
            yield put(
                table,
                client=acknowledged.client,
                document=acknowledged.document,
                version=acknowledged.version,
                acknowledged=recorded.sequence,
                acknowledged_at=recorded.at,
                acknowledged_language=acknowledged.language.value,
                acknowledged_channel=acknowledged.channel,
                acknowledged_shown_at=acknowledged.shown_at,
            )


view = Tally("disclosures", table, version=1, memory=memory, parts=parts, step=step)
