"""A platform at work in memory: programs ask, people agree, and a log takes what is decided."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ledger.commands import COMMANDS
from ledger.coverage.case import BEGINNING, CAROL, History
from ledger.coverage.in_order import APPROVAL, DORA, ENGINE, figure
from ledger.coverage.market import MARKET, accepted, filled, received
from ledger.decider import States, decide, evolve
from ledger.events import CashDeposited, Draft, Event, MarginEvaluated, Recorded, Rung, Side, Unit
from ledger.instants import Instant, read_instant, write_instant
from ledger.numbers import ZERO, amount
from ledger.situation import Situation
from tests.projections.inspected import rows
from tests.projections.log_of import Log

SOURCES = [
    {"source": "a", "weight": "1"},
    {"source": "b", "weight": "2"},
    {"source": "c", "weight": "1"},
    {"source": "own", "weight": "1", "own": True},
]
HAIRCUT = {"asset": "BTC", "purpose": "perpetual_margin"}
OF_PLEDGES = {"account": "A", "authority": "AUTH-1"}
FUNDING_RULE = {
    "instrument": "BTC-PERP",
    "interval": 3600,
    "period": 28_800,
    "samples_min": 2,
    "interest": "0.0001",
    "damper": "0.0005",
    "cap": "0.01",
    "rate_unit": "0.00000001",
}


def long_and_short() -> History:
    """Tell that A bought 5 contracts from H at 1,000, and that funding is due every day."""
    cash = CashDeposited(account="H", asset="USD", amount=amount("10000"), source="bank")
    sold: dict[str, Any] = {"account": "H", "client": "D"}
    return (
        MARKET.then("account-A", received("L", "5"), accepted("L", "5", "1669.5"), filled("L", "5"))
        .then("account-H", cash, received("S", "5", Side.SELL, **sold))
        .then("account-H", accepted("S", "5", "1669.5", account="H"))
        .then("account-H", filled("S", "5", Side.SELL, **sold))
        .then("rules", figure("perpetual.funding", "1", Unit.DAYS))
    )


def at(clock: str) -> Instant:
    """Give a moment of the day of the story by its time, such as 08:00:15."""
    return read_instant(f"2026-02-11T{clock}Z")


class Desk:
    """What was decided so far, and the log of it. What is asked at a time is recorded then."""

    def __init__(self, history: History | None = None) -> None:
        self.log = Log()
        self.states = States()
        self.now = BEGINNING
        self.happen((long_and_short() if history is None else history).drafts)

    def happen(self, drafts: Iterable[Draft]) -> list[Recorded]:
        """Record what was decided, all of it now."""
        first = len(self.log.records)
        for draft in drafts:
            recorded = self.log.record(
                draft.event,
                stream=draft.stream,
                at=draft.at,
                recorded_at=self.now,
                corrects=draft.corrects,
            )
            self.states[draft.stream] = evolve(self.states[draft.stream], recorded)
        return self.log.records[first:]

    def agree(self, clock: str, kind: str, /, **fields: Any) -> Recorded:
        """Let two people agree on a change at a time."""
        said = {"actor": CAROL, **fields}
        return self._decided(at(clock), kind, said, approved=True)[-1]

    def reckon(
        self, clock: str, kind: str, /, *, asked: str | None = None, **fields: Any
    ) -> Recorded:
        """Let a program ask for a figure as of a time, at that time unless it is `asked` later."""
        said = {"actor": ENGINE, "at": write_instant(at(clock)), **fields}
        return self._decided(at(asked or clock), kind, said)[-1]

    def ask(self, clock: str, kind: str, /, **fields: Any) -> Recorded:
        """Let the dealing desk ask for something at a time."""
        return self._decided(at(clock), kind, {"actor": DORA, **fields})[-1]

    def price(self, clock: str, price: str, **fields: Any) -> Recorded:
        """Let the sources a and b say the same price at a time, of the index x unless said."""
        quotes = [quoted(name, price, clock) for name in "ab"]
        return self.reckon(clock, "ReckonPrice", **{"name": "x", "quotes": quotes, **fields})

    def sequence_of(self, event: Event) -> int:
        """Find the record of something that happened."""
        (found,) = [r.sequence for r in self.log.records if r.event is event]
        return found

    def _decided(
        self, now: Instant, kind: str, said: dict[str, Any], *, approved: bool = False
    ) -> list[Recorded]:
        self.now = now
        command = COMMANDS[kind].model_validate(
            {"command_id": f"c-{len(self.log.records)}", **said}
        )
        cited: defaultdict[int, Recorded | None] = defaultdict(lambda: None)
        cited.update({recorded.sequence: recorded for recorded in self.log.records})
        approval = APPROVAL if approved else None
        return self.happen(decide(Situation(now, self.states, cited, approval=approval), command))


def quoted(source: str, price: str, clock: str) -> dict[str, str]:
    """Say what a source said at a time."""
    return {"source": source, "price": price, "at": write_instant(at(clock))}


def index_method(**fields: Any) -> dict[str, Any]:
    """Say how the index x is made, or another price."""
    usual = {"name": "x", "use": "index", "asset": "BTC", "currency": "USD", "sources": SOURCES}
    figures = {"stale_after": 10, "deviation": "1", "sources_min": 2, "lasts": 36_000}
    return {**usual, **figures, "unit": "0.01", **fields}


def marked(kind: str = "index") -> Desk:
    """Let people agree at seven on how index and mark of the contract are made."""
    desk = Desk()
    desk.agree("07:00:00", "SetPriceMethod", **index_method())
    terms = {"instrument": "BTC-PERP", "index": "x", "lasts": 36_000, "unit": "0.5"}
    desk.agree("07:00:00", "SetMarkMethod", **terms, kind=kind)
    return desk


def evaluated() -> Desk:
    """Evaluate A, who holds 5 contracts and an order at a mark of 1,100, and has pledged 2 BTC."""
    desk = marked()
    desk.agree("07:00:00", "SetPriceMethod", **index_method(name="BTC", use="collateral"))
    tiers = [{"floor": "0", "haircut": "20"}, {"floor": "3", "haircut": "50"}]
    desk.agree("07:00:00", "SetHaircutSchedule", **HAIRCUT, tiers=tiers, concentration="60")
    order = (received("W", "2"), accepted("W", "2", "667.8"))
    desk.happen(Draft("account-A", event) for event in order)
    priced(desk, "08:00:00", "1100")
    desk.ask("08:00:01", "PledgeCollateral", **OF_PLEDGES, asset="BTC", amount="2")
    desk.reckon("08:00:02", "EvaluateMargin", account="A")
    return desk


def priced(desk: Desk, clock: str, price: str) -> None:
    """Let the index, the mark and the worth of a coin be one price."""
    desk.price(clock, price)
    desk.price(clock, price, name="BTC", use="collateral")
    desk.reckon(clock, "ReckonMark", instrument="BTC-PERP")


def moved() -> Desk:
    """Let A pledge 2 BTC, release half of one, and put 300 dollars in place of one."""
    desk = evaluated()
    desk.ask("08:01:00", "ReleaseCollateral", **OF_PLEDGES, asset="BTC", amount="0.5")
    instead = {"asset": "BTC", "amount": "1", "with_asset": "USD", "with_amount": "300"}
    desk.ask("08:02:00", "SubstituteCollateral", **OF_PLEDGES, **instead)
    return desk


def ordered(desk: Desk, clock: str, **stated: str) -> int:
    """Let A ask to buy one more; where `stated` is too much, he is refused."""
    terms = {"account": "A", "instrument": "BTC-PERP", "side": "buy", "quantity": "0.01"}
    desk.ask(clock, "PlaceOrder", **terms, price="1100", **stated)
    return len(desk.log.records)


def only(desk: Desk, view: str, **where: Any) -> dict[str, Any]:
    """Read the one row of a view that fits."""
    (row,) = [r for r in rows(desk.log, view) if all(r[k] == v for k, v in where.items())]
    return row


def found(**said: Any) -> MarginEvaluated:
    """Say what an evaluation of account B found, of which little matters."""
    usual: dict[str, Any] = {
        **dict.fromkeys(("equity", "initial", "maintenance", "available"), ZERO),
        "account": "B",
        "currency": "USD",
        "ratio": None,
        "rung": Rung.HEALTHY,
        "positions": (),
        "collateral": (),
        "levels": {},
        "rungs": {},
    }
    return MarginEvaluated(**(usual | said))
