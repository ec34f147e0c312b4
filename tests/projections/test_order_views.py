"""What the blotter shows of an order, and what is reserved for it."""

from typing import Any

from ledger.chart import Segregation
from ledger.events import (
    OrderAmendRejected,
    OrderCancelRejected,
    OrderCancelRequested,
    OrderExpired,
    OrderRejected,
    OrderStatus,
    VenueRefusal,
)
from ledger.numbers import ZERO, amount
from ledger.reasons import Flag, Reason
from projections.replay import AsKnown, AsOf
from tests.projections.inspected import part, record, rows, told
from tests.projections.log_of import Log, day
from tests.projections.traded import (
    accepted,
    busted,
    canceled,
    change_asked,
    changed_to,
    filled,
    received,
)

QUANTITIES = ("quantity", "cumulative_quantity", "leaves_quantity", "canceled_quantity")


def blotter(log: Log, *names: str, **moment: Any) -> list[Any]:
    (row,) = rows(log, "orders", **moment)
    return part(row, *names)


def test_an_order_shows_its_terms_and_when_it_came_and_was_accepted() -> None:
    log = told(
        received(client_order_id="mine", leverage=amount("3"), program="P", post_only=True),
        accepted(),
    )
    terms = ("account", "client", "client_order_id", "instrument", "side", "order_type")
    assert blotter(log, *terms, "time_in_force", "price", "leverage") == [
        "A",
        "client-A",
        "mine",
        "BTC-PERP",
        "buy",
        "limit",
        "gtc",
        amount("100"),
        amount("3"),
    ]
    stamps = ("post_only", "reduce_only", "affiliate", "employee", "solicited", "program")
    assert blotter(log, *stamps) == ["yes", "no", "no", "no", "no", "P"]
    stands = ("status", *QUANTITIES, "hold", "held_asset")
    assert blotter(log, *stands) == ["new", 10, 0, 10, 0, 50, "USD"]
    assert blotter(log, "received_at", "accepted_at", "closed_at") == [day(1), day(2), None]
    assert blotter(log, "status", "hold", moment=AsKnown(1)) == ["pending_new", 0]


def test_fills_and_a_cancellation_leave_what_the_events_say() -> None:
    first = filled("3", "100", leaves_quantity=amount("7"), hold=amount("35"))
    ended = canceled(canceled_quantity=amount("7"), cumulative_quantity=amount("3"))
    asked = OrderCancelRequested("A", "o-1", OrderStatus.PENDING_CANCEL)
    log = told(received(), accepted(), first, asked, ended)
    stands = ("status", *QUANTITIES, "hold", "closed_at")
    assert blotter(log, *stands, moment=AsKnown(3)) == ["partially_filled", 10, 3, 7, 0, 35, None]
    assert blotter(log, *stands, moment=AsKnown(4))[0] == "pending_cancel"
    assert blotter(log, *stands) == ["canceled", 10, 3, 0, 7, 0, day(5)]
    assert blotter(log, "reason", "initiator", "sequence") == ["requested", "client", 5]


def test_a_fill_told_after_the_cancellation_was_not_canceled_after_all() -> None:
    late = filled(
        "4", "100", status=OrderStatus.CANCELED, leaves_quantity=ZERO, flags=(Flag.ORDER_CLOSED,)
    )
    log = told(received(), accepted(), canceled())
    record(log, late, at=day(2.5))
    assert blotter(log, "status", *QUANTITIES, "closed_at") == ["canceled", 10, 4, 0, 6, day(3)]
    at_noon = blotter(log, "cumulative_quantity", moment=AsOf(day(2.5)))
    assert at_noon == [4]


def test_a_busted_fill_is_not_worked_again() -> None:
    fill = filled("10", "100", status=OrderStatus.FILLED, leaves_quantity=ZERO, hold=ZERO)
    log = told(received(), accepted(), fill)
    assert blotter(log, "status", *QUANTITIES, "closed_at") == ["filled", 10, 10, 0, 0, day(3)]
    record(log, busted(fill), at=day(3), corrects=3)
    assert blotter(log, "status", *QUANTITIES) == ["canceled", 10, 0, 0, 10]


def test_a_change_shows_once_the_engine_has_made_it() -> None:
    log = told(
        received(), accepted(), change_asked(), changed_to("12", "101", client_order_id="mine-2")
    )
    stands = ("status", "quantity", "price", "hold")
    assert blotter(log, *stands, moment=AsKnown(3)) == ["pending_replace", 10, 100, 60]
    assert blotter(log, *stands, "client_order_id") == ["new", 12, 101, 60, "mine-2"]
    done = changed_to("10", "101", leaves_quantity=ZERO, status=OrderStatus.FILLED)
    record(log, done)
    assert blotter(log, "status", "closed_at") == ["filled", day(5)]


def test_what_is_refused_to_an_order_changes_nothing_but_its_status() -> None:
    kept = OrderAmendRejected(
        account="A",
        order_id="o-1",
        status=OrderStatus.NEW,
        by_venue=VenueRefusal.TOO_LATE,
        hold=amount("50"),
        held_asset="USD",
    )
    not_his = OrderCancelRejected("B", "o-1", status=None, reason=Reason.ORDER_UNKNOWN)
    log = told(received(), accepted(), change_asked(), kept, not_his)
    assert blotter(log, "account", "status", "hold", "sequence") == ["A", "new", 50, 4]


def test_a_rejected_order_and_one_that_expired_hold_nothing() -> None:
    rejected = OrderRejected("A", "o-2", "BTC-PERP", Reason.PRICE_OFF_TICK)
    expired = OrderExpired("A", "o-1", amount("10"), ZERO)
    log = told(received(), accepted(), received("o-2"), rejected, expired)
    first, second = rows(log, "orders")
    stands = ("status", "leaves_quantity", "canceled_quantity", "hold", "reason", "closed_at")
    assert part(first, *stands) == ["expired", 0, 10, 0, None, day(5)]
    assert part(second, *stands) == ["rejected", 0, 0, 0, "price_off_tick", day(4)]


def test_what_is_reserved_is_shown_until_it_is_free() -> None:
    log = told(received(), accepted(), received("o-2"), accepted("o-2"), change_asked("o-2"))
    in_suspense = filled("1", "100", status=None, held_asset=None, hold=ZERO)
    record(log, in_suspense)
    shown = [part(row, "account", "order_id", "asset", "amount") for row in rows(log, "holds")]
    assert shown == [["A", "o-1", "USD", 50], ["A", "o-2", "USD", 60]]
    record(log, canceled("o-2"))
    assert [row["order_id"] for row in rows(log, "holds")] == ["o-1"]
    assert len(rows(log, "holds", AsKnown(5))) == 2


def test_what_waits_in_suspense_does_not_touch_the_order() -> None:
    stray = filled(
        "3",
        "100",
        status=None,
        cumulative_quantity=None,
        leaves_quantity=None,
        held_asset=None,
        position_quantity=None,
        position_cost=None,
        segregation=Segregation.SUSPENSE,
        flags=(Flag.OVERFILLED,),
    )
    log = told(received(), accepted(), stray)
    assert blotter(log, "status", *QUANTITIES, "hold") == ["new", 10, 0, 10, 0, 50]
    assert rows(log, "order_audit_log")[2]["cumulative_quantity"] == 0
