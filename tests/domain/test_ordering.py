"""Orders as clients meet them: stamped, rejected with their terms, and what they keep in."""

from typing import Any

from ledger.commands import CloseAccount, Command, TransferCash, WithdrawCash
from ledger.coverage.case import BEGINNING, NOW, History
from ledger.coverage.in_order import APPROVAL, CLASSIFIED, OTTO, PAPER, PERMITTED, ask
from ledger.coverage.market import CASH, COINS, LONG, MARKET, WORKING, order
from ledger.decider import decide
from ledger.events import (
    AffiliationDeclared,
    CashWithdrawn,
    CommandRejected,
    Event,
    MarketMakerAppointed,
    OrderAccepted,
    OrderReceived,
    OrderRejected,
    Relation,
)
from ledger.numbers import amount
from ledger.outcome import Status, outcome_of
from ledger.reasons import Reason
from ledger.stamp import stamp_of
from tests.domain.scenario import record


def follows(history: History, command: Command) -> list[Event]:
    return [draft.event for draft in decide(history.situation(NOW), command)]


def refused(history: History, command: Command) -> tuple[Reason, str | None, str | None]:
    (event,) = follows(history, command)
    assert isinstance(event, CommandRejected)
    return event.reason, event.limit, event.attempted


AFFILIATE = AffiliationDeclared(
    client="C",
    relation=Relation.AFFILIATE,
    party="sister",
    basis="group company",
    effective_from=BEGINNING,
    approval=APPROVAL,
)
MAKER = MarketMakerAppointed(
    client="C",
    program="MM-1",
    products=("BTC-PERP",),
    obligations=PAPER,
    fee_terms=PAPER,
    permission="VA-1",
    entity="VATP",
    effective_from=BEGINNING,
    approval=APPROVAL,
)


def test_the_order_of_a_market_maker_of_the_group_is_stamped_as_that() -> None:
    received, accepted = follows(MARKET.then("client-C", AFFILIATE, MAKER), order())
    assert isinstance(received, OrderReceived)
    assert (received.affiliate, received.employee, received.program) == (True, False, "MM-1")
    stamp = stamp_of(received)
    assert stamp is not None
    assert stamp.says(Relation.AFFILIATE)
    assert isinstance(accepted, OrderAccepted)


def test_an_affiliate_without_appointment_is_received_stamped_and_rejected() -> None:
    received, rejected = follows(MARKET.then("client-C", AFFILIATE), order())
    assert isinstance(received, OrderReceived)
    assert received.affiliate
    assert isinstance(rejected, OrderRejected)
    assert rejected.reason is Reason.MARKET_MAKER_NOT_APPOINTED


def test_a_rejected_order_stands_with_all_that_it_asked_for() -> None:
    placed = order(price="2000", post_only=True, client_order_id="mine-7", leverage="2")
    received, rejected = follows(MARKET, placed)
    assert isinstance(received, OrderReceived)
    said = (received.order_id, received.client_order_id, received.price, received.leverage)
    assert said == ("O-1", "mine-7", amount("2000"), amount("2"))
    assert received.post_only
    records = tuple(record(n, draft) for n, draft in _numbered(MARKET, placed))
    outcome = outcome_of(records)
    assert outcome.status is Status.REJECTED
    assert isinstance(rejected, OrderRejected)
    assert outcome.reason == (
        "price_outside_band: the price is too far from the prevailing one"
        " (limit 1000, attempted 2000)"
    )


def _numbered(history: History, command: Command) -> Any:
    return enumerate(decide(history.situation(NOW), command), start=1)


def test_whoever_is_no_professional_any_more_may_still_reduce_what_he_holds() -> None:
    lapsed = LONG.changed(CLASSIFIED, valid_until=NOW)
    increase = follows(lapsed, order())[-1]
    assert isinstance(increase, OrderRejected)
    assert increase.reason is Reason.CLASSIFICATION_LAPSED
    reduction = follows(lapsed, order(side="sell", quantity="5", reduce_only=True))[-1]
    assert isinstance(reduction, OrderAccepted)
    assert reduction.lapsed == (Reason.CLASSIFICATION_LAPSED,)


def test_without_the_regulators_permission_coins_are_sold_and_none_are_bought() -> None:
    over = MARKET.changed(PERMITTED, until=NOW)
    bought = follows(over, order(instrument="BTC-SPOT"))[-1]
    sold = follows(over, order(instrument="BTC-SPOT", side="sell"))[-1]
    assert isinstance(bought, OrderRejected)
    assert bought.reason is Reason.PERMISSION_MISSING
    assert isinstance(sold, OrderAccepted)
    assert (sold.hold, sold.held_asset) == (amount("1"), "BTC")


def leaves(figure: str) -> Command:
    return ask(OTTO, WithdrawCash, account="A", asset="USD", amount=figure)


def test_what_is_held_for_an_order_does_not_leave() -> None:
    assert refused(WORKING, leaves("9332.21")) == (
        Reason.INSUFFICIENT_FUNDS,
        "9332.2",
        "9332.21",
    )
    (left,) = follows(WORKING, leaves("9332.2"))
    assert isinstance(left, CashWithdrawn)


def test_what_a_position_needs_does_not_leave() -> None:
    # 5 contracts that cost 5,000 need 33.34 %, which is 1,667.
    assert refused(LONG, leaves("8333.01"))[1] == "8333"
    moved = ask(OTTO, TransferCash, account="A", to_account="H", asset="USD", amount="8333.01")
    assert refused(LONG, moved)[:2] == (Reason.INSUFFICIENT_FUNDS, "8333")


def test_an_account_with_an_open_order_or_a_position_is_not_closed() -> None:
    closing = ask(OTTO, CloseAccount, account="A")
    empty = WORKING.without(CASH).without(COINS)
    assert refused(empty, closing) == (Reason.ORDERS_OPEN, "0", "1")
    empty = LONG.without(CASH).without(COINS)
    assert refused(empty, closing) == (Reason.POSITION_OPEN, "0", "BTC-PERP")
