"""The demo's noon: a price path, two intervals of funding, collateral, and what everybody needs.

An interval lasts a second here, so that two of them fit into a demo.
"""

from collections.abc import Iterator
from typing import Any

from projections.cli.lines import OLI, PERPETUAL, Line, Lines, ndjson
from projections.cli.order_flow import CLIENTS, OrderFlow
from projections.cli.step import TOY_VENUE, Step

RULES_FILE = "margin_rules.ndjson"
PRICES_FILE = "prices.ndjson"
FALL_FILE = "fall.ndjson"
COLLATERAL_FILE = "collateral.ndjson"

INDEX, COIN, CURRENCY = "BTC-USDT", "BTC", "USDT"
OWN_BOOK = "toy-venue"
SOURCES = ("alpha", "beta", OWN_BOOK)
PRICING = {"kind": "service", "id": "pricing", "role": "dealing"}


def margin_files(seed: int) -> dict[str, str]:
    """Write the files that these steps name."""
    flow = OrderFlow(seed)
    lists = {
        RULES_FILE: rules(),
        PRICES_FILE: list(_prices(flow)),
        FALL_FILE: list(_fall(flow)),
        COLLATERAL_FILE: collateral(),
    }
    return {name: ndjson(lines) for name, lines in lists.items()}


def rules() -> list[Line]:
    """Set by which methods prices are made, how funding is paid, and what margin is needed."""
    lines = Lines("margin-rules")
    both: Line = {"asset": COIN, "currency": CURRENCY, "unit": "0.01", "sources_min": 2}
    both["sources"] = [{"source": n, "weight": "1", "own": n == OWN_BOOK} for n in SOURCES]
    timely = {"stale_after": 5, "deviation": "5", "lasts": 10}
    changes: list[tuple[str, Line]] = [
        ("GrantRole", {"grantee": "pricing", "kind": "service", "function": "dealing"}),
        ("GrantRole", {"grantee": "sweep", "kind": "service", "function": "risk"}),
        ("SetPriceMethod", {"name": INDEX, "use": "index", **both, **timely}),
        ("SetPriceMethod", {"name": COIN, "use": "collateral", **both, **timely}),
        ("SetMarkMethod", _mark_method()),
        ("SetFundingRule", _funding_rule()),
        ("SetMarginSchedule", {"instrument": PERPETUAL, "tiers": _tiers()}),
        ("SetHaircutSchedule", _haircuts()),
        ("ChangeParameter", _parameter("margin.currency", "", CURRENCY, "words")),
        ("ChangeParameter", _parameter("margin.level", "warning", "150", "percent")),
        ("ChangeParameter", _parameter("margin.level", "call", "120", "percent")),
    ]
    return [
        line
        for number, (name, fields) in enumerate(changes, start=1)
        for line in lines.by_two(f"margin-rule-{number}", name, **fields)
    ]


def _mark_method() -> Line:
    return {
        "instrument": PERPETUAL,
        "kind": "median",
        "index": INDEX,
        "window": 30,
        "lasts": 10,
        "unit": "0.01",
    }


def _funding_rule() -> Line:
    return {
        "instrument": PERPETUAL,
        "interval": 1,
        "period": 1,
        "samples_min": 3,
        "interest": "0.0001",
        "damper": "0.0005",
        "cap": "0.0075",
        "rate_unit": "0.00000001",
    }


def _tiers() -> list[Line]:
    return [
        {"floor": "0", "initial": "20", "maintenance": "10"},
        {"floor": "50000", "initial": "25", "maintenance": "12.5"},
    ]


def _haircuts() -> Line:
    tiers = [{"floor": "0", "haircut": "15"}, {"floor": "10", "haircut": "30"}]
    return {
        "asset": COIN,
        "purpose": "perpetual_margin",
        "tiers": tiers,
        "concentration": "60",
    }


def _parameter(name: str, scope: str, value: str, unit: str) -> Line:
    said = {"name": name, "scope": scope, "value": value, "unit": unit}
    return said | {"source": "risk committee, paper 14", "rationale": "before the launch"}


