"""The mirrors in a ledger, as an import finds them: which there are, and where each stands."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ledger.adapters import UsersAdapter
from ledger.decider import evolve, initial_state
from ledger.errors import Misconfigured
from ledger.events import ExecutionKind, MirrorAccountOpened, VenueExecution
from ledger.holding import Account
from ledger.instants import Instant
from ledger.log.log import Log
from ledger.log.reader import LogReader
from ledger.situation import State
from ledger.vault import Vault

PSEUDONYM_DIGITS = 24


class Mirror(NamedTuple):
    """A mirror as it stands: its state, and when a position of an instrument was taken over."""

    state: Account
    taken: Mapping[str, Instant]


def state_of(log: Log, stream: str) -> State:
    """Fold a stream as it stands now."""
    state = initial_state(stream)
    for recorded in log.stream(stream):
        state = evolve(state, recorded)
    return state


def fold_mirror(log: Log, account: str, venue: str) -> Mirror:
    """Fold an account that mirrors a venue, or is to. Raises `Misconfigured` for any other."""
    stream = f"account-{account}"
    state = initial_state(stream)
    taken: dict[str, Instant] = {}
    for recorded in log.stream(stream):
        state = evolve(state, recorded)
        event = recorded.event
        if isinstance(event, VenueExecution) and event.kind is ExecutionKind.OPENING_POSITION:
            taken[event.instrument] = recorded.at
    assert isinstance(state, Account)
    if state.segregation is not None and state.mirror_of != venue:
        raise Misconfigured(f"account {account} is no mirror of {venue}: choose another --account")
    return Mirror(state, taken)


def pseudonyms(
    log: LogReader, vault: Vault, adapter: UsersAdapter, users: Iterable[str], *, may_be_new: bool
) -> dict[str, str]:
    """Give each user of a venue the account that mirrors him, which does not tell who he is.

    It is made of a digest that is keyed by the vault, so nobody else can try it with a wallet that
    he knows; another vault would make other accounts of the same users. Raises `Misconfigured` for
    one that did not import what the log has, or where it has none and users may not be new;
    `Unreadable` where the key for the venue was destroyed.
    """
    subject = f"venue-{adapter.name}"
    if vault.has_key(subject) is None:
        if next(_mirrors(log, adapter.name), None):
            remedy = "name the one with which they were imported: see LEDGER_VAULT"
            raise Misconfigured(f"this vault does not know the users of {adapter.name}: {remedy}")
        if not may_be_new:
            raise Misconfigured(f"no account mirrors {adapter.name}: import its file first")
    names = list(users)
    digests = vault.digests(subject, [name.encode() for name in names])
    shortened = (adapter.prefix + digest[:PSEUDONYM_DIGITS] for digest in digests)
    return dict(zip(names, shortened, strict=True))


def mirror_of(log: LogReader, venue: str, remedy: str) -> str:
    """Find the one account that mirrors a venue.

    Raises `Misconfigured` for none, with the remedy, or several.
    """
    found = list(_mirrors(log, venue))
    if len(found) == 1:
        return found[0]
    if not found:
        raise Misconfigured(f"no account mirrors {venue}: {remedy}")
    names = ", ".join(found)
    raise Misconfigured(f"several accounts mirror {venue}: say which with --account: {names}")


def _mirrors(log: LogReader, venue: str) -> Iterator[str]:
    for page in log.read():
        for recorded in page:
            event = recorded.event
            if isinstance(event, MirrorAccountOpened) and event.venue == venue:
                yield event.account
