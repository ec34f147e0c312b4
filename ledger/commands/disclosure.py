"""Commands about disclosures: published, shown, acknowledged."""

from pydantic import Field

from ledger.commands.command import (
    Command,
    DatedChange,
    Digest,
    Identifier,
)
from ledger.events import Function, Language

SHOWING = frozenset({Function.DEALING, Function.OPERATIONS, Function.COMPLIANCE})


class PublishDisclosure(DatedChange):
    """Publish the next version of a document; a `material` one asks every client again.

    `texts` holds the SHA-256 of the text by language.
    """

    STREAM = "document"
    FUNCTIONS = frozenset({Function.COMPLIANCE, Function.MANAGEMENT})

    document: Identifier
    version: int = Field(gt=0)
    texts: dict[Language, Digest] = Field(min_length=1)
    material: bool


class ShowDisclosure(Command):
    """Note that a client was shown the version of a document that applies, in a language."""

    STREAM = "client"
    FUNCTIONS = SHOWING

    client: Identifier
    document: Identifier
    version: int = Field(gt=0)
    language: Language
    channel: Identifier = "web"


class AcknowledgeDisclosure(Command):
    """Note that a client acknowledged the version that he was shown last."""

    STREAM = "client"
    FUNCTIONS = SHOWING

    client: Identifier
    document: Identifier
    version: int = Field(gt=0)
    channel: Identifier = "web"