class Pricing:
    """Writes what the pricing service asks for, at seconds after the file begins."""

    def __init__(self, name: str, flow: OrderFlow) -> None:
        self._lines, self._flow = Lines(name), flow

    def _price(self, distance: int) -> str:
        return self._flow.price_of(PERPETUAL, distance)

    def _ask(self, command: str, at: str, /, **fields: Any) -> Line:
        return self._lines.by(PRICING, command, at=at, **fields)

    def quoted(self, at: str, *distances: int, use: str = "index") -> Line:
        """Make a price of what each source says, as a distance from where bitcoin stood."""
        sources = SOURCES[-len(distances) :]
        quotes = [
            {"source": source, "price": self._price(distance), "at": at}
            for source, distance in zip(sources, distances, strict=True)
        ]
        name = INDEX if use == "index" else COIN
        return self._ask("ReckonPrice", at, name=name, use=use, quotes=quotes)

    def marked(self, at: str, distance: int) -> Line:
        """Make the mark with a book about a distance, and its last trade there."""
        book = {"bid": self._price(distance - 5), "ask": self._price(distance + 5)}
        return self._ask("ReckonMark", at, instrument=PERPETUAL, last=self._price(distance), **book)

    def sampled(self, distance: int, *moments: str) -> Iterator[Line]:
        """Sample the premium of a book about a distance."""
        book = {"bid": self._price(distance - 10), "ask": self._price(distance + 10)}
        for at in moments:
            yield self._ask("SamplePremium", at, instrument=PERPETUAL, **book)


def _prices(flow: OrderFlow) -> Iterator[Line]:
    """The contract trades above its index; then our own book alone falls by a third."""
    pricing = Pricing("prices", flow)
    yield pricing.quoted("+0.1", -6, 3, 0)
    yield pricing.quoted("+0.1", -6, 3, 0, use="collateral")
    yield pricing.marked("+0.2", 60)
    yield from pricing.sampled(70, "+0.3", "+0.5", "+0.7")
    yield pricing.quoted("+0.8", -4, 2, -20_000, use="collateral")
    yield pricing.quoted("+0.8", -20_000, use="collateral")
    yield pricing.quoted("+0.9", -4, 2, 1)
    yield pricing.marked("+1", 62)


def _fall(flow: OrderFlow) -> Iterator[Line]:
    """Bitcoin falls everywhere, and the contract below its index."""
    pricing = Pricing("fall", flow)
    yield pricing.quoted("+0.1", -1500, -1490, -1510)
    yield pricing.marked("+0.2", -1550)
    yield from pricing.sampled(-1560, "+0.3", "+0.5", "+0.7")
    yield pricing.quoted("+0.8", -3000, -2990, -3010)
    yield pricing.quoted("+0.8", -3000, -2990, -3010, use="collateral")
    yield pricing.marked("+1", -3050)


def collateral() -> list[Line]:
    """Pledge coins by an authority, and ask for more cash than the margin leaves."""
    lines = Lines("collateral")
    pledge = {"account": CLIENTS[3], "asset": COIN}
    cash = {"asset": CURRENCY, "amount": "15000"}
    return [
        lines.by(OLI, "PledgeCollateral", amount="0.3", authority="S9", **pledge),
        lines.by(OLI, "PledgeCollateral", amount="0.3", authority="S1", **pledge),
        lines.by(OLI, "WithdrawCash", account=CLIENTS[2], **cash),
    ]


def margin_steps() -> list[Step]:
    """List the steps of the noon."""
    return [*_pricing_and_paying(), *_margining(), *_explaining()]


def _pricing_and_paying() -> list[Step]:
    pay = f"--as service/pricing:dealing funding {PERPETUAL}"
    return [
        Step(
            "How prices are made, funding is reckoned and margin is needed: two people each.",
            f"record --quiet {RULES_FILE}",
        ),
        Step(
            "Prices of three sources, of which one is our own book. Alone it makes no price.",
            f"play {PRICES_FILE}",
            program=TOY_VENUE,
        ),
        Step("The interval is over: longs pay, for the contract stood above its index.", pay),
        Step("Bitcoin falls.", f"play {FALL_FILE}", program=TOY_VENUE),
        Step("And shorts pay.", pay),
    ]


def _margining() -> list[Step]:
    return [
        Step(
            "A client pledges coins, by the authority he gave; another asks for cash that his "
            "position needs.",
            f"record {COLLATERAL_FILE}",
        ),
        Step(
            "What everybody has and needs now, in USDT.",
            "--as service/sweep:risk margin",
        ),
    ]


def _explaining() -> list[Step]:
    return [
        Step(
            "Position by position: at which price it would be liquidated, and worth nothing.",
            "show margin_positions --columns account,quantity,mark_price,value,unrealized_profit,"
            "initial,maintenance,liquidation_price,bankruptcy_price",
        ),
        Step(
            "What the pledged coins count for after their haircut.",
            f"show collateral --where asset={COIN}",
        ),
        Step(
            "Every price, made once more from its recorded inputs.",
            "show price_audit --columns kind,name,price,recomputed,matches,live_sources,excluded,"
            "reason",
        ),
        Step(
            "The funding of both intervals; what rounding left belongs to nobody.",
            "show funding --columns instrument,samples,premium,rate,mark_price,paid,received,"
            "residual",
        ),
    ]
