"""An exchange in memory: what is asked and reported is decided, evolved and held to the laws."""

from collections import defaultdict
from dataclasses import replace as with_fields
from typing import Any

from msgspec.structs import replace

from ledger.commands import COMMANDS, Command, Fact
from ledger.coverage.case import BEGINNING, CAROL
from ledger.coverage.in_order import APPROVAL, DORA, ENGINE, IN_ORDER, TRADING_FIGURES
from ledger.coverage.market import CONTRACT, PAIR
from ledger.decider import States, decide, evolve
from ledger.events import (
    AccountAssigned,
    AccountOpened,
    CashDeposited,
    ContractKind,
    Draft,
    Event,
    ProductApproved,
    ProductKind,
    Recorded,
    ReferencePriceReported,
    Side,
)
from ledger.holding import Account
from ledger.journal import imbalance, postings
from ledger.log.codec import Codec
from ledger.numbers import ZERO, Amount, add, amount, negate
from ledger.order import TRANSITIONS, Order
from ledger.reasons import Flag
from tests.domain.scenario import Scenario

ACCOUNTS = ("A", "B", "E")
INSTRUMENTS = ("BTC-PERP", "BTC-INV", "BTC-SPOT")

INVERSE = replace(
    CONTRACT,
    instrument="BTC-INV",
    kind=ContractKind.INVERSE,
    settlement="BTC",
    lot=amount("1"),
    value_unit=amount("0.00000001"),
    contract_unit=amount("0.0000000001"),
    fee_unit=amount("0.00000001"),
    quantity_max=amount("5000"),
    position_max=amount("4000"),
)
TERMS = {
    "BTC-PERP": replace(CONTRACT, open_orders_max=6),
    "BTC-INV": replace(INVERSE, open_orders_max=6),
    "BTC-SPOT": replace(PAIR, open_orders_max=6),
}


def opening() -> list[Draft]:
    """Tell that the market is in order: three accounts of two clients, each with cash and coins."""
    inverse = ProductApproved(
        product="BTC-INV",
        kind=ProductKind.PERPETUAL,
        entity="VATP",
        permission="VA-1",
        references=("BTC",),
        specification="e" * 64,
        effective_from=BEGINNING,
        approval=APPROVAL,
    )
    told = [*IN_ORDER.drafts]
    told += [Draft("product-BTC-INV", inverse)]
    told += [Draft(f"instrument-{name}", terms) for name, terms in TERMS.items()]
    told += [
        Draft(f"price-{name}", ReferencePriceReported(instrument=name, price=amount("1000")))
        for name in INSTRUMENTS
    ]
    told += [Draft("rules", _for_inverse(changed)) for changed in TRADING_FIGURES[:3]]
    for account in ("B", "E"):
        told += _joins(account, client="C" if account == "B" else "D")
    for account in ACCOUNTS:
        told += [
            Draft(f"account-{account}", _deposit(account, "USD", "6000")),
            Draft(f"account-{account}", _deposit(account, "BTC", "4")),
        ]
    return told


def _for_inverse(changed: Any) -> Event:
    event: Event = replace(changed, scope=changed.scope.replace("BTC-PERP", "BTC-INV"))
    return event


def _deposit(account: str, asset: str, figure: str) -> CashDeposited:
    return CashDeposited(account=account, asset=asset, amount=amount(figure), source="bank")


def _joins(account: str, client: str) -> list[Draft]:
    """Let somebody have an account, a client of his own with all papers where he is another."""
    papers = [draft for draft in IN_ORDER.drafts if draft.stream == "client-C"]
    others = papers if client != "C" else []
    told = [Draft(f"client-{client}", replace(p.event, client=client)) for p in others]
    told.append(Draft(f"account-{account}", AccountOpened(account=account, client=client)))
    assigned = AccountAssigned(
        client=client, account=account, parent="A" if client == "C" else None
    )
    return [*told, Draft(f"client-{client}", assigned)]


