"""A licensed market to measure with: clients with all papers, seeded orders and trades."""

import time
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from ledger.commands import COMMANDS, Command, ProposeChange
from ledger.instants import SECOND, write_instant
from scripts.benchmarks.workload import Workload

INSTRUMENT = "BTC-PERP"
LAG = 100
"""So many rounds of orders lie between two orders and the trade in which they meet."""

_HOUR = 3_600 * SECOND
_FAR = "2199-12-31T00:00:00Z"
_PAPER = "e" * 64


def _person(name: str, function: str) -> dict[str, str]:
    return {"kind": "human", "id": name, "role": function}


ANN, BEN = _person("ann", "compliance"), _person("ben", "risk")
OLI, DAN = _person("oli", "operations"), _person("dan", "dealing")
ENGINE = {"kind": "engine", "id": "matcher", "role": "dealing"}

_FIGURES = [
    ("client.professional.portfolio", "individual", "8000000", "hkd"),
    ("client.professional.validity", "", "12", "months"),
    ("leverage.cap", f"{INSTRUMENT}/professional", "5", "ratio"),
    ("margin.initial", INSTRUMENT, "20", "percent"),
    ("margin.maintenance", INSTRUMENT, "10", "percent"),
    ("liquidation.waterfall", "", "fund", "words"),
]
_CHANGES: list[dict[str, Any]] = [
    {
        "type": "AdoptRulePack",
        "pack": "bench",
        "version": "1",
        "file_digest": _PAPER,
        "figures": [
            {
                "name": name,
                "scope": scope,
                "value": value,
                "unit": unit,
                "source": "bench",
                "verified": False,
            }
            for name, scope, value, unit in _FIGURES
        ],
    },
    {"type": "GrantRole", "grantee": "matcher", "kind": "engine", "function": "dealing"},
    {
        "type": "GrantPermission",
        "permission": "P-1",
        "activities": ["perpetuals"],
        "document": _PAPER,
    },
    {"type": "AdmitAsset", "asset": "BTC", "retail": True, "decision": "D-1"},
    {
        "type": "ApproveProduct",
        "product": INSTRUMENT,
        "kind": "perpetual",
        "permission": "P-1",
        "references": ["BTC"],
        "specification": _PAPER,
    },
    {
        "type": "SpecifyInstrument",
        "instrument": INSTRUMENT,
        "kind": "linear",
        "quote": "USDT",
        "settlement": "USDT",
        "reference": "BTC",
        "multiplier": "1",
        "tick": "0.1",
        "lot": "0.001",
        "value_unit": "0.000001",
        "fee_unit": "0.000001",
        "maker_fee": "-0.00005",
        "taker_fee": "0.0005",
        "band": "20",
        "quantity_max": "1000",
        "value_max": "100000000",
        "position_max": "1000000",
        "open_orders_max": 100_000,
    },
]


