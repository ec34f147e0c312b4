"""A day of prices, funding and margin, each record decided by its rule, as a history."""

from typing import Any

from msgspec.structs import replace

from ledger.commands import (
    Command,
    EvaluateMargin,
    FixFundingRate,
    ReckonMark,
    ReckonPrice,
    SamplePremium,
    SettleFunding,
)
from ledger.coverage.case import BEGINNING, NOW, History
from ledger.coverage.in_order import APPROVAL, BTC, ENGINE, FOUNDED, OPERATOR, USD, ask, figure
from ledger.coverage.market import accepted, received
from ledger.coverage.priced_market import FUNDING_RULE, INDEX_METHOD, MARK_METHOD
from ledger.decider import RULES
from ledger.events import (
    AccountOpened,
    Event,
    MarginScheduleSet,
    PriceSource,
    Side,
    Unit,
)
from ledger.instants import SECOND, Instant, write_instant
from ledger.numbers import amount
from tests.domain.margin_books import tier
from tests.domain.one_account import BITCOIN, TERMS, deposit, fill, haircut, pledged

INDEX = replace(
    INDEX_METHOD,
    name="BTCUSD",
    sources=(
        PriceSource("a", amount("2")),
        PriceSource("b", amount("1")),
        PriceSource("ours", amount("1"), own=True),
    ),
    stale_after=60,
    lasts=600,
)
MARK = replace(MARK_METHOD, index="BTCUSD", window=60, lasts=600, unit=amount("0.01"))
RULE = replace(FUNDING_RULE, rate_unit=amount("0.00000001"))
TIERS = MarginScheduleSet(
    instrument="BTC-PERP",
    tiers=(tier("0", "5", "10"), tier("200000", "10", "20")),
    effective_from=BEGINNING,
    approval=APPROVAL,
)
SHORTS = {"H": ("-1.8", "-108000"), "E": ("-1.2", "-72000")}
"""What other accounts have sold of the 3 contracts that account A bought at 60,000."""


def before(seconds: int) -> Instant:
    """Give a moment so many seconds before the end of the interval."""
    return Instant(NOW - seconds * SECOND)


def holds(account: str, quantity: str, cost: str) -> list[Event]:
    """Tell that an account was opened, funded, and traded at 60,000."""
    size, side = amount(quantity.lstrip("-")), Side.SELL if quantity[0] == "-" else Side.BUY
    named: dict[str, Any] = {"account": account, "client": f"client-{account}"}
    order = received("L", f"{size:f}", side, price=amount("60000"), **named)
    deal = fill(amount(quantity), amount("60000"), amount(cost), **named)
    taken = accepted("L", f"{size:f}", "0", account=account)
    opened = AccountOpened(account=account, client=f"client-{account}")
    return [opened, deposit(account, "USD", "60000"), order, taken, deal]


OPENING = (
    History()
    .then("access", FOUNDED)
    .then("entity-VATP", OPERATOR)
    .then("asset-USD", USD)
    .then("asset-BTC", BTC)
    .then("rules", figure("margin.level", "150", Unit.PERCENT, "call"))
    .then("instrument-BTC-PERP", TERMS)
    .then("index-BTCUSD", INDEX)
    .then("collateral-BTC", BITCOIN)
    .then("price-BTC-PERP", MARK)
    .then("funding-BTC-PERP", RULE)
    .then("schedule-BTC-PERP", TIERS)
    .then("haircut-BTC", haircut("BTC", ("0", "10"), ("5", "30"), most="60"))
    .then("account-A", *holds("A", "3", "180000"))
    .then("account-A", deposit("A", "BTC", "2"), pledged("A", "BTC", "2"))
    .then("account-H", *holds("H", *SHORTS["H"]))
    .then("account-E", *holds("E", *SHORTS["E"]))
)
"""Three accounts hold a contract; the first two records are those of a platform's founding."""


def after(history: History, kind: type[Command], at: Instant, **fields: Any) -> History:
    """Let a program ask, and what its rule decides happen."""
    command = ask(ENGINE, kind, at=write_instant(at), **fields)
    drafts = RULES[type(command)](history.situation(at), command)
    return History((*history.drafts, *drafts))


def quotes(at: Instant, **prices: str) -> list[dict[str, str]]:
    """Say what each source says at a moment."""
    moment = write_instant(at)
    return [{"source": name, "price": said, "at": moment} for name, said in prices.items()]


def priced(history: History, at: Instant, index: str, bid: str, ask_price: str) -> History:
    """Make an index of three quotes around a price, and a mark of it and a book."""
    said = quotes(at, a=index, b=index, ours=index)
    history = after(history, ReckonPrice, at, name="BTCUSD", quotes=said)
    return after(history, ReckonMark, at, instrument="BTC-PERP", bid=bid, ask=ask_price, last=index)


def day() -> History:
    """Sample twice, fix and settle an interval, and evaluate account A."""
    name = {"instrument": "BTC-PERP"}
    history = priced(OPENING, before(60), "60000", "60090", "60110")
    history = after(history, SamplePremium, before(60), **name, bid="60090", ask="60110")
    history = priced(history, before(30), "60000", "60120", "60140")
    history = after(history, SamplePremium, before(30), **name, bid="60120", ask="60140")
    history = priced(history, NOW, "60000", "60010", "60030")
    history = after(history, FixFundingRate, NOW, **name)
    history = after(history, SettleFunding, NOW, **name, accounts=["A", "H", "E"])
    few = quotes(NOW, a="59000")
    history = after(history, ReckonPrice, NOW, name="BTC", use="collateral", quotes=few)
    both = quotes(NOW, a="59990", b="60010")
    history = after(history, ReckonPrice, NOW, name="BTC", use="collateral", quotes=both)
    return after(history, EvaluateMargin, NOW, account="A")
