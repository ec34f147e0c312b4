"""Events of the vault: who looked at what is sealed there, and why."""

from ledger.events.event import Event


class SealedOpened(Event, frozen=True):
    """An actor was let read what is sealed about a subject, such as `client-C1`.

    `item` is its reference in the vault; what it says stands nowhere in the log.
    """

    subject: str
    item: str
    reason: str
