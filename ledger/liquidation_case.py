"""An open case as its next step finds it: whose it is, what it draws on, and what that has."""

from dataclasses import dataclass, replace
from functools import cached_property

from ledger.account import unusable
from ledger.chart import Segregation
from ledger.commands import Command, StartLiquidation
from ledger.commands.liquidation import Step
from ledger.contract import value
from ledger.events import (
    BackstopSettled,
    BackstopTraded,
    Draft,
    MarginMode,
    PositionDeleveraged,
    PositionTakenOver,
    Side,
    Unit,
)
from ledger.holding import Account, Liquidation
from ledger.instants import Instant
from ledger.liquidation import bankruptcy_quote
from ledger.liquidation_price import own_book, uncut
from ledger.margin import Book, Holding, Line, Totals, collateral_of, line_of, totals_of
from ledger.margin_book import book_of
from ledger.numbers import ONE, Amount, Rounding, negate, round_to, share
from ledger.parameters import Parameter, Parameters
from ledger.position import Booked
from ledger.reasons import Reason
from ledger.refusal import refuse
from ledger.situation import Situation

WATERFALL = "liquidation.waterfall"
BACKSTOP = "liquidation.backstop"
"""Names the house's account that takes positions over."""
FEE = "liquidation.fee"
"""At most so many percent of the value at the mark of what is taken over."""
SPREAD = "liquidation.spread"
"""How far from the mark a reduction is offered, in percent of the maintenance margin."""
ADJUSTMENT = "liquidation.adjustment"
"""How fast the offer moves away from the mark as equity falls."""
POLICY = "liquidation.deleveraging"
"""How a deficit's quantity is shared among the ranked: queue or pro_rata."""


@dataclass(frozen=True)
class Scope:
    """What a case draws on: the book of the account, or of its isolated position alone."""

    account: Account
    key: str | None
    case: Liquidation
    book: Book

    @cached_property
    def lines(self) -> list[Line]:
        """Give the positions as they stand."""
        return [line_of(holding) for holding in self.book.holdings]

    @cached_property
    def totals(self) -> Totals:
        """Give what the account has and needs, in the currency of the book."""
        return totals_of(self.book, self.lines, collateral_of(self.book, self.lines))

    def line(self, instrument: str) -> Line | None:
        """Give a position of the case that is still held."""
        held = (each for each in self.lines if each.holding.quantity)
        return next((each for each in held if each.holding.terms.instrument == instrument), None)

    def price(self, asset: str) -> Amount:
        """Give what a unit of an asset is worth in the currency of the book."""
        return next(each.price.figure for each in self.book.assets if each.asset == asset)

    @property
    def pending(self) -> str | None:
        """Name the offer that the market has not answered yet; None where there is none."""
        for order_id in self.case.offered.values():
            order = self.account.orders.find(order_id)
            if order is not None and order.works:
                return order_id
        return None

    def bankruptcy_quote(self, line: Line) -> Amount:
        """Give the cash for which a position leaves with its share of the account's equity.

        All collateral is taken whole; in the position's settlement asset.
        """
        whole = replace(self, book=uncut(self.book))
        terms = line.holding.terms
        equity = whole.settled(line.holding, whole.totals.equity)
        others = sum(bool(each.holding.quantity) for each in self.lines) > 1
        maintenance = line.maintenance
        if others:
            maintenance = whole.settled(line.holding, whole.totals.maintenance)
        signed = value(terms, line.holding.quantity, line.holding.mark.figure)
        return bankruptcy_quote(
            equity, maintenance, negate(signed), negate(line.maintenance), terms.value_unit
        )

    def settled(self, holding: Holding, worth: Amount) -> Amount:
        """Give what so much of the currency of the book is in a position's settlement asset."""
        terms = holding.terms
        exact = share(worth, ONE, self.price(terms.settlement))
        return round_to(exact, terms.value_unit, Rounding.DOWN)


