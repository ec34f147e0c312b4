"""What an account holds, as decisions see it: cash, positions, orders, and what was put right.

The log notes what a rule looked at, and checks under its lock that none of it has moved since.
"""

from typing import NamedTuple

import msgspec

from ledger.chart import Segregation
from ledger.events import (
    MarginMode,
    MarginSelected,
    Recorded,
)
from ledger.instants import Instant
from ledger.numbers import ZERO, Amount, subtract, total
from ledger.orders import Orders
from ledger.position import FLAT, Position
from ledger.situation import State


class Righted(msgspec.Struct, frozen=True, gc=False):
    """By how much a fill was put right since: what was taken back, and what was posted for it.

    `price` is what it says now; None as long as only its quantity was put right.
    """

    quantity: Amount = ZERO
    cost: Amount = ZERO
    realized_profit: Amount = ZERO
    fee: Amount = ZERO
    price: Amount | None = None


AS_BOOKED = Righted()

INTERVALS = 64
"""So many of the latest funding intervals are remembered, to pay whoever was left out of one."""


class OwnCash(NamedTuple):
    """What an isolated position has of its settlement asset: below zero where it lost more."""

    asset: str
    amount: Amount


class Call(NamedTuple):
    """A margin call that is unmet: what is missing, and until when.

    `moved` is whether anything came in, was pledged or traded since that was last said.
    """

    number: int
    left: Amount
    due_at: Instant
    expired: bool = False
    moved: bool = False


class Uncovered(NamedTuple):
    """What nobody bears yet of the deficit of a position that was taken over, and at which mark.

    The backstop took over `quantity`, signed, at `price`.
    """

    left: Amount
    quantity: Amount
    price: Amount
    mark: int
    mark_price: Amount


class Liquidation(NamedTuple):
    """A case that is open: its number, how many steps it has taken, and what is uncovered of it.

    `waterfall` is the order in which losses are borne as it was when the case began.
    `offered` is the order that was last placed to reduce each position.
    """

    case: int
    step: int
    waterfall: str = ""
    backstop: str = ""
    offered: dict[str, str] = {}
    uncovered: dict[str, Uncovered] = {}


class Account(State, frozen=True):
    """All that a decision may know of an account.

    `balances` are its cash per asset, signed in the holder's favour, and `pledged` what was pledged
    beside it; `positions` is what it holds of each instrument, `margins` the record of how each is
    to be margined, `allocated` the cash that is an isolated one's own, and `funded` says when the
    last intervals ended whose funding it paid. `calls` are its unmet margin calls by the isolated
    position, None for all else, `called` how many there ever were, and `warned` what is near one.
    `liquidations` are its open cases by the isolated position, None for all else, `cases` how many
    there ever were, and `held_until` when two people no longer keep one from being opened.
    `settles` says in what each contract settles that it has, or had since it last had none.
    By the sequence of a record that was put right, `corrected` says what it says now, and `righted`
    of a fill by how much. `client` is whose account it is.
    """

    STREAM = "account"

    name: str = ""
    client: str | None = None
    segregation: Segregation | None = None
    mirror_of: str | None = None
    closed: bool = False
    balances: dict[str, Amount] = {}
    corrected: dict[int, Amount] = {}
    positions: dict[str, Position] = {}
    orders: Orders = Orders()
    righted: dict[int, Righted] = {}
    pledged: dict[str, Amount] = {}
    margins: dict[str, Recorded] = {}
    allocated: dict[str, OwnCash] = {}
    funded: dict[str, tuple[Instant, ...]] = {}
    calls: dict[str | None, Call] = {}
    called: int = 0
    warned: frozenset[str | None] = frozenset()
    settles: dict[str, str] = {}
    liquidations: dict[str | None, Liquidation] = {}
    cases: int = 0
    held_until: Instant | None = None

    def balance(self, asset: str) -> Amount:
        """What the account holds of an asset."""
        return self.balances.get(asset, ZERO)

    def position(self, instrument: str) -> Position:
        """What the account holds of an instrument."""
        return self.positions.get(instrument, FLAT)

    def selected(self, instrument: str) -> MarginSelected | None:
        """How the client wants a position margined; None where he never said."""
        record = self.margins.get(instrument)
        if record is None:
            return None
        assert isinstance(record.event, MarginSelected)
        return record.event

    def mode(self, instrument: str) -> MarginMode:
        """Whether a position draws on the whole account, as it does if nothing was said."""
        selected = self.selected(instrument)
        return MarginMode.CROSS if selected is None else selected.mode

    def own_cash(self, instrument: str) -> Amount:
        """What an isolated position has that is its own, whether or not it is there yet."""
        own = self.allocated.get(instrument)
        return ZERO if own is None else own.amount

    def set_aside(self, asset: str) -> Amount:
        """What isolated positions have of an asset; what one lost beyond that is the account's."""
        own = (own.amount for own in self.allocated.values() if own.asset == asset)
        return total(amount for amount in own if amount > ZERO)

    @property
    def segregated(self) -> Segregation:
        """Give the class of an account that is open."""
        assert self.segregation is not None
        return self.segregation

    @property
    def has_contracts(self) -> bool:
        """Whether it holds a contract, or something is reserved for an order on one."""
        return bool(self.positions) or any(self.orders.hold_on(name) for name in self.settles)

    @property
    def settled_in(self) -> dict[str, str]:
        """In what each contract settles that it has, or had since it last had none."""
        return self.settles if self.has_contracts else {}

    @property
    def unmet(self) -> str | None:
        """Number its open cases or, without any, its unmet margin calls; None for neither."""
        cases = sorted(case.case for case in self.liquidations.values())
        numbers = cases or sorted(call.number for call in self.calls.values())
        return " ".join(map(str, numbers)) or None

    def unreserved(self, asset: str) -> Amount:
        """What it holds of an asset beyond what is reserved for orders; below zero if less."""
        return subtract(self.balance(asset), self.orders.held.get(asset, ZERO))

    def spendable(self, asset: str) -> Amount:
        """What is neither reserved for orders nor set aside; what is both counts once."""
        left = self.unreserved(asset)
        for name, own in self.allocated.items():
            if own.asset == asset:
                behind = self.orders.hold_on(name)
                left = subtract(left, max(ZERO, subtract(own.amount, behind)))
        return left
