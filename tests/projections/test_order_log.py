"""What an inspector reads of orders: every event in full, the life cycle, refusals, exceptions."""

from typing import Any

import pytest
from msgspec.structs import replace

from ledger import fix
from ledger.events import (
    Actor,
    ActorKind,
    CommandRejected,
    Initiator,
    Liquidity,
    OrderAmendRejected,
    OrderCancelRejected,
    OrderRejected,
    OrderReportQuarantined,
    OrderRestated,
    OrderStatus,
    OrderTriggered,
    OrderType,
    RestatementReason,
    Side,
    TimeInForce,
    VenueRefusal,
)
from ledger.numbers import amount
from ledger.reasons import Flag, Reason
from projections.views.order_lifecycle import EVENT_CODES
from tests.projections.inspected import part, record, rows, told
from tests.projections.log_of import Log, day
from tests.projections.traded import (
    accepted,
    canceled,
    filled,
    received,
)

DORA = Actor(kind=ActorKind.HUMAN, id="dora", role="dealing")


def test_every_event_of_an_order_restates_it_in_full() -> None:
    log = Log()
    record(log, received(client_order_id="mine"), by=DORA)
    log.record(accepted())
    log.records[1] = _in_command(log, 1, 0)
    fill = filled("3", "99.5", leaves_quantity=amount("7"), flags=(Flag.LATE,))
    record(log, fill)
    restated = OrderRestated(
        account="A",
        order_id="o-1",
        instrument="BTC-PERP",
        side=Side.BUY,
        order_type=OrderType.LIMIT,
        time_in_force=TimeInForce.GTC,
        quantity=amount("8"),
        cumulative_quantity=amount("3"),
        leaves_quantity=amount("5"),
        status=OrderStatus.PARTIALLY_FILLED,
        hold=amount("25"),
        held_asset="USD",
        reason=RestatementReason.REPRICED,
        price=amount("99"),
        client_order_id="mine",
    )
    record(log, restated)
    shown = rows(log, "order_audit_log")
    codes = ("exec_type", "order_status", "initiator", "reason", "reason_code")
    assert [part(row, *codes) for row in shown] == [
        ["A", "A", "C", None, None],
        ["0", "0", "F", None, None],
        ["F", "1", "F", None, None],
        ["D", "1", "F", "repriced", "3"],
    ]
    terms = (
        "client_order_id",
        "side",
        "quantity",
        "price",
        "cumulative_quantity",
        "leaves_quantity",
    )
    assert [part(row, *terms) for row in shown] == [
        ["mine", "buy", 10, 100, 0, 10],
        ["mine", "buy", 10, 100, 0, 10],
        ["mine", "buy", 10, 100, 3, 7],
        ["mine", "buy", 8, 99, 3, 5],
    ]
    assert part(shown[2], "last_quantity", "last_price", "trade_id", "flags") == [
        3,
        amount("99.5"),
        "t-1",
        "late",
    ]
    asked = ("actor", "ruleset", "received_at", "accepted_at")
    assert [part(row, *asked) for row in shown] == [
        ["dora", "rules", day(1), None],
        ["dora", "rules", day(1), day(2)],
        [None, None, day(1), day(2)],
        [None, None, day(1), day(2)],
    ]


def _in_command(log: Log, place: int, of: int) -> Any:
    """Let a record follow in the command of another."""
    return replace(log.records[place], command=log.records[of].command)


def test_who_refused_and_who_canceled_stands_in_the_audit_log_with_its_code() -> None:
    log = told(
        received(),
        accepted(),
        OrderAmendRejected("A", "o-1", OrderStatus.NEW, reason=Reason.PRICE_OUTSIDE_BAND),
        OrderCancelRejected("A", "o-1", OrderStatus.NEW, by_venue=VenueRefusal.TOO_LATE),
        OrderReportQuarantined("A", "x", "ReportOrderExpired", (Flag.ORDER_UNKNOWN,)),
        canceled(initiator=Initiator.VENUE),
        received("o-2"),
        OrderRejected("A", "o-2", "BTC-PERP", Reason.INSUFFICIENT_FUNDS),
    )
    names = ("event_type", "order_status", "initiator", "reason", "reason_code", "quantity")
    assert [part(row, *names) for row in rows(log, "order_audit_log")[2:]] == [
        ["OrderAmendRejected", "0", "F", "price_outside_band", "8", 10],
        ["OrderCancelRejected", "0", "F", "too_late", "0", 10],
        ["OrderReportQuarantined", None, "F", None, None, None],
        ["OrderCanceled", "4", "F", "requested", None, 10],
        ["OrderReceived", "A", "C", None, None, 10],
        ["OrderRejected", "8", "F", "insufficient_funds", "3", 10],
    ]


def test_the_life_cycle_begins_once_an_order_is_placed_and_acknowledged() -> None:
    triggered = OrderTriggered("A", "o-1", OrderStatus.NEW, amount("101.5"))
    log = told(
        received(order_type=OrderType.STOP_LIMIT, stop_price=amount("101")),
        accepted(),
        triggered,
        filled("3", "99"),
        canceled(),
    )
    shown = rows(log, "order_lifecycle")
    assert [part(row, "event_code", "event_time", "free_text") for row in shown] == [
        ["ONEW", day(2), None],
        ["SNEW", day(3), None],
        ["OFIL", day(4), "3 @ 99 trade t-1"],
        ["OCXL", day(5), "requested"],
    ]
    names = ("order_ref", "client_code", "symbol", "side", "order_type", "order_price", "quantity")
    assert all(
        part(row, *names) == ["o-1", "client-A", "BTC-PERP", "buy", "STL", 100, 10] for row in shown
    )
    assert len(set(EVENT_CODES.values())) == len(EVENT_CODES)


