"""A market whose prices the ledger makes: an index, a mark, funding, and what collateral counts."""

from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.coverage.case import BEGINNING, NOW, History
from ledger.coverage.in_order import APPROVAL, figure
from ledger.coverage.market import CASH, MARKET, accepted, filled, received
from ledger.events import (
    Averaging,
    CollateralPledged,
    CollateralPriceComputed,
    FundingRuleSet,
    HaircutPurpose,
    HaircutScheduleSet,
    HaircutTier,
    IndexPriceComputed,
    MarginAllocated,
    MarginMode,
    MarginSelected,
    MarkKind,
    MarkMethodSet,
    MarkPriceComputed,
    PriceMethodSet,
    PriceSource,
    PriceUse,
    Side,
    Unit,
)
from ledger.instants import SECOND, Instant
from ledger.numbers import Rounding, amount

THEN = Instant(NOW - 60 * SECOND)
"""When prices were made that serve for a minute: now for the last time."""
BEFORE_THEN = Instant(THEN - 1)

RARENESS = figure("perpetual.funding", "1", Unit.DAYS)
LENDING_FLOOR = figure("loan.haircut", "60", Unit.PERCENT, "BTC")

OWN = PriceSource("own", amount("2"), own=True)
INDEX_METHOD = PriceMethodSet(
    name="BTC-USD",
    use=PriceUse.INDEX,
    asset="BTC",
    currency="USD",
    sources=(PriceSource("alpha", amount("1")), PriceSource("beta", amount("1")), OWN),
    stale_after=10,
    deviation=amount("5"),
    sources_min=2,
    lasts=60,
    unit=amount("0.01"),
    effective_from=BEGINNING,
    approval=APPROVAL,
)
WORTH_METHOD = replace(
    INDEX_METHOD,
    name="BTC",
    use=PriceUse.COLLATERAL,
    sources=(PriceSource("alpha", amount("2")), OWN),
)
MARK_METHOD = MarkMethodSet(
    instrument="BTC-PERP",
    kind=MarkKind.MEDIAN,
    index="BTC-USD",
    window=30,
    lasts=60,
    unit=amount("0.5"),
    effective_from=BEGINNING,
    approval=APPROVAL,
)
FUNDING_RULE = FundingRuleSet(
    instrument="BTC-PERP",
    interval=28_800,
    period=28_800,
    averaging=Averaging.MEAN,
    samples_min=2,
    interest=amount("0.0001"),
    damper=amount("0.0005"),
    cap=amount("0.01"),
    rate_unit=amount("0.000001"),
    rounding=Rounding.DOWN,
    effective_from=BEGINNING,
    approval=APPROVAL,
)
HAIRCUTS = HaircutScheduleSet(
    asset="BTC",
    purpose=HaircutPurpose.PERPETUAL_MARGIN,
    tiers=(HaircutTier(floor=amount("0"), haircut=amount("20")),),
    effective_from=BEGINNING,
    approval=APPROVAL,
)

METHODS = (
    MARKET.then("rules", RARENESS, LENDING_FLOOR)
    .then("index-BTC-USD", INDEX_METHOD)
    .then("collateral-BTC", WORTH_METHOD)
    .then("price-BTC-PERP", MARK_METHOD)
    .then("funding-BTC-PERP", FUNDING_RULE)
    .then("haircut-BTC", HAIRCUTS)
    .then("account-H", replace(CASH, account="H"))
)
"""How everything is priced is said, and nothing is priced yet."""

INDEX = IndexPriceComputed(
    name="BTC-USD", price=amount("1000"), method=METHODS.place_of(INDEX_METHOD), quotes=()
)
WORTH = CollateralPriceComputed(
    name="BTC", price=amount("1000"), method=METHODS.place_of(WORTH_METHOD), quotes=()
)
MARK = MarkPriceComputed(
    instrument="BTC-PERP",
    price=amount("1000"),
    method=METHODS.place_of(MARK_METHOD),
    index=len(METHODS.drafts) + 1,
    index_price=amount("1000"),
)


def priced(*, index: Instant = THEN, worth: Instant = THEN, mark: Instant = THEN) -> History:
    """Let the index, what a coin counts for and the mark have been made, each at a moment."""
    return (
        METHODS.then("index-BTC-USD", INDEX, at=index)
        .then("collateral-BTC", WORTH, at=worth)
        .then("price-BTC-PERP", MARK, at=mark)
    )


def held(history: History) -> History:
    """Let account A have bought 5 contracts of account H at 1,000."""
    return (
        history.then("account-A", received("L", "5"), accepted("L", "5", "1669.5"))
        .then("account-H", received("S", "5", Side.SELL, account="H", client="D"))
        .then("account-H", accepted("S", "5", "1669.5", account="H"))
        .then("account-A", filled("L", "5", trade_id="T"))
        .then("account-H", filled("S", "5", Side.SELL, trade_id="T", account="H", client="D"))
    )


PLEDGED = CollateralPledged(
    account="A",
    asset="BTC",
    amount=amount("3"),
    pledged=amount("3"),
    authority="AUTH-1",
    segregation=Segregation.CLIENT_TRUST,
)
ISOLATED = MarginSelected(account="A", instrument="BTC-PERP", mode=MarginMode.ISOLATED)
ALLOCATED = MarginAllocated(
    account="A",
    instrument="BTC-PERP",
    asset="USD",
    amount=amount("2000"),
    allocated=amount("2000"),
)

PRICED = priced()
"""Everything is priced at 1,000, now for the last time."""
HELD = held(PRICED)
"""Account A holds 5 contracts, which need 1,667 of its 10,000 USD; account H is short of them."""
SECURED = held(priced().then("account-A", PLEDGED).without(CASH))
"""Account A holds 5 contracts, and 3 BTC that count for 2,400 USD are all that secures them."""
APART = held(PRICED.then("account-A", ISOLATED, ALLOCATED))
"""Account A holds 5 contracts that need 1,667 of the 2,000 USD that are their own."""
WHOLE = HaircutTier(floor=amount("0"), haircut=amount("0"))
CAPPED = (
    held(PRICED.then("account-A", PLEDGED))
    .changed(CASH, amount=amount("3000"))
    .changed(HAIRCUTS, tiers=(WHOLE,), concentration=amount("50"))
)
"""Account A holds 5 contracts, 3,000 USD, and 3 BTC that count for at most half of all."""
