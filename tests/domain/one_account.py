"""A platform with one account on margin: its rules, prices, coins and position, as histories."""

from typing import Any

from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.commands import EvaluateMargin
from ledger.coverage.case import BEGINNING, NOW, History
from ledger.coverage.in_order import APPROVAL, ENGINE, IN_ORDER, MAINTENANCE_MARGIN, ask
from ledger.coverage.market import CONTRACT, accepted, filled, received
from ledger.coverage.priced_market import WORTH_METHOD
from ledger.decider import decide
from ledger.events import (
    CashDeposited,
    CollateralPledged,
    CollateralPriceComputed,
    Event,
    HaircutPurpose,
    HaircutScheduleSet,
    HaircutTier,
    InstrumentSpecified,
    MarginEvaluated,
    OrderFilled,
    PriceMethodSet,
    PriceSource,
    Quote,
    ReferencePriceReported,
    Side,
)
from ledger.instants import Instant, write_instant
from ledger.numbers import ZERO, Amount, amount, negate

TERMS = replace(
    CONTRACT, tick=amount("0.01"), quantity_max=amount("1000"), value_max=amount("100000000")
)
BITCOIN = replace(
    WORTH_METHOD,
    sources=(PriceSource("a", amount("1")), PriceSource("b", amount("1"))),
    stale_after=60,
    lasts=600,
)
READY = (
    IN_ORDER.changed(MAINTENANCE_MARGIN, after="5")
    .then("instrument-BTC-PERP", TERMS)
    .then("collateral-BTC", BITCOIN)
)
"""Account A may trade a contract on bitcoin that must be maintained with 5 percent."""


def haircut(asset: str, *tiers: tuple[str, str], most: str | None = None) -> HaircutScheduleSet:
    """Say what an asset counts for as margin, by floor and percent that do not count."""
    return HaircutScheduleSet(
        asset=asset,
        purpose=HaircutPurpose.PERPETUAL_MARGIN,
        tiers=tuple(HaircutTier(amount(floor), amount(cut)) for floor, cut in tiers),
        effective_from=BEGINNING,
        concentration=None if most is None else amount(most),
        approval=APPROVAL,
    )


def worth(method: PriceMethodSet, place: int, price: str, at: Instant) -> CollateralPriceComputed:
    """Tell what all sources of a method say an asset is worth."""
    said = amount(price)
    quotes = tuple(Quote(s.source, said, at, s.weight, s.own) for s in method.sources)
    return CollateralPriceComputed(name=method.name, price=said, method=place, quotes=quotes)


def deposit(account: str, asset: str, figure: str) -> CashDeposited:
    """Tell that an account was funded."""
    return CashDeposited(account=account, asset=asset, amount=amount(figure), source="bank")


def pledged(account: str, asset: str, figure: str) -> CollateralPledged:
    """Tell that coins of an account secure its positions."""
    return CollateralPledged(
        account=account,
        asset=asset,
        amount=amount(figure),
        pledged=amount(figure),
        authority="AUTH-1",
        segregation=Segregation.CLIENT_TRUST,
    )


def fill(
    quantity: Amount, price: Amount, cost: Amount, terms: InstrumentSpecified = TERMS, **said: Any
) -> OrderFilled:
    """Tell that an order of account A was filled whole, from a flat position."""
    side = Side.BUY if quantity > ZERO else Side.SELL
    size = quantity if quantity > ZERO else negate(quantity)
    usual = {"instrument": terms.instrument, "asset": terms.settlement}
    return replace(
        filled("L", "1", side, **{**usual, "held_asset": terms.settlement, **said}),
        last_quantity=size,
        last_price=price,
        cumulative_quantity=size,
        cost=cost,
        position_quantity=quantity,
        position_cost=cost,
    )


def bought(quantity: str, price: str, cost: str) -> tuple[Event, ...]:
    """Tell that account A placed an order, which was filled whole."""
    order = received("L", quantity, price=amount(price))
    deal = fill(amount(quantity), amount(price), amount(cost))
    return order, accepted("L", quantity, "0"), deal


def long_of_five(usd: str, coins: str | None) -> History:
    """Let account A hold 5 BTC bought at 60,000, with cash and, at a haircut of 10 %, coins."""
    history = (
        READY.then("haircut-BTC", haircut("BTC", ("0", "10")))
        .then("price-BTC-PERP", ReferencePriceReported("BTC-PERP", amount("60000")), at=NOW)
        .then("collateral-BTC", worth(BITCOIN, READY.place_of(BITCOIN), "60000", NOW), at=NOW)
        .then("account-A", deposit("A", "USD", usd), *bought("5", "60000", "300000"))
    )
    if coins is None:
        return history
    given = (deposit("A", "BTC", coins), pledged("A", "BTC", coins))
    return history.then("account-A", *given)


def to_evaluate(at: Instant, account: str = "A") -> EvaluateMargin:
    """Let a program ask what an account has and needs."""
    return ask(ENGINE, EvaluateMargin, account=account, at=write_instant(at))


def outcome(history: History, now: Instant, account: str = "A") -> Event:
    """Decide an evaluation after what happened."""
    (draft,) = decide(history.situation(now), to_evaluate(now, account))
    return draft.event


def evaluated(history: History, now: Instant, account: str = "A") -> MarginEvaluated:
    """Evaluate an account, of which nothing is missing."""
    event = outcome(history, now, account)
    assert isinstance(event, MarginEvaluated), event
    return event
