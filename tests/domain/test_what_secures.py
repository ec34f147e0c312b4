"""What secures positions goes on to, also when the last contract that settles in it is closed."""

from typing import Any

from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.commands import WithdrawCash
from ledger.coverage.case import BEGINNING, NOW, History, Refused, refusal_in
from ledger.coverage.in_order import APPROVAL, OTTO, ask, figure
from ledger.coverage.market import CASH, COINS, CONTRACT, accepted, filled, order, received
from ledger.coverage.priced_market import HELD, MARK, PLEDGED, PRICED
from ledger.decider import decide
from ledger.events import (
    CancelReason,
    CashDeposited,
    CashWithdrawn,
    ContractKind,
    Initiator,
    OrderCanceled,
    ReferencePriceReported,
    Side,
    Unit,
)
from ledger.numbers import ZERO, amount
from ledger.reasons import Reason
from tests.domain.one_account import evaluated

INVERSE = replace(
    CONTRACT,
    instrument="BTC-INV",
    kind=ContractKind.INVERSE,
    settlement="BTC",
    lot=amount("1"),
    value_unit=amount("0.00000001"),
    quantity_max=amount("100000"),
    position_max=amount("100000"),
    effective_from=BEGINNING,
    approval=APPROVAL,
)
FIGURES = (
    figure("margin.currency", "USD", Unit.WORDS),
    figure("margin.initial", "33.34", Unit.PERCENT, "BTC-INV"),
    figure("margin.maintenance", "20", Unit.PERCENT, "BTC-INV"),
    figure("leverage.cap", "3", Unit.RATIO, "BTC-INV/professional"),
)
NAMED: dict[str, Any] = {"instrument": "BTC-INV"}


def beside(history: History) -> History:
    """Let there be an inverse contract beside, settled in bitcoin and priced at 1,000."""
    return (
        history.then("rules", *FIGURES)
        .then("instrument-BTC-INV", INVERSE)
        .then("price-BTC-INV", ReferencePriceReported("BTC-INV", amount("1000")))
    )


def bought(history: History, cost: str = "-10") -> History:
    """Let account A have bought 10,000 of them at 1,000: 3.334 BTC, or 3,334 USD, are needed."""
    deal = replace(
        filled("V", "10000", asset="BTC", held_asset="BTC", **NAMED),
        cost=amount(cost),
        position_cost=amount(cost),
    )
    order = received("V", "10000", **NAMED)
    taken = accepted("V", "10000", "0", held_asset="BTC", available=amount("5"), **NAMED)
    return history.then("account-A", order, taken, deal)


def withdraw(figure: str, asset: str = "USD") -> WithdrawCash:
    return ask(OTTO, WithdrawCash, account="A", asset=asset, amount=figure)


def most(history: History, asset: str = "USD", wanted: str = "10000") -> str | None:
    """Give the most that may leave, by the refusal of more; None where all of it may."""
    events = [draft.event for draft in decide(history.situation(NOW), withdraw(wanted, asset))]
    refused = refusal_in(events)
    if refused is None:
        assert isinstance(events[0], CashWithdrawn)
        return None
    assert refused == Refused(Reason.INSUFFICIENT_FUNDS, refused.limit, wanted)
    return refused.limit


def test_the_margin_currency_secures_what_settles_in_something_else() -> None:
    # 10,000 USD and no coins; the contract needs 3.334 BTC of 1,000 USD each.
    alone = bought(beside(PRICED.without(COINS)))
    assert evaluated(alone, NOW).equity == amount("10000")
    assert most(alone) == "6666"


