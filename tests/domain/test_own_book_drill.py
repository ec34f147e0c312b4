"""The drill of 2025-10-10: a collateral asset falls to 0.65 on our own book, and nowhere else.

On that day positions were liquidated at prices of the venue's own thin book. Here a price of our
own book alone is none, whatever it says.
"""

from msgspec.structs import replace

from ledger.commands import ReckonPrice
from ledger.coverage.case import NOW, History
from ledger.coverage.in_order import ENGINE, ask, figure
from ledger.decider import decide
from ledger.events import (
    AssetKind,
    AssetRegistered,
    CollateralPriceComputed,
    CommandRejected,
    Event,
    Exclusion,
    PriceRefused,
    PriceSource,
    ReferencePriceReported,
    Rung,
    Unit,
)
from ledger.instants import SECOND, Instant, write_instant
from ledger.numbers import amount
from ledger.reasons import Reason
from tests.domain.one_account import (
    BITCOIN,
    READY,
    bought,
    deposit,
    evaluated,
    haircut,
    outcome,
    pledged,
)

USDE = replace(
    BITCOIN,
    name="USDE",
    asset="USDE",
    sources=(
        PriceSource("coinbase", amount("1")),
        PriceSource("kraken", amount("1")),
        PriceSource("ours", amount("1"), own=True),
    ),
    unit=amount("0.0001"),
)
OPENED = (
    READY.then("asset-USDE", AssetRegistered("USDE", 2, AssetKind.VIRTUAL_ASSET))
    .then("rules", figure("margin.level", "120", Unit.PERCENT, "call"))
    .then("haircut-USDE", haircut("USDE", ("0", "5")))
    .then("collateral-USDE", USDE)
    .then("price-BTC-PERP", ReferencePriceReported("BTC-PERP", amount("60000")), at=NOW)
    .then("account-A", deposit("A", "USD", "1000"), *bought("5", "60000", "300000"))
    .then("account-A", deposit("A", "USDE", "20000"), pledged("A", "USDE", "20000"))
)
"""5 BTC at 60,000 must be maintained with 15,000; 1,000 USD and 20,000 USDE at 5 % secure them."""


def later(seconds: int) -> Instant:
    return Instant(NOW + seconds * SECOND)


def quoting(history: History, seconds: int, **prices: tuple[str, int]) -> tuple[History, Event]:
    """Let a program report what each source said, and how many seconds ago."""
    at = later(seconds)
    said = [
        {"source": name, "price": price, "at": write_instant(Instant(at - ago * SECOND))}
        for name, (price, ago) in prices.items()
    ]
    command = ask(
        ENGINE,
        ReckonPrice,
        name="USDE",
        use="collateral",
        quotes=said,
        at=write_instant(at),
    )
    drafts = decide(history.situation(at), command)
    return History((*history.drafts, *drafts)), drafts[0].event


CALM, SOUND = quoting(OPENED, 0, coinbase=("1", 0), kraken=("1", 0), ours=("1", 0))


def test_before_the_fall_the_account_is_healthy() -> None:
    assert isinstance(SOUND, CollateralPriceComputed)
    event = evaluated(CALM, NOW)
    assert event.equity == amount("20000")
    assert event.maintenance == amount("15000")
    assert (event.ratio, event.rung) == (amount("133.3333"), Rung.HEALTHY)


def test_while_others_quote_our_own_book_is_an_outlier_and_nothing_moves() -> None:
    history, event = quoting(CALM, 10, coinbase=("1", 1), kraken=("1", 2), ours=("0.65", 0))
    assert isinstance(event, CollateralPriceComputed)
    assert event.price == amount("1")
    ours = event.quotes[-1]
    assert (ours.source, ours.own, ours.excluded) == ("ours", True, Exclusion.OUTLIER)
    before, after = evaluated(CALM, NOW), evaluated(history, later(10))
    assert after.equity == before.equity
    assert after.rung is before.rung


def test_our_own_book_alone_makes_no_price_and_all_it_said_is_on_record() -> None:
    history, event = quoting(CALM, 300, coinbase=("1", 120), kraken=("1", 90), ours=("0.65", 0))
    assert isinstance(event, PriceRefused)
    assert event.reason is Reason.OWN_BOOK_ONLY
    assert event.attempted == "ours"
    assert [(quote.source, quote.price, quote.excluded) for quote in event.quotes] == [
        ("coinbase", amount("1"), Exclusion.STALE),
        ("kraken", amount("1"), Exclusion.STALE),
        ("ours", amount("0.65"), None),
    ]
    assert evaluated(history, later(300)).equity == amount("20000")


def test_one_other_source_is_not_outvoted_by_our_own_book() -> None:
    # Of two that differ so much the median is between them, and both are outliers.
    history, event = quoting(CALM, 300, kraken=("1", 0), ours=("0.65", 0))
    assert isinstance(event, PriceRefused)
    assert (event.reason, event.limit, event.attempted) == (Reason.SOURCES_TOO_FEW, "2", "0")
    assert evaluated(history, later(300)).equity == amount("20000")


def test_the_last_sound_price_serves_so_long_and_then_there_is_none() -> None:
    history, _ = quoting(CALM, 590, ours=("0.65", 0))
    assert evaluated(history, later(600)).equity == amount("20000")
    refused = outcome(history, Instant(later(600) + 1))
    assert isinstance(refused, CommandRejected)
    assert (refused.reason, refused.attempted) == (Reason.PRICE_STALE, "USDE")


def test_no_number_of_attempts_lets_our_own_book_through() -> None:
    history = CALM
    for seconds in range(60, 660, 60):
        history, event = quoting(history, seconds, ours=("0.65", 0))
        assert isinstance(event, PriceRefused)
        said = outcome(history, later(seconds))
        if not isinstance(said, CommandRejected):
            assert evaluated(history, later(seconds)).equity == amount("20000")
    assert isinstance(outcome(history, later(660)), CommandRejected)


def test_where_all_fall_together_the_price_follows_and_the_margin_moves() -> None:
    # 1,000 + 20,000 x 0.65 x 0.95 = 13,350, which is 89 % of 15,000.
    fall = {"coinbase": ("0.65", 0), "kraken": ("0.65", 1), "ours": ("0.65", 0)}
    history, event = quoting(CALM, 10, **fall)
    assert isinstance(event, CollateralPriceComputed)
    assert event.price == amount("0.65")
    after = evaluated(history, later(10))
    assert after.equity == amount("13350")
    assert (after.ratio, after.rung) == (amount("89"), Rung.LIQUIDATION)
