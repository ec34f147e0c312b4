"""The book of an account as its margin is reckoned: every input looked up, with where it stands.

What is missing or too old is told apart: an evaluation is refused for it, and nothing may leave.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger.asset import Asset as AssetState
from ledger.client import Client
from ledger.contract import is_spot
from ledger.events import (
    CollateralPriceComputed,
    ContractKind,
    HaircutPurpose,
    HaircutScheduleSet,
    InstrumentSpecified,
    MarginMode,
    MarkPriceComputed,
    PriceMethodSet,
    Recorded,
    ReferencePriceReported,
    Unit,
)
from ledger.holding import Account
from ledger.instants import Instant
from ledger.instrument import Instrument, Specification
from ledger.margin import NO_CUT, Asset, Book, Holding, Sourced
from ledger.margin_terms import leverage_of, tiers_of
from ledger.numbers import (
    ONE,
    ZERO,
    Amount,
    Rounding,
    from_minor,
    magnitude,
    round_to,
    share,
    subtract,
    total,
)
from ledger.owner import owner_of
from ledger.parameters import Parameters
from ledger.price import Price, Valuation
from ledger.reasons import Reason
from ledger.repaying import bids_of, repaying
from ledger.schedules import Haircuts
from ledger.situation import Situation

CURRENCY = "margin.currency"


class Lack(NamedTuple):
    """What an evaluation would need, and does not find."""

    reason: Reason
    attempted: str


class Found(NamedTuple):
    """The book of an account, and what it lacks; it is None without anything to be margined.

    In its `bare` one nothing of what is held for bids counts.
    """

    book: Book | None
    lacks: tuple[Lack, ...]
    bare: Book | None = None

    @property
    def lack(self) -> Lack | None:
        """Give what keeps the margin from being reckoned, if anything does."""
        return self.lacks[0] if self.lacks else None


NOTHING = Found(None, ())


class _Look(NamedTuple):
    """Whose book is looked up, as of when, and what is found to be missing on the way.

    `now` is whether the prices that prevail are asked for, or those of the moment.
    """

    situation: Situation
    account: Account
    at: Instant
    now: bool
    lacks: list[Lack]

    def lack(self, reason: Reason, what: str) -> None:
        """Note that something is missing."""
        self.lacks.append(Lack(reason, what))

    def served(self, prices: Price | Valuation) -> Recorded | None:
        """Give the price that counts; None where there is none, or it is too old."""
        return prices.prevailing(self.at) if self.now else prices.serving(self.at)


def book_of(
    situation: Situation, account: Account, at: Instant | None = None, *, also: str | None = None
) -> Found:
    """Look up all that the margin of an account depends on: now, or as of a moment.

    `also` names an instrument in which it has nothing yet.
    """
    names, owes = contracts_of(account), owed_by(account)
    if also is not None and also not in names:
        names = sorted((*names, also))
    if not names and not owes:
        return NOTHING
    moment = situation.now if at is None else at
    look = _Look(situation, account, moment, at is None, [])
    owner = owner_of(situation, account)
    found = (_holding(look, owner, name) for name in names)
    holdings = tuple(holding for holding in found if holding is not None)
    if not holdings and not owes:
        return Found(None, tuple(look.lacks))
    settlements = list(dict.fromkeys(holding.terms.settlement for holding in holdings))
    currency, source = _currency(look, settlements or owes)
    secures = _securing(account, holdings, currency, owes)
    bare = Book(
        currency=currency,
        unit=_unit(look, currency),
        holdings=holdings,
        assets=tuple(_asset(look, name, cash, currency) for name, cash in secures),
        currency_source=source,
    )
    book = repaying(bare, bids_of(situation, account, moment).values())
    return Found(book, tuple(look.lacks), bare)


def _securing(
    account: Account, holdings: tuple[Holding, ...], currency: str, owes: Sequence[str]
) -> Iterator[tuple[str, Amount | None]]:
    """Name what secures positions, with its cash: where contracts settle, or did; what is owed.

    And the margin currency, and whatever was pledged, beside which cash counts for nothing (None).
    """
    settlements = dict.fromkeys(holding.terms.settlement for holding in holdings)
    others = (*sorted(set(account.settled_in.values())), currency) if holdings else (currency,)
    for name in dict.fromkeys((*settlements, *others, *owes, *account.pledged)):
        counts = name in settlements or name in others or name in owes
        cash = cash_of(account, name, holdings) if counts else None
        held = counts and account.orders.held.get(name, ZERO)
        if cash or held or name in settlements or account.pledged.get(name, ZERO):
            yield name, cash


def owed_by(account: Account) -> list[str]:
    """Name the assets of which an account has less than nothing."""
    return sorted(name for name, balance in account.balances.items() if balance < ZERO)


def _unit(look: _Look, asset: str) -> Amount:
    return from_minor(1, look.situation.of(AssetState, asset).scale or 0)


def contracts_of(account: Account) -> list[str]:
    """Name what the account has positions in or orders for, by name."""
    ordered = {name for (name, _), working in account.orders.working.items() if working.hold}
    return sorted(ordered.union(account.positions)) if ordered else sorted(account.positions)


def _holding(look: _Look, owner: Client, name: str) -> Holding | None:
    """Look up a position; None for coins that orders would buy or sell."""
    situation, account = look.situation, look.account
    known = situation.of(Instrument, name).specification(look.at)
    if known is None:
        if name in account.positions:
            look.lack(Reason.INSTRUMENT_UNKNOWN, name)
        return None
    if is_spot(known.terms):
        return None
    position = account.position(name)
    found = tiers_of(situation, name, look.at)
    for each in found.missing:
        look.lack(Reason.PARAMETER_MISSING, f"{each} {name}")
    mode = account.mode(name)
    return Holding(
        terms=known.terms,
        terms_source=known.record.sequence,
        mode=mode,
        quantity=position.quantity,
        cost=position.cost,
        mark=_mark(look, known),
        tiers=found.tiers,
        schedule=found.schedule,
        initial_source=found.initial_source,
        maintenance_source=found.maintenance_source,
        leverage=leverage_of(situation, account, owner, name, look.at),
        orders=account.orders.hold_on(name),
        allocated=account.own_cash(name) if mode is MarginMode.ISOLATED else None,
    )


def _mark(look: _Look, known: Specification) -> Sourced:
    """Find the price of a position; what it cost, where there is none that serves."""
    terms = known.terms
    prices = look.situation.of(Price, terms.instrument)
    served = look.served(prices)
    if served is not None:
        event = served.event
        assert isinstance(event, MarkPriceComputed | ReferencePriceReported)
        return Sourced(event.price, served.sequence)
    position = look.account.position(terms.instrument)
    if position.quantity:
        look.lack(prices.absence, terms.instrument)
    return Sourced(_average(terms, position.quantity, position.cost))


def _average(terms: InstrumentSpecified, quantity: Amount, cost: Amount) -> Amount:
    """Give the price at which a position is worth what it cost."""
    if not quantity or not cost:
        return ONE
    size, paid = magnitude(quantity), magnitude(cost)
    whole = share(size, terms.multiplier, ONE)
    inverse = terms.kind is ContractKind.INVERSE
    price = share(whole, ONE, paid) if inverse else share(paid, ONE, whole)
    return max(terms.tick, round_to(price, terms.tick, Rounding.HALF_EVEN))


def _currency(look: _Look, settlements: Sequence[str]) -> tuple[str, int]:
    """Name the margin currency: what is recorded or, without that, what all contracts settle in."""
    recorded = look.situation.the(Parameters).find(CURRENCY, look.at)
    if recorded is not None and recorded.unit is Unit.WORDS:
        return recorded.value, recorded.sequence
    if len(settlements) > 1:
        look.lack(Reason.PARAMETER_MISSING, CURRENCY)
    return settlements[0], 0


def cash_of(account: Account, asset: str, holdings: Sequence[Holding]) -> Amount:
    """Give the cash that secures positions: the balance, less what is spoken for otherwise.

    That is what is held for spot orders, and what is set aside for isolated positions. What is held
    to buy back what is owed counts again in the whole book.
    """
    settled = [holding for holding in holdings if holding.terms.settlement == asset]
    cash, held = account.balance(asset), account.orders.held.get(asset, ZERO)
    if held:
        cash = subtract(cash, subtract(held, total(holding.orders for holding in settled)))
    return subtract(cash, account.set_aside(asset)) if account.allocated else cash


def _asset(look: _Look, name: str, known: Amount | None, currency: str) -> Asset:
    """Look up what an asset counts for; the margin currency counts for itself."""
    cash, counts = known or ZERO, known is not None
    pledged = look.account.pledged.get(name, ZERO)
    unit = _unit(look, name)
    if name == currency:
        return Asset(name, cash, pledged, Sourced(ONE), NO_CUT, unit=unit)
    price = _valuation(look, name, currency)
    haircuts = look.situation.of(Haircuts, name)
    record = haircuts.record(HaircutPurpose.PERPETUAL_MARGIN, look.at)
    if record is None:
        return Asset(name, cash, pledged, price, None, unit=unit, counts=counts)
    schedule = record.event
    assert isinstance(schedule, HaircutScheduleSet)
    tiers = schedule.tiers or None
    most = schedule.concentration
    return Asset(name, cash, pledged, price, tiers, record.sequence, most, unit, counts)


def _valuation(look: _Look, name: str, currency: str) -> Sourced:
    """Find what one unit of an asset is worth in the margin currency; nothing without a price."""
    valuation = look.situation.of(Valuation, name)
    served = look.served(valuation)
    method = None if served is None else valuation.method(served.at)
    if served is not None and method is not None:
        assert isinstance(served.event, CollateralPriceComputed)
        assert isinstance(method.event, PriceMethodSet)
        if method.event.currency == currency:
            return Sourced(served.event.price, served.sequence)
    look.lack(valuation.absence, name)
    return Sourced(ZERO)
