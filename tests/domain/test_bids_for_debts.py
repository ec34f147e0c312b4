"""Whoever owes coins and bids for them: what is held secures on, and no bid makes anybody richer.

In all of it account A holds 5 contracts that need 1,667 USD, and a coin is worth 1,000.
"""

from typing import Any

from msgspec.structs import replace

from ledger.chart import Segregation
from ledger.commands import AmendOrder, PlaceOrder, WithdrawCash
from ledger.coverage.case import NOW, History, refusal_in
from ledger.coverage.in_order import BTC, BTC_ADMITTED, DORA, SPOT, ask
from ledger.coverage.market import CASH, PAIR, accepted, order, received
from ledger.coverage.priced_market import HAIRCUTS, HELD, PRICED, THEN, WORTH, WORTH_METHOD
from ledger.decider import decide
from ledger.events import (
    CashDeposited,
    CollateralPledged,
    HaircutTier,
    ReferencePriceReported,
)
from ledger.numbers import ONE, ZERO, Amount, amount
from ledger.reasons import Reason
from tests.domain.one_account import evaluated
from tests.domain.test_what_secures import FIGURES, debt, most

USD = FIGURES[0]
COIN = CashDeposited("A", "BTC", ONE, source="chain")
NO_TIERS = (HaircutTier(floor=ZERO, haircut=ZERO),)


def holding(cash: str, *, owes: bool = True) -> History:
    """Let A hold 5 contracts, so much cash, and owe 1 BTC."""
    history = HELD.changed(CASH, amount=amount(cash)).then("rules", USD)
    return debt(history) if owes else history


def who_owes(cash: str, quantity: str = "1", price: str = "1000", hold: str = "1000.5") -> History:
    """Let A hold 5 contracts, owe 1 BTC, and have a bid for coins in the book."""
    terms: dict[str, Any] = {"instrument": "BTC-SPOT", "price": amount(price)}
    return holding(cash).then(
        "account-A",
        received("R", quantity, **terms),
        accepted("R", quantity, hold, instrument="BTC-SPOT"),
    )


def test_a_bid_for_what_is_owed_takes_nothing_but_its_dearness_from_equity() -> None:
    # 2,800 less 1,000 owed; the coins will be worth 1,000 of the 1,000.50 held.
    assert evaluated(who_owes("2800"), NOW).equity == amount("1799.5")


def test_a_low_bid_frees_nobody_of_a_debt() -> None:
    assert evaluated(who_owes("2800", price="500", hold="500.25"), NOW).equity == amount("1800")


def test_what_is_bid_beyond_what_is_owed_secures_nothing() -> None:
    # Half of 2,001 held is for what is owed, and worth 1,000.
    assert evaluated(who_owes("3800", "2", hold="2001"), NOW).equity == amount("1799")


def test_a_second_bid_is_not_for_the_same_debt() -> None:
    # 3,500 less 1,000 owed less 0.50 of the first bid less 1,667 needed leave 832.50.
    first = who_owes("3500")
    asked = order(instrument="BTC-SPOT", quantity="1")
    refused = refusal_in([draft.event for draft in decide(first.situation(NOW), asked)])
    assert refused is not None
    assert refused[:3] == (Reason.INSUFFICIENT_FUNDS, "832.5", "1000.5")


def test_a_bid_is_accepted_as_it_rests() -> None:
    # 2,667.50 less the debt leave 0.50 above the 1,667: as much as the bid takes.
    owing = holding("2667.5")
    bid = order(instrument="BTC-SPOT", quantity="1")
    assert refusal_in([draft.event for draft in decide(owing.situation(NOW), bid)]) is None
    short = holding("2667.49")
    refused = refusal_in([draft.event for draft in decide(short.situation(NOW), bid)])
    assert refused is not None
    assert refused.reason is Reason.INSUFFICIENT_FUNDS


def euros(history: History, **said: Any) -> History:
    """Let there be euros of one dollar each that are cut, and a pair that sells BTC for them."""
    method = replace(WORTH_METHOD, name="EUR", asset="EUR")
    schedule = replace(HAIRCUTS, asset="EUR", **said)
    pair = replace(PAIR, instrument="BTC-EUR", quote="EUR", settlement="EUR")
    history = history.then(
        "asset-EUR", replace(BTC, asset="EUR"), replace(BTC_ADMITTED, asset="EUR")
    )
    history = history.then("collateral-EUR", method).then("haircut-EUR", schedule)
    worth = replace(WORTH, name="EUR", price=ONE, method=len(history.drafts) - 1)
    return (
        history.then("collateral-EUR", worth, at=THEN)
        .then("product-BTC-EUR", replace(SPOT, product="BTC-EUR"))
        .then("instrument-BTC-EUR", pair)
        .then("price-BTC-EUR", ReferencePriceReported("BTC-EUR", amount("1000")))
    )


