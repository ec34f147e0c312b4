"""Whatever the crash: who is bankrupt loses what he had and no more, and others bear the rest."""

from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.case_steps import possible_steps
from ledger.contract import value
from ledger.coverage.bankrupt_market import (
    AT_NOW,
    CAPITAL,
    FUND,
    PAID_IN,
    POLICY,
    after,
    evaluated,
    marked,
    start,
)
from ledger.coverage.case import NOW, History, refusal_in
from ledger.coverage.in_order import ENGINE, ask
from ledger.coverage.market import CONTRACT
from ledger.coverage.of_takeovers import UNFILLED
from ledger.decider import decide
from ledger.events import (
    DeficitCovered,
    DeficitRecognized,
    LiquidationClosed,
    LiquidationDetected,
    LiquidationOrderPlaced,
)
from ledger.holding import Account
from ledger.numbers import ZERO, Amount, add, amount, negate, subtract, total

STEPS_MAX = 30
CASH = st.integers(1_667, 3_000).map(lambda n: amount(str(n)))
MARKS = st.integers(400, 2_000).map(lambda n: amount(str(n / 2).removesuffix(".0")))
FUNDS = st.integers(0, 1_000).map(lambda n: amount(str(n)))
POLICIES = st.sampled_from(["queue", "pro_rata"])


def account(history: History, name: str = "A") -> Account:
    return history.situation(NOW).of(Account, name)


def funded(history: History, fund: Amount) -> History:
    """Let the reserve fund hold so much."""
    paid = history.changed(PAID_IN, amount=negate(fund))
    return paid.changed(FUND, amount=fund, balance=fund)


def stepped(history: History, name: str, number: int) -> History | None:
    """Take the next step that the rules take; None where there is none."""
    situation, whose = history.situation(NOW), account(history, name)
    for key, case in whose.liquidations.items():
        for kind, fields in possible_steps(situation.states, whose, key, case):
            usual = {"command_id": f"S-{number}", "account": name, "case": case.case, "at": AT_NOW}
            command = ask(ENGINE, kind, **usual | fields)
            events = [draft.event for draft in decide(situation, command)]
            if refusal_in(events) is None:
                return after(history, command)
    return None


def played(history: History, name: str = "A") -> History:
    """Go on to the end, where nobody takes what is offered."""
    for number in range(STEPS_MAX):
        last = history.drafts[-1].event
        if isinstance(last, LiquidationOrderPlaced):
            fields = {"order_id": last.order_id, "canceled_quantity": last.quantity}
            history = history.then(f"account-{name}", replace(UNFILLED, account=name, **fields))
        found = stepped(history, name, number)
        if found is None:
            return history
        history = found
    raise AssertionError("the case does not come to an end")


def told(history: History, kind: type[DeficitCovered | DeficitRecognized]) -> Amount:
    events = (draft.event for draft in history.drafts)
    return total(event.amount for event in events if isinstance(event, kind))


def sound(end: History, name: str, mark: Amount, fund: Amount) -> None:
    """Hold the end of a case to what must be so, whoever was bankrupt."""
    assert isinstance(end.drafts[-1].event, LiquidationClosed)
    assert account(end, name).balance("USD") >= ZERO
    assert not account(end, name).liquidations
    assert told(end, DeficitCovered) == told(end, DeficitRecognized)
    # The house is made whole: what it holds is worth at the mark what it paid, to within a lot
    # above and, below, what is cut where a part of a cost and a value are rounded to units.
    backstop = account(end, "B")
    held = backstop.position("BTC-PERP")
    at_mark = value(CONTRACT, held.quantity, mark) if held.quantity else ZERO
    worth = add(subtract(at_mark, held.cost), backstop.balance("USD"))
    gained = subtract(worth, subtract(CAPITAL.amount, fund))
    assert negate(add(CONTRACT.value_unit, CONTRACT.value_unit)) < gained <= mark


def begins(history: History) -> bool:
    return any(isinstance(draft.event, LiquidationDetected) for draft in history.drafts)


@given(st.integers(2_400, 4_000), FUNDS, POLICIES)
def test_so_it_is_of_who_is_short_when_prices_rise(figure: int, fund: Amount, policy: str) -> None:
    # Account H has 10,000 and is short of 5 from 1,000: nothing is left of it at 3,000.
    ruled = funded(marked(str(figure), "100000"), fund).changed(POLICY, after=policy)
    begun = after(evaluated(ruled, "H"), start(account="H"))
    assert begins(begun) is (10_000 - 5 * (figure - 1_000) < figure)
    if begins(begun):
        sound(played(begun, "H"), "H", amount(str(figure)), fund)


@example(amount("2298"), amount("480.5"), amount("93"), "queue")
@given(CASH, MARKS, FUNDS, POLICIES)
def test_a_deficit_is_borne_to_the_unit_and_the_bankrupt_owes_nothing(
    cash: Amount, mark: Amount, fund: Amount, policy: str
) -> None:
    ruled = funded(marked(str(mark), str(cash)), fund).changed(POLICY, after=policy)
    begun = after(evaluated(ruled), start())
    if begins(begun):
        sound(played(begun), "A", mark, fund)
