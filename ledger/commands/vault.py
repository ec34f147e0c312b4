"""Commands about the vault: opened, by whom and why."""

from ledger.commands.command import Command, Digest, Identifier, Text
from ledger.events import Function


class OpenSealed(Command):
    """Ask to read an `item` that is sealed in the vault about a subject, such as `client-C1`."""

    STREAM = "subject"
    FUNCTIONS = frozenset({Function.OPERATIONS, Function.COMPLIANCE, Function.AUDIT})
    BOOKS = True

    subject: Identifier
    item: Digest
    reason: Text