def test_every_refusal_of_ours_is_listed_with_its_code_and_figures() -> None:
    log = Log()
    rejected = OrderRejected(
        "A", "o-1", "BTC-PERP", Reason.PRICE_OUTSIDE_BAND, "105", "110", "price_band"
    )
    record(log, rejected)
    amend = OrderAmendRejected("A", "o-2", OrderStatus.FILLED, reason=Reason.ORDER_CLOSED)
    record(log, amend, by=DORA, command_type="AmendOrder")
    record(log, OrderCancelRejected("A", "o-3", None, reason=Reason.ORDER_UNKNOWN), by=DORA)
    by_venue = OrderCancelRejected("A", "o-4", OrderStatus.NEW, by_venue=VenueRefusal.TOO_LATE)
    record(log, by_venue, by=DORA)
    other = CommandRejected("ReportTrade", Reason.INSTRUMENT_UNKNOWN)
    body = {"instrument": "ETH-PERP"}
    record(log, other, by=DORA, stream="instrument-ETH-PERP", body=body, command_type="ReportTrade")
    names = ("type", "reason", "order_reject_reason", "cancel_reject_reason", "order_id")
    shown = rows(log, "refusals")
    assert [part(row, *names) for row in shown] == [
        ["OrderRejected", "price_outside_band", "16", None, "o-1"],
        ["OrderAmendRejected", "order_closed", None, "0", "o-2"],
        ["OrderCancelRejected", "order_unknown", None, "1", "o-3"],
        ["CommandRejected", "instrument_unknown", None, None, None],
    ]
    assert part(shown[0], "control", "limit", "attempted", "account", "instrument") == [
        "price_band",
        "105",
        "110",
        "A",
        "BTC-PERP",
    ]
    assert part(shown[1], "actor", "function", "command_type") == ["dora", "dealing", "AmendOrder"]
    assert part(shown[3], "instrument", "stream") == ["ETH-PERP", "instrument-ETH-PERP"]


@pytest.mark.parametrize("view", ["refusals", "validation_exceptions"])
def test_a_rejected_order_is_shown_with_who_asked_though_another_record_says_it(view: str) -> None:
    log = Log()
    record(log, received("o-1"), by=DORA, command_type="PlaceOrder")
    record(log, OrderRejected("A", "o-1", "BTC-PERP", Reason.INSUFFICIENT_FUNDS))
    log.records[1] = _in_command(log, 1, of=0)
    stranger = OrderRejected("A", "o-2", "BTC-PERP", Reason.INSUFFICIENT_FUNDS)
    record(log, stranger)
    assert [part(row, "actor", "function", "command_type") for row in rows(log, view)] == [
        ["dora", "dealing", "PlaceOrder"],
        [None, None, None],
    ]


def test_what_was_refused_to_orders_or_passed_only_waived_is_an_exception() -> None:
    rejected = OrderRejected(
        "A", "o-1", "BTC-PERP", Reason.POSITION_EXCEEDED, "5", "10", "position"
    )
    log = told(
        rejected,
        OrderAmendRejected("A", "o-2", OrderStatus.NEW, reason=Reason.PRICE_OFF_TICK),
        OrderAmendRejected("A", "o-2", OrderStatus.NEW, by_venue=VenueRefusal.TOO_LATE),
        OrderCancelRejected("A", "o-2", None, reason=Reason.ORDER_UNKNOWN),
        accepted("o-3", lapsed=(Reason.NOT_CLASSIFIED,), overrides=("w-1",)),
        accepted("o-4"),
    )
    names = ("sequence", "kind", "outcome", "reason", "order_id", "product", "overrides")
    shown = rows(log, "validation_exceptions")
    assert [part(row, *names) for row in shown] == [
        [1, "position", "refused", "position_exceeded", "o-1", "BTC-PERP", None],
        [2, "erroneous_input", "refused", "price_off_tick", "o-2", None, None],
        [4, "erroneous_input", "refused", "order_unknown", "o-2", None, None],
        [5, "compliance", "overridden", None, "o-3", "BTC-PERP", "w-1"],
        [5, "compliance", "reducing_only", "not_classified", "o-3", "BTC-PERP", None],
    ]
    assert part(shown[0], "control", "requirements", "limit", "attempted", "account") == [
        "position",
        "R27",
        "5",
        "10",
        "A",
    ]


def test_every_word_of_ours_has_its_code() -> None:
    assert set(fix.ORDER_STATUSES) == set(OrderStatus)
    assert set(fix.SIDES) == set(Side)
    assert set(fix.ORDER_TYPES) == set(OrderType)
    assert set(fix.TIMES_IN_FORCE) == set(TimeInForce)
    assert set(fix.LIQUIDITY_INDICATORS) == set(Liquidity)
    assert set(fix.VENUE_REFUSALS) == set(VenueRefusal)
    assert set(fix.RESTATEMENT_REASONS) == set(RestatementReason)
    assert fix.order_reject_reason(Reason.ACCOUNT_UNKNOWN) == "15"
    assert fix.order_reject_reason(Reason.SUITABILITY_MISSING) == fix.OTHER
    assert fix.cancel_reject_reason(Reason.ORDER_PENDING) == "3"
    assert fix.cancel_reject_reason(Reason.INSUFFICIENT_FUNDS) == fix.OTHER