class Market:
    """Makes the commands of a market, each with an id of its own."""

    def __init__(self, seed: int, clients: int) -> None:
        """Take a seed, and how many clients trade."""
        self._dice = Random(seed)
        self._clients = clients
        self._ids = (f"m-{number}" for number in count(1))
        self._at = write_instant(time.time_ns() - _HOUR)

    def opening(self) -> list[Command]:
        """Found the platform, set its rules, admit its clients, and give each of them cash."""
        officers = [{"id": o["id"], "function": o["role"]} for o in (ANN, BEN, OLI, DAN)]
        papers = (self._joins(number) for number in range(self._clients))
        return [
            self._ask(OLI, "FoundPlatform", officers=officers),
            self._ask(OLI, "RegisterAsset", asset="BTC", scale=8, kind="virtual_asset"),
            self._ask(OLI, "RegisterAsset", asset="USDT", scale=6, kind="virtual_asset"),
            *(command for change in _CHANGES for command in self._by_two(change)),
            self._prevails("60000"),
            *(command for client in papers for command in client),
        ]

    def _prevails(self, price: str) -> Command:
        said = {"instrument": INSTRUMENT, "price": price, "at": self._at}
        return self._ask(ENGINE, "ReportReferencePrice", **said)

    def _by_two(self, change: dict[str, Any]) -> Iterator[Command]:
        name = next(self._ids)
        fields: dict[str, Any] = {"proposal": name, "change": change, "expires_at": _FAR}
        fields["rationale"] = "bench"
        proposed = self._ask(ANN, "ProposeChange", **fields)
        assert isinstance(proposed, ProposeChange)
        yield proposed
        digest = proposed.proposed().digest()
        yield self._ask(BEN, "ApproveChange", proposal=name, change_digest=digest)

    def _joins(self, number: int) -> Iterator[Command]:
        """Bring an individual professional with all his papers, and a hundred million."""
        who, account = {"client": f"C{number}"}, f"A{number}"
        proof = {"legal_basis": "s.5", "evidence": _PAPER, "relevant_date": "2026-01-31"}
        wealth = {"classification": "professional", "basis": "portfolio", "amount": "9000000"}
        training = {"route": "training", "evidence": _PAPER}
        reviewed = {"notified_at": self._at, "review_due": _FAR, "wealth_band": "B"}
        limits = {"limit": "100000000", "concentration": "100"}
        yield self._ask(OLI, "AdmitClient", kind="individual", identity=_PAPER, **who)
        yield self._ask(OLI, "OpenAccount", account=account, **who)
        yield self._ask(OLI, "SignAgreement", version="1", document=_PAPER, **who)
        yield self._ask(OLI, "ClassifyClient", **wealth, **proof, **who)
        yield self._ask(OLI, "SignConsent", document=_PAPER, **who)
        for subject in ("virtual_assets", "derivatives"):
            yield self._ask(OLI, "AssessKnowledge", subject=subject, **training, **who)
        yield self._ask(OLI, "SetRiskProfile", profile="aggressive", evidence=_PAPER, **who)
        yield self._ask(ANN, "SetExposureLimit", **limits, **reviewed, **who)
        cash = {"asset": "USDT", "amount": "100000000", "at": self._at}
        yield self._ask(OLI, "ReportDeposit", account=account, **cash)

    def place(self, order_id: str, client: int, side: str, quantity: str = "0.01") -> Command:
        """Let a client place a limit order at the prevailing price or beyond it."""
        away = self._dice.randrange(1, 500)
        price = f"{60_000 + (away if side == 'buy' else -away)}.{self._dice.randrange(1, 10)}"
        terms = {"side": side, "quantity": quantity, "price": price}
        reckoned = {"exposure": "1000000", "concentration": "50"}
        named = {"account": f"A{client}", "instrument": INSTRUMENT}
        said = {**named, **terms, **reckoned}
        return self._ask(DAN, "PlaceOrder", command_id=order_id, **said)

    def trade(self, number: int, quantity: str = "0.01") -> Command:
        """Let the two orders of a round meet, whole or in part."""
        buyer, seller = self._pair(number)
        return self._ask(
            ENGINE,
            "ReportTrade",
            command_id=f"t-{number}",
            at=self._at,
            instrument=INSTRUMENT,
            quantity=quantity,
            price="60000",
            buyer={"account": f"A{buyer}", "order_id": f"b-{number}"},
            seller={"account": f"A{seller}", "order_id": f"s-{number}"},
            aggressor="buy",
        )

    def round(self, number: int) -> Iterator[Command]:
        """Give the orders of a round, and what becomes of those of an earlier one."""
        buyer, seller = self._pair(number)
        yield self.place(f"b-{number}", buyer, "buy")
        yield self.place(f"s-{number}", seller, "sell")
        due = number - LAG
        if due < 0:
            return
        if due % 4:
            yield self.trade(due)
            return
        named = {"account": f"A{self._pair(due)[0]}", "order_id": f"b-{due}"}
        yield self._ask(DAN, "CancelOrder", **named)
        yield self._ask(ENGINE, "ReportOrderCanceled", **named, at=self._at, initiator="client")

    def _pair(self, number: int) -> tuple[int, int]:
        return number % self._clients, (number + self._clients // 2) % self._clients

    def _ask(self, actor: dict[str, str], name: str, /, **fields: Any) -> Command:
        said = {"command_id": None, "actor": actor, **fields}
        said["command_id"] = said["command_id"] or next(self._ids)
        return COMMANDS[name].model_validate(said)


def market_day(seed: int, commands: int, *, clients: int) -> Workload:
    """Make so many commands of a market, and what must stand before them."""
    market = Market(seed, clients)
    opening = market.opening()
    rounds = (command for number in count() for command in market.round(number))
    return Workload("market", opening, [next(rounds) for _ in range(commands)])