def test_what_an_order_was_accepted_on_stays_bound_when_another_is_canceled() -> None:
    # 5 contracts need 1,667 USD; no dollars, and of 3 BTC 80 percent count: 2,400 USD.
    ordered = (
        beside(PRICED.without(CASH))
        .then("account-A", received("V", "1", **NAMED))
        .then(
            "account-A",
            accepted("V", "1", "0.0004", held_asset="BTC", available=amount("2.4"), **NAMED),
        )
    )
    canceled = OrderCanceled(
        account="A",
        order_id="V",
        initiator=Initiator.CLIENT,
        reason=CancelReason.REQUESTED,
        canceled_quantity=amount("1"),
        cumulative_quantity=ZERO,
    )
    held = ordered.then(
        "account-A", received("L", "5"), accepted("L", "5", "1669.5", available=amount("2400"))
    ).then("account-A", filled("L", "5"), canceled)
    assert evaluated(held, NOW).equity == amount("2400")
    # 1,667 USD are 80 percent of 2.08375 BTC.
    assert most(held, "BTC", "3") == "0.91625"


def test_coins_secure_nothing_where_no_contract_ever_settled_in_them() -> None:
    assert most(beside(HELD), "BTC", "3") is None


def debt(history: History) -> History:
    """Let account A owe 1 BTC more than he has."""
    lost = CashWithdrawn(
        account="A",
        asset="BTC",
        amount=amount("4"),
        destination="somewhere",
        segregation=Segregation.CLIENT_TRUST,
    )
    return history.then("account-A", lost)


def test_a_debt_counts_whole_whatever_settles_in_it() -> None:
    # 10,000 USD less 1 BTC of 1,000; 5 contracts need 1,667.
    owing = debt(beside(HELD))
    assert evaluated(owing, NOW).equity == amount("9000")
    assert most(owing) == "7333"


def test_a_debt_binds_what_secures_also_when_nothing_is_held() -> None:
    owing = debt(beside(PRICED))
    assert most(owing) == "9000"
    paid = owing.then("account-A", CashDeposited("A", "BTC", amount("1"), source="chain"))
    assert most(paid) is None


def test_at_another_mark_a_debt_is_worth_what_its_coin_is() -> None:
    # The mark moves the contracts; what a coin is worth is a price of its own.
    lower = debt(beside(HELD.changed(MARK, price=amount("900"))))
    assert evaluated(lower, NOW).equity == amount("8500")


def test_what_settled_once_counts_for_nobody_who_begins_anew() -> None:
    # Account A once held the inverse contract, and holds nothing now: coins back no dollars.
    sold = replace(
        filled("X", "10000", Side.SELL, asset="BTC", held_asset="BTC", **NAMED),
        cost=amount("10"),
        position_quantity=ZERO,
        position_cost=ZERO,
    )
    closed = bought(beside(PRICED.without(CASH))).then(
        "account-A",
        received("X", "10000", Side.SELL, **NAMED),
        accepted("X", "10000", "0", held_asset="BTC", **NAMED),
        sold,
    )
    offered = closed.then(
        "account-A",
        received("S", "1", Side.SELL, instrument="BTC-SPOT"),
        accepted("S", "1", "1", instrument="BTC-SPOT", held_asset="BTC"),
    )
    for history in (closed, offered):
        events = [draft.event for draft in decide(history.situation(NOW), order(quantity="5"))]
        refused = refusal_in(events)
        assert refused is not None
        assert refused[:3] == (Reason.INSUFFICIENT_FUNDS, "0", "1669.5")


def test_coins_beside_pledged_ones_are_sold_and_leave_as_far_as_they_are_free() -> None:
    more = CashDeposited("A", "BTC", amount("3"), source="chain")
    pledged = HELD.then("account-A", more, PLEDGED)
    assert most(pledged, "BTC", "3") is None
    assert most(pledged, "BTC", "3.01") == "3"


def test_who_owes_coins_may_buy_them() -> None:
    owing = debt(beside(PRICED.changed(CASH, amount=amount("1400"))))
    bid = order(instrument="BTC-SPOT", quantity="1")
    assert refusal_in([draft.event for draft in decide(owing.situation(NOW), bid)]) is None
    more = order(instrument="BTC-SPOT", quantity="1.4")
    refused = refusal_in([draft.event for draft in decide(owing.situation(NOW), more)])
    assert refused is not None
    assert refused.reason is Reason.INSUFFICIENT_FUNDS
