"""Acknowledgments: what a client was shown of a document, and what he then acknowledged of it."""

from ledger.client import Client, absent
from ledger.commands import AcknowledgeDisclosure, ShowDisclosure
from ledger.disclosure import Document
from ledger.events import DisclosureAcknowledged, DisclosureShown, Draft, Language
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation


@upholds("R68")
def show(situation: Situation, command: ShowDisclosure) -> list[Draft]:
    """Note that a client was shown the version that applies, in a language it is published in."""
    if refusal := _not_current(situation, command):
        return refusal
    version = situation.of(Document, command.document).version(situation.now)
    assert version is not None
    if command.language not in version.languages:
        published = " or ".join(sorted(version.languages))
        return refuse(command, Reason.LANGUAGE_MISSING, limit=published, attempted=command.language)
    event = DisclosureShown(
        client=command.client,
        document=command.document,
        version=command.version,
        language=command.language,
        channel=command.channel,
    )
    return [Draft(command.stream(), event)]


@upholds("R68")
def acknowledge(situation: Situation, command: AcknowledgeDisclosure) -> list[Draft]:
    """Note that a client acknowledged the version that applies, which he was shown last."""
    if refusal := _not_current(situation, command):
        return refusal
    shown = situation.of(Client, command.client).shown.get(command.document)
    if shown is None or shown[0] != command.version:
        last = None if shown is None else shown[0]
        return refuse(command, Reason.NEVER_SHOWN, limit=last, attempted=command.version)
    version, language, shown_at = shown
    event = DisclosureAcknowledged(
        client=command.client,
        document=command.document,
        version=version,
        language=Language(language),
        shown_at=shown_at,
        channel=command.channel,
    )
    return [Draft(command.stream(), event)]


def _not_current(
    situation: Situation, command: ShowDisclosure | AcknowledgeDisclosure
) -> list[Draft]:
    """Refuse where there is no such client, or where not this version of the document applies."""
    if (reason := absent(situation.of(Client, command.client))) is not None:
        return refuse(command, reason, attempted=command.client)
    version = situation.of(Document, command.document).version(situation.now)
    if version is None:
        return refuse(command, Reason.DOCUMENT_UNKNOWN, attempted=command.document)
    if version.number != command.version:
        limit, attempted = version.number, command.version
        return refuse(command, Reason.VERSION_NOT_CURRENT, limit=limit, attempted=attempted)
    return []


RULES: Rules = {ShowDisclosure: show, AcknowledgeDisclosure: acknowledge}
