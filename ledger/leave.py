"""Leave: whether somebody may give a command, asked before anything is recorded.

A refusal by a rule would stand under the id of each command, and sending them again could not mend
it.
"""

import time

from ledger.access import barred
from ledger.commands import Command
from ledger.events import CommandRejected, Draft
from ledger.instants import Instant
from ledger.log.log import Log
from ledger.mirrors import state_of
from ledger.situation import Situation


def refusal_of(log: Log, command: Command) -> CommandRejected | None:
    """Give the refusal that a command would meet for who gives it; None where he may."""
    streams = ("access", f"entity-{command.legal_entity}", command.stream())
    states = {stream: state_of(log, stream) for stream in streams}
    match barred(Situation(Instant(time.time_ns()), states), command):
        case [Draft(event=CommandRejected() as refused), *_]:
            return refused
        case _:
            return None
