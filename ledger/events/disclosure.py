"""Events of disclosures: what clients must be told, in which words, and who has acknowledged it."""

from enum import StrEnum

from ledger.events.approval import Approved
from ledger.events.event import Event
from ledger.instants import Instant


class Language(StrEnum):
    """The languages in which records and disclosures are kept (SFC VATP Guidelines 14.4)."""

    ENGLISH = "en"
    CHINESE = "zh"


class DisclosurePublished(Approved, frozen=True):
    """A version of a document applies from `effective_from` on; a material one asks all again.

    `texts` holds the SHA-256 of the text by language. Versions of a document count 1, 2, 3 ...
    `asked_since` is what follows for clients: whoever has acknowledged no version from that one on
    is asked.
    """

    document: str
    version: int
    texts: dict[Language, str]
    material: bool
    asked_since: int
    effective_from: Instant


class DisclosureShown(Event, frozen=True):
    """A client was shown a version of a document in a language."""

    client: str
    document: str
    version: int
    language: Language
    channel: str


class DisclosureAcknowledged(Event, frozen=True):
    """A client acknowledged what he was shown at `shown_at`."""

    client: str
    document: str
    version: int
    language: Language
    shown_at: Instant
    channel: str
