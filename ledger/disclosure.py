"""Disclosures: a document's versions, and which of them a client must have acknowledged."""

import msgspec

from ledger.events import (
    DisclosurePublished,
    Language,
    Recorded,
)
from ledger.instants import Instant
from ledger.situation import State
from ledger.timeline import Timeline, in_force, with_value


class Version(msgspec.Struct, frozen=True, gc=False):
    """A version of a document; whoever acknowledged `asked_since` or later need not be asked."""

    number: int
    languages: tuple[Language, ...]
    asked_since: int


class Document(State, frozen=True):
    """All that a decision may know of a document: its versions by the date they apply from."""

    STREAM = "document"

    latest: int = 0
    asked_since: int = 0
    timeline: Timeline[Version] = ()

    def version(self, now: Instant) -> Version | None:
        """Give the version that applies; None before the first."""
        return in_force(self.timeline, now)


def evolve(state: Document, recorded: Recorded) -> Document:
    """Transcribe an event into the state."""
    match recorded.event:
        case DisclosurePublished() as published:
            asked_since = published.version if published.material else state.asked_since
            version = Version(published.version, tuple(published.texts), asked_since)
            timeline = with_value(state.timeline, published.effective_from, version)
            return Document(published.version, asked_since, timeline)
        case _:
            return state
