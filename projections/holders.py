"""Who holds a contract on the platform's own books: what a program must know before it pays.

Mirrors of accounts at other venues are left out: their venue pays them.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from ledger.api import Ledger
from ledger.chart import Segregation, account_name, position_owner
from ledger.events import MirrorAccountOpened
from ledger.journal import Positioned
from ledger.numbers import Amount, total
from projections.ask import ask
from projections.change import Row
from projections.projection import View
from projections.replay import AsKnown, Where
from projections.views import balances, positions


class Holders(NamedTuple):
    """The accounts that hold a contract, by name, and the signed quantity in suspense."""

    accounts: tuple[str, ...]
    suspended: Amount


def holders_of(ledger: Ledger, instrument: str) -> Holders:
    """Find who holds a contract now, and how much of it waits in suspense."""
    held = _now(ledger, positions.view, {"instrument": instrument})
    accounts = (str(account) for account, _, quantity, *_ in held if quantity)
    return Holders(
        tuple(name for name in accounts if not _is_mirror(ledger, name)),
        total(_suspended(ledger, instrument)),
    )


def accounts_with_positions(ledger: Ledger) -> list[str]:
    """Name every account of the platform that holds a contract now."""
    rows = _now(ledger, positions.view, {})
    names = dict.fromkeys(str(account) for account, _, quantity, *_ in rows if quantity)
    return [name for name in names if not _is_mirror(ledger, name)]


class Held(NamedTuple):
    """What an account held, by the fill that says so."""

    sequence: int
    quantity: Amount


def held_before(ledger: Ledger, instrument: str, sequence: int, after: int = 0) -> dict[str, Held]:
    """Say what each account held of a contract just before a place in the log.

    Only fills beyond `after` are looked at.
    """
    held: dict[str, Held] = {}
    for page in ledger.reader.read(after, sequence - 1):
        for recorded in page:
            event = recorded.event
            if not isinstance(event, Positioned) or event.instrument != instrument:
                continue
            if event.position_quantity is None or event.segregation is Segregation.SUSPENSE:
                continue
            held.pop(event.account, None)
            if event.position_quantity:
                held[event.account] = Held(recorded.sequence, event.position_quantity)
    return held


def _now(ledger: Ledger, view: View, where: Where) -> Iterator[Row]:
    engine = ledger.application.recorder.engine
    return ask(engine, ledger.reader, view, AsKnown(None), where)


def _is_mirror(ledger: Ledger, account: str) -> bool:
    """Tell whether an account repeats another venue's books, by the record that opened it."""
    first = next(ledger.reader.stream(f"account-{account}"), None)
    return first is not None and isinstance(first.event, MirrorAccountOpened)


def _suspended(ledger: Ledger, instrument: str) -> Iterator[Amount]:
    prefix = account_name(Segregation.SUSPENSE, "")
    suffix = position_owner("", instrument)
    for account, _, quantity in _now(ledger, balances.view, {"asset": instrument}):
        name = str(account)
        if name.startswith(prefix) and name.endswith(suffix) and isinstance(quantity, Decimal):
            yield Amount(quantity)
