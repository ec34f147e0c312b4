"""Cases of orders as clients ask for them, of contracts, and of trades that are put right."""

from typing import Any

from ledger import bust, instrument, ordering
from ledger.commands import (
    AmendOrder,
    BustTrade,
    CancelOrder,
    Command,
    CorrectTrade,
    SpecifyInstrument,
)
from ledger.coverage.case import CAROL, Case, Gate, History, Refused
from ledger.coverage.in_order import DORA, IN_ORDER, ask
from ledger.coverage.market import (
    CONTRACT,
    MARKET,
    WORKING,
    accepted,
    filled,
    order,
    received,
)
from ledger.events import (
    CancelReason,
    Initiator,
    OrderCanceled,
    OrderCancelRequested,
    OrderStatus,
    Side,
)
from ledger.numbers import amount
from ledger.reasons import Reason

CANCELED = WORKING.then(
    "account-A",
    OrderCanceled(
        account="A",
        order_id="W",
        initiator=Initiator.CLIENT,
        reason=CancelReason.REQUESTED,
        canceled_quantity=amount("2"),
        cumulative_quantity=amount("0"),
    ),
)
CANCELING = WORKING.then(
    "account-A",
    OrderCancelRequested(account="A", order_id="W", status=OrderStatus.PENDING_CANCEL),
)
TRADED = (
    MARKET.then("account-A", received("L", "5"), accepted("L", "5", "1669.5"))
    .then("account-H", received("S", "5", Side.SELL, account="H", client="D"))
    .then("account-H", accepted("S", "5", "1669.5", account="H"))
    .then("account-A", filled("L", "5", trade_id="T"))
    .then("account-H", filled("S", "5", Side.SELL, trade_id="T", account="H", client="D"))
)
"""Account A bought 5 contracts of H at 1,000, by the trade T."""
BUYERS = len(TRADED.drafts) - 1
"""The sequence of the buyer's fill; the seller's follows."""


def asks(
    gate: Gate,
    title: str,
    command: Command,
    history: History = WORKING,
    refused: Refused | None = None,
    **says: object,
) -> Case:
    """Tell a case of a client's order, or of a change that two people make."""
    return Case(gate, title, history, command, refused, says=says)


def amendment(**fields: Any) -> AmendOrder:
    """Let account A ask that its order W should be for 3 at 1,000."""
    usual = {"account": "A", "order_id": "W", "quantity": "3", "price": "1000"}
    reckoned = {"exposure": "500000", "concentration": "50"}
    return ask(DORA, AmendOrder, **{**usual, **reckoned, **fields})


def cancellation(**fields: Any) -> CancelOrder:
    """Let account A ask to cancel its order W."""
    return ask(DORA, CancelOrder, **{"account": "A", "order_id": "W", **fields})


def terms(**fields: Any) -> SpecifyInstrument:
    """Ask that BTC-PERP should have the terms that it has, but for some."""
    said = {
        name: value.value if hasattr(value, "value") else str(value)
        for name in SpecifyInstrument.model_fields
        if (value := getattr(CONTRACT, name, None)) is not None
    }
    said |= {"open_orders_max": 2, "effective_from": None}
    return ask(CAROL, SpecifyInstrument, **{**said, **fields})


def righting(**fields: Any) -> BustTrade:
    """Ask to take the trade T back."""
    named = {"instrument": "BTC-PERP", "trade_id": "T", "corrects": BUYERS}
    accounts = {"buyer": "A", "seller": "H", "reason": "the price was typed wrongly"}
    kind = CorrectTrade if "price" in fields else BustTrade
    return ask(CAROL, kind, **{**named, **accounts, **fields})


UNKNOWN = Refused(Reason.RECORD_UNKNOWN, attempted=str(BUYERS))

