"""The laws of the books: what double entry, clearing, the world outside and the venues demand."""

from collections import defaultdict

from ledger.chart import Segregation, account_name, in_holders_favour
from ledger.events import JournalPosted, Recorded, VenueLineQuarantined, VenueMovement
from ledger.journal import Legs, imbalance
from ledger.log.batch import CompleteRow
from ledger.log.log import Log
from ledger.log.reader import Head, LogReader
from ledger.numbers import ZERO, Amount, add, subtract, total, write_amount


class Balanced:
    """`balance`: the legs of every event sum to zero in every asset."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._legs = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, recorded
        self._legs += len(legs)
        excess = imbalance(legs)
        return f"out of balance by {_said(excess)}" if excess else None

    def conclude(self) -> tuple[str, str | None]:
        return f"{self._legs} legs", None


class Clearing:
    """`clearing`: CLEARING is flat in every asset once every command is complete."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._sums: dict[str, Amount] = {}

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, recorded
        for leg in legs:
            if leg.segregation is Segregation.CLEARING:
                self._sums[leg.asset] = add(self._sums.get(leg.asset, ZERO), leg.amount)
        return None

    def conclude(self) -> tuple[str, str | None]:
        open_sums = {asset: amount for asset, amount in self._sums.items() if amount}
        return "flat", f"it holds {_said(open_sums)}" if open_sums else None


class Outside:
    """`external`: what holders, mirrors and suspense hold is what came from EXTERNAL."""

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._inside: dict[str, Amount] = {}
        self._external: dict[str, Amount] = {}

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, recorded
        for leg in legs:
            outside = leg.segregation is Segregation.EXTERNAL
            sums = self._external if outside else self._inside
            shown = in_holders_favour(leg.segregation, leg.amount)
            sums[leg.asset] = add(sums.get(leg.asset, ZERO), shown)
        return None

    def conclude(self) -> tuple[str, str | None]:
        figure = _said({asset: a for asset, a in sorted(self._external.items()) if a})
        for asset, amount in self._inside.items():
            outside = self._external.get(asset, ZERO)
            if amount != outside:
                return figure, (
                    f"{asset}: inside {write_amount(amount)}, outside {write_amount(outside)}"
                )
        return figure or "nothing", None


FUNDS = frozenset(
    {
        Segregation.SUSPENSE,
        Segregation.RESERVE_FUND,
        Segregation.COMPENSATION,
        Segregation.FEE_INCOME,
    }
)
"""The classes from which a manual journal takes no more than is there."""


class Funded:
    """`funded`: no manual journal takes from an account of a class what it does not hold.

    Only a journal is held to it: a venue's lines may leave SUSPENSE below zero until it is cleared.
    """

    def __init__(self, log: Log, head: Head) -> None:
        del log, head
        self._held: defaultdict[tuple[str, str], Amount] = defaultdict(lambda: ZERO)
        self._lines = 0

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row
        for leg in legs:
            if leg.segregation in FUNDS:
                shown = in_holders_favour(leg.segregation, leg.amount)
                held = self._held[leg.account, leg.asset]
                self._held[leg.account, leg.asset] = add(held, shown)
        event = recorded.event
        return self._overdrawn(event) if isinstance(event, JournalPosted) else None

    def _overdrawn(self, line: JournalPosted) -> str | None:
        self._lines += 1
        account = account_name(line.segregation, line.owner)
        left = self._held.get((account, line.asset), ZERO)
        if line.amount >= ZERO or left >= ZERO:
            return None
        return f"journal {line.journal} leaves {account} at {write_amount(left)} {line.asset}"

    def conclude(self) -> tuple[str, str | None]:
        return f"{self._lines} journal lines", None


class Stated:
    """`mirrors`: every mirror's lines add up to the balance that its venue last stated.

    A line without a balance counts where one that is later on the clock `at` has stated it since.
    """

    def __init__(self, log: LogReader, head: Head) -> None:
        del log, head
        self._sums: defaultdict[tuple[str, str], Amount] = defaultdict(lambda: ZERO)
        self._last: dict[tuple[str, str], tuple[int, int, Amount]] = {}
        self._unstated: defaultdict[tuple[str, str], list[tuple[int, int, Amount]]]
        self._unstated = defaultdict(list)

    def observe(self, row: CompleteRow, recorded: Recorded, legs: Legs) -> str | None:
        del row, legs
        event = recorded.event
        if (
            isinstance(event, VenueMovement | VenueLineQuarantined)
            and event.segregation is Segregation.MIRROR
        ):
            key = (event.account, event.asset)
            self._sums[key] = add(self._sums[key], event.amount)
            place = (recorded.at, recorded.sequence)
            if event.balance is None:
                self._unstated[key].append((*place, event.amount))
            else:
                stated = (*place, event.balance)
                self._last[key] = max(self._last.get(key, stated), stated)
        return None

    def conclude(self) -> tuple[str, str | None]:
        for (account, asset), (at, sequence, stated) in self._last.items():
            later = (a for *place, a in self._unstated[account, asset] if place > [at, sequence])
            held = subtract(self._sums[account, asset], total(later))
            if held != stated:
                return "", (
                    f"{account} {asset}: lines give {write_amount(held)}, "
                    f"sequence {sequence} states {write_amount(stated)}"
                )
        return f"{len(self._last)} balances", None


def _said(amounts: dict[str, Amount]) -> str:
    return ", ".join(f"{write_amount(amount)} {asset}" for asset, amount in amounts.items())