def scope_of(situation: Situation, command: Step) -> Scope | list[Draft]:
    """Look up the case that a step belongs to, at the prices that serve; or refuse the step."""
    account = situation.of(Account, command.account)
    key, case = case_of(account, command.case)
    if case is None:
        return refuse(command, Reason.LIQUIDATION_UNKNOWN, attempted=command.case)
    book = drawn_on(situation, command, account, key, command.at)
    return book if isinstance(book, list) else Scope(account, key, case, book)


def case_of(account: Account, number: int) -> tuple[str | None, Liquidation | None]:
    """Find an open case by its number, with the isolated position that it is about."""
    for key, case in account.liquidations.items():
        if case.case == number:
            return key, case
    return None, None


def drawn_on(
    situation: Situation,
    command: Step | StartLiquidation,
    account: Account,
    key: str | None,
    at: Instant,
) -> Book | list[Draft]:
    """Give the book that a case draws on; refused where a price is missing or too old."""
    if reason := unusable(account):
        return refuse(command, reason, attempted=command.account)
    found = book_of(situation, account, at)
    if lack := found.lack:
        return refuse(command, lack.reason, attempted=lack.attempted)
    if found.book is None:
        return _nothing(command)
    holdings = found.book.holdings
    if key is None:
        crossed = tuple(each for each in holdings if each.mode is MarginMode.CROSS)
        return found.book._replace(holdings=crossed)
    alone = next((each for each in holdings if each.terms.instrument == key), None)
    return _nothing(command) if alone is None else own_book(found.book, alone)


def _nothing(command: Command) -> list[Draft]:
    return refuse(command, Reason.NO_POSITION)


def parameter(situation: Situation, name: str, unit: Unit) -> Parameter | None:
    """Find a parameter of liquidations as it is in force; None where there is none in this unit."""
    parameters = situation.the(Parameters)
    if unit is not Unit.WORDS:
        return parameters.number(name, unit, situation.now)
    found = parameters.find(name, situation.now)
    return found if found is not None and found.unit is unit else None


def cured(command: Step, scope: Scope) -> list[Draft]:
    """Refuse a step that is not due: the account has what it must maintain, or an offer is open."""
    totals = scope.totals
    if totals.equity >= totals.maintenance:
        limit, attempted = totals.maintenance, totals.equity
        return refuse(command, Reason.LIQUIDATION_NOT_DUE, limit=limit, attempted=attempted)
    if pending := scope.pending:
        return refuse(command, Reason.ORDER_PENDING, attempted=pending)
    return []


def on_backstop(
    situation: Situation, account: str, case: Liquidation, step: int, asset: str, amount: Amount
) -> Draft:
    """Let the backstop receive so much in a step of an account's case; below zero it pays."""
    backstop = situation.of(Account, case.backstop)
    event = BackstopSettled(
        account=case.backstop,
        of_account=account,
        case=case.case,
        step=step,
        asset=asset,
        amount=amount,
        counterparty=account,
        segregation=backstop.segregated,
    )
    return Draft(f"account-{case.backstop}", event)


def other_side(
    situation: Situation,
    case: Liquidation,
    event: PositionTakenOver | PositionDeleveraged,
    booked: Booked,
) -> Draft:
    """Tell on the backstop of a position that passed, as the other side of what its holder is told.

    `booked` is what the backstop has of it afterwards.
    """
    whose = event.account if isinstance(event, PositionTakenOver) else event.of_account
    other = BackstopTraded(
        account=case.backstop,
        of_account=whose,
        case=event.case,
        step=event.step,
        instrument=event.instrument,
        side=Side.SELL if event.side is Side.BUY else Side.BUY,
        quantity=event.quantity,
        price=event.price,
        cost=negate(event.cost),
        asset=event.asset,
        realized_profit=booked.realized,
        position_quantity=booked.position.quantity,
        position_cost=booked.position.cost,
        counterparty=event.account,
        segregation=situation.of(Account, case.backstop).segregated,
    )
    return Draft(f"account-{case.backstop}", other)


def backstop_of(situation: Situation, name: str) -> Account | None:
    """Give the house's account that takes positions over; None where it is no such account."""
    account = situation.of(Account, name)
    fits = account.segregation is Segregation.HOUSE and not unusable(account)
    return account if fits else None