def pledged(history: History, asset: str, figure: str) -> History:
    event = CollateralPledged(
        account="A",
        asset=asset,
        amount=amount(figure),
        pledged=amount(figure),
        authority="AUTH-1",
        segregation=Segregation.CLIENT_TRUST,
    )
    came = CashDeposited("A", asset, amount(figure), source="outside")
    return history.then("account-A", came, event)


def asked(history: History, command: PlaceOrder | AmendOrder | WithdrawCash) -> History:
    """Let a command be decided, and whatever follows happen."""
    for draft in decide(history.situation(NOW), command):
        history = history.then(draft.stream, draft.event)
    return history


def bid(quantity: str, price: str = "1000", **fields: Any) -> PlaceOrder:
    return order(**{"instrument": "BTC-SPOT", "quantity": quantity, "price": price, **fields})


def change(quantity: str, price: str) -> AmendOrder:
    """Change the first bid."""
    stated = {"exposure": "1000", "concentration": "1"}
    asks = {"quantity": quantity, "price": price, **stated}
    return ask(DORA, AmendOrder, account="A", order_id="O-1", **asks)


def refused(history: History) -> Reason | None:
    found = refusal_in([draft.event for draft in history.drafts])
    return None if found is None else found.reason


def left(history: History) -> Amount:
    return evaluated(history, NOW).available


def test_a_bid_in_what_is_only_pledged_makes_nobody_richer() -> None:
    came = CashDeposited("A", "EUR", amount("5000"), source="outside")
    history = pledged(euros(holding("2667")), "EUR", "1").then("account-A", came)
    assert left(history) == amount("0.8")
    rests = asked(history, bid("1", instrument="BTC-EUR"))
    assert (refused(rests), left(rests)) == (None, amount("0.8"))
    assert most(rests) == "0.8"


def test_a_bid_in_what_secures_nothing_takes_no_cover_from_another() -> None:
    came = CashDeposited("A", "EUR", amount("5000"), source="outside")
    one = asked(euros(holding("2668")).then("account-A", came), bid("1"))
    two = asked(one, bid("1", "900", instrument="BTC-EUR", command_id="O-2"))
    assert (left(one), left(two)) == (amount("0.5"), amount("0.5"))


def test_all_cash_may_be_held_for_a_bid() -> None:
    owing = debt(PRICED.changed(CASH, amount=amount("1000.5")).then("rules", USD))
    rests = asked(owing, bid("1"))
    assert (refused(rests), left(rests)) == (None, ZERO)


def test_a_bid_is_refused_after_whose_fill_less_would_count() -> None:
    # The euros count for at most half of all that is positive: less once the dollars are spent.
    history = pledged(
        euros(holding("1020"), tiers=NO_TIERS, concentration=amount("50")), "EUR", "3000"
    )
    assert left(history) == amount("363")
    assert refused(asked(history, bid("1"))) is Reason.INSUFFICIENT_FUNDS


def test_what_is_pledged_of_a_coin_is_not_owed() -> None:
    history = holding("1068", owes=False)
    history = debt(pledged(history, "BTC", "1.9"))
    assert refused(asked(history, bid("1"))) is Reason.INSUFFICIENT_FUNDS


def test_a_change_that_needs_no_more_cash_may_still_need_more_margin() -> None:
    rests = asked(holding("2668"), bid("1"))
    assert refused(asked(rests, change("1.1", "900"))) is Reason.MARGIN_SHORT
    assert refused(asked(rests, change("1", "900"))) is None


def test_a_low_bid_does_not_cover_for_a_dear_one() -> None:
    history = debt(debt(holding("3800", owes=False)).then("account-A", COIN, COIN, COIN))
    dear = asked(history, bid("1", "1100"))
    both = asked(dear, bid("1", "900", command_id="O-2"))
    assert (refused(both), most(dear), most(both)) == (None, "32.45", "32.45")


def test_a_change_only_asked_for_makes_nobody_richer() -> None:
    history = debt(debt(holding("3800", owes=False)).then("account-A", COIN, COIN, COIN))
    dear = asked(history, bid("1", "1100"))
    pending = asked(dear, change("1", "900"))
    assert (refused(pending), most(pending)) == (None, most(dear))
