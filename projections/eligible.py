"""Who may trade a product at a moment, and what stands against all others.

The same controls that every order passes are asked, with the same words, of the states as of the
moment. What depends on the figures of an order, how much it would expose the client to, cannot be
said without one, and does not count here.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ledger.controls import Finding, findings
from ledger.controls.attempt import Attempt
from ledger.decider import States, evolve
from ledger.events import Recorded
from ledger.holding import Account
from ledger.instants import Instant
from ledger.log.reader import LogReader
from ledger.reasons import Reason
from ledger.situation import Situation, State
from projections.replay import AsKnown, Moment


class May(StrEnum):
    """How far an account may go in a product."""

    INCREASE = "increase"
    REDUCE = "reduce"
    NOTHING = "nothing"


class Answer(NamedTuple):
    """What an account may do, and every reason that stands against an increase, in order."""

    account: str
    client: str
    may: May
    missing: tuple[Reason, ...]


def eligible(
    reader: LogReader, product: str, moment: Moment, now: Instant, *, solicited: bool = False
) -> Iterator[Answer]:
    """Answer for every account of a client, sorted by account.

    `now` is the time that the controls compare terms with; `solicited` asks what must hold for a
    trade to which the client was solicited.
    """
    states = states_at(reader, moment)
    situation = Situation(now, states)
    for name, client in sorted(_accounts_of_clients(states.values())):
        attempt = Attempt(situation, account_id=name, product_id=product, solicited=solicited)
        against = [f for f in findings(attempt) if f.refuses and not _of_an_order(f)]
        missing = tuple(finding.breach.reason for finding in against)
        yield Answer(name, client, _may(against), missing)


def states_at(reader: LogReader, moment: Moment) -> States:
    """Fold the records up to a moment into the states of their streams, in order of sequence.

    That is so on either clock; on the clock `at`, whatever takes effect later is left out. A view
    on that clock reads by (at, sequence), since its rows tell what happened in the order in which
    it did. A state tells what a decision sees, and each decision was taken in sight of all that
    was recorded before it, also of what was planned for later: a withdrawal ends the terms that
    were planned when it was decided, and a correction takes back what stood then. Read by `at`,
    a plan that was given up would come after what gave it up, and stand.
    """
    states = States()
    for page in _recorded_until(reader, moment):
        for recorded in page:
            states[recorded.stream] = evolve(states[recorded.stream], recorded)
    return states


def _recorded_until(reader: LogReader, moment: Moment) -> Iterator[Sequence[Recorded]]:
    if isinstance(moment, AsKnown):
        return reader.read(upto=moment.sequence)
    pages = reader.read(upto=moment.known)
    return ([recorded for recorded in page if recorded.at <= moment.at] for page in pages)


def _accounts_of_clients(states: Iterable[State]) -> Iterator[tuple[str, str]]:
    for state in states:
        if isinstance(state, Account) and state.client is not None:
            yield state.name, state.client


def _of_an_order(finding: Finding) -> bool:
    """Tell whether a control only says that nobody stated what an order would expose to."""
    return finding.breach.reason is Reason.EXPOSURE_UNSTATED


def _may(against: Sequence[Finding]) -> May:
    if not against:
        return May.INCREASE
    return May.NOTHING if any(f.control.binds_reducing for f in against) else May.REDUCE
