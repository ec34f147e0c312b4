"""Who may trade a product at a moment, and what stands against all others.

The states are folded from the log in the order of the moment's clock, and the same controls that
every order passes are asked, with the same words. What depends on the figures of an order, how much
it would expose the client to, cannot be said without one, and does not count here.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from ledger.account import Account
from ledger.controls import Finding, findings
from ledger.controls.attempt import Attempt
from ledger.decider import evolve, initial_state
from ledger.events import Recorded
from ledger.instants import Instant
from ledger.log.reader import LogReader
from ledger.reasons import Reason
from ledger.situation import Situation, State
from projections.replay import Moment, pages_until


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


class States(dict[str, State]):
    """States by stream; one that nothing has happened to is as it begins."""

    def __missing__(self, stream: str) -> State:
        return initial_state(stream)


def eligible(
    reader: LogReader, product: str, moment: Moment, now: Instant, *, solicited: bool = False
) -> Iterator[Answer]:
    """Answer for every account of a client, sorted by account.

    `now` is the time that the controls compare terms with; `solicited` asks what must hold for a
    trade to which the client was solicited.
    """
    states = fold_states(pages_until(reader, moment))
    situation = Situation(now, states)
    for name, client in sorted(_accounts_of_clients(states.values())):
        attempt = Attempt(situation, account_id=name, product_id=product, solicited=solicited)
        against = [f for f in findings(attempt) if f.refuses and not _of_an_order(f)]
        missing = tuple(finding.breach.reason for finding in against)
        yield Answer(name, client, _may(against), missing)


def fold_states(pages: Iterable[Sequence[Recorded]]) -> States:
    """Fold records, in the order in which they come, into the states of their streams."""
    states = States()
    for page in pages:
        for recorded in page:
            states[recorded.stream] = evolve(states[recorded.stream], recorded)
    return states


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
