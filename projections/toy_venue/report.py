"""What the toy venue does, put into the facts of the ledger: the one place that translates."""

from typing import Any, assert_never

from ledger.commands import (
    Fact,
    ReportAmendRejected,
    ReportCancelRejected,
    ReportOrderAmended,
    ReportOrderCanceled,
    ReportOrderRestated,
    ReportOrderTriggered,
    ReportTrade,
)
from ledger.commands.command import ActorField
from ledger.instants import Instant, write_instant
from ledger.numbers import write_amount
from projections.toy_venue.order import (
    Amended,
    Canceled,
    Happening,
    NotAmended,
    NotCanceled,
    Order,
    Restated,
    Traded,
    Triggered,
)


def report(happening: Happening, name: str, at: Instant, engine: ActorField) -> Fact:
    """Make a fact of a happening; its name becomes the fact's id, and a trade's."""
    envelope = {"command_id": name, "actor": engine, "at": write_instant(at)}
    match happening:
        case Traded():
            return ReportTrade.model_validate(envelope | _trade(happening))
        case Canceled(order, initiator, reason, counter_order):
            said: dict[str, Any] = {"initiator": initiator, "reason": reason}
            said |= {"counter_order": counter_order}
            return ReportOrderCanceled.model_validate(envelope | _side(order) | said)
        case Restated(order, quantity, reason):
            said = {"quantity": write_amount(quantity), "reason": reason}
            return ReportOrderRestated.model_validate(envelope | _side(order) | said)
        case Triggered(order, price):
            said = {"price": write_amount(price)}
            return ReportOrderTriggered.model_validate(envelope | _side(order) | said)
        case Amended(order):
            return ReportOrderAmended.model_validate(envelope | _side(order))
        case NotAmended():
            return ReportAmendRejected.model_validate(envelope | happening._asdict())
        case NotCanceled():
            return ReportCancelRejected.model_validate(envelope | happening._asdict())
        case _:
            assert_never(happening)


def _trade(traded: Traded) -> dict[str, Any]:
    return {
        "instrument": traded.buyer.instrument,
        "quantity": write_amount(traded.quantity),
        "price": write_amount(traded.price),
        "buyer": _side(traded.buyer),
        "seller": _side(traded.seller),
        "aggressor": traded.aggressor,
    }


def _side(order: Order) -> dict[str, str]:
    return {"account": order.account, "order_id": order.order_id}
