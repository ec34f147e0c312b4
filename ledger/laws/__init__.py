"""The laws that the log and the books obey, each named, each with its figure, in one pass.

A law observes every record once, in order, and then says whether it held. It never repairs.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from ledger.errors import LogCorrupted
from ledger.events import Recorded
from ledger.journal import Legs, postings
from ledger.laws.of_books import Balanced, Clearing, Funded, Outside, Stated
from ledger.laws.of_calls import Calls
from ledger.laws.of_changes import Approvals
from ledger.laws.of_exemptions import Exemptions
from ledger.laws.of_funding import FundingPaid
from ledger.laws.of_liquidations import Liquidations
from ledger.laws.of_log import Canonical, Columns, Commands, Contiguous, Onward, Versions
from ledger.laws.of_margin import Evaluations
from ledger.laws.of_prices import Prices
from ledger.laws.of_stamps import Stamps
from ledger.laws.of_trading import Orders, Positions
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head

PAGE = 2_000


class Verdict(NamedTuple):
    """What came of one law: its name, whether it held, its figure, and the first breach.

    `listed` is what it found to tell beside, such as every override.
    """

    law: str
    holds: bool
    figure: str
    breach: str | None = None
    listed: tuple[str, ...] = ()


class Law(Protocol):
    """Something that must hold over the whole log, up to the head at which a check begins."""

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        """Look at the next record; give the breach, in a sentence, if there is one."""

    def conclude(self) -> tuple[str, str | None]:
        """Give the figure, and a breach that only the end can show."""


LAWS: dict[str, Callable[[Log, Head], Law]] = {
    "sequence": Contiguous,
    "time": Onward,
    "versions": Versions,
    "columns": Columns,
    "bytes": Canonical,
    "commands": Commands,
    "balance": Balanced,
    "clearing": Clearing,
    "external": Outside,
    "mirrors": Stated,
    "funded": Funded,
    "orders": Orders,
    "positions": Positions,
    "prices": Prices,
    "funding": FundingPaid,
    "margin": Evaluations,
    "calls": Calls,
    "liquidations": Liquidations,
    "stamps": Stamps,
    "approvals": Approvals,
    "exemptions": Exemptions,
}


def check(log: Log, names: list[str]) -> list[Verdict]:
    """Hold laws against the log; a record that cannot be read ends the pass and is told apart."""
    head = log.head()
    laws = {name: LAWS[name](log, head) for name in names}
    breaches: dict[str, str] = {}
    verdicts = []
    try:
        for row, recorded in _records(log, head.size):
            legs = postings(recorded.event)
            for name, law in laws.items():
                breach = law.observe(row, recorded, legs)
                if breach is not None:
                    breaches.setdefault(name, f"sequence {row.sequence}: {breach}")
    except LogCorrupted as error:
        verdicts.append(Verdict("records", holds=False, figure="", breach=str(error)))
    for name, law in laws.items():
        figure, late = law.conclude()
        breach = breaches.get(name, late)
        listed = law.listed() if isinstance(law, Exemptions) else ()
        verdicts.append(Verdict(name, breach is None, figure, breach, listed))
    return verdicts


def _records(log: Log, upto: int) -> Iterator[tuple[CompleteRow, Recorded]]:
    after = 0
    while rows := log.recorder.complete_rows(after, upto, PAGE):
        for row in rows:
            yield row, log.codec.decode(row.sequence, row.type, row.record)
        after = rows[-1].sequence
