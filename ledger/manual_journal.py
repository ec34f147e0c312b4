"""Manual journals: what no other rule books, line by line, by two people and in balance.

A journal may count from a moment in the past. What its accounts hold now must bear it; what they
held in between is not gone over, and may be shown below zero there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ledger.account import unusable
from ledger.asset import Asset, misfit
from ledger.chart import HOLDERS, Segregation
from ledger.commands import JournalLine, PostJournal
from ledger.events import Draft, JournalOpened, JournalPosted, Purpose, Recorded
from ledger.funds import held_back, releasable
from ledger.holding import Account
from ledger.instants import write_instant
from ledger.journal import imbalance, postings
from ledger.margin_book import book_of
from ledger.numbers import ZERO, add, negate, write_amount
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.requirements import upholds
from ledger.situation import Rules, Situation, State

CROSSING = frozenset({Purpose.SETTLEMENT, Purpose.FEE_OWED, Purpose.CLIENT_INSTRUCTION})
"""For what client money may leave its class (Guidelines 10.6(b), 10.11(d))."""

PRECEDENCE = tuple(Reason)


class Journal(State, frozen=True):
    """All that a decision may know of a manual journal: whether there is one of this id."""

    STREAM = "journal"

    opened: bool = False


class Fault(NamedTuple):
    """What is wrong with a journal, as a refusal says it."""

    reason: Reason
    limit: object = None
    attempted: object = None


def evolve(state: Journal, recorded: Recorded) -> Journal:
    """Transcribe an event into the state."""
    return replace(state, opened=True) if isinstance(recorded.event, JournalOpened) else state


@upholds("R40")
def post(situation: Situation, command: PostJournal) -> list[Draft]:
    """Post every line through CLEARING, or none: holders' on their accounts, all others here."""
    assert situation.approval is not None
    entries = [
        JournalPosted(
            journal=command.journal,
            line=number,
            owner=line.owner,
            segregation=line.segregation,
            asset=line.asset,
            amount=line.amount,
            purpose=command.purpose,
            reason=command.reason,
            approval=situation.approval,
        )
        for number, line in enumerate(command.lines, start=1)
    ]
    faults = _faults(situation, command, entries)
    if fault := min(faults, key=_place, default=None):
        return refuse(command, fault.reason, limit=fault.limit, attempted=fault.attempted)
    opened = JournalOpened(
        journal=command.journal,
        purpose=command.purpose,
        reason=command.reason,
        lines=len(entries),
        approval=situation.approval,
    )
    posted = [Draft(_stream(command, e), e, at=command.effective_from) for e in entries]
    return [situation.change(command, opened), *posted]


def _stream(command: PostJournal, entry: JournalPosted) -> str:
    return f"account-{entry.owner}" if entry.segregation in HOLDERS else command.stream()


def _place(fault: Fault) -> int:
    return PRECEDENCE.index(fault.reason)


def _faults(
    situation: Situation, command: PostJournal, entries: list[JournalPosted]
) -> Iterator[Fault]:
    """Say everything that is wrong; the reason that comes first in precedence wins."""
    due = situation.effective_from(command)
    if due > situation.now:
        limit, attempted = write_instant(situation.now), write_instant(due)
        yield Fault(Reason.AT_IN_FUTURE, limit, attempted)
    for place, line in enumerate(command.lines):
        yield from _faults_of_line(situation, line, command.lines[:place])
    if excess := _crossed(command.purpose, entries):
        yield Fault(Reason.SEGREGATION_CROSSED, Segregation.CLIENT_TRUST, excess)
    if excess := _excess(entries):
        yield Fault(Reason.JOURNAL_UNBALANCED, ZERO, excess)
    if situation.of(Journal, command.journal).opened:
        yield Fault(Reason.JOURNAL_EXISTS, attempted=command.journal)
    named = Counter((line.segregation, line.owner, line.asset) for line in command.lines)
    for (_, owner, asset), times in named.items():
        if times > 1:
            yield Fault(Reason.LINE_DOUBLED, 1, f"{owner} {asset}")


def _faults_of_line(
    situation: Situation, line: JournalLine, before: Sequence[JournalLine]
) -> Iterator[Fault]:
    """Say what is wrong with a line, once those before it are booked."""
    asset = situation.of(Asset, line.asset)
    if reason := misfit(asset, line.amount):
        yield Fault(reason, asset.scale, line.amount)
    if line.segregation not in HOLDERS:
        return
    account = situation.of(Account, line.owner)
    if reason := unusable(account):
        yield Fault(reason, attempted=line.owner)
    elif account.segregation is not line.segregation:
        yield Fault(Reason.SEGREGATION_CROSSED, account.segregation, line.segregation)
    if line.amount < ZERO:
        account, wanted = _after(account, before), negate(line.amount)
        found = book_of(situation, account)
        if lack := held_back(found, line.asset):
            yield Fault(lack.reason, attempted=lack.attempted)
        available = releasable(account, found.book, line.asset, wanted)
        if wanted > available:
            yield Fault(Reason.INSUFFICIENT_FUNDS, available, wanted)


def _after(account: Account, lines: Iterable[JournalLine]) -> Account:
    """Give an account as it is once some lines are booked on it."""
    balances = dict(account.balances)
    for line in lines:
        if (line.owner, line.segregation) == (account.name, account.segregation):
            balances[line.asset] = add(balances.get(line.asset, ZERO), line.amount)
    return replace(account, balances=balances)


def _crossed(purpose: Purpose, entries: list[JournalPosted]) -> str | None:
    """Say how much client money leaves its class or enters it, where the purpose allows none."""
    if purpose in CROSSING:
        return None
    apart = {Segregation.CLIENT_TRUST}
    if purpose is Purpose.SUSPENSE_CLEARED:
        apart.add(Segregation.SUSPENSE)
    touched = {e.asset for e in entries if e.segregation is Segregation.CLIENT_TRUST}
    return _excess(e for e in entries if e.segregation in apart and e.asset in touched)


def _excess(entries: Iterable[JournalPosted]) -> str | None:
    """Say what is left over of the first asset that does not balance, debit positive."""
    legs = tuple(postings(entry)[0] for entry in entries)
    left = sorted(imbalance(legs).items())
    return f"{write_amount(left[0][1])} {left[0][0]}" if left else None


RULES: Rules = {PostJournal: post}
