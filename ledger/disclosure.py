"""Disclosures: a document's versions, and which of them a client must have acknowledged."""

import msgspec

from ledger.commands import PublishDisclosure
from ledger.events import DisclosurePublished, Draft, Language, Recorded
from ledger.instants import Instant
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State
from ledger.timeline import Timeline, in_force, with_end


class Version(msgspec.Struct, frozen=True, gc=False):
    """A version of a document; whoever acknowledged `asked_since` or later need not be asked."""

    number: int
    languages: tuple[Language, ...]
    asked_since: int


class Document(State, frozen=True):
    """All that a decision may know of a document: its versions by the date they apply from.

    From where a version applies, no earlier one does. `asked_since` is what the last one says,
    also before it applies.
    """

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
            number, asked_since = published.version, published.asked_since
            version = Version(number, tuple(published.texts), asked_since)
            timeline = with_end(state.timeline, published.effective_from, version)
            return Document(number, asked_since, timeline)
        case _:
            return state


@upholds("R32", "R68")
def publish(situation: Situation, command: PublishDisclosure) -> list[Draft]:
    """Publish the next version of a document; a material one, and the first, asks everybody."""
    assert situation.approval is not None
    document = situation.of(Document, command.document)
    following = document.latest + 1
    if command.version != following:
        return refuse(command, Reason.VERSION_NOT_NEXT, limit=following, attempted=command.version)
    asks = command.material or document.latest == 0
    event = DisclosurePublished(
        document=command.document,
        version=command.version,
        texts=command.texts,
        material=command.material,
        asked_since=command.version if asks else document.asked_since,
        effective_from=situation.effective_from(command),
        approval=situation.approval,
    )
    return [situation.change(command, event)]


RULES: Rules = {PublishDisclosure: publish}
