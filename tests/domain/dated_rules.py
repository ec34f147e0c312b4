"""A hundred days on which the rules of margin change, and what was said of each beside it."""

import random
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from ledger.coverage.case import BEGINNING
from ledger.coverage.in_order import APPROVAL, BTC, IN_ORDER, USD, figure
from ledger.events import (
    AssetKind,
    AssetRegistered,
    Draft,
    Event,
    HaircutScheduleSet,
    InstrumentSpecified,
    MarginScheduleSet,
    Recorded,
    ReferencePriceReported,
    Unit,
)
from ledger.instants import DAY, Instant
from ledger.numbers import amount
from tests.domain.margin_books import tier
from tests.domain.one_account import BITCOIN, TERMS, deposit, fill, haircut, pledged, worth
from tests.domain.priced_day import INDEX, RULE
from tests.domain.scenario import record

DAYS = 100
CHANGES = 120
SEED = 1_010
BEGUN = Instant(BEGINNING + 30 * DAY)

ETHER = replace(TERMS, instrument="ETH-PERP", reference="ETH")
CONTRACTS: tuple[InstrumentSpecified, ...] = (TERMS, ETHER)
HELD = {"BTC-PERP": ("7", "60000", "420000"), "ETH-PERP": ("-90", "3000", "-270000")}
COINS, COIN_PRICE = "8", "60000"


class Version(NamedTuple):
    """One word of a rule: when it was recorded, from when on it applies, and where it stands."""

    recorded_at: Instant
    effective_from: Instant
    sequence: int
    event: Event


@dataclass
class Told:
    """All records, and beside them every version of every rule, by a key of the test's own."""

    records: list[Recorded] = field(default_factory=list)
    versions: dict[str, list[Version]] = field(default_factory=dict)

    def tell(self, stream: str, event: Event, now: Instant) -> None:
        """Record something that is no rule."""
        draft = Draft(stream, event, at=now)
        self.records.append(record(len(self.records) + 1, draft, now))

    def rule(self, stream: str, event: Event, now: Instant, since: Instant, key: str) -> None:
        """Record a rule, and note beside it what the log is to find."""
        self.tell(stream, replace(event, effective_from=since), now)
        version = Version(now, since, len(self.records), self.records[-1].event)
        self.versions.setdefault(key, []).append(version)

    def applies(self, key: str, now: Instant) -> Version | None:
        """Look up what applies: of what was said and has begun, the latest date, then the last."""
        begun = [
            version
            for version in self.versions.get(key, [])
            if version.recorded_at <= now and version.effective_from <= now
        ]
        return max(begun, key=lambda v: (v.effective_from, v.sequence), default=None)


def opening() -> Told:
    """Let account A hold a long and a short position, with cash and coins behind them."""
    told = Told()
    for draft in IN_ORDER.drafts:
        if draft.stream.startswith(("client-", "account-")):
            told.tell(draft.stream, draft.event, BEGUN)
    told.tell("asset-USD", USD, BEGUN)
    told.tell("asset-BTC", BTC, BEGUN)
    told.tell("asset-ETH", AssetRegistered("ETH", 8, AssetKind.VIRTUAL_ASSET), BEGUN)
    told.tell("account-A", deposit("A", "USD", "900000"), BEGUN)
    for terms in CONTRACTS:
        quantity, price, cost = HELD[terms.instrument]
        told.tell(f"instrument-{terms.instrument}", terms, BEGUN)
        reported = ReferencePriceReported(terms.instrument, amount(price))
        told.tell(f"price-{terms.instrument}", reported, BEGUN)
        deal = fill(amount(quantity), amount(price), amount(cost), terms)
        told.tell("account-A", deal, BEGUN)
    told.tell("account-A", deposit("A", "BTC", COINS), BEGUN)
    told.tell("account-A", pledged("A", "BTC", COINS), BEGUN)
    told.tell("collateral-BTC", replace(BITCOIN, lasts=DAYS * 86_400 * 2), BEGUN)
    told.tell("collateral-BTC", worth(BITCOIN, len(told.records), COIN_PRICE, BEGUN), BEGUN)
    return told


def percent(dice: random.Random, low: int, high: int) -> str:
    return f"{dice.randint(low, high)}"


def parameter(dice: random.Random, name: str, instrument: str) -> tuple[Event, str]:
    """Make up one of the three figures of an instrument."""
    if name == "leverage.cap":
        scope = f"{instrument}/professional"
        return figure(name, percent(dice, 2, 20), Unit.RATIO, scope), f"{name} {instrument}"
    low = {"margin.initial": 10, "margin.maintenance": 1}[name]
    said = figure(name, percent(dice, low, low + 9), Unit.PERCENT, instrument)
    return said, f"{name} {instrument}"


def schedule(dice: random.Random) -> MarginScheduleSet:
    lower = dice.randint(1, 5)
    edge = f"{dice.randint(100, 400)}000"
    tiers = (tier("0", f"{lower}", f"{lower + 5}"), tier(edge, f"{lower + 2}", f"{lower + 9}"))
    return MarginScheduleSet("BTC-PERP", tiers, effective_from=BEGUN, approval=APPROVAL)


def cut(dice: random.Random) -> HaircutScheduleSet:
    if not dice.randint(0, 9):
        return haircut("BTC")
    low = dice.randint(0, 30)
    said = haircut("BTC", ("0", f"{low}"), ("5", f"{low + dice.randint(0, 40)}"))
    return said if dice.randint(0, 1) else replace(said, concentration=amount("30"))


def any_rule(told: Told, dice: random.Random, now: Instant, since: Instant) -> None:
    """Record some rule that applies from a date on."""
    which = dice.randint(0, 9)
    if which < 5:
        name = ("leverage.cap", "margin.initial", "margin.maintenance")[dice.randint(0, 2)]
        event, key = parameter(dice, name, ("BTC-PERP", "ETH-PERP")[dice.randint(0, 1)])
        told.rule("rules", event, now, since, key)
    elif which < 6:
        if now > BEGUN + DAYS * DAY // 3:
            told.rule("schedule-BTC-PERP", schedule(dice), now, since, "schedule")
    elif which < 8:
        told.rule("haircut-BTC", cut(dice), now, since, "haircut")
    elif which < 9:
        rule = replace(RULE, interval=dice.choice([3_600, 14_400, 28_800]))
        told.rule("funding-BTC-PERP", rule, now, since, "funding")
    else:
        method = replace(INDEX, unit=amount(dice.choice(["0.01", "0.5", "10"])))
        told.rule("index-BTCUSD", method, now, since, "index")


def a_hundred_days() -> Told:
    """Let rules change for a hundred days: at once, ahead, and one in the place of another."""
    dice = random.Random(SEED)  # noqa: S311 - the dice of a test keep no secret
    history = opening()
    for name in ("leverage.cap", "margin.initial", "margin.maintenance"):
        for contract in CONTRACTS:
            event, key = parameter(dice, name, contract.instrument)
            history.rule("rules", event, BEGUN, BEGUN, key)
    history.rule("index-BTCUSD", INDEX, BEGUN, BEGUN, "index")
    moments = sorted(dice.randint(BEGUN + 1, BEGUN + DAYS * DAY) for _ in range(CHANGES))
    dates: list[int] = []
    for now in moments:
        ahead = [date for date in dates if date >= now]
        since = dice.choice([now, now + dice.randint(1, 20 * DAY), *ahead[:1]])
        dates.append(since)
        any_rule(history, dice, Instant(now), Instant(since))
    return history