class Exchange:
    """The scenario of a trading day, and the sums of all legs posted on it."""

    def __init__(self) -> None:
        self.scenario = Scenario().happen(*opening())
        self.sums: defaultdict[tuple[str, str], Amount] = defaultdict(lambda: ZERO)
        for recorded in self.scenario.records:
            self._sum(recorded.event)
        self._count = 0

    def account(self, name: str) -> Account:
        state = self.scenario.states[f"account-{name}"]
        assert isinstance(state, Account)
        return state

    def order(self, account: str, order_id: str) -> Order | None:
        return self.account(account).orders.find(order_id)

    def ask(self, kind: str, **fields: Any) -> list[Recorded]:
        """Give a command or report a fact, as whoever may, and hold what follows to the laws."""
        self._count += 1
        said = {"command_id": f"c-{self._count}", "actor": DORA, **fields}
        if issubclass(COMMANDS[kind], Fact):
            said = {"at": "2026-02-11T08:00:00Z", **said, "actor": fields.get("actor", ENGINE)}
        return self.happen(COMMANDS[kind].model_validate(said))

    def put_right(self, kind: str, **fields: Any) -> list[Recorded]:
        """Put a trade right, as two people agreed."""
        self._count += 1
        said = {"command_id": f"c-{self._count}", "actor": CAROL, "reason": "agreed", **fields}
        return self.happen(COMMANDS[kind].model_validate(said), approved=True)

    def happen(self, command: Command, *, approved: bool = False) -> list[Recorded]:
        situation = self.scenario.situation()
        if approved:
            situation = with_fields(situation, approval=APPROVAL)
        drafts = decide(situation, command)
        assert drafts == decide(situation, command), "another answer to the same question"
        before = {name: self.account(name) for name in ACCOUNTS}
        first = len(self.scenario.records)
        self.scenario.happen(*drafts)
        records = self.scenario.records[first:]
        for recorded in records:
            assert imbalance(postings(recorded.event)) == {}
            self._sum(recorded.event)
        self._check(before, records)
        return records

    def _sum(self, event: Event) -> None:
        for leg in postings(event):
            self.sums[leg.account, leg.asset] = add(self.sums[leg.account, leg.asset], leg.amount)

    def _check(self, before: dict[str, Account], records: list[Recorded]) -> None:
        self._check_books()
        for name in ACCOUNTS:
            account = self.account(name)
            self._check_account(name, account)
            _check_orders(account)
            _check_transitions(before[name], account)
            events = [r.event for r in records if r.stream == f"account-{name}"]
            _check_holds(before[name], account, events)

    def _check_books(self) -> None:
        """CLEARING is flat, every contract sold is bought, and all there is came from outside."""
        inside: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
        for (name, asset), balance in self.sums.items():
            assert not (name.startswith("CLEARING") and balance), f"{name} holds {balance} {asset}"
            inside[asset] = add(inside[asset], balance)
        assert not any(inside.values())
        outside = {asset for name, asset in self.sums if name.startswith("EXTERNAL")}
        assert outside == {"USD", "BTC"}, "a contract came from outside"

    def _check_account(self, name: str, account: Account) -> None:
        """What decisions know of an account is what its legs add up to."""
        for asset in ("USD", "BTC"):
            assert account.balance(asset) == negate(self.sums[name, asset])
        for instrument, terms in TERMS.items():
            held = account.position(instrument)
            where = f"{name}/{instrument}"
            assert held.quantity == negate(self.sums[where, instrument])
            assert held.cost == self.sums[where, terms.settlement]
            assert held.quantity or not held.cost, "cost without a position"


def _check_orders(account: Account) -> None:
    """Every order adds up, and so does all that is reckoned from the open ones."""
    orders = account.orders
    held: defaultdict[str, Amount] = defaultdict(lambda: ZERO)
    exposed: defaultdict[tuple[str, Side], Amount] = defaultdict(lambda: ZERO)
    for known in (orders.open, orders.closed):
        for order in known.values():
            whole = add(add(order.leaves, order.cumulative), order.canceled)
            assert whole == order.quantity, order
            assert order.works is (order.leaves > ZERO), order
            assert order.hold >= ZERO, order
            assert order.works or not order.hold, order
            held[order.held_asset] = add(held[order.held_asset], order.hold)
            key = (order.instrument, order.side)
            if order.works:
                exposed[key] = add(exposed[key], order.exposed)
    assert {k: v for k, v in held.items() if v} == {k: v for k, v in orders.held.items() if v}
    for (instrument, side), working in orders.working.items():
        assert working.exposed == exposed[instrument, side]


def _check_transitions(before: Account, after: Account) -> None:
    """No order goes where the table does not lead it."""
    for order_id, order in before.orders.open.items():
        now = after.orders.find(order_id)
        assert now is not None
        if now.stage is not order.stage:
            assert now.stage in TRANSITIONS[order.stage].values(), (order, now)


def _check_holds(before: Account, after: Account, events: list[Event]) -> None:
    """No hold exceeds what is there, unless a fact is flagged that took it."""
    flagged = any(Flag.INSUFFICIENT_FUNDS in getattr(event, "flags", ()) for event in events)
    for asset in ("USD", "BTC"):
        lacks = after.unreserved(asset) < ZERO
        assert not lacks or flagged or before.unreserved(asset) < ZERO, (asset, events)


def read_back(records: list[Recorded]) -> States:
    """Fold records as they are read from the log again."""
    codec, states = Codec(), States()
    for recorded in records:
        again = codec.decode(recorded.sequence, recorded.type, codec.encode(recorded))
        states[recorded.stream] = evolve(states[recorded.stream], again)
    return states