CASES: tuple[Case, ...] = (
    asks(
        ordering.place,
        "an order that no control refuses is received and accepted, its funds held",
        order(),
        MARKET,
        hold=amount("333.9"),
        held_asset="USD",
    ),
    asks(
        ordering.place,
        "an order that a control refuses is rejected, and keeps its id",
        order(account="X"),
        MARKET,
        Refused(Reason.ACCOUNT_UNKNOWN, attempted="X", control="account"),
    ),
    asks(
        ordering.amend,
        "a change is asked of the venue once what it needs is held",
        amendment(),
        hold=amount("1001.7"),
        hold_after=amount("1001.7"),
        status=OrderStatus.PENDING_REPLACE,
    ),
    asks(
        ordering.amend,
        "an order that nobody placed is not changed",
        amendment(order_id="Z"),
        refused=Refused(Reason.ORDER_UNKNOWN, attempted="Z"),
    ),
    asks(
        ordering.amend,
        "an order that was canceled is not changed",
        amendment(),
        CANCELED,
        Refused(Reason.ORDER_CLOSED, attempted="canceled"),
    ),
    asks(
        ordering.amend,
        "an order that its client cancels is not changed",
        amendment(),
        CANCELING,
        Refused(Reason.ORDER_PENDING, attempted="pending_cancel"),
    ),
    asks(
        ordering.amend,
        "a limit order keeps a limit",
        ask(DORA, AmendOrder, account="A", order_id="W", quantity="3"),
        refused=Refused(Reason.PRICES_NOT_ITS_TYPE, "limit", "gtc"),
    ),
    asks(
        ordering.amend,
        "a change goes through the controls as an order does",
        amendment(price="1100.5"),
        refused=Refused(Reason.PRICE_OUTSIDE_BAND, "1000", "1100.5", "price_band"),
    ),
    asks(
        ordering.cancel,
        "to cancel an order that works is asked of the venue",
        cancellation(),
        status=OrderStatus.PENDING_CANCEL,
    ),
    asks(
        ordering.cancel,
        "an order that nobody placed is not canceled",
        cancellation(order_id="Z"),
        refused=Refused(Reason.ORDER_UNKNOWN),
    ),
    asks(
        ordering.cancel,
        "an order is canceled once",
        cancellation(),
        CANCELED,
        Refused(Reason.ORDER_CLOSED),
    ),
    asks(
        instrument.specify,
        "two people change the fees of a contract",
        terms(taker_fee="0.0006"),
        MARKET,
        taker_fee=amount("0.0006"),
    ),
    asks(
        instrument.specify,
        "terms that are in force are not set again",
        terms(),
        MARKET,
        Refused(Reason.INSTRUMENT_UNCHANGED, attempted="BTC-PERP"),
    ),
    asks(
        instrument.specify,
        "what a contract is worth per point of price never changes",
        terms(multiplier="2"),
        MARKET,
        Refused(Reason.CONTRACT_FIXED, "1", "2"),
    ),
    asks(
        instrument.specify,
        "an asset is no contract",
        terms(instrument="USD"),
        MARKET,
        Refused(Reason.ASSET_EXISTS, attempted="USD"),
    ),
    asks(
        instrument.specify,
        "a contract is settled in an asset that is registered",
        terms(settlement="GBP", quote="GBP"),
        IN_ORDER,
        Refused(Reason.ASSET_UNKNOWN, attempted="GBP"),
    ),
    asks(
        instrument.specify,
        "no value is rounded to less than the smallest unit of its asset",
        terms(value_unit="0.001"),
        IN_ORDER,
        Refused(Reason.FINER_THAN_SCALE, "2", "0.001"),
    ),
    asks(
        bust.bust,
        "two people take a trade back",
        righting(),
        TRADED,
        quantity=amount("5"),
        position_quantity=amount("0"),
        cost=amount("-5000"),
    ),
    asks(
        bust.bust,
        "a record that is no fill of this trade is not taken back",
        righting(trade_id="U"),
        TRADED,
        UNKNOWN,
    ),
    asks(
        bust.bust,
        "a trade is not taken back for other accounts than its own",
        righting(seller="A"),
        TRADED,
        UNKNOWN,
    ),
    asks(
        bust.correct,
        "two people put the price of a trade right",
        righting(price="900", quantity="5"),
        TRADED,
        cost=amount("-500"),
        position_quantity=amount("5"),
        position_cost=amount("4500"),
    ),
    asks(
        bust.correct,
        "no more is put right than was executed",
        righting(price="900", quantity="5.01"),
        TRADED,
        Refused(Reason.ABOVE_EXECUTED, "5", "5.01"),
    ),
    asks(
        bust.correct,
        "a trade that says so already is not put right",
        righting(price="1000", quantity="5"),
        TRADED,
        Refused(Reason.NOTHING_TO_CORRECT, "1000", "1000"),
    ),
)
